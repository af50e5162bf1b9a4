"""The page opened from a patient's record: SMART App Launch 2, and the resources read with it."""

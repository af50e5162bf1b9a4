"""Does a probability mean what it says?  The answers held against a truth that is known."""

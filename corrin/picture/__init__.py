"""Everything known of the person, in one vocabulary."""

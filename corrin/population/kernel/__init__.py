"""The questions of one person asked of many at once, on arrays."""

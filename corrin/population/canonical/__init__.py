"""From facts to one row a person: versions, units, duplicates, what is latest."""

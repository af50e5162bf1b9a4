"""A whole population: one table, one row a person, the same answers as for one."""

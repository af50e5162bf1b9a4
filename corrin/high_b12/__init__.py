"""Why is B12 high?  Regimens, and the level of B12 they lead to."""

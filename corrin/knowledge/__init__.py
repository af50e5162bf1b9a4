"""The facts: one record per fact, each with its source."""

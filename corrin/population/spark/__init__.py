"""The same kernel on Spark, for a population that has outgrown one machine."""

"""What adverse-event reports say of a product and an event: counts, ratios, shrinkage, power."""

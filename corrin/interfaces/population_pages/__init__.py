"""What a person sees of a population: progress, the report, the work list, one explained."""

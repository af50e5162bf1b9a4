"""People who never lived, drawn from the knowledge, so that the answers have a known truth."""

"""What we know of a person, and how a person file is read."""

"""The answer in words, pictures and JSON."""

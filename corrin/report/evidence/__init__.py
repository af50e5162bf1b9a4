"""The evidence pages, in plain Markdown: one for each record, and those that lead there."""

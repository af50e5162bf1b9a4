"""CDS Hooks 2.0: one quiet card beside the record, and a word before a test is ordered."""

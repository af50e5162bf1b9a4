"""What to ask a person next: red flags first, then what tells most."""

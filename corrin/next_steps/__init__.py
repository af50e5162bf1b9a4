"""What next, and what would it change?"""

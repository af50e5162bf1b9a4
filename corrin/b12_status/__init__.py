"""Is B12 low, indeterminate, normal or high, and can the number be trusted?"""

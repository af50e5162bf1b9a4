"""How urgent is it, and what was not asked?"""

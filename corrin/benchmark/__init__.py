"""How often Corrin is right and safe on published cases."""

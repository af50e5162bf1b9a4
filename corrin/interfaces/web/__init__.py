"""The web page and the programming interface of ``corrin serve``."""

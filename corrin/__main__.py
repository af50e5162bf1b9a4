"""``python -m corrin`` is the command ``corrin``."""

from corrin.interfaces.cli import main

main()

"""No Python file over 400 lines: a file that long answers more than one question."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

LIMIT = 400
SKIPPED = {".git", ".venv", ".venv-bench", "out", "build", "dist", ".mypy_cache", ".ruff_cache"}


def python_files(root: Path) -> Iterator[Path]:
    """Yield the project's own Python files, sorted."""
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).parts
        if not SKIPPED.intersection(parts) and not any(part.startswith(".venv") for part in parts):
            yield path


def problems(root: Path) -> list[str]:
    """Return one line for each file that is too long."""
    found = []
    for path in python_files(root):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > LIMIT:
            found.append(f"{path.relative_to(root)} has {lines} lines (limit {LIMIT})")
    return found

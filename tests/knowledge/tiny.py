"""A copy of the tiny knowledge that a test may break."""

from __future__ import annotations

import shutil
from pathlib import Path

FIXTURE = Path(__file__).parent / "fixtures" / "tiny"


def copy_of_tiny(to: Path) -> Path:
    """Copy the records (never a compiled file) and return the folder."""
    folder = to / "knowledge"
    shutil.copytree(FIXTURE, folder, ignore=shutil.ignore_patterns(".*"))
    return folder


def edit(folder: Path, path: str, old: str, new: str) -> None:
    """Replace ``old`` by ``new`` in one record; ``old`` must be there."""
    text = (folder / path).read_text()
    assert old in text
    (folder / path).write_text(text.replace(old, new, 1))

"""Which files an export has, and the pieces in which several processes read them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from corrin.errors import InputError, Problem
from corrin.interfaces.fhir_bulk.lines import GZIPPED, Piece

SUFFIXES = (".ndjson", ".ndjson.gz", ".jsonl", ".jsonl.gz")
_LEAST = 4_000_000  # not clinical: bytes of a piece
_MOST = 64_000_000  # not clinical: bytes of a piece
_PIECES = 64  # not clinical: pieces of an export that is neither small nor huge


def files_of(source: Path) -> tuple[Path, ...]:
    """Return the files of an export in the order of their names; a file is one itself.

    Raises :class:`InputError` when there is none.
    """
    if source.is_dir():
        found = sorted(path for path in source.rglob("*") if path.name.endswith(SUFFIXES))
    else:
        found = [source] if source.exists() else []
    if not found:
        raise InputError(
            [
                Problem(
                    str(source),
                    "no-fhir",
                    "holds no FHIR bulk export.",
                    f"Give a folder with files that end in {SUFFIXES[0]} or {SUFFIXES[1]}.",
                )
            ]
        )
    return tuple(found)


def pieces_of(source: Path) -> tuple[Piece, ...]:
    """Return the pieces of an export; the same for however many processes read them."""
    files = files_of(source)
    sizes = [_size(path) for path in files]
    length = max(_LEAST, min(_MOST, sum(sizes) // _PIECES))
    found: list[Piece] = []
    for path, size in zip(files, sizes, strict=True):
        name = path.relative_to(source).as_posix() if source.is_dir() else path.name
        for start, end in _cut(size, size if name.endswith(GZIPPED) else length):
            found.append(Piece(number=len(found), path=path, name=name, start=start, end=end))
    return tuple(found)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _cut(size: int, length: int) -> Iterator[tuple[int, int]]:
    yield 0, min(size, length)
    for start in range(length, size, max(1, length)):
        yield start, min(size, start + length)


def bytes_of(pieces: tuple[Piece, ...]) -> int:
    """Return how many bytes the pieces have in all."""
    return sum(piece.end - piece.start for piece in pieces)


def processes_here() -> int:
    """Return how many processes can work side by side."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

"""Gives the knowledge: from the compiled file when it still belongs, else from the records."""

from __future__ import annotations

import contextlib
import functools
import hashlib
from collections.abc import Mapping
from pathlib import Path

from corrin.knowledge import (
    facts,
    parsing,
    records,
    records_of_cards,
    records_of_causality,
    records_of_claims,
    records_of_conditions,
    records_of_high_b12,
    records_of_intake,
    records_of_population,
    records_of_signals,
    records_of_simulation,
)
from corrin.knowledge.compiled import COMPILED, key_of, read_compiled, write_compiled
from corrin.knowledge.facts import Knowledge
from corrin.knowledge.parsing import content_hash, parse, read_files

__all__ = ["RECORDS", "Knowledge", "compile_records", "load"]

#: Where the records of this package stand.
RECORDS = Path(__file__).parent


def load(folder: Path | None = None) -> Knowledge:
    """Return the knowledge in ``folder`` (by default this package's own, read once a process).

    Raises :class:`KnowledgeError` naming each file and key that is wrong.  Whether the
    records agree with one another is another question: :mod:`corrin.knowledge.checks`.
    """
    return _own() if folder is None else _load(folder)


def compile_records(folder: Path = RECORDS) -> Path:
    """Write the compiled file of ``folder`` and return its path.

    Raises :class:`KnowledgeError` for a wrong record and :class:`OSError` when the
    folder cannot be written to.
    """
    files = read_files(folder)
    path = folder / COMPILED
    write_compiled(path, key=_key(files), content=parse(files))
    return path


@functools.cache
def _own() -> Knowledge:
    return _load(RECORDS)


def _load(folder: Path) -> Knowledge:
    files = read_files(folder)
    key = _key(files)
    path = folder / COMPILED
    knowledge = read_compiled(path, key=key, shape=Knowledge)
    if knowledge is None:
        knowledge = parse(files)
        # A folder that cannot be written to costs time, nothing else.
        with contextlib.suppress(OSError):
            write_compiled(path, key=key, content=knowledge)
    return knowledge


def _key(files: Mapping[str, bytes]) -> bytes:
    """Return the key of the compiled file: the content, and the code that gives it shape."""
    return key_of(content_hash(files), _shape())


@functools.cache
def _shape() -> bytes:
    modules = (
        records,
        records_of_intake,
        records_of_high_b12,
        records_of_claims,
        records_of_conditions,
        records_of_causality,
        records_of_signals,
        records_of_population,
        records_of_simulation,
        records_of_cards,
        facts,
        parsing,
    )
    sources = (Path(str(module.__file__)) for module in modules)
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).digest()

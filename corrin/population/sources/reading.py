"""Reads a source of tables or an OMOP CDM into a folder of facts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from corrin.errors import CorrinError
from corrin.knowledge.loading import Knowledge
from corrin.population.facts import FactBatch, FactWriter, Tally
from corrin.population.sources.mapping_reading import read_mapping
from corrin.population.sources.omop import read_omop
from corrin.population.sources.own_table import own_mapping
from corrin.population.sources.recognising import SourceKind, postgresql_url
from corrin.population.sources.records import Room, Told, no_one
from corrin.population.sources.tables import read_tables


def read_into(
    facts: Path,
    source: str | Path,
    kind: SourceKind,
    knowledge: Knowledge,
    *,
    mapping: Path | None = None,
    room: Room,
    told: Told = no_one,
) -> Tally:
    """Write the facts of a source into the folder ``facts`` and return the count of records.

    Raises :class:`InputError` for a source or a mapping that cannot be used, and
    :class:`CorrinError` when the memory allowed is too little.
    """
    tally = Tally()
    try:
        with FactWriter(facts) as writer:
            writer.write_all(_facts(source, kind, knowledge, mapping, tally, room, told))
    except duckdb.OutOfMemoryException:
        raise CorrinError(
            "the memory allowed is too little to read the source. Allow more with --memory."
        ) from None
    tally.check()
    return tally


def _facts(  # noqa: PLR0917 - handed on as they came
    source: str | Path,
    kind: SourceKind,
    knowledge: Knowledge,
    mapping: Path | None,
    tally: Tally,
    room: Room,
    told: Told,
) -> Iterator[FactBatch]:
    if kind is SourceKind.OMOP:
        where = postgresql_url(source) or Path(source)
        return read_omop(where, knowledge, tally=tally, room=room, told=told)
    path = Path(source)
    if kind is SourceKind.OWN_TABLE:
        known = own_mapping(path, knowledge)
    elif kind is SourceKind.MAPPED_TABLE and mapping is not None:
        known = read_mapping(mapping, knowledge)
    else:
        raise CorrinError(f"A source of the kind '{kind}' is not read here.")
    return read_tables(path, known, knowledge, tally=tally, room=room, told=told)

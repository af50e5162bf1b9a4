"""Sources for tests: small tables written out, and what is read from them."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from corrin.errors import InputError
from corrin.knowledge.loading import load
from corrin.population.facts import SCHEMAS, FactBatch, FactKind, Tally
from corrin.population.simulating.writing import simulate
from corrin.population.sources.mapping import SiteMapping
from corrin.population.sources.mapping_reading import parse_mapping
from corrin.population.sources.records import Room
from corrin.population.sources.tables import read_tables


def written(file: Path, text: str, encoding: str = "utf-8") -> Path:
    """Write a text, compressed when the name says so."""
    file.parent.mkdir(parents=True, exist_ok=True)
    data = text.encode(encoding)
    file.write_bytes(gzip.compress(data, mtime=0) if file.name.endswith(".gz") else data)
    return file


class Got:
    """Facts by kind, as rows, and the count of records, which has to balance."""

    def __init__(self, batches: Any, tally: Tally) -> None:
        self.batches: list[FactBatch] = list(batches)
        self.tally = tally
        tally.check()

    def table(self, kind: FactKind) -> pa.Table:
        held = [one.table for one in self.batches if one.kind is kind]
        return pa.Table.from_batches(held, schema=SCHEMAS[kind])

    def rows(self, kind: FactKind) -> list[dict[str, Any]]:
        return [
            {name: value for name, value in row.items() if value is not None}
            for row in self.table(kind).to_pylist()
        ]

    @property
    def results(self) -> list[dict[str, Any]]:
        return self.rows(FactKind.RESULTS)

    @property
    def rejected(self) -> list[tuple[str, str]]:
        return [(row["where"], row["code"]) for row in self.rows(FactKind.REJECTED)]


def mapping(text: str) -> SiteMapping:
    return parse_mapping(text.encode(), "m.toml", load())


def read(source: Path, text: str) -> Got:
    """Read tables with the mapping that a text holds."""
    tally = Tally()
    return Got(read_tables(source, mapping(text), load(), tally=tally, room=Room()), tally)


def refused(call: Any) -> list[tuple[str, str]]:
    """Return where and why a call is refused."""
    try:
        made = call()
        if hasattr(made, "__next__"):
            list(made)
    except InputError as error:
        return [(problem.where, problem.code) for problem in error.problems]
    raise AssertionError("it was not refused")


@cache
def simulated(people: int, *, messy: bool) -> tuple[FactBatch, ...]:
    """Return facts about made-up people."""
    import tempfile

    facts: list[FactBatch] = []
    with tempfile.TemporaryDirectory() as folder:
        simulate(people, load(), seed=7, folder=Path(folder), write=facts.append, messy=messy)
    return tuple(facts)


def in_order(facts: Any, kind: FactKind) -> pa.Table:
    """Return the facts of a kind, sorted by all of their columns."""
    held = [one.table for one in facts if one.kind is kind]
    table = pa.Table.from_batches(held, schema=SCHEMAS[kind])
    return table.sort_by([(name, "ascending") for name in table.schema.names])

"""What reading a source takes and gives, whatever the source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from corrin.errors import InputError, Problem
from corrin.population.facts import SCHEMAS, FactBatch, FactKind, Tally, from_rows

#: Is told how many bytes of how many are done.
Told = Callable[[int, int], None]


def no_one(_done: int, _of: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How much a reader may use: memory for DuckDB, processor cores, a folder to spill to."""

    memory_limit: str = "1GB"
    threads: int = 1
    spill: Path | None = None


@dataclass(slots=True)
class Progress:
    """How many bytes are done, and whom to tell; shared by the files of one source."""

    of: int
    told: Told
    done: int = 0

    def add(self, size: int) -> None:
        """Note bytes that are done, and tell."""
        self.done = min(self.done + size, self.of)
        self.told(self.done, self.of)


@dataclass(slots=True)
class Rejects:
    """Records that could not be used at all, kept until they are taken as facts."""

    tally: Tally
    rows: list[dict[str, object]] = field(default_factory=list)

    def add(
        self, where: str, kind: str, code: str, *, person: str | None = None, records: int = 1
    ) -> None:
        """Reject a record; ``records`` counts the records it swallowed with it."""
        self.rows.append({"where": where, "kind": kind, "code": code, "person_id": person})
        self.tally.read += records
        self.tally.rejected[code] += records

    def note(self, where: str, kind: str, code: str, person: str | None) -> None:
        """Note a part of a record that could not be read; the rest of the record is used."""
        self.rows.append({"where": where, "kind": kind, "code": code, "person_id": person})

    def taken(self) -> FactBatch | None:
        """Return what was rejected since the last time, as facts."""
        if not self.rows:
            return None
        batch = from_rows(FactKind.REJECTED, self.rows)
        self.rows.clear()
        return batch


def refused(where: str, code: str, what: str, do: str) -> InputError:
    """Return the error for one thing that is wrong with what was given."""
    return InputError([Problem(where, code, what, do)])


def batch_of(kind: FactKind, columns: dict[str, pa.Array], rows: int) -> FactBatch:
    """Return facts from the columns there are; the others are null."""
    schema = SCHEMAS[kind]
    arrays = [
        columns[each.name] if each.name in columns else pa.nulls(rows, each.type) for each in schema
    ]
    return FactBatch(kind, pa.RecordBatch.from_arrays(arrays, schema=schema))

"""Rows as they are read, handed on as facts; and what became of every record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from corrin.population.facts import SCHEMAS, FactBatch, FactKind, Tally

#: A record that was not used at all: its line, its kind, the code of the reason, the person.
Rejection = tuple[int, str, str, str | None]

REJECTIONS = pa.schema(
    [
        pa.field("line", pa.int64()),
        pa.field("kind", pa.string()),
        pa.field("code", pa.string()),
        pa.field("person_id", pa.string()),
    ]
)
_AT_ONCE = 20_000  # not clinical: rows of one batch


@dataclass(slots=True)
class Collected:
    """What the lines of one piece of a source gave.

    ``emit`` takes facts as soon as there are enough of them.  ``rejections`` have their
    lines counted from the beginning of the piece, beginning with 1; ``parts_not_used``
    counts parts of records that were used otherwise (a component, an answer) by reason.
    """

    emit: Callable[[FactBatch], None]
    tally: Tally = field(default_factory=Tally)
    parts_not_used: Counter[str] = field(default_factory=Counter)
    rejections: list[pa.RecordBatch] = field(default_factory=list)
    _rows: dict[FactKind, list[Sequence[Any]]] = field(
        default_factory=lambda: {kind: [] for kind in FactKind}
    )
    _rejected: list[Rejection] = field(default_factory=list)

    def add(self, kind: FactKind, row: Sequence[Any]) -> None:
        """Add one row, its values in the order of the columns."""
        rows = self._rows[kind]
        rows.append(row)
        if len(rows) >= _AT_ONCE:
            self._flush(kind)

    def used(self) -> None:
        """Count a record that gave something."""
        self.tally.read += 1
        self.tally.used += 1

    def ignore(self, code: str, records: int = 1) -> None:
        """Count records that say nothing Corrin uses."""
        self.tally.read += records
        self.tally.ignored[code] += records

    def reject(self, line: int, kind: str, code: str, person: str | None = None) -> None:
        """Note a record that is wrong, or not allowed."""
        self.tally.read += 1
        self.tally.rejected[code] += 1
        self._rejected.append((line, kind, code, person))
        if len(self._rejected) >= _AT_ONCE:
            self._flush_rejected()

    def finish(self) -> None:
        """Hand on everything that is left."""
        for kind in FactKind:
            self._flush(kind)
        self._flush_rejected()

    def _flush(self, kind: FactKind) -> None:
        rows = self._rows[kind]
        if rows:
            columns = zip(*rows, strict=True)
            arrays = [
                pa.array(column, of.type) for column, of in zip(columns, SCHEMAS[kind], strict=True)
            ]
            self.emit(FactBatch(kind, pa.RecordBatch.from_arrays(arrays, schema=SCHEMAS[kind])))
            rows.clear()

    def _flush_rejected(self) -> None:
        if self._rejected:
            columns = zip(*self._rejected, strict=True)
            arrays = [
                pa.array(column, of.type) for column, of in zip(columns, REJECTIONS, strict=True)
            ]
            self.rejections.append(pa.RecordBatch.from_arrays(arrays, schema=REJECTIONS))
            self._rejected.clear()

"""One batch of a table and the ways its cells are read, by what its mapping says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from corrin.population.sources import cells
from corrin.population.sources.mapping import TableMapping
from corrin.population.sources.records import Rejects


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows of one table: ``rows`` are their numbers in the file, ``person`` whose they are.

    ``kind`` is what a record is called when it is rejected.
    """

    columns: Mapping[str, pa.Array]
    mapping: TableMapping
    file: str
    rows: pa.Array
    person: pa.Array
    rejects: Rejects
    kind: str

    def __len__(self) -> int:
        return len(self.rows)

    def kept(self, mask: pa.Array) -> Batch:
        """Return the rows where ``mask`` holds."""
        if pc.all(mask).as_py():
            return self
        return Batch(
            columns={name: column.filter(mask) for name, column in self.columns.items()},
            mapping=self.mapping,
            file=self.file,
            rows=self.rows.filter(mask),
            person=self.person.filter(mask),
            rejects=self.rejects,
            kind=self.kind,
        )

    def reject(self, mask: pa.Array, code: str) -> Batch:
        """Reject the rows where ``mask`` holds; return the others."""
        if not pc.any(mask).as_py():
            return self
        for row, person in self._who(mask):
            self.rejects.add(self.where(row), self.kind, code, person=person)
        return self.kept(pc.invert(mask))

    def ignore(self, mask: pa.Array, code: str) -> Batch:
        """Leave out the rows where ``mask`` holds; return the others."""
        left_out = pc.sum(mask).as_py() or 0
        if not left_out:
            return self
        self.rejects.tally.read += left_out
        self.rejects.tally.ignored[code] += left_out
        return self.kept(pc.invert(mask))

    def use(self) -> None:
        """Count every row as used."""
        self.rejects.tally.read += len(self)
        self.rejects.tally.used += len(self)

    def note(self, mask: pa.Array, column: str, code: str) -> None:
        """Note a cell that could not be read in rows that are used all the same."""
        if pc.any(mask).as_py():
            for row, person in self._who(mask):
                self.rejects.note(self.where(row), f"{self.kind}.{column}", code, person)

    def where(self, row: int) -> str:
        """Return where a row stands."""
        return f"{self.file}:row {row}"

    def _who(self, mask: pa.Array) -> list[tuple[int, str | None]]:
        rows, people = self.rows.filter(mask), self.person.filter(mask)
        return list(zip(rows.to_pylist(), people.to_pylist(), strict=True))

    def raw(self, column: str | None) -> pa.Array | None:
        """Return a column as the file holds it; None when the mapping names none."""
        return None if column is None else self.columns[column]

    def text(self, column: str | None) -> pa.Array:
        """Return a column as text; nulls when there is none."""
        held = self.raw(column)
        if held is None:
            return pa.nulls(len(self), pa.string())
        return cells.text(held, self.mapping.words.nothing)

    def words(self, column: str | None, meaning: Mapping[str, str], code: str) -> pa.Array:
        """Return what the words of a column stand for; note those that are not known."""
        read = cells.words(self.text(column), meaning)
        self.note(read.wrong, str(column), code)
        return read.value

    def yes_no(self, column: str | None, meaning: Mapping[str, bool]) -> pa.Array:
        """Return a column of yes and no; note what is neither."""
        held = self.raw(column)
        if held is None:
            return pa.nulls(len(self), pa.bool_())
        read = cells.yes_no(held, meaning, self.mapping.words.nothing)
        self.note(read.wrong, str(column), "neither-yes-nor-no")
        return read.value

    def days(self, column: str | None) -> cells.Read:
        """Return a column of days."""
        held = self.raw(column)
        if held is None:
            return cells.Read(pa.nulls(len(self), pa.date32()), self.never())
        return cells.days(held, self.mapping.dates, self.mapping.words.nothing)

    def noted_days(self, column: str | None) -> pa.Array:
        """Return a column of days; note those that are none."""
        read = self.days(column)
        self.note(read.wrong, str(column), cells.WRONG_DATE)
        return read.value

    def numbers(self, column: str | None) -> cells.Numbers:
        """Return a column of numbers."""
        held = self.raw(column)
        if held is None:
            nothing = pa.nulls(len(self), pa.string())
            return cells.Numbers(pa.nulls(len(self), pa.float64()), nothing, nothing)
        return cells.numbers(held, self.mapping.decimal, self.mapping.words.nothing)

    def limit(self, column: str | None) -> pa.Array:
        """Return a column of limits of normal; note those that are no number."""
        read = self.numbers(column)
        self.note(pc.is_valid(read.problem), str(column), cells.NOT_A_NUMBER)
        return read.value

    def never(self) -> pa.Array:
        """Return a mask that holds nowhere."""
        return pa.repeat(pa.scalar(value=False), len(self))

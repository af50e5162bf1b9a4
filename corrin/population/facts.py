"""Facts: what a source says, one row a fact, whatever the source was.

A reader of any source yields :class:`FactBatch` es in any order; :class:`FactWriter` keeps
them as Parquet parts, ``folder/<kind>/<part>.parquet``, from which
``corrin.population.canonical`` makes the one table.  Every column is there in every part;
what a source does not say is null.

What a reader decides: which lab, finding or medicine a code means (ids are canonical ids of
the knowledge; ``lab`` is never null, for a result that is not ours is no fact), and what is
no number, word or date.  What it leaves alone: units, limits, duplicates, corrections, what
counts as the latest.  Values and both references are as printed, in ``unit_seen``, and
finite.  ``status`` null is a result that does not say it is final, and is not used: a
source that has no such column says ``"final"`` for every row.  ``issued`` is in UTC.
``result_id`` is the same in every version of one result, and unique for a source.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from corrin.errors import CorrinError


class FactKind(StrEnum):
    """What a row of facts is about; also the name of its folder."""

    PEOPLE = "people"
    RESULTS = "results"
    FINDINGS = "findings"
    PRODUCTS = "products"
    DRUGS = "drugs"
    ASKED = "asked"
    REJECTED = "rejected"


_TEXT, _DAY, _NUMBER, _YES_NO = pa.string(), pa.date32(), pa.float64(), pa.bool_()


def _schema(required: str, columns: Mapping[str, pa.DataType]) -> pa.Schema:
    needed = required.split()
    return pa.schema(
        [pa.field(name, of, nullable=name not in needed) for name, of in columns.items()]
    )


#: The columns of each kind.  PEOPLE: who there is; ``age`` (years) only where there is no
#: ``birth_date``; ``sex`` is "female" or "male".  RESULTS: one version of one result;
#: ``word`` is low, normal, high, negative or positive; ``problem`` is a code for what could
#: not be read ("not-a-number").  FINDINGS, PRODUCTS (as ``corrin.person.records.Intake``)
#: and DRUGS: one each.  ASKED: the list "intake" or "drugs" of a person is complete, even
#: when no row of it is there.  REJECTED: a record that was not used at all, ``where`` it
#: stands (file:line), its kind in the source, and a code for why.
SCHEMAS: Mapping[FactKind, pa.Schema] = MappingProxyType(
    {
        FactKind.PEOPLE: _schema(
            "person_id",
            {
                "person_id": _TEXT,
                "birth_date": _DAY,
                "age": _NUMBER,
                "sex": _TEXT,
                "setting": _TEXT,
                "country": _TEXT,
                "twitching": _YES_NO,
            },
        ),
        FactKind.RESULTS: _schema(
            "person_id lab",
            {
                "person_id": _TEXT,
                "result_id": _TEXT,
                "lab": _TEXT,
                "value": _NUMBER,
                "comparator": _TEXT,
                "unit_seen": _TEXT,
                "word": _TEXT,
                "reference_low": _NUMBER,
                "reference_high": _NUMBER,
                "taken": _DAY,
                "issued": pa.timestamp("us"),
                "status": _TEXT,
                "assay": _TEXT,
                "site": _TEXT,
                "problem": _TEXT,
            },
        ),
        FactKind.FINDINGS: _schema(
            "person_id finding present",
            {"person_id": _TEXT, "finding": _TEXT, "present": _YES_NO, "noted": _DAY},
        ),
        FactKind.PRODUCTS: _schema(
            "person_id",
            {
                **dict.fromkeys(("person_id", "substance", "route", "dose", "every"), _TEXT),
                **dict.fromkeys(("since", "until", "last_dose"), _DAY),
                **dict.fromkeys(("duration", "product"), _TEXT),
            },
        ),
        FactKind.DRUGS: _schema(
            "person_id name",
            {"person_id": _TEXT, "name": _TEXT, "since": _DAY, "until": _DAY},
        ),
        FactKind.ASKED: _schema("person_id what", {"person_id": _TEXT, "what": _TEXT}),
        FactKind.REJECTED: _schema(
            "where kind code", dict.fromkeys(("where", "kind", "code", "person_id"), _TEXT)
        ),
    }
)


@dataclass(frozen=True, slots=True)
class FactBatch:
    """Some facts of one kind, in the columns of ``SCHEMAS[kind]``."""

    kind: FactKind
    table: pa.RecordBatch

    def __post_init__(self) -> None:
        if self.table.schema.names != SCHEMAS[self.kind].names:
            raise CorrinError(f"Facts of the kind '{self.kind}' came with other columns.")


@dataclass(slots=True)
class Tally:
    """What became of each record of a source that was read.

    A record of a kind or code that is not ours is *ignored*; one that is broken or not
    allowed is *rejected*; each under a code that says why.  Every record is one of the
    three, so that none is lost and none counts twice.
    """

    read: int = 0
    used: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Add the counts of another part of the source."""
        self.read += other.read
        self.used += other.used
        self.ignored.update(other.ignored)
        self.rejected.update(other.rejected)

    def balances(self) -> bool:
        """Return whether every record that was read was used, ignored or rejected."""
        return self.read == self.used + self.ignored.total() + self.rejected.total()

    def check(self) -> None:
        """Raise :class:`CorrinError` when records were lost or counted twice."""
        if not self.balances():
            raise CorrinError(
                f"{self.read} records were read, but {self.used} used, {self.ignored.total()} "
                f"ignored and {self.rejected.total()} rejected: the counts do not balance."
            )

    def as_json(self) -> dict[str, int | dict[str, int]]:
        """Return the counts as JSON values, codes in order."""
        return {
            "read": self.read,
            "used": self.used,
            "ignored": dict(sorted(self.ignored.items())),
            "rejected": dict(sorted(self.rejected.items())),
        }


#: Rows of one part.
ROWS = 250_000  # not clinical: rows held at once


class FactWriter:
    """Writes facts into ``folder``, one Parquet part a kind for every ``rows`` rows or so.

    Holds at most ``rows`` rows of each kind.  A part appears under its name only when it is
    whole.  ``label`` begins the parts' names: readers that share a folder take different
    ones.  Parts left by an earlier writer of the same label are replaced.
    """

    def __init__(self, folder: Path, *, rows: int = ROWS, label: str = "part") -> None:
        self._folder = folder
        self._rows = rows
        self._label = label
        self._held: dict[FactKind, list[pa.RecordBatch]] = {kind: [] for kind in FactKind}
        self._written: Counter[FactKind] = Counter()
        self.rows_of: Counter[FactKind] = Counter()
        for kind in FactKind:
            (folder / kind).mkdir(parents=True, exist_ok=True)
            for old in tuple(folder.joinpath(kind).glob(f"{label}-[0-9]*.parquet")):
                old.unlink()

    def write(self, batch: FactBatch) -> None:
        """Take a batch; it is on the disk when the part is full or the writer is closed."""
        if batch.table.num_rows == 0:
            return
        held = self._held[batch.kind]
        held.append(batch.table)
        self.rows_of[batch.kind] += batch.table.num_rows
        if sum(each.num_rows for each in held) >= self._rows:
            self.flush(batch.kind)

    def write_all(self, batches: Iterable[FactBatch]) -> None:
        """Take batches one after the other."""
        for batch in batches:
            self.write(batch)

    def flush(self, kind: FactKind) -> None:
        """Write what is held of a kind as one part."""
        held = self._held[kind]
        if not held:
            return
        schema = SCHEMAS[kind]
        part = self._folder / kind / f"{self._label}-{self._written[kind]:05d}.parquet"
        building = part.with_suffix(".parquet.building")
        try:
            with pq.ParquetWriter(building, schema, compression="zstd") as writer:
                for each in held:
                    writer.write_batch(each if each.schema == schema else each.cast(schema))
        except pa.ArrowInvalid:
            building.unlink(missing_ok=True)
            raise CorrinError(
                f"Facts of the kind '{kind}' do not fit their columns (a null that may not be "
                f"one, or another type)."
            ) from None
        building.replace(part)
        self._written[kind] += 1
        held.clear()

    def close(self) -> None:
        """Write everything that is still held."""
        for kind in FactKind:
            self.flush(kind)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()


def parts(folder: Path, kind: FactKind) -> tuple[Path, ...]:
    """Return the parts of a kind, in the order of their names."""
    return tuple(sorted((folder / kind).glob("*.parquet")))


def from_rows(kind: FactKind, rows: Iterable[Mapping[str, object]]) -> FactBatch:
    """Return facts given as mappings; a column that a row does not name is null."""
    return FactBatch(kind, pa.RecordBatch.from_pylist(list(rows), schema=SCHEMAS[kind]))

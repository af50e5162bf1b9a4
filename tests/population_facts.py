"""A canonical table from a few facts written by hand, for tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from corrin.knowledge.loading import Knowledge, load
from corrin.population.canonical.building import build_canonical
from corrin.population.canonical.reports import CanonicalReport
from corrin.population.canonical.writing import GROUP
from corrin.population.facts import FactBatch, FactKind, FactWriter, from_rows

AS_OF = dt.date(2026, 6, 1)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The rows of a table by person, what was counted, and the bytes of its files."""

    people: dict[str, dict[str, Any]]
    report: CanonicalReport
    files: dict[str, bytes]

    def labs(self, person: str = "ann") -> list[dict[str, Any]]:
        """Return the results of one person."""
        found: list[dict[str, Any]] = self.people[person]["labs"]
        return found

    def problems(self, person: str = "ann") -> set[tuple[str, str]]:
        """Return the problems of one person as (where, code)."""
        return {(one["where"], one["code"]) for one in self.people[person]["problems"]}

    def filled_in(self, person: str = "ann") -> bool:
        """Return whether a unit of one person was filled in or changed."""
        return any(code.startswith("unit-repaired:") for _, code in self.problems(person))

    def counted(self, kind: str = "results") -> dict[str, Any]:
        """Return what became of one kind of fact."""
        return self.report.records[kind].as_json()


def a_result(**given: Any) -> dict[str, Any]:
    """Return a final B12 result of ann's on the first of May, with what is given instead."""
    return {
        "person_id": "ann",
        "lab": "serum_b12",
        "value": 400.0,
        "unit_seen": "pg/mL",
        "taken": dt.date(2026, 5, 1),
        "status": "final",
        **given,
    }


def made(
    folder: Path,
    *,
    as_of: dt.date | None = AS_OF,
    rows_a_part: int = 100_000,
    **kinds: Iterable[Row],
) -> Made:
    """Return the table of facts given by kind (``results=[...]``)."""
    batches = [from_rows(FactKind(kind), rows) for kind, rows in kinds.items()]
    return made_of(folder, batches, as_of=as_of, rows_a_part=rows_a_part)


def made_of(
    folder: Path,
    batches: Iterable[FactBatch],
    *,
    as_of: dt.date | None = AS_OF,
    rows_a_part: int = 100_000,
    knowledge: Knowledge | None = None,
    group: int = GROUP,
) -> Made:
    """Return the table of batches of facts."""
    with FactWriter(folder / "facts", rows=rows_a_part) as writer:
        writer.write_all(batches)
    out = folder / "canonical"
    report = build_canonical(
        folder / "facts",
        out,
        knowledge or load(),
        work=folder / "work",
        as_of=as_of,
        threads=1,
        group=group,
    )
    files = sorted(out.iterdir())
    rows = [row for file in files for row in pq.read_table(file).to_pylist()]
    return Made(
        people={row["person_id"]: row for row in rows},
        report=report,
        files={file.name: file.read_bytes() for file in files},
    )

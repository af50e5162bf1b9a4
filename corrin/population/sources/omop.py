"""An OMOP CDM 5.4 as facts: every row of a table that is read is used, ignored or rejected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corrin.knowledge.loading import Knowledge
from corrin.population.facts import FactBatch, FactKind, Tally
from corrin.population.sources import cells, omop_others
from corrin.population.sources.mapping import Rows, TableMapping, Words
from corrin.population.sources.omop_codes import Concepts
from corrin.population.sources.omop_others import Visits
from corrin.population.sources.omop_results import measurements
from corrin.population.sources.omop_tables import CdmPart, open_cdm
from corrin.population.sources.raw_rows import connect
from corrin.population.sources.records import Progress, Rejects, Room, Told, no_one
from corrin.population.sources.table_cells import Batch

_ROWS: Mapping[str, Rows] = MappingProxyType(
    {
        "person": Rows.PERSON,
        "measurement": Rows.RESULT,
        "condition_occurrence": Rows.FINDING,
        "drug_exposure": Rows.MEDICINE,
        "observation": Rows.FINDING,
        "visit_occurrence": Rows.PERSON,
    }
)
_DATES = ("%Y-%m-%d", "%Y%m%d")


def read_omop(
    source: str | Path,
    knowledge: Knowledge,
    *,
    tally: Tally,
    room: Room,
    told: Told = no_one,
) -> Iterator[FactBatch]:
    """Yield the facts of an OMOP CDM, counting in ``tally``.

    ``source`` is a folder of CSV (comma or tab) or Parquet, a DuckDB file, or
    ``postgresql://...``.  Raises :class:`InputError` before anything is read when a table or
    a column that is needed is missing.
    """
    connection = connect(room)
    try:
        parts = open_cdm(source, connection)
        every = [part for table, held in parts.items() for part in held if table in _ROWS]
        progress = Progress(sum(part.size for part in every), told)
        rejects = Rejects(tally)
        concepts = _concepts(parts, rejects, knowledge)
        visits = Visits(connection)
        for part in every:
            yield from _Part(part, knowledge, concepts, visits, rejects).facts()
            progress.add(part.size)
        yield from visits.facts()
    finally:
        connection.close()


def _concepts(
    parts: Mapping[str, list[CdmPart]], rejects: Rejects, knowledge: Knowledge
) -> Concepts:
    """Return what a ``concept`` table says of the concepts that are met."""
    concepts = Concepts()
    if "concept" not in parts:
        return concepts
    met: set[str] = set()
    for part in parts.get("drug_exposure", ()):
        for columns in part.batches():
            for name in ("drug_concept_id", "drug_source_concept_id"):
                met.update(filter(None, pc.unique(cells.ids(columns[name])).to_pylist()))
        part.rows.broken.clear()
    of_drugs = pa.array(sorted(met), pa.string())
    for part in parts["concept"]:
        for columns in part.batches():
            batch = pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))
            concepts.take(batch, of_drugs, knowledge)
        for broken in part.rows.broken:
            where = part.name if broken.line is None else f"{part.name}:line {broken.line}"
            rejects.add(where, "concept", broken.code, records=broken.lines)
    return concepts


class _Part:
    """One file or table of the CDM, read."""

    def __init__(
        self,
        part: CdmPart,
        knowledge: Knowledge,
        concepts: Concepts,
        visits: Visits,
        rejects: Rejects,
    ) -> None:
        self._part, self._rejects, self._visits = part, rejects, visits
        self._mapping = TableMapping(
            files=(), rows=_ROWS[part.table], person="person_id", dates=_DATES,
            words=Words(nothing=()),
        )  # fmt: skip
        self._readers: dict[str, Callable[[Batch], Iterator[FactBatch]]] = {
            "person": omop_others.persons,
            "measurement": lambda batch: measurements(batch, knowledge, concepts),
            "condition_occurrence": lambda batch: omop_others.conditions(
                batch, knowledge, concepts
            ),
            "drug_exposure": lambda batch: omop_others.drugs(batch, knowledge, concepts),
            "observation": lambda batch: omop_others.observations(batch, knowledge),
        }

    def facts(self) -> Iterator[FactBatch]:
        """Yield the facts of the part, then what of it was rejected."""
        first = 1
        if self._part.rows.columns:
            for columns in self._part.batches():
                batch = self._batch(columns, first)
                first += len(columns["person_id"])
                yield from self._read(batch)
                yield from self._rejected()
        for broken in self._part.rows.broken:
            name = self._part.name
            where = name if broken.line is None else f"{name}:line {broken.line}"
            self._rejects.add(where, self._part.table, broken.code, records=broken.lines)
        yield from self._rejected()

    def _batch(self, columns: dict[str, pa.Array], first: int) -> Batch:
        person = cells.ids(columns["person_id"])
        batch = Batch(
            columns=columns,
            mapping=self._mapping,
            file=self._part.name,
            rows=pa.array(np.arange(first, first + len(person))),
            person=person,
            rejects=self._rejects,
            kind=self._part.table,
        )
        return batch.reject(pc.is_null(person), "no-person-id")

    def _read(self, batch: Batch) -> Iterator[FactBatch]:
        if self._part.table == "visit_occurrence":
            self._visits.take(batch)
            return
        for facts in self._readers[self._part.table](batch):
            if facts.kind is FactKind.RESULTS:
                self._visits.take_results(facts)
            yield facts

    def _rejected(self) -> Iterator[FactBatch]:
        if (taken := self._rejects.taken()) is not None:
            yield taken

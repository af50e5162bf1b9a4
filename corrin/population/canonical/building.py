"""Facts in, one row a person out: the canonical table.

DuckDB reads the facts, settles versions by id and sorts everything by person; people are
then worked through some tens of thousands at a time.  Neither the order of the facts nor
where one batch ends changes a byte of the table.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from corrin.knowledge.loading import Knowledge
from corrin.population.canonical import lists, queries
from corrin.population.canonical.database import Facts
from corrin.population.canonical.merging import Some, together
from corrin.population.canonical.problems import Problems
from corrin.population.canonical.reports import CanonicalReport, Repairs
from corrin.population.canonical.results import Results
from corrin.population.canonical.surveying import WORDS, finding_ids, last_day, survey
from corrin.population.canonical.who import Who
from corrin.population.canonical.writing import GROUP, Writer
from corrin.population.facts import SCHEMAS, FactKind, Tally
from corrin.population.kernel.people import Booleans
from corrin.population.records import CANONICAL

_STREAMS = {
    FactKind.PEOPLE: queries.PEOPLE,
    FactKind.RESULTS: queries.RESULTS,
    FactKind.FINDINGS: queries.FINDINGS,
    FactKind.PRODUCTS: queries.PRODUCTS,
    FactKind.DRUGS: queries.DRUGS,
    FactKind.ASKED: queries.ASKED,
}


def build_canonical(
    facts: Path,
    out: Path,
    knowledge: Knowledge,
    *,
    work: Path,
    as_of: dt.date | None = None,
    memory_limit: str = "1GB",
    threads: int = 2,
    group: int = GROUP,
) -> CanonicalReport:
    """Write the canonical table of a folder of ``facts`` into ``out``; return what became of them.

    ``group`` is how many people a row group holds: one piece of the work that follows.
    ``work`` takes what does not fit into ``memory_limit``.  ``as_of`` is the day of the
    assessment, else the latest day of the facts.  Raises :class:`InputError` when no fact
    has a day, and :class:`CorrinError` when memory or disk are too little.
    """
    with Facts(facts, work, memory_limit=memory_limit, threads=threads, words=WORDS) as source:
        day = as_of or last_day(source, knowledge)
        table = _Table(source, knowledge, day)
        with Writer(out, group=group) as writer:
            for batch in table.batches():
                writer.write(batch)
        rejected = _rejected(source, out)
    return table.report(writer.rows, rejected)


class _Table:
    """Makes the rows, and counts."""

    def __init__(self, source: Facts, knowledge: Knowledge, as_of: dt.date) -> None:
        self._source = source
        self._knowledge = knowledge
        self._as_of = as_of
        self._day = (as_of - dt.date(1970, 1, 1)).days  # not clinical: Arrow's first day
        self._survey = survey(source, knowledge)
        self._findings = finding_ids(source, knowledge)
        source.run(queries.BY_ID)
        self._tallies = {kind.value: Tally() for kind in _STREAMS}
        self._tallies[FactKind.RESULTS.value] = self._survey.results
        nobody = source.table(queries.NOBODY).to_pydict()
        for kind, rows in zip(nobody["kind"], nobody["n"], strict=True):
            self._tallies[kind].read += rows
            self._tallies[kind].rejected["no-id"] += rows
        self._problems: Counter[str] = Counter()
        self._repairs = Repairs()
        self._results = Results(self._survey, knowledge, as_of=self._day, repairs=self._repairs)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield rows of the table, in order."""
        streams = {kind: self._source.stream(sql) for kind, sql in _STREAMS.items()}
        for some in together(streams):
            yield self._rows(some)

    def _rows(self, some: Some) -> pa.RecordBatch:
        people = len(some)
        problems = Problems(people)
        none = np.empty(0, np.int64)
        owner = {kind: some.owner.get(kind, none) for kind in _STREAMS}
        rows = {kind: some.rows.get(kind) for kind in _STREAMS}
        who = Who(
            people,
            owner[FactKind.PEOPLE],
            rows[FactKind.PEOPLE],
            as_of=self._as_of,
            knowledge=self._knowledge,
            problems=problems,
        )
        self._count_people(some)
        intake_asked, drugs_asked = self._asked(some)
        present, absent = lists.findings(
            people,
            owner[FactKind.FINDINGS],
            rows[FactKind.FINDINGS],
            ids=self._findings,
            as_of=self._day,
            tally=self._tallies[FactKind.FINDINGS],
            problems=problems,
        )
        labs = self._results.of(
            people,
            owner[FactKind.RESULTS],
            rows[FactKind.RESULTS],
            child=who.child(self._knowledge.model["adult_age"].value),
            tally=self._tallies[FactKind.RESULTS],
            problems=problems,
        )
        courses = [
            make(
                owner[kind],
                some.rows.get(kind, SCHEMAS[kind].empty_table()),
                asked,
                as_of=self._as_of,
                tally=self._tallies[kind],
                problems=problems,
            )
            for make, kind, asked in (
                (lists.products, FactKind.PRODUCTS, intake_asked),
                (lists.drugs, FactKind.DRUGS, drugs_asked),
            )
        ]
        columns = {
            "person_id": some.ids,
            "as_of": pa.repeat(pa.scalar(self._as_of, pa.date32()), people),
            "age": who.ages(),
            "sex": who.sex,
            "setting": who.setting,
            "country": who.country,
            "twitching": who.twitching,
            "present": present,
            "absent": absent,
            "labs": labs,
            "intake": courses[0],
            "drugs": courses[1],
            "problems": problems.lists(self._problems),
        }
        return pa.RecordBatch.from_arrays(
            [columns[name].cast(CANONICAL.field(name).type) for name in CANONICAL.names],
            schema=CANONICAL,
        )

    def _count_people(self, some: Some) -> None:
        """Count the records of people: several of one are used together."""
        table = some.rows.get(FactKind.PEOPLE)
        if table is not None and table.num_rows:
            tally = self._tallies[FactKind.PEOPLE]
            records = table["records"].to_numpy()
            own = int(np.count_nonzero(records))
            tally.read += int(records.sum())
            tally.used += own
            tally.ignored["duplicate"] += int(records.sum()) - own

    def _asked(self, some: Some) -> tuple[Booleans, Booleans]:
        """Return who was asked for products, and who for medicines (N,)."""
        found = np.zeros((2, len(some)), np.bool_)
        table = some.rows.get(FactKind.ASKED)
        if table is not None and table.num_rows:
            owner = some.owner[FactKind.ASKED]
            for number, name in enumerate(("intake", "drugs")):
                found[number, owner] = table[name].to_numpy()
            tally = self._tallies[FactKind.ASKED]
            records, others = (
                int(np.sum(table[name].to_numpy())) for name in ("records", "others")
            )
            tally.read += records
            used = int(found.sum())
            tally.used += used
            tally.rejected["unknown-list"] += others
            tally.ignored["duplicate"] += records - others - used
        return found[0], found[1]

    def report(self, persons: int, rejected: Counter[str]) -> CanonicalReport:
        """Return what became of everything.

        Raises :class:`CorrinError` when a fact was lost or counted twice.
        """
        for tally in self._tallies.values():
            tally.check()
            for counter in (tally.ignored, tally.rejected):
                for reason in [reason for reason, times in counter.items() if not times]:
                    del counter[reason]
        return CanonicalReport(
            as_of=self._as_of,
            persons=persons,
            rejected=rejected,
            records=self._tallies,
            problems=self._problems,
            repairs=self._repairs.all(),
        )


def _rejected(source: Facts, out: Path) -> Counter[str]:
    """Return the people whose own record was rejected and who are not in the table, by reason."""
    rows = source.table(queries.REJECTED).to_pydict()
    found: Counter[str] = Counter()
    named: dict[str, str] = {}
    for code, person, times in zip(rows["code"], rows["person_id"], rows["n"], strict=True):
        if person is None or not person.strip():
            found[code] += times
        else:
            named.setdefault(person, code)
    for ids in Writer.people(out):
        for person in named.keys() & set(ids.to_pylist()) if named else ():
            del named[person]
    found.update(named.values())
    return found

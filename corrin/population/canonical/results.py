"""The results of many people: read, settled, the latest kept, and listed a person."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from corrin.b12_status.classing import ACTIVE, TOTAL
from corrin.knowledge.loading import Knowledge
from corrin.labs.records import DAYS_OF_A_YEAR
from corrin.population.canonical.grouping import Index, alike, offsets
from corrin.population.canonical.latest import Latest
from corrin.population.canonical.lines import (
    COMPARATORS,
    REMOVED,
    SAID,
    SUPERSEDED,
    Lines,
    Reader,
    fault_codes,
    lines_of,
)
from corrin.population.canonical.problems import Problems
from corrin.population.canonical.reports import Repairs
from corrin.population.canonical.surveying import Survey
from corrin.population.canonical.versions import Versions
from corrin.population.facts import Tally
from corrin.population.kernel.people import NO_DAY, Booleans
from corrin.population.records import LAB

_UNLISTED = "another unit"


class Results:
    """Makes the list of results of each person."""

    def __init__(
        self, survey: Survey, knowledge: Knowledge, *, as_of: int, repairs: Repairs
    ) -> None:
        self._survey = survey
        self._as_of = as_of
        years = knowledge.model["oldest_result"].value
        self._oldest = as_of - int(years * DAYS_OF_A_YEAR)
        self._repairs = repairs
        self._reader = Reader(survey, knowledge)
        self._versions = Versions(knowledge)
        self._latest = Latest(knowledge)
        labs = survey.scales.labs
        self._names = pa.array(labs)
        self._b12 = [place for place, id_ in enumerate(labs) if id_ in {TOTAL, ACTIVE}]
        self._units = pa.array([knowledge.labs[id_].canonical_unit for id_ in labs])
        self._seen = ("", _UNLISTED, *survey.scales.units)

    def of(
        self,
        people: int,
        owner: Index,
        table: pa.Table | None,
        *,
        child: Booleans,
        tally: Tally,
        problems: Problems,
    ) -> pa.Array:
        """Return the results of each of ``people`` as a list, by lab, latest first."""
        if table is None or not table.num_rows:
            return pa.array([[]] * people, pa.list_(LAB))
        lines = lines_of(owner, table)
        late = (lines.day > self._as_of) & (lines.fate != REMOVED) & (lines.fate != SUPERSEDED)
        tally.rejected["future-date"] += int(late.sum())
        where = [f"labs.{id_}" for id_ in self._survey.scales.labs]
        problems.add_each(
            lines.person[late], lines.lab[late], [(each, "future-date") for each in where]
        )
        old = ~late & (lines.day != NO_DAY) & (lines.day < self._oldest)
        tally.ignored["too-old"] += int(old.sum())
        too_old = lines.take(old)
        lines = lines.take(~late & ~old)
        lines = self._reader.read(lines, child=child)
        lines = self._versions.settle(lines, tally.ignored, tally.rejected)
        kept = self._latest.kept(lines)
        tally.ignored["older"] += int((~kept).sum())
        tally.used += int(kept.sum())
        lines = lines.take(kept)
        self._say(lines, where, problems)
        self._say_old(too_old, lines, where, problems)
        return self._listed(lines, people)

    def _say_old(self, old: Lines, kept: Lines, where: list[str], problems: Problems) -> None:
        """Note an old B12 result where there is no other, or nobody would know why there is none.

        Results that are too old say nothing of today, as for one person.
        """
        b12 = np.isin(old.lab, self._b12)
        b12 &= ~np.isin(old.person, kept.person[np.isin(kept.lab, self._b12)])
        texts = [(each, "too-old") for each in where]
        problems.add_each(old.person[b12], old.lab[b12], texts)

    def _say(self, lines: Lines, where: list[str], problems: Problems) -> None:
        """Note what was wrong with the lines that are kept, and what was filled in."""
        for faults in np.unique(lines.faults):
            rows = lines.faults == faults
            for code in fault_codes(int(faults)):
                texts = [(each, code) for each in where]
                problems.add_each(lines.person[rows], lines.lab[rows], texts)
        for number, code in enumerate(self._survey.codes):
            rows = lines.problem == number
            problems.add_each(lines.person[rows], lines.lab[rows], [(each, code) for each in where])
        repaired = np.flatnonzero(lines.repaired)
        if not repaired.size:
            return
        of = lines.take(repaired)
        groups = alike(of.lab, of.site, of.unit, of.scale)
        for group in np.unique(groups):
            rows = np.flatnonzero(groups == group)
            lab, site, unit, scale = (
                int(each[rows[0]]) for each in (of.lab, of.site, of.unit, of.scale)
            )
            meant = self._survey.scales.scales[lab][scale].unit
            problems.add(of.person[rows], where[lab], f"unit-repaired:{meant}")
            self._repairs.add(
                (self._survey.scales.labs[lab], self._survey.sites[site], self._seen[unit], meant),
                rows.size,
                float(of.certainty[rows].min()),
            )

    def _listed(self, lines: Lines, people: int) -> pa.Array:
        lab = pa.array(lines.lab)
        known = lines.scale >= 0
        empty = np.isnan(lines.value)
        columns = {
            "lab": self._names.take(lab),
            "value": _reals(lines.value),
            "comparator": pa.array(COMPARATORS).take(
                pa.array(lines.comparator, mask=lines.comparator <= 0)
            ),
            "unit": self._units.take(pa.array(lines.lab, mask=~known | empty)),
            "word": pa.array(SAID).take(pa.array(lines.word, mask=lines.word < 0)),
            "reference_low": _reals(lines.low),
            "reference_high": _reals(lines.high),
            "taken": pa.array(
                np.where(lines.day == NO_DAY, 0, lines.day).astype(np.int32),
                mask=lines.day == NO_DAY,
            ).cast(pa.date32()),
            "assay": lines.assay,
        }
        entries = pa.StructArray.from_arrays(
            [columns[one.name].cast(one.type) for one in LAB], fields=list(LAB)
        )
        starts = pa.array(offsets(lines.person, people), pa.int32())
        return pa.ListArray.from_arrays(starts, entries)


def _reals(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> pa.Array:
    return pa.array(values, mask=np.isnan(values))

"""What a source holds, counted before anything is decided: units, sites, values, days.

Everything here has one entry for each different thing, not for each fact.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corrin.errors import InputError, Problem
from corrin.knowledge.loading import Knowledge
from corrin.population.canonical.database import Facts
from corrin.population.canonical.scales import Scales, scales_of
from corrin.population.facts import Tally

#: What a status makes of a version of a result, as codes.
REMOVES, FIRST, LATER = 0, 1, 2  # not clinical: codes
_NOT_FINAL, _NO_STATUS, _OTHER_STATUS = -1, -2, -3  # not clinical: codes
_WHY = {
    _NOT_FINAL: "not-final",
    _NO_STATUS: "no-status",
    _OTHER_STATUS: "unknown-status",
}
#: Width of a class of values, on the natural logarithm.
WIDTH = 0.05  # not clinical: a twentieth; far finer than units differ
#: Different units, and texts that are no unit, that are counted one by one.
_UNITS = 5_000  # not clinical: bounds the memory
_INTERVALS = 200_000  # not clinical: bounds the memory
#: How queries name what the types number; 0 is a unit that is missing, 1 one not listed.
WORDS = {
    "LAB": "enum_code(try_cast(lab as labs))",
    "UNIT": """case when unit_seen is null or trim(unit_seen) = '' then 0
        else coalesce(enum_code(try_cast(unit_seen as units)) + 2, 1) end""",
    "SITE": "coalesce(enum_code(try_cast(site as sites)) + 1, 0)",
    "STATUS": """case when status = 'final' then 1 when status in ('amended', 'corrected') then 2
        when status in ('entered-in-error', 'cancelled') then 0
        when status in ('preliminary', 'registered') then -1
        when status is null then -2 else -3 end""",
    "WIDTH": str(WIDTH),
    "UNITS": str(_UNITS),
    "INTERVALS": str(_INTERVALS),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Values:
    """Counts of results by lab, unit, site and class of value (M,), those that count."""

    lab: NDArray[np.int64]
    unit: NDArray[np.int64]
    site: NDArray[np.int64]
    log: NDArray[np.float64]
    results: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Intervals:
    """Counts of printed reference intervals by lab and unit (M,); NaN is an open end."""

    lab: NDArray[np.int64]
    unit: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    results: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Survey:
    """What a source holds; ``sites`` begins with "", for results without a site."""

    scales: Scales
    sites: tuple[str, ...]
    codes: tuple[str, ...]
    values: Values
    intervals: Intervals
    results: Tally


def survey(facts: Facts, knowledge: Knowledge) -> Survey:
    """Count what the results hold, and make the types that number it for later queries."""
    labs = tuple(sorted(knowledge.labs))
    facts.enum("labs", labs)
    seen = _units(facts)
    texts = _listed(seen)
    sites = _texts(facts, "select distinct site t from {results} where site is not null")
    codes = _texts(facts, "select distinct problem t from {results} where problem is not null")
    facts.enum("units", texts)
    facts.enum("sites", sites)
    facts.enum("codes", codes)
    counted = facts.table(
        """select {LAB} lab, {UNIT} unit, {SITE} site, {STATUS} status,
        result_id is not null has_id, trim(person_id) = '' nobody,
        case when value > 0 and isfinite(value) and comparator is null
            then floor(ln(value) / {WIDTH})::int end bin,
        count(*) n from {results} group by all"""
    )
    return Survey(
        scales=scales_of(labs, texts, seen, knowledge),
        sites=("", *sites),
        codes=codes,
        values=_values(counted),
        intervals=_intervals(facts),
        results=_tally(counted),
    )


def _units(facts: Facts) -> Counter[tuple[str, str]]:
    """Return how often each unit is printed with each lab; of very many, the most frequent."""
    table = facts.table(
        """select lab, unit_seen, count(*) n from {results}
        where unit_seen is not null and trim(unit_seen) <> '' and {LAB} is not null
        group by all order by n desc, lab, unit_seen limit {UNITS}"""
    )
    rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
    return Counter({(lab, unit): count for lab, unit, count in rows})


def _listed(seen: Counter[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(sorted({unit for _, unit in seen}))


def _texts(facts: Facts, sql: str) -> tuple[str, ...]:
    return tuple(sorted(facts.table(sql).column("t").to_pylist()))


def _values(counted: pa.Table) -> Values:
    counts = pc.and_(pc.greater_equal(counted["status"], FIRST), pc.is_valid(counted["bin"]))
    rows = counted.filter(pc.and_(counts, pc.is_valid(counted["lab"])))
    rows = rows.group_by(["lab", "unit", "site", "bin"]).aggregate([("n", "sum")])
    rows = rows.sort_by([(name, "ascending") for name in ("lab", "site", "unit", "bin")])
    lab, unit, site, bin_, results = (
        rows[name].to_numpy().astype(np.int64) for name in ("lab", "unit", "site", "bin", "n_sum")
    )
    middle = (bin_ + 0.5) * WIDTH  # not clinical: the middle of a class
    return Values(lab=lab, unit=unit, site=site, log=middle, results=results)


def _intervals(facts: Facts) -> Intervals:
    rows = facts.table(
        """select {LAB} lab, {UNIT} unit, reference_low low, reference_high high, count(*) n
        from {results} where (reference_low is not null or reference_high is not null)
        and {LAB} is not null and {STATUS} >= 1
        group by all order by n desc, lab, unit, low, high limit {INTERVALS}"""
    )
    lab, unit, results = (rows[name].to_numpy().astype(np.int64) for name in ("lab", "unit", "n"))
    low, high = (rows[name].to_numpy().astype(np.float64) for name in ("low", "high"))
    return Intervals(lab=lab, unit=unit, low=low, high=high, results=results)


def _tally(counted: pa.Table) -> Tally:
    """Return the results that need not be looked at one by one, counted with their reasons."""
    tally = Tally()
    names = ["status", "has_id", "nobody", "lab", "n"]
    for status, has_id, nobody, lab, results in zip(
        *(counted[name].to_pylist() for name in names), strict=True
    ):
        tally.read += results
        if nobody:
            tally.rejected["no-id"] += results
        elif lab is None:
            tally.rejected["unknown-lab"] += results
        elif status in _WHY:
            tally.ignored[_WHY[status]] += results
        elif status == REMOVES and has_id:
            tally.rejected["entered-in-error"] += results
    return tally


def last_day(facts: Facts, knowledge: Knowledge) -> dt.date:
    """Return the latest day of a source: of a result, a finding, a medicine or a product.

    A few facts that lie long after all others are slips of the year and do not count.
    Raises :class:`InputError` when no fact has a day.
    """
    days = facts.table(
        """select day, count(*) n from (select taken as day from {results}
        union all select noted from {findings} union all select since from {drugs}
        union all select since from {products} union all select last_dose from {products})
        where day is not null and isfinite(day) group by day order by day"""
    )
    if not days.num_rows:
        raise InputError(
            [Problem("as_of", "missing-date", "is not known: no fact has a day.", "Give --as-of.")]
        )
    setting = knowledge.population.setting
    number = days["day"].cast(pa.int32()).to_numpy()
    upto = np.cumsum(days["n"].to_numpy())
    few = upto[-1] - upto < upto[-1] * setting["lonely_share"].value
    gap = np.append(np.diff(number), 0) > setting["lonely_after"].value
    lonely = np.flatnonzero(few & gap)
    found: dt.date = days["day"][int(lonely[0]) if lonely.size else -1].as_py()
    return found


def finding_ids(facts: Facts, knowledge: Knowledge) -> Sequence[str]:
    """Return the finding ids of the knowledge in order, and make the type that numbers them."""
    ids = tuple(sorted(knowledge.findings))
    facts.enum("finding_ids", ids)
    return ids

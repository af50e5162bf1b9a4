"""Counts for one group of products and one of events, straight from the reports."""

# ruff: noqa: S608 - queries are made of our own words; numbers go in as parameters

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corrin.signals.reading import Reports
from corrin.signals.records import Floats, Ints
from corrin.signals.two_by_two import Tables

_IN = "in (select unnest(?::integer[]))"
#: The longest list of what surrounds a pair.
_MOST = 8  # not clinical: lines on a page


@dataclass(frozen=True, slots=True, kw_only=True)
class PairCounts:
    """Distinct reports with both, with the product, with the event, and all, by stratum."""

    both: Ints
    product: Ints
    event: Ints
    reports: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the reports of a pair also say, where the file has it: most frequent first.

    ``onset_days`` are the 25%, 50% and 75% points of the days from the first medicine to
    the event, over ``onset_reports`` reports.
    """

    outcomes: tuple[tuple[str, int], ...] = ()
    indications: tuple[tuple[str, int], ...] = ()
    onset_days: tuple[float, float, float] | None = None
    onset_reports: int = 0


def pair_counts(
    reports: Reports,
    products: Sequence[int],
    events: Sequence[int],
    *,
    without: Sequence[int] = (),
) -> PairCounts:
    """Return the counts of a pair of groups; a report counts once.

    Reports of the events ``without`` are left out of every count.
    """
    strata = [
        row[0]
        for row in reports.connection.execute(
            "select distinct stratum from reports order by 1"
        ).fetchall()
    ]

    def by_stratum(chosen: str, *parameters: Sequence[int]) -> Ints:
        rows = reports.connection.execute(
            f"""select stratum, count(*) from (select distinct report from {chosen})
            join reports using (report)
            where report not in (select report from had where event {_IN}) group by stratum""",
            [*(list(one) for one in parameters), list(without)],
        ).fetchall()
        counts = np.zeros(len(strata), np.int64)
        for name, found in rows:
            counts[strata.index(name)] = found
        return counts

    return PairCounts(
        both=by_stratum(f"listed where product {_IN} and event {_IN}", products, events),
        product=by_stratum(f"taken where product {_IN}", products),
        event=by_stratum(f"had where event {_IN}", events),
        reports=by_stratum("reports"),
    )


def stack(pairs: Sequence[PairCounts]) -> tuple[Tables, Floats]:
    """Return the 2 x 2 tables of pairs, all strata together, and their expected counts."""
    a, product, event, everything = (
        np.array([getattr(one, name).sum() for one in pairs], np.float64)
        for name in ("both", "product", "event", "reports")
    )
    expected = np.array(
        [float((one.product * one.event / np.maximum(one.reports, 1)).sum()) for one in pairs]
    )
    table = Tables(a=a, b=product - a, c=event - a, d=everything - product - event + a)
    return table, expected


def surroundings(reports: Reports, products: Sequence[int], events: Sequence[int]) -> Surroundings:
    """Return what the reports of a pair also say."""
    con, reading = reports.connection, reports.reading
    con.execute(
        f"""create or replace temp table paired as select distinct report from listed
        where product {_IN} and event {_IN}""",
        [list(products), list(events)],
    )

    def most(table: str, column: str) -> tuple[tuple[str, int], ...]:
        rows = con.execute(
            f"""select {column}, count(distinct report) as n from {table} semi join paired
            using (report) group by 1 order by n desc, 1 limit {_MOST}"""
        ).fetchall()
        return tuple((str(row[0]), int(row[1])) for row in rows)

    onset = None
    waited = 0
    if reading.has_starts:
        row = con.execute(
            """select count(*), quantile_cont(day, [0.25, 0.5, 0.75])
            from starts semi join paired using (report)"""
        ).fetchone()
        if row and row[0]:
            waited = int(row[0])
            low, middle, high = (float(one) for one in row[1])
            onset = (low, middle, high)
    return Surroundings(
        outcomes=most("outcomes", "outcome") if reading.has_outcomes else (),
        indications=most("indications", "indication") if reading.has_indications else (),
        onset_days=onset,
        onset_reports=waited,
    )

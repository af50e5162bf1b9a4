"""A pair by quarter of a year: does its share of reports change?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from corrin.signals.reading import Reports
from corrin.signals.records import Floats, Ints
from corrin.signals.shrinkage import InformationComponent, information_component


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A pair by quarter, and a test of whether its relative rate rises or falls.

    ``z`` is the score of a linear trend, given the total: above zero it rises.  ``p`` is
    two-sided; both are NaN where there is nothing to compare.
    """

    quarters: tuple[str, ...]
    n: Ints
    expected: Floats
    ic: InformationComponent
    z: float
    p: float


def by_quarter(reports: Reports, products: Sequence[int], events: Sequence[int]) -> Trend:
    """Return the pair of groups by the quarter in which reports arrived; undated ones left out."""
    rows = reports.connection.execute(
        """with dated as (
            select report, year(day) || ' Q' || quarter(day) as quarter
            from reports where day is not null
        ), pair as (
            select distinct report from listed
            where product in (select unnest(?::integer[]))
                and event in (select unnest(?::integer[]))
        ), with_product as (
            select distinct report from taken where product in (select unnest(?::integer[]))
        ), with_event as (
            select distinct report from had where event in (select unnest(?::integer[]))
        )
        select quarter, count(*), count(p.report), count(t.report), count(e.report)
        from dated left join pair p using (report) left join with_product t using (report)
            left join with_event e using (report)
        group by quarter order by quarter""",
        [list(products), list(events), list(products), list(events)],
    ).fetchall()
    quarters = tuple(str(row[0]) for row in rows)
    whole, n, with_product, with_event = (
        np.array([row[place] for row in rows], np.int64)
        for place in range(1, 5)  # not clinical: columns
    )
    wanted = with_product * with_event / np.maximum(whole, 1)
    z = linear_trend(n, wanted)
    return Trend(
        quarters=quarters,
        n=n,
        expected=wanted,
        ic=information_component(n, wanted),
        z=z,
        p=float(2 * ndtr(-abs(z))),
    )


def linear_trend(n: Ints, expected: Floats) -> float:
    """The score of a linear trend in n/E over equal steps of time, given the total of n.

    Poisson counts with means rate x E are, given their total, multinomial with shares
    E / sum(E); the score is sum t (n - total x share), over its standard deviation.
    """
    total, whole = float(n.sum()), float(expected.sum())
    if total == 0 or whole == 0:
        return float("nan")
    share = expected / whole
    time = np.arange(n.size, dtype=np.float64)
    mean = float(share @ time)
    spread = total * float(share @ (time - mean) ** 2)
    if spread == 0:
        return float("nan")
    return (float(n @ time) - total * mean) / float(np.sqrt(spread))

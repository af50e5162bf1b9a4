"""One product and one event: the table, its kin, controls, power, and what surrounds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from corrin.knowledge.facts import Knowledge
from corrin.knowledge.records_of_signals import EventGroup, EventKind, ProductGroup
from corrin.signals.analysing import analyse
from corrin.signals.counting import count
from corrin.signals.grouping import Member, events_of, inside, products_of
from corrin.signals.pair_counting import (
    PairCounts,
    Surroundings,
    pair_counts,
    stack,
    surroundings,
)
from corrin.signals.power import smallest_rate
from corrin.signals.reading import Reports, Tell
from corrin.signals.records import Fit, Likelihood, Theta
from corrin.signals.records_of_reading import Reading
from corrin.signals.shrinkage import ebgm, information_component
from corrin.signals.trend import Trend, by_quarter
from corrin.signals.two_by_two import (
    false_discovery,
    fisher,
    proportional_reporting_ratio,
    reporting_odds_ratio,
)


class RowKind(StrEnum):
    """What a row of the answer is for."""

    ASKED = "asked"
    NARROWER = "narrower"
    UNMASKED = "unmasked"
    KINDRED = "kindred"
    POSITIVE = "positive-control"
    NEGATIVE = "negative-control"


#: How a row is told whose reports of a positive control were left out.
_WITHOUT = "{event}, reports of {control} left out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One pair of groups with every measure; NaN where a measure does not exist.

    ``a`` to ``d`` are the four cells.  ``p`` is Fisher's, one-sided, and ``q`` the same
    stepped up over all rows.  ``needed`` reports would have stood out, and
    ``smallest_rate`` is the relative rate that would have given as many; -1 and infinity
    where none would.
    """

    kind: RowKind
    product: str
    event: str
    a: int
    b: int
    c: int
    d: int
    expected: float
    rr: float
    prr: tuple[float, float, float]
    ror: tuple[float, float, float]
    ic: tuple[float, float, float]
    ebgm: tuple[float, float, float]
    p: float
    q: float
    needed: int
    smallest_rate: float
    stands_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PairAnswer:
    """What the reports say of one product and one event; the asked row is the first."""

    reading: Reading
    product: ProductGroup
    event: EventGroup
    products_found: tuple[Member, ...]
    events_found: tuple[Member, ...]
    rows: tuple[Row, ...]
    fit: Fit
    power: float
    trend: Trend | None
    surroundings: Surroundings
    stratified: bool

    @property
    def asked(self) -> Row:
        """The row of the question itself."""
        return self.rows[0]

    def of_kind(self, kind: RowKind) -> tuple[Row, ...]:
        """The rows of one kind."""
        return tuple(row for row in self.rows if row.kind is kind)


def answer(
    reports: Reports,
    product: ProductGroup,
    event: EventGroup,
    knowledge: Knowledge,
    *,
    likelihood: Likelihood = Likelihood.FULL,
    theta: Theta | None = None,
    tell: Tell = lambda _: None,
) -> PairAnswer:
    """Return the pair with its kin and controls.

    The mixture is fitted to the table in which the products of ``product`` are one, and
    the events of each group are one.
    """
    tell("Finding the products and events")
    products = products_of(reports, product, knowledge)
    found = {group.id: events_of(reports, group) for group in knowledge.event_groups.values()}
    tell("Counting reports")
    counts = count(
        reports,
        products={one.name: f"[{product.id}]" for one in products},
        events={one.name: f"[{id_}]" for id_, members in found.items() for one in members},
    )
    tell(f"Fitting to {counts.cells:,} cells")
    fitted = analyse(counts, likelihood=likelihood, theta=theta).fit
    tell("Putting the rows together")
    wanted = _wanted(reports, product, event, knowledge, products, found)
    power = knowledge.signals.setting["power"].value
    rows = _rows(wanted, fitted, power, above=knowledge.signals.setting["ic025_above"].value)
    asked = [_numbers(products), _numbers(found[event.id])]
    return PairAnswer(
        reading=reports.reading,
        product=product,
        event=event,
        products_found=products,
        events_found=found[event.id],
        rows=rows,
        fit=fitted,
        power=power,
        trend=by_quarter(reports, *asked) if reports.reading.has_dates else None,
        surroundings=surroundings(reports, *asked),
        stratified=len(counts.reports) > 1,
    )


def _numbers(members: Sequence[Member]) -> list[int]:
    return [one.number for one in members]


@dataclass(frozen=True, slots=True)
class _Wanted:
    kind: RowKind
    product: str
    event: str
    counts: PairCounts


_KINDS = {
    EventKind.ASKED: RowKind.KINDRED,
    EventKind.POSITIVE: RowKind.POSITIVE,
    EventKind.NEGATIVE: RowKind.NEGATIVE,
}


def _wanted(  # noqa: PLR0917 - what the rows are made of
    reports: Reports,
    product: ProductGroup,
    event: EventGroup,
    knowledge: Knowledge,
    products: Sequence[Member],
    found: dict[str, tuple[Member, ...]],
) -> list[_Wanted]:
    """Which rows there are, in the order they are shown, with their counts."""

    def row(kind: RowKind, group: ProductGroup, some: Sequence[Member], of: EventGroup) -> _Wanted:
        counts = pair_counts(reports, _numbers(some), _numbers(found[of.id]))
        return _Wanted(kind, group.name, of.name, counts)

    rows = [row(RowKind.ASKED, product, products, event)]
    for id_ in product.parts:
        part = knowledge.product_groups[id_]
        rows.append(row(RowKind.NARROWER, part, products_of(reports, part, knowledge), event))
    # What is reported very often with a product makes all else look rare with it.
    rows += [
        _Wanted(
            RowKind.UNMASKED,
            product.name,
            _WITHOUT.format(event=event.name, control=inside(control.name)),
            pair_counts(
                reports,
                _numbers(products),
                _numbers(found[event.id]),
                without=_numbers(found[control.id]),
            ),
        )
        for control in knowledge.event_groups.values()
        if control.kind is EventKind.POSITIVE and control.id != event.id and found[control.id]
    ]
    others = [one for one in knowledge.event_groups.values() if one.id != event.id]
    for kind in EventKind:
        rows += [row(_KINDS[kind], product, products, one) for one in others if one.kind is kind]
    return rows


def _rows(wanted: Sequence[_Wanted], fitted: Fit, power: float, *, above: float) -> tuple[Row, ...]:
    tables, expected = stack([one.counts for one in wanted])
    prr, ror = proportional_reporting_ratio(tables), reporting_odds_ratio(tables)
    ic = information_component(tables.a, expected)
    shrunk = ebgm(tables.a.astype(np.int64), expected, fitted.theta)
    p = fisher(tables)
    q = false_discovery(p)
    everything = tables.a + tables.b + tables.c + tables.d
    seen = smallest_rate(tables.a + tables.b, tables.c, everything, power=power)
    with np.errstate(divide="ignore", invalid="ignore"):
        rr = tables.a / expected
    return tuple(
        Row(
            kind=one.kind,
            product=one.product,
            event=one.event,
            a=int(tables.a[place]),
            b=int(tables.b[place]),
            c=int(tables.c[place]),
            d=int(tables.d[place]),
            expected=float(expected[place]),
            rr=float(rr[place]),
            prr=(float(prr.value[place]), float(prr.low[place]), float(prr.high[place])),
            ror=(float(ror.value[place]), float(ror.low[place]), float(ror.high[place])),
            ic=(float(ic.ic[place]), float(ic.ic025[place]), float(ic.ic975[place])),
            ebgm=(
                float(shrunk.ebgm[place]),
                float(shrunk.eb05[place]),
                float(shrunk.eb95[place]),
            ),
            p=float(p[place]),
            q=float(q[place]),
            needed=int(seen.needed[place]),
            smallest_rate=float(seen.rate[place]),
            stands_out=bool(ic.ic025[place] > above),
        )
        for place, one in enumerate(wanted)
    )

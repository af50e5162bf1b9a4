"""What a regimen adds to the level of B12 on given days, in ng/L, for every draw.

The mean over people of the draw's world: how much people differ is added in
:mod:`corrin.high_b12.predicting`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corrin.high_b12.parameters import SEED, Floats, Integers, Parameters, setting
from corrin.high_b12.records import DoseTrain, Product, Regimen
from corrin.high_b12.response import PARTS, Response, add_up, response, unbound
from corrin.high_b12.uptake import retained, taken_up, taken_up_by_nose
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records_of_intake import Entry, Kept

#: Slack in days for "before that day's dose", so that rounding moves no dose.
SLACK = 1e-9  # not clinical: rounding


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Excess:
    """Shape (days, draws): all that was added, and the short-lived part from injections."""

    total: Floats
    from_injection: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Unknowns:
    """What is not known of the times and contents, drawn once for every product alike."""

    duration: Floats
    phase: Floats
    content: Floats
    same_day: Floats

    def some(self, chosen: Integers) -> Unknowns:
        """Return the chosen draws (positions, which may repeat)."""
        return Unknowns(
            duration=self.duration[chosen],
            phase=self.phase[chosen],
            content=self.content[chosen],
            same_day=self.same_day[chosen],
        )


def excess(
    regimen: Regimen,
    days: Sequence[float],
    parameters: Parameters,
    knowledge: Knowledge,
    *,
    intrinsic_factor: bool = True,
    reference_day: float | None = None,
    unknowns: Unknowns | None = None,
) -> Excess:
    """Return what a regimen adds on each day, before that day's dose.

    Where the start is not known it is counted back from ``reference_day`` (by default
    the first of ``days``).  ``unknowns`` are drawn anew unless given.
    """
    at = np.asarray(days, dtype=np.float64)[:, None]
    reference = float(at[0, 0]) if reference_day is None else reference_day
    unknowns = unknowns or draw_unknowns(parameters.draws, knowledge)
    total = np.zeros((len(at), parameters.draws))
    from_injection = np.zeros_like(total)
    for product in regimen.products:
        entry, like = _kind(product, knowledge)
        parts = response(parameters, like=like)
        for train in product.trains:
            dose = train.dose_ug * np.exp(train.dose_spread * unknowns.content)
            times = _shared_day(at, train, unknowns) if entry is Entry.INJECTED else at
            since_last, count, interval = last_and_count(train, times, reference, unknowns)
            kept = _kept(dose, entry, like, parameters, intrinsic_factor=intrinsic_factor)
            added = kept * add_up(parts, since_last=since_last, count=count, interval=interval)
            total += added.sum(axis=0)
            if entry is Entry.INJECTED:
                lost = (dose - kept) * _unbound_part(
                    unbound(parameters, like=like), since_last, count, interval
                )
                total += lost
                from_injection += lost + added[PARTS.index("early")]
    return Excess(total=total, from_injection=from_injection)


def _kind(product: Product, knowledge: Knowledge) -> tuple[Entry, Kept]:
    routes = {route.id: route for route in knowledge.pharmacokinetics.route}
    return routes[product.route].entry, knowledge.substances[product.substance].kept_like


def _kept(
    dose: Floats, entry: Entry, like: Kept, parameters: Parameters, *, intrinsic_factor: bool
) -> Floats:
    if entry is Entry.INJECTED:
        return retained(dose, parameters, like=like)
    if entry is Entry.NOSE:
        return taken_up_by_nose(dose, parameters)
    return taken_up(dose, parameters, intrinsic_factor=intrinsic_factor)


def _unbound_part(part: Response, since_last: Floats, count: Floats, interval: Floats) -> Floats:
    added = add_up(part, since_last=since_last, count=count, interval=interval)
    return np.asarray(added[0])


def draw_unknowns(draws: int, knowledge: Knowledge) -> Unknowns:
    """Draw what is not known of times and contents; the same for every caller."""
    source = np.random.default_rng([SEED, 1])
    least, most = (setting(knowledge, f"unknown_since_{end}") for end in ("least", "most"))
    return Unknowns(
        duration=least * (most / least) ** source.uniform(size=draws),
        phase=source.uniform(size=draws),
        content=source.standard_normal(draws),
        same_day=source.uniform(-1, 1, size=draws) * setting(knowledge, "same_day_hours"),
    )


def _shared_day(at: Floats, train: DoseTrain, unknowns: Unknowns) -> Floats:
    """A sample on the day of the last injection may lie before it or after it."""
    if not train.by_last:
        return at
    return np.where(at == train.last, at + unknowns.same_day, at)


def last_and_count(
    train: DoseTrain, at: Floats, reference: float, unknowns: Unknowns
) -> tuple[Floats, Floats, Floats]:
    """Return days since the last dose before ``at``, doses so far, and days between doses.

    ``at`` has shape (days, 1) or (days, draws).
    """
    last = np.inf if train.last is None else train.last
    if train.every is None:
        day = train.first if train.first is not None else last
        since = at - day
        given = since > SLACK
        return np.where(given, since, 0.0), np.where(given, 1.0, 0.0), np.ones(1)
    every = np.array([train.every])
    grid, first = _grid(train, reference, unknowns)
    before = np.ceil((at - grid) / every - SLACK) - 1
    if train.last is not None:
        before = np.minimum(before, np.floor((last - grid) / every + SLACK))
    latest = grid + before * every
    count = np.floor((latest - first) / every + SLACK) + 1
    given = count > 0
    return (
        np.where(given, at - latest, 0.0),
        np.where(given, count, 0.0),
        every,
    )


def _grid(train: DoseTrain, reference: float, unknowns: Unknowns) -> tuple[Floats, Floats]:
    """Return a day on which a dose falls, and the day of the first dose."""
    every = train.every or 1
    last = train.last
    if train.by_last and last is not None:
        grid = np.array([last])
    elif train.first is not None:
        grid = np.array([train.first])
    else:
        # Rarer than daily: the day of the last dose is not known, so any day will do.
        ago = unknowns.phase * every if every > 1 else np.zeros(1)
        grid = reference - ago
    if train.first is not None:
        return grid, np.array([train.first])
    end = reference if last is None else min(reference, last)
    return grid, end - unknowns.duration

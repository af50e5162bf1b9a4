"""What doses add to the level of drawn people, compiled: ``high_b12.excess`` for many regimens.

Arrays only.  ``trains`` (T, 8) has the columns named below, a row for each train of equal
doses; a regimen is a run of rows.  ``world`` (ROWS, D) are the drawn people
(``dose_worlds``).  Days count from the day of the sample.  Every number of a drawn person
is worked out by itself, so a person's answer never depends on who else is asked.
"""

# ruff: noqa: PLR0917

from __future__ import annotations

import math

import numpy as np

from corrin.high_b12.excess import SLACK
from corrin.high_b12.parameters import Floats
from corrin.high_b12.response import PARTS
from corrin.knowledge.records_of_intake import Entry
from corrin.population.kernel.dose_worlds import (
    CAPACITY,
    CONTENT,
    DURATION,
    HALF,
    IF_CAPACITY,
    IF_HALF_DOSE,
    KEPT,
    NASAL,
    PASSIVE,
    PHASE,
    RATE,
    SAME_DAY,
    SIZE,
    UNBOUND,
)
from corrin.twitching.noisy_or_fast_table import U, compiled, inlined

#: The ways into the body, by number.
ENTRIES = tuple(Entry)
INJECTED, NOSE = ENTRIES.index(Entry.INJECTED), ENTRIES.index(Entry.NOSE)
# Columns of ``trains``: EVERY is NaN for a single dose, FIRST when the start is not known,
# LAST when it goes on.
ENTRY, LIKE, DOSE, SPREAD, EVERY, FIRST, LAST, BY_LAST = range(8)  # not clinical: columns
COLUMNS = BY_LAST + 1
# Rows of ``room`` (7, D), which is worked in.
SINCE, COUNT, KEPT_ROOM, DOSE_ROOM, UNIT, LEFT, GONE = range(7)  # not clinical: rows
ROOM = GONE + 1
#: exp of minus this is nothing beside 1.
_NOTHING = 40.0  # not clinical: floating point
#: Points of the table of exp between 0 and 1, and terms of the series at each.
_FINE, _TERMS = 32, 7  # not clinical: array mechanics
_STEP = 1 / _FINE
_FALLS = np.exp(-np.arange(_NOTHING * _FINE + 1) / _FINE)
_SERIES = np.array([1 / math.factorial(term) for term in range(_TERMS + 1)])
#: Days; longer than anybody has taken anything.
_LONG_AGO = 1e6  # not clinical: longer than a life
_PARTS = len(PARTS)


@inlined
def timing(
    every: float,
    first: float,
    last: float,
    by_last: bool,
    at: float,
    reference: float,
    duration: float,
    phase: float,
) -> tuple[float, float]:
    """Days since the last dose before ``at`` and doses so far (``last_and_count``)."""
    if math.isnan(every):
        since = at - (last if math.isnan(first) else first)
        return (since, 1.0) if since > SLACK else (0.0, 0.0)
    if by_last and not math.isnan(last):
        grid = last
    elif not math.isnan(first):
        grid = first
    else:
        grid = reference - (phase * every if every > 1 else 0.0)
    start = first
    if math.isnan(first):
        end = reference if math.isnan(last) else min(reference, last)
        start = end - duration
    before = np.ceil((at - grid) / every - SLACK) - 1.0
    if not math.isnan(last):
        before = min(before, np.floor((last - grid) / every + SLACK))
    latest = grid + before * every
    count = np.floor((latest - start) / every + SLACK) + 1.0
    given = count > 0
    return (at - latest if given else 0.0), (count if given else 0.0)


@inlined
def kept_of(dose: float, entry: int, like: int, intrinsic: bool, world: Floats, d: int) -> float:
    """Micrograms of one dose that the body keeps (``high_b12.uptake``)."""
    if entry == INJECTED:
        total = world[CAPACITY, d] + dose + world[HALF, d]
        product = world[CAPACITY, d] * dose
        bound = 2 * product / (total + math.sqrt(total * total - 2 * 2 * product))
        return float(bound + world[KEPT + like, d] * (dose - bound))
    if entry == NOSE:
        return float(world[NASAL, d] * dose)
    carried = 0.0
    if intrinsic:
        carried = min(dose, world[IF_CAPACITY, d] * dose / (dose + world[IF_HALF_DOSE, d]))
    return float(carried + world[PASSIVE, d] * (dose - carried))


@compiled
def excess_of_all(
    trains: Floats,
    first: int,
    last: int,
    at: float,
    reference: float,
    intrinsic: bool,
    world: Floats,
    room: Floats,
    total: Floats,
) -> None:
    """Fill ``total`` (D,) with what trains ``first`` to ``last`` add on day ``at`` (ng/L)."""
    draws = world.shape[1]
    kept, dose, unit, left = room[KEPT_ROOM], room[DOSE_ROOM], room[UNIT], room[LEFT]
    total[:] = 0
    for row in range(first, last):
        train = trains[row]
        entry, like, one_dose = int(train[ENTRY]), int(train[LIKE]), train[DOSE]
        if not _times(train, at, reference, world, room):
            continue
        if train[SPREAD] > 0:
            for d in range(U(draws)):
                dose[d] = one_dose * math.exp(train[SPREAD] * world[CONTENT, d])
        else:
            dose[:] = one_dose
        for d in range(U(draws)):
            kept[d] = kept_of(dose[d], entry, like, intrinsic, world, d)
        unit[:] = 0
        for part in range(_PARTS):
            _left_of_one(train, at, part, world, room)
            size = world[SIZE + like * _PARTS + part]
            for d in range(U(draws)):
                unit[d] += size[d] * left[d]
        for d in range(U(draws)):
            total[d] += kept[d] * unit[d]
        if entry == INJECTED:
            size = world[UNBOUND + like]
            _left_of_one(train, at, _PARTS + like, world, room)
            for d in range(U(draws)):
                total[d] += (dose[d] - kept[d]) * (size[d] * left[d])


@compiled
def _times(train: Floats, at: float, reference: float, world: Floats, room: Floats) -> bool:
    """Note when each drawn person took the last dose and how many; False when nobody did.

    What is the same for everybody stands in the first entry alone (``_counts_differ``,
    ``_days_differ``).
    """
    since, count = room[SINCE], room[COUNT]
    every, first, last, by_last = train[EVERY], train[FIRST], train[LAST], train[BY_LAST] > 0
    if not _counts_differ(train, at):
        since[0], count[0] = timing(every, first, last, by_last, at, reference, 0.0, 0.0)
        return bool(count[0] > 0)
    same_day = 1.0 if _shared_day(train, at) else 0.0
    for d in range(U(world.shape[1])):
        since[d], count[d] = timing(
            *(every, first, last, by_last, at + same_day * world[SAME_DAY, d], reference),
            *(world[DURATION, d], world[PHASE, d]),
        )
    if not _days_differ(train, at):
        since[0], _ = timing(every, first, last, by_last, at, reference, _LONG_AGO, 0.0)
    return True


@inlined
def _shared_day(train: Floats, at: float) -> bool:
    """Whether the sample was drawn on the day of the last injection, before it or after."""
    return bool(train[ENTRY] == INJECTED and train[BY_LAST] > 0 and at == train[LAST])


@inlined
def _counts_differ(train: Floats, at: float) -> bool:
    """Whether the number of doses differs from one drawn person to the next."""
    begun = math.isnan(train[EVERY]) or not math.isnan(train[FIRST])
    return bool(not begun or _shared_day(train, at))


@inlined
def _days_differ(train: Floats, at: float) -> bool:
    """Whether the days since the last dose differ: not those of daily doses."""
    return bool(_counts_differ(train, at) and (train[EVERY] > 1 or _shared_day(train, at)))


@compiled
def _left_of_one(train: Floats, at: float, rate: int, world: Floats, room: Floats) -> None:
    """Fill ``left``: what is left of all doses of one microgram, at one rate."""
    since, count, left, gone = room[SINCE], room[COUNT], room[LEFT], room[GONE]
    every, speed, days = train[EVERY], world[RATE + rate], since[0]
    draws = left.size
    if _days_differ(train, at):
        for d in range(U(draws)):
            left[d] = _falls(speed[d] * since[d])
    else:
        for d in range(U(draws)):
            left[d] = _falls(speed[d] * days)
    if math.isnan(every):
        return
    if days == every and not _days_differ(train, at):
        # A sample taken where the next dose is due: the share that goes in one interval.
        for d in range(U(draws)):
            gone[d] = 1 - left[d]
    else:
        for d in range(U(draws)):
            gone[d] = 1 - _falls(speed[d] * every)
    if _counts_differ(train, at):
        for d in range(U(draws)):
            left[d] *= (1 - _falls(speed[d] * every * count[d])) / gone[d]
        return
    whole = every * count[0]
    for d in range(U(draws)):
        left[d] *= (1 - _falls(speed[d] * whole)) / gone[d]


@inlined
def _falls(times: float) -> float:
    """exp(-times), from a table and a short series; next to nothing beyond ``_NOTHING``."""
    within = min(times, _NOTHING)
    point = np.uint32(within * _FINE)
    rest = point * _STEP - within
    series = _SERIES[_TERMS]
    for term in range(1, _TERMS + 1):
        series = series * rest + _SERIES[_TERMS - term]
    return float(_FALLS[point] * series)

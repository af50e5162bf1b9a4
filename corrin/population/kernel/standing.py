"""Which results stand: the latest of each person, and those that no later day has replaced."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corrin.population.kernel.lab_results import latest, take
from corrin.population.kernel.people import (
    NO_DAY,
    UNKNOWN,
    YES,
    Booleans,
    Days,
    Floats,
    People,
    Results,
    States,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Latest:
    """The latest result of one lab for each of N people.

    ``has`` says who has one; the others have NaN, ``UNKNOWN`` and ``NO_DAY``, as a
    result in words has NaN.
    """

    has: Booleans
    low: Floats
    high: Floats
    position: States
    day: Days


def latest_of(people: People, lab: str) -> Latest:
    """Return everybody's latest result of a lab."""
    count = len(people)
    found = Latest(
        has=np.zeros(count, dtype=bool),
        low=np.full(count, np.nan),
        high=np.full(count, np.nan),
        position=np.full(count, UNKNOWN, dtype=np.int8),
        day=np.full(count, NO_DAY),
    )
    results = people.results.get(lab)
    if results is not None:
        first = latest(results)
        found.has[first.person] = True
        for name in ("low", "high", "position", "day"):
            getattr(found, name)[first.person] = getattr(first, name)
    return found


def standing(results: Results) -> Results:
    """Return the results of each person's latest day, and all without a date."""
    first = np.flatnonzero(np.diff(results.person, prepend=-1))
    if len(first) == len(results.person):
        return results
    # Latest first: the day of a person's first result is the latest, if any is dated.
    newest = np.repeat(results.day[first], np.diff(first, append=len(results.person)))
    rows = np.flatnonzero((results.day == NO_DAY) | (results.day == newest))
    return take(results, rows)


def present(people: People, finding: str) -> Booleans:
    """Return who has a finding; nobody has one that the knowledge does not hold."""
    if finding not in people.finding_column:
        return np.zeros(len(people), dtype=bool)
    return np.equal(people.finding(finding), YES)


def any_present(people: People, findings: tuple[str, ...]) -> Booleans:
    """Return who has any of these findings."""
    return np.asarray(np.logical_or.reduce([present(people, each) for each in findings]))

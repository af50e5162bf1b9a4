"""Has the level of B12 stayed high?  ``high_b12.sources_lasting`` for many people at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corrin.high_b12.sources_lasting import TOTAL
from corrin.high_b12.sources_records import Lasting
from corrin.knowledge.loading import Knowledge
from corrin.population.kernel.answers import LASTINGS
from corrin.population.kernel.people import (
    HIGH,
    NO,
    NO_DAY,
    NOT_KNOWN,
    UNKNOWN,
    YES,
    People,
    States,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LastingOfMany:
    """``lasting`` (N,) indexes ``LASTINGS``, -1 without a total B12.

    ``persistently_high`` (N,) is the three-valued name of the rules: too few dated
    results say nothing.
    """

    lasting: States
    persistently_high: States


def lasting_of(people: People, knowledge: Knowledge) -> LastingOfMany:
    """Return whether the elevation of each person has lasted.

    Persistent: the latest dated results in a row are high and span ``persistent_after``
    days; settled: the latest day is not high but an earlier one is.  A day with a high and
    another result counts as not high; a result against no interval does not count.
    """
    count = len(people)
    lasting = np.full(count, NOT_KNOWN, dtype=np.int8)
    persistent = np.full(count, NOT_KNOWN, dtype=np.int8)
    results = people.results.get(TOTAL)
    if results is None:
        return LastingOfMany(lasting=lasting, persistently_high=persistent)
    lasting[results.person] = LASTINGS.index(Lasting.SINGLE)
    dated = results.day != NO_DAY
    persistent[np.bincount(results.person[dated], minlength=count) > 1] = NO
    used = dated & (results.position != UNKNOWN)
    person, day, high = results.person[used], results.day[used], results.position[used] == HIGH
    if not len(person):
        return LastingOfMany(lasting=lasting, persistently_high=persistent)
    # Latest first within a person: a new day begins wherever person or day changes.
    begins = np.flatnonzero(np.diff(person, prepend=-1) | (np.diff(day, prepend=day[0]) != 0))
    person, day = person[begins], day[begins]
    high = np.logical_and.reduceat(high, begins)
    first = np.flatnonzero(np.diff(person, prepend=-1))
    length = np.diff(first, append=len(person))
    # The run of high days from the latest on ends where the first day that is not high stands.
    place = np.arange(len(person))
    ends = np.minimum.reduceat(np.where(high, len(person), place), first)
    last_high = np.minimum(ends, first + length) - 1
    apart = day[first] - day[np.maximum(last_high, first)]
    needs = knowledge.high_b12.setting["persistent_after"].value
    stays = (last_high > first) & (apart >= needs)
    settled = ~high[first] & np.logical_or.reduceat(high, first)
    who = person[first]
    lasting[who[stays]] = LASTINGS.index(Lasting.PERSISTENT)
    lasting[who[settled & ~stays]] = LASTINGS.index(Lasting.SETTLED)
    persistent[who[settled]] = NO
    persistent[who[stays]] = YES
    return LastingOfMany(lasting=lasting, persistently_high=persistent)

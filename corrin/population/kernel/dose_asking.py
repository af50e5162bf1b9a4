"""Asks the dose model about many people: each distinct regimen is worked out once.

``high_b12.answering`` for many: with the latest level, conditioned on the person's other
results; or, when the level to explain is another one, on the doses alone.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corrin.high_b12.parameters import Floats, Integers
from corrin.high_b12.predicting import MORE
from corrin.high_b12.records import DoseTrain, Regimen
from corrin.knowledge.loading import Knowledge
from corrin.population.kernel import dose_chances
from corrin.population.kernel.dose_worlds import LIKES, Worlds, worlds
from corrin.population.kernel.dosing import (
    COLUMNS,
    ENTRIES,
    FIRST,
    LAST,
    ROOM,
)

#: People whose drawn weights are held at once.
_AT_ONCE = 128  # not clinical: array mechanics


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One question: how probable is a level at least this high on this regimen?

    ``trains`` (T, 8) as in ``dosing``, with days counted from the sample; ``low`` in ng/L;
    ``results`` (R, 3) are day (from the sample), lower and upper end of other results.
    """

    trains: Floats
    intrinsic: bool
    low: float
    results: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chances:
    """Of a level at least this high on the regimen, and without the B12, (A,) each.

    ``regimens`` is how many distinct regimens were worked out, ``drawn_anew`` for how many
    people more draws were needed.
    """

    given: Floats
    without: Floats
    regimens: int
    drawn_anew: int


def trains_of(regimen: Regimen, knowledge: Knowledge) -> Floats:
    """Return the doses of a regimen as rows for ``dosing``."""
    kinds = _kinds(knowledge)
    rows = [
        _row(train, *kinds[product.route, product.substance])
        for product in regimen.products
        for train in product.trains
    ]
    return np.array(rows).reshape(-1, COLUMNS)


def _row(train: DoseTrain, entry: int, like: int) -> tuple[float, ...]:
    every, first, last = (
        np.nan if day is None else day for day in (train.every, train.first, train.last)
    )
    return (entry, like, train.dose_ug, train.dose_spread, every, first, last, train.by_last)


@functools.lru_cache(maxsize=2)
def _kinds(knowledge: Knowledge) -> Mapping[tuple[str, str], tuple[int, int]]:
    return {
        (route.id, substance.id): (ENTRIES.index(route.entry), LIKES.index(substance.kept_like))
        for route in knowledge.pharmacokinetics.route
        for substance in knowledge.substances.values()
    }


def ask_many(asks: Sequence[Ask], knowledge: Knowledge) -> Chances:
    """Answer every question; an answer has the same bits whoever else is asked about."""
    given, low = np.empty(len(asks)), np.log([ask.low for ask in asks])
    places = np.arange(len(asks))
    weighed = np.array([len(ask.results) > 0 for ask in asks], dtype=bool)
    few = worlds(knowledge, 1)
    regimens = _ask_plain(asks, places[~weighed], low=low, few=few, given=given)
    drawn_anew = _ask_weighed(
        asks, places[weighed], low=low, few=few, knowledge=knowledge, given=given
    )
    without = np.empty(len(asks))
    dose_chances.run(dose_chances.bare, low, few.draws[0], few.within, without)
    return Chances(given=given, without=without, regimens=regimens, drawn_anew=drawn_anew)


def _ask_plain(
    asks: Sequence[Ask], places: Integers, *, low: Floats, few: Worlds, given: Floats
) -> int:
    """Fill ``given`` at ``places``; return how many distinct regimens there were."""
    groups: dict[tuple[bytes, bool], list[int]] = {}
    for place in places.tolist():
        ask = asks[place]
        groups.setdefault((ask.trains.tobytes(), ask.intrinsic), []).append(place)
    if not groups:
        return 0
    order = [place for group in groups.values() for place in group]
    doses = _Doses.of([asks[group[0]] for group in groups.values()])
    chance = np.empty(len(order))
    dose_chances.run(
        dose_chances.plain,
        *(doses.trains, doses.first, doses.intrinsic),
        *(_ends([len(group) for group in groups.values()]), low[order]),
        *(few.draws[0], few.within, _room(few), chance),
    )
    given[order] = chance
    return len(groups)


def _ask_weighed(
    asks: Sequence[Ask],
    places: Integers,
    *,
    low: Floats,
    few: Worlds,
    knowledge: Knowledge,
    given: Floats,
) -> int:
    """Fill ``given`` at ``places``; return for how many people more draws were needed."""
    drawn_anew = 0
    for start in range(0, len(places), _AT_ONCE):
        some = places[start : start + _AT_ONCE]
        people = [asks[place] for place in some.tolist()]
        chance = np.empty(len(some))
        doses = _Doses.of(people)
        drawn_anew += _weigh(
            doses, people, low=low[some], few=few, knowledge=knowledge, chance=chance
        )
        given[some] = chance
    return drawn_anew


def _weigh(
    doses: _Doses,
    people: Sequence[Ask],
    *,
    low: Floats,
    few: Worlds,
    knowledge: Knowledge,
    chance: Floats,
) -> int:
    results = np.concatenate([one.results for one in people])
    ends = _ends([len(one.results) for one in people])
    about = (doses.trains, doses.first, doses.intrinsic)
    everybody = np.arange(len(people))
    logs = np.empty((len(people), few.size))
    world, room = few.draws[0], _room(few)
    dose_chances.run(
        dose_chances.likelihoods,
        *(*about, results, ends, everybody, world, few.within, few.worst, room, logs),
    )
    dose_chances.run(
        dose_chances.weighed_by_few,
        *(*about, low, ends, world, few.within, few.worst, few.least, room),
        *(logs, chance),
    )
    left = np.flatnonzero(np.isnan(chance))
    if not len(left):
        return 0
    many = worlds(knowledge, MORE)
    logs = np.empty((len(left), MORE * many.size))
    part = np.empty((len(left), many.size))
    for block, world in enumerate(many.draws):
        dose_chances.run(
            dose_chances.likelihoods,
            *(*about, results, ends, left, world, many.within, many.worst, room, part),
        )
        logs[:, block * many.size : (block + 1) * many.size] = part
    dose_chances.run(
        dose_chances.weighed_by_many,
        *(*about, low, ends, left, many.draws, many.within, many.worst, many.spread_out),
        *(logs, np.empty(many.size, dtype=np.int64), np.empty_like(world), room, chance),
    )
    return len(left)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Doses:
    """Trains of K regimens: those of regimen k are rows ``first[k]`` to ``first[k + 1]``."""

    trains: Floats
    first: Integers
    intrinsic: NDArray[np.bool_]

    @staticmethod
    def of(asks: Sequence[Ask]) -> _Doses:
        trains = np.concatenate([ask.trains for ask in asks])
        return _Doses(
            trains=trains,
            first=_ends([len(ask.trains) for ask in asks]),
            intrinsic=np.array([ask.intrinsic for ask in asks], dtype=bool),
        )


def _ends(counts: Sequence[int]) -> Integers:
    return np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))


def _room(few: Worlds) -> Floats:
    return np.empty((ROOM + 1, few.size))


def from_sample(trains: Floats, day: float) -> Floats:
    """Return trains whose days count from the day of the sample."""
    moved = trains.copy()
    moved[:, FIRST] -= day
    moved[:, LAST] -= day
    return moved

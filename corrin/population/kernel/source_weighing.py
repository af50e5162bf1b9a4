"""Bayes' rule of ``high_b12.weighing`` for many people, term by term in one fixed order.

Sources stand in the first axis and people in the second, and every sum over sources, bands
or signs is one addition after the other: so a person's answer has the same bits in any batch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from corrin.high_b12.parameters import Floats, Integers
from corrin.high_b12.weighing import (
    NONE_TAKEN,
    TAKEN,
    TINY,
    SourceNumbers,
    never_certain,
    usual_tail,
)
from corrin.population.kernel.people import Booleans
from corrin.population.kernel.source_signs import SignsOfMany


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KnownOfMany:
    """What is known of M people: as ``weighing.PeopleKnown``, people in the last axis.

    ``first`` and ``last`` (M,) are the lowest and the highest band of the level; ``odds``
    (S, M); ``level`` (M,) pmol/L; ``chance`` and ``without`` (M,) as ``Explained``.
    """

    first: Integers
    last: Integers
    odds: Floats
    signs: SignsOfMany
    answer: Integers
    level: Floats
    chance: Floats
    without: Floats

    def take(self, rows: Integers) -> KnownOfMany:
        """Return these people, in this order."""
        signs = SignsOfMany(present=self.signs.present[:, rows], absent=self.signs.absent[:, rows])
        return KnownOfMany(
            first=self.first[rows],
            last=self.last[rows],
            odds=self.odds[:, rows],
            signs=signs,
            answer=self.answer[rows],
            level=self.level[rows],
            chance=self.chance[rows],
            without=self.without[rows],
        )


def weigh_many(numbers: SourceNumbers, known: KnownOfMany) -> Floats:
    """Return the probability of each source (S, M); every column sums to 1."""
    base = np.log(numbers.base[0][:, None] * known.odds)
    level = np.log(np.maximum(TINY, _bands(numbers)[:, known.first, known.last]))
    log_weight = base + level + np.log(numbers.answer[0])[:, known.answer]
    dosed = np.flatnonzero(~np.isnan(known.chance))
    if len(dosed):
        log_weight[:, dosed] = _dosed(numbers, known, dosed, base[:, dosed], level[:, dosed])
    signs = np.zeros_like(log_weight)
    sides = (
        (known.signs.present, np.log(numbers.sign[0])),
        (known.signs.absent, np.log1p(-numbers.sign[0])),
    )
    for weight, effect in sides:
        for sign in range(len(weight)):
            who = np.flatnonzero(weight[sign])
            signs[:, who] += weight[sign, who] * effect[:, sign, None]
    log_weight += signs
    weights = np.exp(log_weight - log_weight.max(axis=0))
    return np.asarray(weights / _sum(weights))


def shown(
    numbers: SourceNumbers, known: KnownOfMany, asked: Booleans, carried: int, floor: float
) -> Floats:
    """Return what is shown (S, M).

    Of people who were not ``asked`` (M,) about supplements, the share that hangs on the
    answer is carried by the source ``carried``.
    """
    now = weigh_many(numbers, known)
    open_ = np.flatnonzero(~asked)
    if len(open_):
        others = known.take(open_)
        if_taken, if_not = (
            weigh_many(numbers, _answered(others, answer)) for answer in (TAKEN, NONE_TAKEN)
        )
        before = now[:, open_]
        share = _sum(before * numbers.answer[0, :, TAKEN, None])
        # As ``weighing.hangs_on``, with sums in a fixed order.
        hangs = 2 * share * (1 - share) * (_sum(np.abs(if_taken - if_not)) / 2)
        before *= 1 - hangs
        before[carried] += hangs
        now[:, open_] = before
    return never_certain(now.T, floor)


def _answered(known: KnownOfMany, answer: int) -> KnownOfMany:
    """Return people as if they had given this answer on supplements, and no doses."""
    nothing = np.full(len(known.answer), np.nan)
    return replace(
        known, answer=np.full(len(known.answer), answer), chance=nothing, without=nothing
    )


def _bands(numbers: SourceNumbers) -> Floats:
    """Return the probability of a level between two bands (S, B, B), for first <= last."""
    band = numbers.band[0]
    count = band.shape[1]
    together = np.zeros((len(band), count, count))
    for first in range(count):
        summed = np.zeros(len(band))
        for last in range(first, count):
            summed = summed + band[:, last]
            together[:, first, last] = summed
    return together


def _dosed(
    numbers: SourceNumbers, known: KnownOfMany, rows: Integers, base: Floats, level: Floats
) -> Floats:
    """Return log weights before the signs, (S, M), for people whose regimen is known."""
    usual = usual_tail(numbers, known.level[rows])[:, 0]
    added = known.chance[rows] - np.maximum(usual, known.without[rows])
    added = np.maximum(0.0, added) + numbers.more_than_said[0] * usual
    by_intake = numbers.by_intake[:, None]
    within = base + np.where(by_intake, 0.0, level)
    share = np.where(
        by_intake, _share(within, numbers.by_intake), _share(within, ~numbers.by_intake)
    )
    return np.asarray(share + np.log(np.where(by_intake, added, usual)))


def _share(log_weight: Floats, members: Booleans) -> Floats:
    """Return log weights brought to a sum of one over ``members`` of the sources."""
    top = log_weight[members].max(axis=0)
    total = np.log(_sum(np.exp(log_weight[members] - top))) + top
    return np.asarray(log_weight - total)


def _sum(rows: Floats) -> Floats:
    """Return the sum over the first axis, one row after the other."""
    total: Floats = rows[0].copy()
    for row in rows[1:]:
        total += row
    return total

"""Which source makes the level high?  Bayes' rule over sources that exclude one another.

Arrays only: N people, R draws of the knowledge, S sources, B bands, F signs, so that one
person and ten million go the same way.  Without a known regimen the weight of a source is

    base rate x P(level band) x product of P(sign) x P(answer on supplements).

With a regimen, intake is weighed by what it adds: ``tail(regimen) - tail(usual)``, where
a tail is the probability of a level at least this high; every other source by its share
of ``tail(usual)``.  For no signs the probability of intake is then the attributable
fraction among the exposed (decision 0006 says why tails and not densities).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Keeps logarithms finite; far below any probability that is shown.
TINY = 1e-12  # not clinical: a numerical floor
#: Columns of ``SourceNumbers.answer``, in this order.
NOT_ASKED, NONE_TAKEN, NO_HIGH_DOSE, TAKEN_LOW, TAKEN = range(5)  # not clinical: columns


@dataclass(frozen=True, slots=True, eq=False)
class SourceNumbers:
    """The knowledge as arrays; R draws (1 for the modes).

    ``base`` (R, S) rates; ``band`` (R, S, B) P(band | source); ``sign`` (R, S, F) P(sign |
    source); ``answer`` (R, S, 5) P(answer on supplements | source); ``tail_log_level`` (K,)
    and ``tail_log_share`` (R, K): points of the usual share at or above a level;
    ``more_than_said`` (R,); ``by_intake`` (S,) marks the sources that a regimen speaks for.
    """

    base: Floats
    band: Floats
    sign: Floats
    answer: Floats
    tail_log_level: Floats
    tail_log_share: Floats
    more_than_said: Floats
    by_intake: NDArray[np.bool_]

    @property
    def draws(self) -> int:
        """How many draws of the knowledge these are."""
        return int(self.base.shape[0])


@dataclass(frozen=True, slots=True, eq=False)
class PeopleKnown:
    """What is known of N people.

    ``bands`` (N, B): 1 where the level can lie; ``odds`` (N, S): what multiplies base
    rates (age, sex); ``present`` and ``absent`` (N, F): how much each sign weighs, 0 when
    it was not looked for; ``answer`` (N,): column of ``SourceNumbers.answer``.
    ``level`` (N,) pmol/L and ``tail`` (N,), the probability of a level at least this
    high on the regimen: NaN without a regimen.  ``tail_without`` (N,): the same model's
    probability without the B12, NaN when not known.
    """

    bands: Floats
    odds: Floats
    present: Floats
    absent: Floats
    answer: Integers
    level: Floats
    tail: Floats
    tail_without: Floats

    def take(self, rows: NDArray[np.int64]) -> PeopleKnown:
        """Return these rows, in this order."""
        return PeopleKnown(*(getattr(self, name)[rows] for name in self.__slots__))


def weigh(numbers: SourceNumbers, people: PeopleKnown) -> Floats:
    """Return the probability of each source, (N, R, S); every row sums to 1."""
    base = np.log(numbers.base[None] * people.odds[:, None, :])
    level = np.log(np.maximum(TINY, np.einsum("nb,rsb->nrs", people.bands, numbers.band)))
    signs = np.einsum("nf,rsf->nrs", people.present, np.log(numbers.sign))
    signs += np.einsum("nf,rsf->nrs", people.absent, np.log1p(-numbers.sign))
    answer = np.log(np.moveaxis(numbers.answer, -1, 0)[people.answer])
    log_weight = base + level + answer
    dosed = ~np.isnan(people.tail)
    if dosed.any():
        log_weight[dosed] = _dosed(numbers, people.take(np.flatnonzero(dosed)), base[dosed],
                                   level[dosed])  # fmt: skip
    log_weight += signs
    log_weight -= log_weight.max(axis=-1, keepdims=True)
    weight = np.exp(log_weight)
    return np.asarray(weight / weight.sum(axis=-1, keepdims=True))


def usual_tail(numbers: SourceNumbers, level: Floats) -> Floats:
    """Return the usual share at or above each level (pmol/L), (N, R), at most a half.

    Straight lines between the points, on logarithmic scales, carried on beyond them.
    """
    x, points, shares = np.log(level), numbers.tail_log_level, numbers.tail_log_share
    left = np.clip(np.searchsorted(points, x) - 1, 0, len(points) - 2)
    slope = (shares[:, left + 1] - shares[:, left]) / (points[left + 1] - points[left])
    share = shares[:, left] + np.minimum(0.0, slope) * (x - points[left])
    return np.asarray(np.exp(np.minimum(share, np.log(1 / 2))).T)


def _dosed(numbers: SourceNumbers, people: PeopleKnown, base: Floats, level: Floats) -> Floats:
    """Return log weights before the signs, (N, R, S), for people whose regimen is known."""
    usual = usual_tail(numbers, people.level)
    without = np.where(np.isnan(people.tail_without), 0.0, people.tail_without)
    added = people.tail[:, None] - np.maximum(usual, without[:, None])
    added = np.maximum(0.0, added) + numbers.more_than_said * usual
    by_intake = numbers.by_intake[None, None, :]
    within = base + np.where(by_intake, 0.0, level)
    share = np.where(by_intake, _share(within, by_intake), _share(within, ~by_intake))
    return share + np.log(np.where(by_intake, added[..., None], usual[..., None]))


def _share(log_weight: Floats, members: NDArray[np.bool_]) -> Floats:
    """Return log weights brought to a sum of one over ``members`` of the last axis."""
    masked = np.where(members, log_weight, -np.inf)
    top = masked.max(axis=-1, keepdims=True)
    total = np.log(np.exp(masked - top).sum(axis=-1, keepdims=True)) + top
    return np.asarray(log_weight - total)


def hangs_on(if_taken: Floats, if_not: Floats, share_taken: Floats) -> Floats:
    """Return the expected change of the answer on learning whether B12 is taken.

    Half the summed absolute change, averaged over the two answers: with ``p`` a mixture
    of the two posteriors this is 2 t (1 - t) times their distance.  The last axis (S) of
    the posteriors goes; ``share_taken`` has the shape of the result.
    """
    distance = np.abs(if_taken - if_not).sum(axis=-1) / 2
    return np.asarray(2 * share_taken * (1 - share_taken) * distance)


def never_certain(probability: Floats, floor: float) -> Floats:
    """Return probabilities that still sum to 1, none below ``floor`` and so none at 1."""
    sources = probability.shape[-1]
    return np.asarray(floor + (1 - sources * floor) * probability)

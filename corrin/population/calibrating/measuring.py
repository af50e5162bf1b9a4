"""How far probabilities are from what came true.

The expected calibration error (Naeini 2015; Guo 2017) is the mean over bins, by people, of
the distance between the mean probability and the share that came true.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corrin.population.simulating.streams import Booleans, Floats, Integers

BINS = 10
#: What is rarer than this is not judged: too few come true.
RARE = 0.005  # not clinical: the goal is set for what is more frequent


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """People whose probabilities lie together: how many, the mean, and the share that came true."""

    people: int
    predicted: float
    observed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How one state fared: ``ece_count`` with bins of equal count, ``ece_width`` of equal width.

    ``bins`` are those of equal count.  ``noise`` is the error of equal count that a perfect
    probability would show among so many people.
    """

    id: str
    people: int
    prevalence: float
    mean: float
    ece_count: float
    ece_width: float
    noise: float
    brier: float
    bins: tuple[Bin, ...]


def calibrate(
    probability: Floats, truth: Booleans, ids: Sequence[str], *, rarer_than: float = RARE
) -> tuple[Calibration, ...]:
    """Return the calibration of each column (N, S) more frequent than ``rarer_than``."""
    found = []
    for column, id_ in enumerate(ids):
        came_true = truth[:, column].astype(np.float64)
        if came_true.mean() > rarer_than:
            found.append(_of_one(id_, probability[:, column], came_true))
    return tuple(sorted(found, key=lambda each: -each.prevalence))


def _of_one(id_: str, probability: Floats, truth: Floats) -> Calibration:
    count = len(truth)
    order = np.argsort(probability, kind="stable")
    equal = np.empty(count, dtype=np.int64)
    equal[order] = np.arange(count) * BINS // count
    width = np.minimum((probability * BINS).astype(np.int64), BINS - 1)
    bins = _bins(equal, probability, truth)
    # The mean distance of a binomial share from its mean, if it were normal.
    spread = [np.sqrt(2 / np.pi * each.predicted * (1 - each.predicted) / each.people)
              for each in bins]  # fmt: skip
    return Calibration(
        id=id_,
        people=count,
        prevalence=float(truth.mean()),
        mean=float(probability.mean()),
        ece_count=_error(bins, count),
        ece_width=_error(_bins(width, probability, truth), count),
        noise=float(np.dot(spread, [each.people / count for each in bins])),
        brier=float(np.mean((probability - truth) ** 2)),
        bins=bins,
    )


def _bins(of: Integers, probability: Floats, truth: Floats) -> tuple[Bin, ...]:
    people = np.bincount(of, minlength=BINS)
    predicted = np.bincount(of, weights=probability, minlength=BINS)
    observed = np.bincount(of, weights=truth, minlength=BINS)
    return tuple(
        Bin(people=int(n), predicted=float(p / n), observed=float(o / n))
        for n, p, o in zip(people, predicted, observed, strict=True)
        if n
    )


def _error(bins: Sequence[Bin], count: int) -> float:
    return float(sum(abs(each.predicted - each.observed) * each.people for each in bins) / count)

"""How sure can we be of a figure from a few cases?

Proportions: Wilson's score interval, without continuity correction (Wilson 1927;
method 3 of Newcombe, Stat Med 1998;17:857-872).  Means and the calibration error:
percentile bootstrap over cases (Efron), with a fixed seed so that a figure repeats.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log2, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from corrin.benchmark.records import Figure

CONFIDENCE = 0.95  # not clinical: width of the intervals of the benchmark
RESAMPLES = 2_000  # not clinical: bootstrap samples
SEED = 1
CALIBRATION_BINS = 10

Floats = NDArray[np.float64]

_NONE = Figure(None, None, None, 0)
_TAIL = (1 - CONFIDENCE) / 2
_Z = NormalDist().inv_cdf(1 - _TAIL)


def proportion(hits: Sequence[bool]) -> Figure:
    """Return the share of true values with Wilson's interval."""
    n = len(hits)
    if n == 0:
        return _NONE
    share = sum(hits) / n
    z_square = _Z * _Z
    centre = share + z_square / (2 * n)
    half = _Z * sqrt(share * (1 - share) / n + z_square / (2 * n) / (2 * n))
    scale = 1 + z_square / n
    low = 0.0 if share == 0 else (centre - half) / scale
    high = 1.0 if share == 1 else (centre + half) / scale
    return Figure(share, low, high, n)


def mean(values: Sequence[float]) -> Figure:
    """Return the mean with its bootstrap interval."""
    n = len(values)
    if n == 0:
        return _NONE
    array = np.asarray(values, dtype=np.float64)
    low, high = _percentiles(array[_resamples(n)].mean(axis=1))
    return Figure(float(array.mean()), low, high, n)


def gain(rank: int | None) -> float:
    """Return the NDCG of a list with one right answer at ``rank`` (1 is first; None: 0).

    With a single right answer the ideal gain is 1, so this is 1 / log2(1 + rank).
    """
    return 0.0 if rank is None else 1 / log2(1 + rank)


def brier(probabilities: Sequence[float], right: Sequence[bool]) -> Figure:
    """Return the mean squared gap between the top cause's probability and being right."""
    squares = [(p - hit) ** 2 for p, hit in zip(probabilities, right, strict=True)]
    return mean(squares)


def calibration_error(probabilities: Sequence[float], right: Sequence[bool]) -> Figure:
    """Return the expected calibration error over ten equal bins of probability.

    In each bin: how far the mean probability lies from the share that was right,
    weighted by the share of cases in the bin.  On few cases it is biased upwards.
    """
    n = len(probabilities)
    if n == 0:
        return _NONE
    stated = np.asarray(probabilities, dtype=np.float64)
    correct = np.asarray(right, dtype=np.float64)
    picks = _resamples(n)
    low, high = _percentiles(_binned_gap(stated[picks], correct[picks]))
    value = _binned_gap(stated[np.newaxis, :], correct[np.newaxis, :])
    return Figure(float(value[0]), low, high, n)


def _binned_gap(stated: Floats, correct: Floats) -> Floats:
    """Return the calibration error of each row; both arrays are (samples, cases)."""
    bins = np.minimum((stated * CALIBRATION_BINS).astype(np.int64), CALIBRATION_BINS - 1)
    gap: Floats = np.zeros(stated.shape[0])
    for index in range(CALIBRATION_BINS):
        inside = bins == index
        gap += np.abs(np.where(inside, stated - correct, 0.0).sum(axis=1))
    return np.asarray(gap / stated.shape[1])


def _resamples(n: int) -> NDArray[np.int64]:
    return np.random.default_rng(SEED).integers(0, n, size=(RESAMPLES, n))


def _percentiles(values: Floats) -> tuple[float, float]:
    low, high = np.quantile(values, [_TAIL, 1 - _TAIL])
    return float(low), float(high)

"""Several results of one person used together: drawn people count as far as they fit them.

The weight of a drawn person is the probability of the results in that person, each with
the day-to-day variation (importance sampling).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corrin.high_b12.parameters import Floats, Integers
from corrin.high_b12.records import Level


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weights:
    """Weights of the drawn people, adding to 1; how many they are worth; whether any fits."""

    each: Floats
    worth: float
    fit: bool


def even(draws: int) -> Weights:
    """Return the weights when there is nothing to go by."""
    return Weights(each=np.full(draws, 1 / draws), worth=draws, fit=True)


def weigh(true_levels: Floats, results: Sequence[Level], *, within: float, worst: float) -> Weights:
    """Weigh people whose levels (results, draws) are given by their own results.

    ``worst`` is how many times the day-to-day variation the results may be off, on
    average, in the person who fits best.
    """
    if not results:
        return even(true_levels.shape[1])
    logs = np.zeros(true_levels.shape[1])
    for levels, result in zip(true_levels, results, strict=True):
        logs += _log_likelihood(levels, result, within)
    best = float(logs.max())
    if best < -len(results) * worst**2 / 2:
        return Weights(each=even(len(logs)).each, worth=0.0, fit=False)
    each = np.exp(logs - best)
    each /= each.sum()
    return Weights(each=each, worth=float(1 / np.sum(each**2)), fit=True)


def choose(weights: Weights, count: int) -> Integers:
    """Return positions of ``count`` people, each as often as its weight says (systematic)."""
    ticks = (np.arange(count) + 1 / 2) / count
    positions = np.searchsorted(np.cumsum(weights.each), ticks)
    return np.minimum(positions, len(weights.each) - 1)


def _log_likelihood(levels: Floats, result: Level, within: float) -> Floats:
    if result.low == result.high:
        return np.asarray(-(((np.log(result.low) - np.log(levels)) / within) ** 2) / 2)
    inside = at_most(levels, result.high, within) - at_most(levels, result.low, within)
    return np.log(np.maximum(inside, np.finfo(np.float64).tiny))


def at_most(levels: Floats, limit: float, within: float) -> Floats:
    """Return the probability of a result up to ``limit`` (ng/L) at each true level."""
    if limit <= 0:
        return np.zeros_like(levels)
    if math.isinf(limit):
        return np.ones_like(levels)
    return normal_below((np.log(limit) - np.log(levels)) / within)


def normal_below(values: Floats) -> Floats:
    """Return the standard normal distribution function."""
    flat = np.array([math.erfc(-value / math.sqrt(2)) / 2 for value in values.ravel()])
    return flat.reshape(values.shape)


def quantiles(values: Floats, weights: Floats, at: Sequence[float]) -> Floats:
    """Return weighted quantiles along the last axis, shape (len(at), ...)."""
    order = np.argsort(values, axis=-1)
    ordered = np.take_along_axis(values, order, axis=-1)
    summed = np.cumsum(weights[order], axis=-1)
    middle = summed - weights[order] / 2
    if values.ndim == 1:
        return np.interp(at, middle, ordered)
    return np.array([np.interp(at, m, o) for m, o in zip(middle, ordered, strict=True)]).T

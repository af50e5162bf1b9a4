"""How the results of a test are spread: a smooth curve over the logarithm, from counts.

The curve is that of results whose units are known, all in the canonical unit.  A unit
that was not printed only shifts it, by the logarithm of its factor.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corrin.population.kernel.people import Floats

_STEP = 0.02  # not clinical: spacing of the curve's points, below any shift between units
_FAR = 4.0  # not clinical: how far the curve goes on beyond the counts, on the logarithm
_NARROWEST = 0.05  # not clinical: width of a class of the counts
_SILVERMAN = 1.06  # not clinical: Silverman's rule for the width of a kernel
_FIFTH = -0.2  # not clinical: the same rule's power of the number of results
_QUARTERS = (0.25, 0.75)  # not clinical: the ends of the middle half
_QUARTILES = 1.349  # not clinical: quartiles of the normal lie this far apart
_OUTLIERS = 0.01  # not clinical: part of the results that may lie anywhere
_TURNS = 200  # not clinical: iterations; the gain is flat long before
_STILL = 1e-4  # not clinical: a change of the shares after which they stand still


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spread:
    """The log-density of log(value) in the canonical unit, at evenly spaced points.

    ``elsewhere`` is the log-density of a value about which nothing is known.
    """

    points: Floats
    log_density: Floats
    elsewhere: float

    def of(self, logs: Floats) -> Floats:
        """Return the log-density at each log(value)."""
        found: Floats = np.interp(
            logs, self.points, self.log_density, left=self.elsewhere, right=self.elsewhere
        )
        return found


def spread_of(logs: Floats, counts: NDArray[np.int64]) -> Spread:
    """Return the curve for classes of values with their middles and counts (M,), M > 0."""
    first = int(np.floor((logs.min() - _FAR) / _STEP))
    last = int(np.ceil((logs.max() + _FAR) / _STEP))
    points = np.arange(first, last + 1, dtype=np.float64) * _STEP
    at = np.rint(logs / _STEP).astype(np.int64) - first
    weights = np.bincount(at, weights=counts / counts.sum(), minlength=points.size)
    upto = np.cumsum(weights)
    lower, upper = points[np.searchsorted(upto, _QUARTERS)]
    width = max(
        _NARROWEST, _SILVERMAN * (upper - lower) / _QUARTILES * float(counts.sum()) ** _FIFTH
    )
    reach = int(np.ceil(_FAR / _STEP))
    kernel = np.exp(-((np.arange(-reach, reach + 1) * _STEP / width) ** 2) / 2)
    density = np.convolve(weights, kernel)[reach:-reach]
    density /= density.sum() * _STEP
    elsewhere = 1 / (points[-1] - points[0])
    mixed = (1 - _OUTLIERS) * density + _OUTLIERS * elsewhere
    return Spread(
        points=points,
        log_density=np.log(mixed),
        elsewhere=float(np.log(_OUTLIERS * elsewhere)),
    )


def gain(densities: Floats, counts: NDArray[np.int64], shares: Floats) -> float:
    """Return twice what the best shares of a mixture gain in log-likelihood over ``shares``.

    ``densities`` (M, K) are those of M classes under each of K components.
    """
    weights = shares / shares.sum()
    given = float(counts @ np.log(densities @ weights))
    # Nothing that starts at nothing would ever rise.
    weights = (weights + 1 / weights.size) / 2
    for _ in range(_TURNS):
        parts = densities * weights
        parts /= parts.sum(axis=1, keepdims=True)
        before, weights = weights, counts @ parts / counts.sum()
        if np.abs(weights - before).max() < _STILL:
            break
    return 2 * (float(counts @ np.log(densities @ weights)) - given)

"""Many printed numbers into canonical units, with the same bits as one by one.

``float(exact(value) * factor)`` for each value would take exact fractions.  Here a value is
first found as a whole number over a power of ten, which is what it was printed as; then one
division of two whole numbers that a float holds exactly gives the same, correctly rounded,
float.  The few values for which they do not fit go the slow way, once each.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from corrin.labs.units import exact
from corrin.population.kernel.people import Floats

#: Whole numbers up to this are floats exactly, and so are their sums and products below it.
_WHOLE = 2.0**53  # not clinical: a float's digits
#: A decimal of up to fifteen digits is the shortest that gives its float.
_DIGITS = 1e15  # not clinical: a float's digits
#: Most decimal places that are tried; what has more goes the slow way.
_PLACES = 7  # not clinical: printed numbers have fewer


def times(values: Floats, factor: NDArray[np.int64], factors: tuple[Fraction, ...]) -> Floats:
    """Return ``float(exact(value) * factors[factor])`` of each value (N,); NaN stays NaN.

    ``values`` are finite or NaN and not below zero; ``factor`` (N,) is a number of a factor,
    or -1 for a result that is not known and becomes NaN.
    """
    found = np.full(values.shape, np.nan)
    if not factors:
        return found
    same = np.array([each == 1 for each in factors])[factor] & (factor >= 0)
    found[same] = values[same] + 0.0  # -0.0 is 0
    rest = np.flatnonzero(~same & (factor >= 0) & ~np.isnan(values))
    over, under = (
        np.array([_float(getattr(each, part)) for each in factors])
        for part in ("numerator", "denominator")
    )
    for places in range(_PLACES):
        if not rest.size:
            return found
        ten = 10.0**places
        value, by = values[rest], factor[rest]
        whole = np.rint(value * ten)
        top, bottom = whole * over[by], under[by] * ten
        fits = (whole / ten == value) & (whole < _DIGITS) & (top < _WHOLE) & (bottom < _WHOLE)
        found[rest[fits]] = top[fits] / bottom[fits]
        rest = rest[~fits]
    pairs, back = np.unique(
        np.stack([values[rest], factor[rest].astype(np.float64)]), axis=1, return_inverse=True
    )
    slow = [float(exact(float(value)) * factors[int(by)]) for value, by in pairs.T]
    found[rest] = np.array(slow, np.float64)[back.reshape(-1)]
    return found


def _float(number: int) -> float:
    """Return a whole number as a float; infinity when it is too long to be exact."""
    return float(number) if number < _WHOLE else np.inf

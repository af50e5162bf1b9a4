"""How much more often a pair would have had to be reported for these data to show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammainc, gammaincinv

from corrin.signals.records import Floats, Ints
from corrin.signals.shrinkage import IC_LIMITS, IC_SHRINKAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """For each pair: the fewest reports that stand out, and the smallest rate that gives them.

    ``rate`` says how many times as often as with all other products the event would have
    had to be reported with this one, for at least ``needed`` reports to come with the
    chance asked for.  It is infinite, and ``needed`` -1, where no number of reports would
    have stood out, or nothing is there to compare with.
    """

    needed: Ints
    rate: Floats


def smallest_rate(
    with_product: npt.ArrayLike,
    event_without: npt.ArrayLike,
    reports: npt.ArrayLike,
    *,
    power: float,
) -> Power:
    """Return what each pair would have needed to stand out (IC025 above zero).

    ``with_product`` reports name the product, ``event_without`` the event but not the
    product, of ``reports`` in all.  Had the product been as the others, its count would be
    Poisson with mean m = with_product x event_without / (reports - with_product); at a
    relative rate r the chance of at least k reports is the gamma function P(k, r m).  What
    is expected of k rises with k itself, since these reports are among those of the event.
    """
    given = (with_product, event_without, reports)
    product, event, everything = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(one, np.float64)) for one in given)
    )
    others = everything - product

    def stands_out(n: Floats) -> npt.NDArray[np.bool_]:
        # IC025 > 0: less than 2.5% of a gamma(n + 1/2) lies below E + 1/2.
        expected = product * (event + n) / np.maximum(everything, 1.0)
        below = gammainc(n + IC_SHRINKAGE, expected + IC_SHRINKAGE)
        return np.asarray(below < IC_LIMITS[0])

    possible = stands_out(product) & (others > 0) & (event > 0)
    needed = _fewest(stands_out, product)
    with np.errstate(divide="ignore", invalid="ignore"):
        as_others = product * event / others
        rate = np.where(possible, gammaincinv(needed, power) / as_others, np.inf)
    return Power(needed=np.where(possible, needed, -1).astype(np.int64), rate=rate)


def _fewest(stands_out: Callable[[Floats], npt.NDArray[np.bool_]], most: Floats) -> Floats:
    """The smallest count up to ``most`` that stands out, by halving."""
    low, high = np.zeros_like(most), np.maximum(most.astype(np.float64), 1.0)
    while (high - low > 1.0).any():
        middle = np.floor((low + high) / 2.0)
        enough = stands_out(middle)
        high, low = np.where(enough, middle, high), np.where(enough, low, middle)
    return high

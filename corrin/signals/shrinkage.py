"""Relative rates drawn towards the usual: EBGM and the information component, with limits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import digamma, expit, gammainc, gammaincinv, gammaln

from corrin.signals.checking import as_counts
from corrin.signals.records import Floats, Ints, Theta

#: The limits of an interval, as shares below them.
EB_LIMITS = (0.05, 0.95)  # not clinical: a 90% interval
IC_LIMITS = (0.025, 0.975)  # not clinical: a 95% interval
#: What the information component adds to both counts.
IC_SHRINKAGE = 0.5  # not clinical: Norén 2013, section 2.2
#: Steps after which a bracketed Newton iteration has surely settled.
_STEPS = 100  # not clinical: a limit on work
_SETTLED = 1e-13  # not clinical: relative, near the rounding of doubles
#: Pairs that are worked on together: few enough for the processor's cache.
_BLOCK = 16_384  # not clinical: a number of pairs
_SMALLEST = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shrunk:
    """For each pair: the geometric mean of its relative rate, with limits below and above."""

    ebgm: Floats
    eb05: Floats
    eb95: Floats


def ebgm(n: Ints, expected: Floats, theta: Theta) -> Shrunk:
    """Empirical-Bayes geometric means and their 5% and 95% points (DuMouchel 1999, equations 6-12).

    ``n`` and ``expected`` have one entry a pair and are at least zero; a pair that is
    neither observed nor expected gets the prior.
    """
    count, wanted, back = _distinct(*as_counts(n, expected))
    middle, low, high = (np.empty(count.size) for _ in ("ebgm", "eb05", "eb95"))
    for begin in range(0, count.size, _BLOCK):
        here = slice(begin, begin + _BLOCK)
        after = _posterior(count[here], wanted[here], theta)
        middle[here] = after.geometric_mean()
        low[here], high[here] = (after.quantile(share) for share in EB_LIMITS)
    return Shrunk(ebgm=middle[back], eb05=low[back], eb95=high[back])


def _posterior(count: Floats, wanted: Floats, theta: Theta) -> _Posterior:
    return _Posterior(
        _weight(count, wanted, theta),
        theta.alpha1 + count,
        theta.beta1 + wanted,
        theta.alpha2 + count,
        theta.beta2 + wanted,
    )


def _distinct(n: Floats, expected: Floats) -> tuple[Floats, Floats, Ints]:
    """The distinct pairs of counts, and which of them each pair is; they share the answer."""
    order = np.lexsort((expected, n))
    n, expected = n[order], expected[order]
    first = np.ones(n.size, bool)
    first[1:] = (n[1:] != n[:-1]) | (expected[1:] != expected[:-1])
    back = np.empty(n.size, np.int64)
    back[order] = np.cumsum(first) - 1
    return n[first], expected[first], back


def _weight(n: Floats, expected: Floats, theta: Theta) -> Floats:
    """The posterior weight of the first component (DuMouchel 1999, equation 7)."""
    odds = np.log(theta.p) - np.log1p(-theta.p)
    first = _log_count(n, expected, theta.alpha1, theta.beta1)
    second = _log_count(n, expected, theta.alpha2, theta.beta2)
    return np.asarray(expit(odds + first - second))


def _log_count(n: Floats, expected: Floats, alpha: float, beta: float) -> Floats:
    """The log probability of a count, but for what both components share."""
    whole = beta + expected
    return np.asarray(
        gammaln(alpha + n) - gammaln(alpha) - n * np.log(whole) + alpha * np.log(beta / whole)
    )


@dataclass(frozen=True, slots=True)
class _Posterior:
    """A mixture of two gammas for each pair."""

    first: Floats
    shape1: Floats
    rate1: Floats
    shape2: Floats
    rate2: Floats

    def geometric_mean(self) -> Floats:
        one = digamma(self.shape1) - np.log(self.rate1)
        two = digamma(self.shape2) - np.log(self.rate2)
        return np.asarray(np.exp(self.first * one + (1.0 - self.first) * two))

    def below(self, at: Floats) -> Floats:
        one, two = gammainc(self.shape1, self.rate1 * at), gammainc(self.shape2, self.rate2 * at)
        return np.asarray(self.first * one + (1.0 - self.first) * two)

    def density(self, at: Floats) -> Floats:
        one, two = _density(at, self.shape1, self.rate1), _density(at, self.shape2, self.rate2)
        return np.asarray(self.first * one + (1.0 - self.first) * two)

    def quantile(self, share: float) -> Floats:
        """Where ``share`` of the mass lies below; Newton steps inside a bracket."""
        one = gammaincinv(self.shape1, share) / self.rate1
        two = gammaincinv(self.shape2, share) / self.rate2
        low, high = np.minimum(one, two), np.maximum(one, two)
        at = self.first * one + (1.0 - self.first) * two
        open_ = np.arange(at.size)
        left = self
        for _ in range(_STEPS):
            here, below = at[open_], left.below(at[open_])
            high[open_] = np.where(below >= share, np.minimum(high[open_], here), high[open_])
            low[open_] = np.where(below <= share, np.maximum(low[open_], here), low[open_])
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                newton = here - (below - share) / left.density(here)
            inside = (newton > low[open_]) & (newton < high[open_])
            # A small shape puts its quantiles many powers of ten below one: halve on that scale.
            middle = np.sqrt(np.maximum(low[open_], _SMALLEST)) * np.sqrt(high[open_])
            at[open_] = np.where(inside, newton, middle)
            moving = np.abs(at[open_] - here) > _SETTLED * np.maximum(here, _SMALLEST)
            if not moving.any():
                break
            open_, left = open_[moving], left.only(moving)
        return np.asarray(at)

    def only(self, kept: npt.NDArray[np.bool_]) -> _Posterior:
        return _Posterior(
            self.first[kept],
            self.shape1[kept],
            self.rate1[kept],
            self.shape2[kept],
            self.rate2[kept],
        )


def _density(at: Floats, shape: Floats, rate: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        log = shape * np.log(rate) + (shape - 1.0) * np.log(at) - rate * at - gammaln(shape)
    return np.asarray(np.exp(log))


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationComponent:
    """The shrunk log2 of observed over expected, with the limits of its 95% interval."""

    ic: Floats
    ic025: Floats
    ic975: Floats


def information_component(
    n: npt.ArrayLike, expected: npt.ArrayLike, *, shrinkage: float = IC_SHRINKAGE
) -> InformationComponent:
    """log2((n + 1/2) / (E + 1/2)) with exact gamma limits (Norén et al. 2013, equations 1 to 3)."""
    seen, plain = as_counts(n, expected)
    count, wanted = seen + shrinkage, plain + shrinkage
    # The quantiles depend on the count alone.
    each, of = np.unique(count, return_inverse=True)
    low, high = (
        np.log2(gammaincinv(each, share)[of].reshape(count.shape) / wanted) for share in IC_LIMITS
    )
    return InformationComponent(ic=np.log2(count / wanted), ic025=low, ic975=high)

"""Three likelihoods of the two-gamma Poisson mixture, each with its gradient.

With relative rate ~ Gamma(alpha, beta) and count ~ Poisson(rate x expected), a count is
negative binomial (DuMouchel 1999, equations 2 to 5).  Parameters are taken on a free scale:
the logarithms of the four positive ones and the log-odds of the weight.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, expit, gammaln

from corrin.signals.records import Cells, Floats, Ints, Likelihood, Theta

#: Cells that are worked on together: few enough for the processor's cache, which keeps the
#: time in step with the number of cells.
_BLOCK = 16_384  # not clinical: a number of cells


def to_free(theta: Theta) -> Floats:
    """The five parameters on the free scale."""
    positive = [theta.alpha1, theta.beta1, theta.alpha2, theta.beta2]
    return np.array([*np.log(positive), np.log(theta.p) - np.log1p(-theta.p)])


def from_free(free: Floats) -> Theta:
    """The parameters that a point of the free scale stands for."""
    alpha1, beta1, alpha2, beta2 = (float(one) for one in np.exp(free[:-1]))
    return Theta(alpha1=alpha1, beta1=beta1, alpha2=alpha2, beta2=beta2, p=float(expit(free[-1])))


@dataclass(frozen=True, slots=True)
class _Component:
    """Log probabilities of all cells under one gamma, and their slopes (log alpha, log beta)."""

    log: Floats
    by_alpha: Floats
    by_beta: Floats

    def less(self, other: _Component) -> _Component:
        return _Component(
            self.log - other.log, self.by_alpha - other.by_alpha, self.by_beta - other.by_beta
        )


class NegativeLogLikelihood:
    """The negative log-likelihood of collapsed cells and its gradient on the free scale.

    Call it with a point of the free scale.  Truncated likelihoods take the non-zero
    cells only.
    """

    def __init__(self, cells: Cells, likelihood: Likelihood) -> None:
        kept = np.ones(cells.n.size, bool) if likelihood is Likelihood.FULL else cells.n > 0
        self.likelihood = likelihood
        self._n = cells.n[kept].astype(np.float64)
        self._expected = cells.expected[kept]
        self._weight = cells.weight[kept]
        # What depends on the count alone is worked out once a count.
        self._counts, self._of = np.unique(self._n, return_inverse=True)
        fixed = self._n * np.log(self._expected) - gammaln(self._counts + 1)[self._of]
        self._constant = _sum(self._weight, fixed)

    @property
    def size(self) -> int:
        """How many collapsed cells it sums over."""
        return int(self._n.size)

    def __call__(self, free: Floats) -> tuple[float, Floats]:
        """Return the value and its five slopes at a point; infinite where it cannot be computed."""
        with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
            value, slope = self._at(free)
        if not np.isfinite(value) or not np.isfinite(slope).all():
            return np.inf, np.zeros_like(free)
        return value, slope

    def _at(self, free: Floats) -> tuple[float, Floats]:
        first, second = self._gamma(*free[:2]), self._gamma(*free[2:-1])
        value, slope = self._constant, np.zeros_like(free)
        for cells in self._blocks():
            more, steeper = self._sums(cells, first, second, free[-1])
            value += more
            slope += steeper
        return -value, -slope

    def _blocks(self) -> Iterator[_Block]:
        for begin in range(0, self.size, _BLOCK):
            here = slice(begin, begin + _BLOCK)
            yield _Block(self._n[here], self._of[here], self._expected[here], self._weight[here])

    def _gamma(self, log_alpha: float, log_beta: float) -> _Gamma:
        alpha, beta = float(np.exp(log_alpha)), float(np.exp(log_beta))
        return _Gamma(
            alpha,
            beta,
            # In terms of b/(b+E) alone: (b/(b+E))^(a+n) b^-n.
            gammaln(alpha + self._counts) - gammaln(alpha) - self._counts * np.log(beta),
            digamma(alpha + self._counts) - digamma(alpha),
        )

    def _sums(
        self, cells: _Block, gamma1: _Gamma, gamma2: _Gamma, log_odds: float
    ) -> tuple[float, Floats]:
        """The log-likelihood of some cells and its slopes."""
        first, second = gamma1.component(cells), gamma2.component(cells)
        if self.likelihood is Likelihood.OPENEBGM:
            first = first.less(gamma1.not_zero(cells))
            second = second.less(gamma2.not_zero(cells))
        log, share = _mix(first, second, log_odds)
        total = _sum(cells.weight, log)
        slope = _slopes(cells.weight, share, first, second, log_odds)
        if self.likelihood is Likelihood.MIXTURE:
            zero1, zero2 = gamma1.zero(cells), gamma2.zero(cells)
            log_zero, share = _mix(zero1, zero2, log_odds)
            left = -np.expm1(log_zero)
            total -= _sum(cells.weight, np.log(left))
            odds = cells.weight * np.exp(log_zero) / left
            slope += _slopes(odds, share, zero1, zero2, log_odds)
        return total, slope


@dataclass(frozen=True, slots=True)
class _Block:
    """Some cells: the count, which of the distinct counts it is, what was expected, how many."""

    n: Floats
    of: Ints
    expected: Floats
    weight: Floats


@dataclass(frozen=True, slots=True)
class _Gamma:
    """One gamma of the mixture, with what depends on the count alone, worked out once a count."""

    alpha: float
    beta: float
    rising: Floats
    by_count: Floats

    def component(self, cells: _Block) -> _Component:
        """Negative binomial, Gamma(a+n)/(Gamma(a) n!) (E/(b+E))^n (b/(b+E))^a.

        Without ``E^n/n!``, which no parameter changes.
        """
        whole = self.beta + cells.expected
        log_share = np.log(self.beta) - np.log(whole)
        both = self.alpha + cells.n
        return _Component(
            self.rising[cells.of] + both * log_share,
            self.alpha * (self.by_count[cells.of] + log_share),
            self.alpha - both * (self.beta / whole),
        )

    def zero(self, cells: _Block) -> _Component:
        """Log of the probability of zero."""
        whole = self.beta + cells.expected
        log = self.alpha * (np.log(self.beta) - np.log(whole))
        return _Component(log, log, self.alpha * (1.0 - self.beta / whole))

    def not_zero(self, cells: _Block) -> _Component:
        """Log of one minus the probability of zero."""
        zero = self.zero(cells)
        left = -np.expm1(zero.log)
        odds = np.exp(zero.log) / left
        return _Component(np.log(left), -odds * zero.by_alpha, -odds * zero.by_beta)


def _mix(first: _Component, second: _Component, log_odds: float) -> tuple[Floats, Floats]:
    """The log of the mixture and the first component's share of it, for every cell."""
    # One exponential less than logaddexp and expit, which cost most of a fit.
    gap = second.log - first.log - log_odds
    small = np.exp(-np.abs(gap))
    share = np.where(gap > 0, small, 1.0) / (1.0 + small)
    log = first.log - np.logaddexp(0.0, -log_odds) + np.maximum(gap, 0.0) + np.log1p(small)
    return log, share


def _slopes(
    weight: Floats, share: Floats, first: _Component, second: _Component, log_odds: float
) -> Floats:
    """The weighted sums over all cells of the mixture's five slopes."""
    one = weight * share
    two = weight - one
    return np.array(
        [
            _sum(one, first.by_alpha),
            _sum(one, first.by_beta),
            _sum(two, second.by_alpha),
            _sum(two, second.by_beta),
            one.sum() - expit(log_odds) * weight.sum(),
        ]
    )


def _sum(weight: Floats, values: Floats) -> float:
    """The weighted sum.

    Not ``@``, whose threads take ten times as long where the processors are busy, and
    whose last digits depend on how many there are.
    """
    return float(np.einsum("i,i->", weight, values))

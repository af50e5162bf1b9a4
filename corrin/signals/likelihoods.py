"""Three likelihoods of the two-gamma Poisson mixture, each with its gradient.

With relative rate ~ Gamma(alpha, beta) and count ~ Poisson(rate x expected), a count is
negative binomial (DuMouchel 1999, equations 2 to 5).  Parameters are taken on a free scale:
the logarithms of the four positive ones and the log-odds of the weight.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, expit, gammaln

from corrin.signals.records import Cells, Floats, Likelihood, Theta


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
        alpha1, beta1, alpha2, beta2 = (float(one) for one in np.exp(free[:-1]))
        first, second = self._component(alpha1, beta1), self._component(alpha2, beta2)
        if self.likelihood is Likelihood.OPENEBGM:
            first = first.less(self._not_zero(alpha1, beta1))
            second = second.less(self._not_zero(alpha2, beta2))
        log, share = _mix(first, second, free[-1])
        total = self._constant + _sum(self._weight, log)
        slope = _slopes(self._weight, share, first, second, free[-1])
        if self.likelihood is Likelihood.MIXTURE:
            zero1, zero2 = self._zero(alpha1, beta1), self._zero(alpha2, beta2)
            log_zero, share = _mix(zero1, zero2, free[-1])
            left = -np.expm1(log_zero)
            total -= _sum(self._weight, np.log(left))
            odds = self._weight * np.exp(log_zero) / left
            slope += _slopes(odds, share, zero1, zero2, free[-1])
        return -total, -slope

    def _component(self, alpha: float, beta: float) -> _Component:
        """Negative binomial, Gamma(a+n)/(Gamma(a) n!) (E/(b+E))^n (b/(b+E))^a.

        Without ``E^n/n!``, which no parameter changes.
        """
        whole = beta + self._expected
        log_share = np.log(beta) - np.log(whole)
        by_count = digamma(alpha + self._counts) - digamma(alpha)
        # In terms of b/(b+E) alone: (b/(b+E))^(a+n) b^-n.
        rising = gammaln(alpha + self._counts) - gammaln(alpha) - self._counts * np.log(beta)
        both = alpha + self._n
        return _Component(
            rising[self._of] + both * log_share,
            alpha * (by_count[self._of] + log_share),
            alpha - both * (beta / whole),
        )

    def _zero(self, alpha: float, beta: float) -> _Component:
        whole = beta + self._expected
        log = alpha * (np.log(beta) - np.log(whole))
        return _Component(log, log, alpha * (1.0 - beta / whole))

    def _not_zero(self, alpha: float, beta: float) -> _Component:
        """Log of one minus the probability of zero."""
        zero = self._zero(alpha, beta)
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

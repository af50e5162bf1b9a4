"""Fits the two-gamma mixture from several starts; there is always a result, and its story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from corrin.signals.likelihoods import NegativeLogLikelihood, from_free, to_free
from corrin.signals.records import Cells, Fit, Floats, Likelihood, Start, Theta

#: Where the optimiser begins: DuMouchel's own start (1999, section 2.4) and four spread ones.
STARTS = (
    Theta(alpha1=0.2, beta1=0.1, alpha2=2.0, beta2=4.0, p=1 / 3),  # not clinical: a start
    Theta(alpha1=0.1, beta1=0.1, alpha2=10.0, beta2=10.0, p=0.2),  # not clinical: a start
    Theta(alpha1=0.3, beta1=0.5, alpha2=6.0, beta2=6.0, p=0.5),  # not clinical: a start
    Theta(alpha1=0.5, beta1=0.3, alpha2=12.0, beta2=12.0, p=0.8),  # not clinical: a start
    Theta(alpha1=0.2, beta1=0.2, alpha2=5.0, beta2=5.0, p=0.4),  # not clinical: a start
)
#: The free scale is searched inside these limits: parameters from 1e-6 to 1e6.
_FREE = 13.8  # not clinical: the logarithm of a million
#: A parameter this near a limit lies on the boundary.
_NEAR = 0.5  # not clinical: a step on the log scale
#: A weight this small leaves one component, whatever the other is.
_NO_WEIGHT = 1e-5  # not clinical: a share of the mixture
#: Two optima whose log-likelihoods differ by less are one.
_SAME = 1e-3  # not clinical: a difference of log-likelihoods
_TOLERANCE = 1e-13  # not clinical: relative, near the rounding of doubles
_EVALUATIONS = 500  # not clinical: a limit on work
#: More cells than this are first fitted in a coarser copy, from every start.
_MANY = 5_000  # not clinical: a number of cells
_COARSE = 0.05  # not clinical: how wide the coarse copy's bins are, on the log scale
#: Coarse ends as near to each other as this are one, and are refined once.
_ONE = 1e-2  # not clinical: a step on the log scale


def fit(
    cells: Cells, *, likelihood: Likelihood = Likelihood.FULL, starts: Sequence[Theta] = STARTS
) -> Fit:
    """Return the best mixture over all starts, with what each start came to.

    Maximum likelihood with analytic gradients (L-BFGS-B, Byrd 1995) on the free scale.
    Where there are very many cells each start runs on a coarser copy first, and goes on
    from where it came to on the cells themselves; the optimum is that of the cells.
    Which component is called the first is arbitrary.  Never raises for data that have no
    inner optimum: ``boundary`` then says so in words.

    ``Likelihood.OPENEBGM`` can have several optima.  As the package of that name asks, the
    optimum taken is the best one that at least two starts agree on; a better one that a
    single start found is told in ``remark``.
    """
    likelihood = Likelihood(likelihood)
    target = NegativeLogLikelihood(cells, likelihood)
    if target.size == 0:
        return _nothing_to_fit(cells, likelihood, starts[0])
    # The optimiser solves tiny systems; where processors are busy, waking threads for each
    # takes ten times as long as the fit.
    with threadpool_limits(limits=1):
        runs = _runs(target, cells, [to_free(begun) for begun in starts])
    taken = _taken(runs, agreed=likelihood is Likelihood.OPENEBGM)
    theta = from_free(taken.free)
    better = min(run.value for run in runs)
    remark = (
        f"A single start found a better optimum, at {better:.4f}; this likelihood has several."
        if taken.value - better > _SAME
        else ""
    )
    return Fit(
        likelihood=likelihood,
        theta=theta,
        negative_log_likelihood=taken.value,
        boundary=_boundary(theta),
        remark=remark,
        starts=tuple(
            _start(begun, run, taken.value) for begun, run in zip(starts, runs, strict=True)
        ),
        cells=int(cells.weight.sum()),
        collapsed=target.size,
    )


def _taken(runs: Sequence[_Run], *, agreed: bool) -> _Run:
    """The best run; where agreement is asked for, the best that another run confirms."""
    in_order = sorted(runs, key=lambda run: run.value)
    if agreed:
        for run, following in pairwise(in_order):
            if following.value - run.value <= _SAME:
                return run
    return in_order[0]


def given(cells: Cells, theta: Theta, *, likelihood: Likelihood = Likelihood.FULL) -> Fit:
    """Return hyperparameters that were handed in, with their likelihood on these cells."""
    target = NegativeLogLikelihood(cells, likelihood)
    return Fit(
        likelihood=likelihood,
        theta=theta,
        negative_log_likelihood=target(to_free(theta))[0] if target.size else 0.0,
        boundary=_boundary(theta),
        starts=(),
        cells=int(cells.weight.sum()),
        collapsed=target.size,
        given=True,
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """Where one start of the optimiser ended."""

    free: Floats
    value: float
    slope: Floats
    evaluations: int


def _runs(target: NegativeLogLikelihood, cells: Cells, starts: Sequence[Floats]) -> list[_Run]:
    if target.size <= _MANY:
        return [_run(target, begun) for begun in starts]
    coarse = NegativeLogLikelihood(_coarser(cells), target.likelihood)
    refined: list[tuple[Floats, _Run]] = []
    runs = []
    for begun in starts:
        rough = _run(coarse, begun)
        known = next((run for at, run in refined if np.abs(at - rough.free).max() < _ONE), None)
        if known is None:
            known = _run(target, rough.free)
            refined.append((rough.free, known))
        runs.append(replace(known, evaluations=rough.evaluations + known.evaluations))
    return runs


def _coarser(cells: Cells) -> Cells:
    """Cells with the same count and nearly the same expected count made into one."""
    bins = np.floor(np.log(cells.expected) / _COARSE).astype(np.int64)
    bins -= bins.min()
    key, of = np.unique(cells.n * (bins.max() + 1) + bins, return_inverse=True)
    weight = np.bincount(of, weights=cells.weight).astype(np.float64)
    middle = np.bincount(of, weights=cells.weight * cells.expected) / weight
    return Cells(n=key // (bins.max() + 1), expected=middle, weight=weight)


def _run(target: NegativeLogLikelihood, begun: Floats) -> _Run:
    done = minimize(
        target,
        begun,
        jac=True,
        method="L-BFGS-B",
        bounds=[(-_FREE, _FREE)] * begun.size,
        options={
            "maxiter": _EVALUATIONS,
            "maxfun": _EVALUATIONS,
            "ftol": _TOLERANCE,
            "gtol": _TOLERANCE,
        },
    )
    return _Run(np.asarray(done.x), float(done.fun), np.asarray(done.jac), int(done.nfev))


def _start(begun: Theta, run: _Run, taken: float) -> Start:
    ended = from_free(run.free)
    reached = abs(run.value - taken) <= _SAME
    lower = "it found a better optimum, which no other start confirmed."
    higher = _boundary(ended) or "it stopped at a worse optimum."
    return Start(
        begun=begun,
        ended=ended,
        negative_log_likelihood=run.value,
        steepest=float(np.abs(run.slope).max()),
        evaluations=run.evaluations,
        reached=reached,
        why_not="" if reached else (lower if run.value < taken else higher),
    )


def _boundary(theta: Theta) -> str:
    """In words, at which edge of what is possible these parameters lie; empty inside."""
    named = {
        "alpha1": theta.alpha1,
        "beta1": theta.beta1,
        "alpha2": theta.alpha2,
        "beta2": theta.beta2,
    }
    edges = [
        f"{name} runs to {'infinity' if value > 1 else 'zero'}"
        for name, value in named.items()
        if abs(np.log(value)) > _FREE - _NEAR
    ]
    if theta.p < _NO_WEIGHT or theta.p > 1.0 - _NO_WEIGHT:
        edges.append("one component has no weight, so the other is not determined")
    return f"The optimum lies on the boundary: {'; '.join(edges)}." if edges else ""


def _nothing_to_fit(cells: Cells, likelihood: Likelihood, theta: Theta) -> Fit:
    return Fit(
        likelihood=likelihood,
        theta=theta,
        negative_log_likelihood=0.0,
        boundary="There is no cell to fit to: the parameters are those of the first start.",
        starts=(),
        cells=int(cells.weight.sum()),
        collapsed=0,
        given=True,
    )

"""Every measure for every non-zero pair of a table, from its counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corrin.signals.checking import checked
from corrin.signals.collapsing import collapse, expected
from corrin.signals.fitting import fit, given
from corrin.signals.records import Counts, Fit, Floats, Likelihood, Theta, ZeroCells
from corrin.signals.shrinkage import InformationComponent, Shrunk, ebgm, information_component
from corrin.signals.two_by_two import (
    Ratio,
    proportional_reporting_ratio,
    reporting_odds_ratio,
    tables,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """The measures of all pairs, in the order of ``counts``; one entry a pair.

    ``expected`` and what rests on it (``rr``, the information component, EBGM) are
    stratified where the counts are; ``prr`` and ``ror`` take all strata together.
    """

    counts: Counts
    expected: Floats
    rr: Floats
    prr: Ratio
    ror: Ratio
    ic: InformationComponent
    eb: Shrunk
    fit: Fit


def analyse(
    counts: Counts,
    *,
    likelihood: Likelihood = Likelihood.FULL,
    theta: Theta | None = None,
    zero_cells: ZeroCells = ZeroCells.NONE,
) -> Signals:
    """Return every measure; with ``theta`` the hyperparameters are taken, not fitted.

    Raises :class:`InputError` for counts that cannot be.
    """
    likelihood = Likelihood(likelihood)
    cells = collapse(checked(counts))
    fitted = (
        fit(cells, likelihood=likelihood)
        if theta is None
        else given(cells, theta, likelihood=likelihood)
    )
    wanted = expected(counts)
    table = tables(counts)
    with np.errstate(divide="ignore"):
        rr = counts.n / wanted
    return Signals(
        counts=counts,
        expected=wanted,
        rr=rr,
        prr=proportional_reporting_ratio(table, zero_cells=zero_cells),
        ror=reporting_odds_ratio(table, zero_cells=zero_cells),
        ic=information_component(counts.n, wanted),
        eb=ebgm(counts.n, wanted, fitted.theta),
        fit=fitted,
    )

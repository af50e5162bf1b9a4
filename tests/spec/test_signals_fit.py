"""The fit says what it came to: an optimum, an edge, or that there was nothing to fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from corrin.errors import InputError
from corrin.signals.analysing import analyse
from corrin.signals.checking import as_counts
from corrin.signals.fitting import fit, given
from corrin.signals.power import smallest_rate
from corrin.signals.records import Cells, Likelihood, Theta
from corrin.signals.simulating import draw_table
from tests.report_files import counts_of

TRUTH = Theta(alpha1=0.3, beta1=0.15, alpha2=3.0, beta2=2.5, p=0.3)
SMALL = [({0, 1}, {0}), ({1}, {0, 1}), ({2}, {1, 2}), ({0}, {2})]


def drawn(theta, *, seed=1, size=300):
    weights = 1000.0 / np.arange(1, size + 1)
    table = draw_table(weights, weights, 4000.0, theta, seed=seed)
    return Cells(n=table.n, expected=table.expected, weight=np.ones(table.n.size))


def test_the_truth_comes_back_from_data_drawn_from_it():
    found = fit(drawn(TRUTH))
    assert found.boundary == ""
    assert all(start.reached for start in found.starts)
    ends = [(found.theta.alpha1, found.theta.beta1), (found.theta.alpha2, found.theta.beta2)]
    ends.sort()
    assert ends[0][0] == pytest.approx(TRUTH.alpha1, rel=0.2)
    assert ends[1][0] == pytest.approx(TRUTH.alpha2, rel=0.25)


def test_a_coarse_start_ends_at_the_optimum_of_the_cells_themselves():
    cells = drawn(TRUTH)
    assert cells.n.size > 5_000
    found = fit(cells)
    # The steepest slope at the end, over a likelihood of tens of thousands.
    assert max(start.steepest for start in found.starts if start.reached) < 0.5
    again = fit(cells, starts=[found.theta])
    assert again.negative_log_likelihood == pytest.approx(found.negative_log_likelihood, abs=1e-4)


def test_data_without_any_spread_lie_on_the_boundary_and_say_so():
    expected = np.full(2_000, 3.0)
    n = np.random.default_rng(2).poisson(3.0, 2_000)
    found = fit(Cells(n=n, expected=expected, weight=np.ones(n.size)))
    assert "boundary" in found.boundary or found.theta.alpha1 > 50 or found.theta.alpha2 > 50


def test_truncated_likelihoods_without_a_pair_say_that_there_is_nothing_to_fit():
    empty = Cells(n=np.array([0]), expected=np.array([1.0]), weight=np.array([9.0]))
    found = fit(empty, likelihood=Likelihood.OPENEBGM)
    assert "no cell" in found.boundary
    assert given(empty, TRUTH, likelihood=Likelihood.OPENEBGM).negative_log_likelihood == 0.0


def test_a_mistyped_likelihood_is_refused():
    with pytest.raises(ValueError, match="fulll"):
        fit(drawn(TRUTH, size=5), likelihood="fulll")  # type: ignore[arg-type]


def test_hyperparameters_that_were_handed_in_are_taken():
    found = analyse(counts_of(SMALL, 3, 3), theta=TRUTH)
    assert found.fit.theta == TRUTH
    assert found.fit.given


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"n": np.array([-1, 1, 1, 1, 1, 1, 1])}, "negative"),
        ({"n": np.array([9, 1, 1, 1, 1, 1, 1])}, "more reports than its product"),
        ({"reports": np.array([1])}, "more reports than there are"),
        ({"n": np.array([1])}, "differ in length"),
        ({"product": np.array([9, 0, 1, 1, 2, 2, 0])}, "not there"),
    ],
)
def test_counts_that_cannot_be_are_refused(change, said):
    counts = counts_of(SMALL, 3, 3)
    change = {name: np.resize(value, counts.n.size) if value.size == 7 else value
              for name, value in change.items()}  # fmt: skip
    with pytest.raises(InputError, match=said):
        analyse(replace(counts, **change))


def test_negative_counts_are_refused_by_every_measure():
    with pytest.raises(InputError, match="negative"):
        as_counts([1, -1])


def test_the_smallest_rate_has_no_end_where_nothing_could_stand_out():
    found = smallest_rate([10, 10, 3], [0, 5, 5], [100, 10, 5_000], power=0.8)
    assert np.isinf(found.rate[:2]).all()
    assert (found.needed[:2] == -1).all()
    assert np.isfinite(found.rate[2])


def test_more_reports_let_a_smaller_rate_be_seen():
    found = smallest_rate([10, 100, 1_000], [100] * 3, [10_000] * 3, power=0.8)
    assert (np.diff(found.rate) < 0).all()

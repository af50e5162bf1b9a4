"""Properties of the statistics of reports, over small tables of every kind."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from corrin.signals.collapsing import collapse, expected
from corrin.signals.fitting import fit
from corrin.signals.likelihoods import NegativeLogLikelihood, to_free
from corrin.signals.records import Cells, Likelihood, Theta
from corrin.signals.shrinkage import ebgm, information_component
from corrin.signals.two_by_two import false_discovery, tables
from tests.report_files import counts_of

PRODUCTS, EVENTS = 5, 6
REPORTS = st.lists(
    st.tuples(
        st.sets(st.integers(0, PRODUCTS - 1), min_size=1, max_size=3),
        st.sets(st.integers(0, EVENTS - 1), min_size=1, max_size=4),
    ),
    min_size=1,
    max_size=25,
)
THETAS = st.builds(
    Theta,
    alpha1=st.floats(0.02, 20),
    beta1=st.floats(0.02, 20),
    alpha2=st.floats(0.02, 20),
    beta2=st.floats(0.02, 20),
    p=st.floats(0.01, 0.99),
)


def same_cells(cells: Cells) -> dict[tuple[int, float], float]:
    found: dict[tuple[int, float], float] = {}
    for n, wanted, weight in zip(cells.n, cells.expected, cells.weight, strict=True):
        key = (int(n), round(float(wanted), 12))
        found[key] = found.get(key, 0) + float(weight)
    return found


@given(REPORTS)
def test_collapsing_equals_the_whole_table(reports):
    counts = counts_of(reports, PRODUCTS, EVENTS)
    whole = np.zeros((PRODUCTS, EVENTS), np.int64)
    whole[counts.product, counts.event] = counts.n
    wanted = np.outer(counts.product_reports[:, 0], counts.event_reports[:, 0]) / len(reports)
    every = Cells(
        n=whole[wanted > 0], expected=wanted[wanted > 0], weight=np.ones(int((wanted > 0).sum()))
    )
    assert same_cells(collapse(counts)) == same_cells(every)


@given(REPORTS, THETAS, st.sampled_from(Likelihood))
@settings(max_examples=150)
def test_gradients_equal_finite_differences(reports, theta, likelihood):
    target = NegativeLogLikelihood(collapse(counts_of(reports, PRODUCTS, EVENTS)), likelihood)
    free = to_free(theta)
    value, slope = target(free)
    step = 1e-5
    for place in range(5):
        moved = np.zeros(5)
        moved[place] = step
        central = (target(free + moved)[0] - target(free - moved)[0]) / (2 * step)
        assert slope[place] == pytest.approx(central, abs=1e-4 * max(1.0, abs(value)), rel=1e-4)


@given(
    THETAS,
    st.lists(st.tuples(st.integers(0, 200), st.floats(0, 100)), min_size=1, max_size=8),
)
def test_quantiles_have_the_share_they_say_below_them(theta, pairs):
    n = np.array([one[0] for one in pairs])
    wanted = np.array([one[1] for one in pairs])
    found = ebgm(n, wanted, theta)
    # The weight of each gamma after the count, from scipy's negative binomial.
    log = [
        np.where(
            wanted > 0,
            stats.nbinom.logpmf(n, alpha, beta / (beta + wanted)),
            np.where(n == 0, 0.0, n * 0.0),
        )
        for alpha, beta in ((theta.alpha1, theta.beta1), (theta.alpha2, theta.beta2))
    ]
    if not np.isfinite(log).all() or ((wanted == 0) & (n > 0)).any():
        return
    first = 1 / (1 + (1 - theta.p) / theta.p * np.exp(np.clip(log[1] - log[0], -700, 700)))
    for limit, share in ((found.eb05, 0.05), (found.eb95, 0.95)):
        below = first * stats.gamma.cdf(
            limit, theta.alpha1 + n, scale=1 / (theta.beta1 + wanted)
        ) + (1 - first) * stats.gamma.cdf(limit, theta.alpha2 + n, scale=1 / (theta.beta2 + wanted))
        assert below == pytest.approx(np.full(n.size, share), abs=1e-7)
    assert (found.eb05 <= found.eb95).all()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_adjusted_p_values_stay_with_their_rows(p, source):
    order = list(range(len(p)))
    source.shuffle(order)
    values = np.array(p)
    plain, shuffled = false_discovery(values), false_discovery(values[order])
    assert shuffled == pytest.approx(plain[order])
    assert (plain >= values - 1e-12).all()
    assert plain == pytest.approx(stats.false_discovery_control(values))


@given(REPORTS)
def test_the_four_cells_are_counts_of_reports(reports):
    counts = counts_of(reports, PRODUCTS, EVENTS)
    made = tables(counts)
    for cell in (made.a, made.b, made.c, made.d):
        assert (cell >= 0).all()
    assert (made.a + made.b + made.c + made.d == len(reports)).all()
    assert (expected(counts) > 0).all()


@given(REPORTS, st.sampled_from(Likelihood))
@settings(max_examples=8)
def test_a_fit_always_gives_a_result_with_its_story(reports, likelihood):
    cells = collapse(counts_of(reports, PRODUCTS, EVENTS))
    found = fit(cells, likelihood=likelihood)
    assert np.isfinite(found.negative_log_likelihood)
    for name in ("alpha1", "beta1", "alpha2", "beta2"):
        assert 0 < getattr(found.theta, name) < np.inf
    assert 0 <= found.theta.p <= 1
    assert len(found.starts) == 5
    assert all(start.reached or start.why_not for start in found.starts)
    shrunk = ebgm(cells.n, cells.expected, found.theta)
    assert np.isfinite(shrunk.ebgm).all()


@given(st.lists(st.tuples(st.integers(0, 1000), st.floats(0, 1000)), min_size=1, max_size=9))
def test_the_information_component_lies_inside_its_limits(pairs):
    found = information_component([one[0] for one in pairs], [one[1] for one in pairs])
    assert (found.ic025 < found.ic).all()
    assert (found.ic < found.ic975).all()

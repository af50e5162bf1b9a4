"""The statistics of reports against plain slow twins: sets, scipy's distributions, root finding."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from scipy import integrate, optimize, stats

from corrin.signals.collapsing import collapse, expected
from corrin.signals.counting import count
from corrin.signals.likelihoods import NegativeLogLikelihood, to_free
from corrin.signals.power import smallest_rate
from corrin.signals.reading import read_reports
from corrin.signals.records import Likelihood, Theta
from corrin.signals.shrinkage import ebgm, information_component
from corrin.signals.two_by_two import chi_square, fisher, tables
from tests.report_files import counts_of, table

THETA = Theta(alpha1=0.3, beta1=0.2, alpha2=2.5, beta2=1.5, p=0.35)


@pytest.fixture(scope="module")
def reports():
    source = random.Random(8)
    return [
        (set(source.sample(range(7), source.randint(1, 3))),
         set(source.sample(range(9), source.randint(1, 4))))
        for _ in range(60)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def twin(reports):
    return counts_of(reports, 7, 9)


def test_duckdb_counts_as_sets_do(tmp_path, reports, twin):
    rows = [
        (f"R{number}", f"P{product}", f"E{event}")
        for number, (taken, had) in enumerate(reports)
        for product in taken
        for event in had
    ]
    random.Random(1).shuffle(rows)
    path = table(tmp_path / "reports.csv", [*rows, *rows[:40]])
    named = {"report": "id", "product": "product", "event": "event"}
    with read_reports(path, columns=named) as read:
        found = count(read)
        assert read.reading.repeated == 40
    assert (found.products, found.events) == (twin.products, twin.events)
    for part in ("product", "event", "n", "product_reports", "event_reports", "reports"):
        assert (getattr(found, part) == getattr(twin, part)).all(), part


def every_cell(counts):
    n = np.zeros((len(counts.products), len(counts.events)), int)
    n[counts.product, counts.event] = counts.n
    rows, columns = counts.product_reports[:, 0], counts.event_reports[:, 0]
    return n.ravel(), (np.outer(rows, columns) / counts.all_reports).ravel()


def slow(counts, likelihood):
    """The negative log-likelihood over every cell, with scipy's negative binomial."""
    n, wanted = every_cell(counts)

    def two(k):
        return [
            stats.nbinom.pmf(k, alpha, beta / (beta + wanted))
            for alpha, beta in ((THETA.alpha1, THETA.beta1), (THETA.alpha2, THETA.beta2))
        ]

    one, other = two(n)
    zero, zero_other = two(0)
    p = THETA.p
    match likelihood:
        case Likelihood.FULL:
            return -np.log(p * one + (1 - p) * other).sum()
        case Likelihood.MIXTURE:
            whole = (p * one + (1 - p) * other) / (1 - p * zero - (1 - p) * zero_other)
        case Likelihood.OPENEBGM:
            whole = p * one / (1 - zero) + (1 - p) * other / (1 - zero_other)
    return -np.log(whole[n > 0]).sum()


@pytest.mark.parametrize("likelihood", Likelihood)
def test_collapsed_cells_have_the_likelihood_of_every_cell(twin, likelihood):
    fast, _ = NegativeLogLikelihood(collapse(twin), likelihood)(to_free(THETA))
    assert fast == pytest.approx(slow(twin, likelihood), rel=1e-12)


def test_ebgm_and_its_limits_by_integrating_the_posterior():
    n, wanted = np.array([0, 1, 4, 40]), np.array([0.7, 0.01, 3.0, 5.5])
    found = ebgm(n, wanted, THETA)
    for place, (k, e) in enumerate(zip(n.tolist(), wanted.tolist(), strict=True)):

        def prior(rate):
            return THETA.p * stats.gamma.pdf(rate, THETA.alpha1, scale=1 / THETA.beta1) + (
                1 - THETA.p
            ) * stats.gamma.pdf(rate, THETA.alpha2, scale=1 / THETA.beta2)

        def joint(log, k=k, e=e):
            rate = math.exp(log)
            return prior(rate) * stats.poisson.pmf(k, rate * e) * rate

        ends = (-60.0, 6.0)
        whole = integrate.quad(joint, *ends, limit=500, points=(-10, -2, 0, 2))[0]
        mean = integrate.quad(
            lambda log: log * joint(log), *ends, limit=500, points=(-10, -2, 0, 2)
        )[0]
        assert math.log(found.ebgm[place]) == pytest.approx(mean / whole, abs=1e-6)
        for share, limit in ((0.05, found.eb05), (0.95, found.eb95)):
            below = integrate.quad(
                joint, ends[0], math.log(limit[place]), limit=500, points=(-10, -2)
            )[0]
            assert below / whole == pytest.approx(share, abs=1e-6)


def test_the_limits_of_the_information_component_by_root_finding():
    found = information_component([7], [2.2])
    for share, limit in ((0.025, found.ic025[0]), (0.975, found.ic975[0])):
        rate = optimize.brentq(
            lambda x, share=share: stats.gamma.cdf(x, 7.5, scale=1 / 2.7) - share, 1e-6, 50
        )
        assert limit == pytest.approx(math.log2(rate))


def test_chi_square_and_fisher_as_scipy_has_them(twin):
    made = tables(twin)
    value, p = chi_square(made)
    exact = fisher(made)
    for place in range(twin.n.size):
        cells = [
            [made.a[place], made.b[place]],
            [made.c[place], made.d[place]],
        ]
        if min(np.sum(cells, axis=0).min(), np.sum(cells, axis=1).min()) == 0:
            continue
        told = stats.chi2_contingency(cells, correction=True)
        assert value[place] == pytest.approx(told.statistic, abs=1e-9)
        assert p[place] == pytest.approx(told.pvalue, abs=1e-9)
        assert exact[place] == pytest.approx(stats.fisher_exact(cells, "greater").pvalue)


def test_the_power_by_trying_every_count():
    product, event, reports, power = 150, 40, 5_000, 0.8
    found = smallest_rate(product, event, reports, power=power)
    needed = next(
        n
        for n in range(product)
        if information_component([n], [product * (event + n) / reports]).ic025[0] > 0
    )
    assert found.needed[0] == needed
    as_others = product * event / (reports - product)
    chance = stats.poisson.sf(needed - 1, found.rate[0] * as_others)
    assert chance == pytest.approx(power)


def test_expected_counts_are_the_margins_over_the_reports(twin):
    n, wanted = every_cell(twin)
    assert expected(twin) == pytest.approx(wanted[n > 0])

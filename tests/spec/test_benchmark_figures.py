"""The benchmark's arithmetic: intervals, NDCG, Brier and calibration error, worked by hand."""

from __future__ import annotations

from math import isclose, log2

import pytest

from corrin.benchmark.figures import brier, calibration_error, gain, mean, proportion

# Newcombe RG, Stat Med 1998;17:857-872, table of 95% intervals, method 3 (Wilson's score
# interval without continuity correction).
NEWCOMBE = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
]


@pytest.mark.parametrize(("hits", "n", "low", "high"), NEWCOMBE)
def test_wilson_intervals_are_those_newcombe_printed(hits: int, n: int, low: float, high: float):
    figure = proportion([True] * hits + [False] * (n - hits))
    assert figure.value == hits / n
    assert figure.n == n
    assert (round(figure.low, 4), round(figure.high, 4)) == (low, high)


def test_all_right_mirrors_none_right():
    none, every = proportion([False] * 20), proportion([True] * 20)
    assert every.high == 1.0
    assert isclose(every.low, 1 - none.high, abs_tol=1e-12)


@pytest.mark.parametrize(
    ("rank", "expected"),
    [(1, 1.0), (2, 1 / log2(3)), (3, 0.5), (7, 1 / 3), (None, 0.0)],
)
def test_ndcg_of_one_right_answer(rank: int | None, expected: float):
    assert isclose(gain(rank), expected)


def test_brier_is_the_mean_squared_gap():
    # (0.8 - 1)^2 = 0.04, (0.6 - 0)^2 = 0.36, (0.5 - 1)^2 = 0.25; mean 0.65 / 3
    assert isclose(brier([0.8, 0.6, 0.5], [True, False, True]).value, 0.65 / 3)


def test_calibration_error_by_hand():
    # bin 0.6-0.7: 0.62 and 0.66, one right: |0.64 - 0.5| * 2/4; bin 0.9-1.0: 0.95 and 1.0, both
    # right: |0.975 - 1| * 2/4
    figure = calibration_error([0.62, 0.66, 0.95, 1.0], [True, False, True, True])
    assert isclose(figure.value, 0.14 * 0.5 + 0.025 * 0.5)


def test_calibration_error_keeps_bins_apart():
    # Over- and underconfidence in different bins must not cancel.
    assert isclose(calibration_error([0.15, 0.85], [True, False]).value, 0.85)


def test_the_bootstrap_of_a_constant_is_the_constant():
    figure = mean([0.25] * 12)
    assert (figure.value, figure.low, figure.high, figure.n) == (0.25, 0.25, 0.25, 12)


def test_the_bootstrap_interval_of_a_large_sample_is_the_normal_one():
    # 400 zeros and ones, half each: standard error 0.5 / 20 = 0.025, so 0.5 -/+ 1.96 * 0.025.
    figure = mean([0.0, 1.0] * 200)
    assert figure.value == 0.5
    assert figure.low == pytest.approx(0.451, abs=0.006)
    assert figure.high == pytest.approx(0.549, abs=0.006)


def test_a_figure_repeats_exactly():
    values = [0.1, 0.9, 0.4, 0.7, 0.2]
    assert mean(values) == mean(values)


def test_nothing_counted_is_no_figure_not_zero():
    for figure in (proportion([]), mean([]), brier([], []), calibration_error([], [])):
        assert (figure.value, figure.low, figure.high, figure.n) == (None, None, None, 0)

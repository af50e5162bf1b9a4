"""Tables printed in papers come out as printed."""

from __future__ import annotations

import numpy as np
import pytest

from corrin.signals.collapsing import expected
from corrin.signals.records import Counts, ZeroCells
from corrin.signals.shrinkage import information_component
from corrin.signals.two_by_two import (
    Tables,
    chi_square,
    false_discovery,
    fisher,
    proportional_reporting_ratio,
    reporting_odds_ratio,
)


def one(a: float, b: float, c: float, d: float) -> Tables:
    return Tables(a=np.array([a]), b=np.array([b]), c=np.array([c]), d=np.array([d]))


def test_uveitis_with_rifabutin():
    # Evans (2001), and his chapter in Pharmacovigilance (Mann and Andrews): 41 of 55 reports of
    # rifabutin, 754 of all others; printed PRR 586 and chi-square 22 736.
    table = one(41, 14, 754, 591_958)
    assert round(float(proportional_reporting_ratio(table).value[0])) == 586
    assert chi_square(table, yates=False)[0][0] == pytest.approx(22_736, rel=5e-4)


@pytest.mark.parametrize(
    ("cases", "controls", "printed"),
    [
        (27, 67, (2.7, 1.3, 5.5)),
        (17, 39, (2.2, 1.1, 4.6)),
        (23, 46, (3.2, 1.6, 6.4)),
    ],
)
def test_odds_ratios_with_their_intervals(cases, controls, printed):
    # Br J Clin Pharmacol 2001;52:579, table 2: 42 cases, 168 controls.
    ratio = reporting_odds_ratio(one(cases, controls, 42 - cases, 168 - controls))
    found = (ratio.value[0], ratio.low[0], ratio.high[0])
    assert [round(float(x), 1) for x in found] == list(printed)


def test_the_lady_tasting_tea():
    # Fisher (1935): three of four cups right or better, 17 ways in 70.
    assert fisher(one(3, 1, 1, 3))[0] == pytest.approx(17 / 70)


def test_the_fifteen_p_values_of_benjamini_and_hochberg():
    # Benjamini and Hochberg (1995), section 3.2: four hypotheses fall at 0.05.
    printed = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240,
        0.4262, 0.5719, 0.6528, 0.7590, 1.0,
    ]  # fmt: skip
    adjusted = false_discovery(np.array(printed))
    assert int((adjusted <= 0.05).sum()) == 4
    assert adjusted[3] == pytest.approx(0.0095 * 15 / 4)


def test_by_hand_a_small_table():
    # 10 of 100 against 20 of 900: PRR (10/100)/(20/900) = 4.5, ROR (10 x 880)/(90 x 20) = 4.889.
    table = one(10, 90, 20, 880)
    prr, ror = proportional_reporting_ratio(table), reporting_odds_ratio(table)
    assert prr.value[0] == pytest.approx(4.5)
    spread = np.sqrt(1 / 10 - 1 / 100 + 1 / 20 - 1 / 900)
    assert prr.low[0] == pytest.approx(4.5 * np.exp(-1.959963985 * spread))
    assert ror.value[0] == pytest.approx(8800 / 1800)
    spread = np.sqrt(1 / 10 + 1 / 90 + 1 / 20 + 1 / 880)
    assert ror.high[0] == pytest.approx(8800 / 1800 * np.exp(1.959963985 * spread))
    # N (ad - bc)^2 / (margins) = 1000 x 7000^2 / (100 x 900 x 30 x 970)
    assert chi_square(table, yates=False)[0][0] == pytest.approx(
        1000 * 7000**2 / (100 * 900 * 30 * 970)
    )
    assert chi_square(table)[0][0] == pytest.approx(1000 * 6500**2 / (100 * 900 * 30 * 970))


def test_the_information_component_by_hand():
    # O = 10, E = 3: log2(10.5 / 3.5) = log2(3).
    found = information_component([10], [3.0])
    assert found.ic[0] == pytest.approx(np.log2(3))
    # Chi-square with 21 degrees of freedom has its 2.5% point at 10.283 (printed tables).
    assert found.ic025[0] == pytest.approx(np.log2(10.283 / 2 / 3.5), abs=1e-4)
    assert found.ic975[0] == pytest.approx(np.log2(35.479 / 2 / 3.5), abs=1e-4)


def test_fewer_than_three_reports_never_stand_out():
    # With half a report added to both counts, two reports cannot, however few are expected.
    found = information_component([2, 3], [0.0, 0.0])
    assert found.ic025[0] < 0 < found.ic025[1]


def test_expected_counts_within_strata_by_hand():
    # Mantel and Haenszel: 10 x 20 / 100 + 30 x 5 / 50 = 5.
    counts = Counts(
        products=("p",), events=("e",), product=np.array([0]), event=np.array([0]),
        n=np.array([6]), product_reports=np.array([[10, 30]]), event_reports=np.array([[20, 5]]),
        reports=np.array([100, 50]),
    )  # fmt: skip
    assert expected(counts)[0] == pytest.approx(5)


def test_a_zero_cell_gives_no_interval_unless_a_half_is_added():
    table = one(5, 10, 0, 100)
    plain = reporting_odds_ratio(table)
    assert np.isinf(plain.value[0])
    assert np.isnan(plain.low[0])
    half = reporting_odds_ratio(table, zero_cells=ZeroCells.HALF)
    assert half.value[0] == pytest.approx(5.5 * 100.5 / (10.5 * 0.5))
    with pytest.raises(ValueError, match="some"):
        reporting_odds_ratio(table, zero_cells="some")  # type: ignore[arg-type]

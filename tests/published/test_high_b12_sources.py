"""Figures printed in papers on high B12 come out, each test with its paper."""

from __future__ import annotations

import numpy as np
import pytest

from corrin.high_b12.sources_cancer import share, yearly_rate
from corrin.high_b12.sources_numbers import compile_sources
from corrin.high_b12.weighing import (
    NONE_TAKEN,
    NOT_ASKED,
    TAKEN,
    PeopleKnown,
    usual_tail,
    weigh,
)
from corrin.knowledge.loading import load
from corrin.knowledge.records import Setting
from tests.high_b12_people import TWICE, why_high

KNOWLEDGE = load()
BANDS = ("up-to-600", "601-800", "801-1000", "above-1000", "above-2500")


def _known_only_by_level(setting: Setting, bands: tuple[str, ...], answer: int):
    """Return (sources, posterior, P(B12 taken)) of someone of whom nothing else is known."""
    compiled = compile_sources(KNOWLEDGE, setting)
    numbers = compiled.numbers(0)
    nothing = np.full(1, np.nan)
    person = PeopleKnown(
        bands=np.array([[float(band in bands) for band in compiled.band_ids]]),
        odds=np.ones((1, len(compiled.sources))),
        present=np.zeros((1, len(compiled.signs))),
        absent=np.zeros((1, len(compiled.signs))),
        answer=np.array([answer]),
        level=np.ones(1),
        tail=nothing,
        tail_without=nothing,
    )
    posterior = weigh(numbers, person)[0, 0]
    taken = float((posterior * numbers.answer[0, :, TAKEN]).sum())
    return dict(zip(compiled.sources, posterior, strict=True)), taken


class TestArendt2012:
    """PLoS One 2012;7(9):e45979: share supplemented among hospital patients."""

    @pytest.mark.parametrize(
        ("bands", "printed"),
        [(("601-800", "801-1000"), 0.27), (("above-1000", "above-2500"), 0.53)],
    )
    def test_share_supplemented(self, bands, printed):
        _, taken = _known_only_by_level(Setting.HOSPITAL, bands, NOT_ASKED)
        assert taken == pytest.approx(printed, abs=0.05)


class TestArendt2013:
    """J Natl Cancer Inst 2013;105:1799 and the ASCO Post: untreated Danes, first year."""

    @pytest.mark.parametrize(("level", "seen"), [("720", 3.7), ("900", 6.6), ("1400", 6.6)])
    def test_the_cohorts_own_numbers_when_age_is_not_known(self, level, seen):
        labs = [f"serum_b12 {level} pmol/L 2026-01-10", f"serum_b12 {level} pmol/L 2026-06-10"]
        risk = why_high(labs=labs, intake=(), age=None).cancer
        assert risk is not None
        assert not risk.personal
        assert (risk.per, risk.horizon) == (100, "1 year")
        assert risk.mode == pytest.approx(seen)
        assert risk.comparison == pytest.approx(2.3)

    @pytest.mark.parametrize(
        ("bands", "excess"),
        [(("601-800",), 0.037 - 0.023), (("801-1000", "above-1000", "above-2500"), 0.066 - 0.023)],
    )
    def test_cancer_as_the_source_is_of_the_size_of_the_excess(self, bands, excess):
        """More new cancers than at usual levels: those that can be why the level is high."""
        found, _ = _known_only_by_level(Setting.PRIMARY_CARE, bands, NONE_TAKEN)
        assert excess / 2 < found["solid_cancer"] + found["myeloid_disease"] < excess * 2

    def test_standardised_incidence_ratios(self):
        ratios = {each.id: each for each in KNOWLEDGE.high_b12.cancer_ratio}
        assert (ratios["dk_601_800"].low, ratios["dk_601_800"].mode) == (3.14, 3.44)
        assert (ratios["dk_above_800"].mode, ratios["dk_above_800"].high) == (6.27, 6.88)

    def test_share_of_untreated_people_above_600(self):
        """Six in a hundred in Denmark, 3.4 in UK primary care (Arendt 2019)."""
        numbers = compile_sources(KNOWLEDGE, Setting.PRIMARY_CARE).numbers(0)
        assert 0.034 <= usual_tail(numbers, np.array([600.0]))[0, 0] <= 0.06


def test_bailey2013_the_99th_percentile():
    """Am J Clin Nutr 2013;98:460: 99% of US adults, supplements included, below 1265 pmol/L."""
    numbers = compile_sources(KNOWLEDGE, Setting.PRIMARY_CARE).numbers(0)
    assert usual_tail(numbers, np.array([1265.0]))[0, 0] < 0.01


def test_remacha2014_above_2500_pmol():
    """Int J Lab Hematol 2014: treatment the main cause, immune complexes 7 of 28."""
    found, _ = _known_only_by_level(Setting.HOSPITAL, ("above-2500",), NOT_ASKED)
    assert found["intake"] + found["injection_treatment"] > 0.5
    assert 0.10 < found["macro_b12"] < 0.40
    assert found["macro_b12"] == max(
        value for id_, value in found.items() if id_ not in {"intake", "injection_treatment"}
    )


def test_jeffery2010_to_oncel_van2023_macro_b12_between_8_and_45_percent():
    """The prevalence hangs on the method, so the interval must be wide."""
    high = why_high(labs=["serum_b12 1250 ng/L"], intake=(), draws=1000)
    macro = next(each for each in high.sources if each.id == "macro_b12")
    assert macro.low < 0.081 < macro.high
    assert macro.high / macro.low > 5
    assert KNOWLEDGE.sources_of_high_b12["macro_b12"].certainty == "low"


def test_alps_criterion_lies_in_the_highest_band_of_the_cohorts():
    """Above 1500 ng/L (revised criteria)."""
    assert why_high(labs=["serum_b12 1501 ng/L"]).elevation.bands == ("above-1000",)


def test_lacombe2021_hazard_ratio_widens_the_range():
    """Sci Rep 2021;11:13361: HR 5.90 (2.79-12.45), elevation at both measurements."""
    risk = why_high(labs=TWICE, intake=(), age=62, sex="male").cancer
    assert risk is not None
    assert risk.comparison == pytest.approx(1.296, abs=0.001)
    base = -np.log1p(-risk.comparison / 100)
    assert -np.log1p(-risk.low / 100) / base == pytest.approx(2.79)
    assert -np.log1p(-risk.high / 100) / base == pytest.approx(12.45)
    assert "5.9 (2.79-12.45)" in risk.clinician


@pytest.mark.parametrize(
    ("age", "sex", "cases", "people"),
    [
        (62, "female", 111_842, 10_174_229),
        (62, "male", 121_562, 9_316_659),
        (30, "female", 14_041, 10_840_965),
        (47, "male", 26_510, 10_385_031),
        (90, "male", 58_395, 2_227_848),
    ],
)
def test_uscs2016_new_cancers_by_age_and_sex(age, sex, cases, people):
    """United States Cancer Statistics, WONDER, 2016: count over population."""
    assert yearly_rate(age, sex, KNOWLEDGE) == pytest.approx(cases / people, rel=1e-3)


def test_a_yearly_rate_becomes_a_share_of_people():
    assert share(0.02) == pytest.approx(1 - np.exp(-0.02))
    assert yearly_rate(None, "male", KNOWLEDGE) is None

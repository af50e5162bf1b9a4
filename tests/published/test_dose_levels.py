"""The dose model against the published rows of dose and level (`corrin dose --validate`)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks import fit_dose_model
from corrin.high_b12.parameters import before_the_fit, middle, on_scale
from corrin.high_b12.study_rows import row_regimen
from corrin.high_b12.uptake import retained, taken_up
from corrin.high_b12.validating import validate
from corrin.knowledge.loading import load
from corrin.knowledge.records_of_intake import Kept, Kind, Use

KNOWLEDGE = load()
FOUND = validate(KNOWLEDGE)
BY_ID = {row.id: row for row in FOUND.rows}
LEVELS = [row for row in FOUND.rows if row.usable and row.kind == "level"]

#: Usable rows that are not inside, named so that nothing joins or leaves them in silence.
#: docs/explanation/dose-model.md says why of each.
MISSES = {"pk13b", "px23c_normal", "px23d_normal", "px08d", "px08e", "px09a"}


def test_every_row_of_the_evidence_is_listed_with_its_reason():
    assert set(BY_ID) == set(KNOWLEDGE.dose_levels)
    numbers = {row.id.split("_")[0].rstrip("abcdefgh") for row in FOUND.rows}
    assert {f"pk{n:02}" for n in range(1, 21)} | {f"px{n:02}" for n in range(1, 25)} == numbers
    assert all(row.why for row in FOUND.rows)


@pytest.mark.parametrize("row", LEVELS, ids=[row.id for row in LEVELS])
def test_a_mean_level_lies_inside_the_interval_for_a_mean(row):
    assert row.high / row.low <= 2
    assert row.inside


def test_the_usable_rows_outside_are_the_ones_we_know_of():
    outside = {row.id for row in FOUND.rows if row.usable and row.inside is not True}
    assert outside == MISSES


def test_the_derived_gain_is_reproduced():
    """43 (30 to 60) ng/L for each ug absorbed a day, from studies of four months and a year."""
    after_months, after_a_year = FOUND.gain
    assert 30 < after_months.low < 43 < after_months.high < 60
    assert 30 < after_a_year.median < 60


def test_the_spread_among_people_is_within_a_factor_of_two():
    ratios = [row.sd_ratio for row in FOUND.rows if row.sd_ratio is not None]
    assert len(ratios) == 3
    assert all(1 / 2 < ratio < 2 for ratio in ratios)


@pytest.mark.parametrize("use", ["fit", "test"])
def test_the_model_does_better_than_saying_the_same_level_always(use):
    pairs = [
        (abs(row.log_error), abs(row.constant_log_error))
        for row in FOUND.rows
        if row.use == use and row.usable and row.constant_log_error is not None
        and row.kind in {"level", "rise", "ratio"}
    ]  # fmt: skip
    assert len(pairs) >= 7
    model, constant = np.mean(pairs, axis=0)
    assert model < constant / 2


# --- No test row has any part in the fit.


def test_the_fit_was_made_from_rows_marked_fit_alone():
    rows = [KNOWLEDGE.dose_levels[id_] for id_ in KNOWLEDGE.pharmacokinetics.fit.rows]
    assert rows
    assert {row.use for row in rows} == {Use.FIT}
    assert [row.id for row in rows] == [row.id for row in fit_dose_model.fit_rows(KNOWLEDGE)]


def test_no_study_is_on_both_sides():
    """But for Sharabi's third arm, which the evidence put there and nobody can judge."""
    sides = {}
    for row in KNOWLEDGE.dose_levels.values():
        if row.use is not Use.PLAUSIBILITY and row.usable:
            sides.setdefault(row.reference, set()).add(row.use)
    assert all(len(uses) == 1 for uses in sides.values())


def test_the_stored_parameters_are_what_the_fit_gives():
    model = KNOWLEDGE.pharmacokinetics
    by_id = {parameter.id: parameter for parameter in model.parameter}
    factors = {
        name: float(np.exp(by_id[name].fitted.mean - on_scale(by_id[name], by_id[name].median)))
        for name in fit_dose_model.SPREADS
    }
    fit = fit_dose_model.solve(KNOWLEDGE, factors)
    _, sds = before_the_fit(model)
    stored = np.array([parameter.fitted.mean for parameter in model.parameter])
    np.testing.assert_allclose((fit.scaled - stored) / sds, 0, atol=0.01)
    kept = np.array([parameter.fitted.sd for parameter in model.parameter])
    np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance)), kept, atol=0.01)


def test_every_usable_row_with_a_regimen_can_be_read():
    for row in KNOWLEDGE.dose_levels.values():
        if row.usable and row.kind not in {Kind.HALF_TIME, Kind.LOSS_PERCENT, Kind.DOUBLING,
                                           Kind.DIET_FALL}:  # fmt: skip
            assert row_regimen(row, KNOWLEDGE) is not None, row.id


# --- Figures of physiology, as printed.


@pytest.mark.parametrize(
    ("dose", "low", "high"),
    [(1, 0.4, 0.6), (5, 0.16, 0.28), (25, 0.05, 0.1)],
    ids=["half of 1 ug", "a fifth of 5 ug", "a little over 5% of 25 ug"],
)
def test_the_share_absorbed_of_small_doses(dose, low, high):
    """Dietary Reference Intakes 1998, chapter 9: about 50%, 20% and just over 5%."""
    (share,) = taken_up(np.array([dose]), middle(KNOWLEDGE)) / dose
    assert low <= share <= high


@pytest.mark.parametrize(("dose", "kept"), [(10, 0.97), (100, 0.55)], ids=["10 ug", "100 ug"])
def test_the_share_kept_of_injections(dose, kept):
    """Carmel 2008, Table 1 (1000 ug: 15% there, 31% with Glass 1961: between the two)."""
    found = retained(np.array([dose]), middle(KNOWLEDGE), like=Kept.CYANOCOBALAMIN) / dose
    assert found == pytest.approx(kept, abs=0.05)
    (thousand,) = retained(np.array([1000]), middle(KNOWLEDGE), like=Kept.CYANOCOBALAMIN) / 1000
    assert 0.15 < thousand < 0.31


# --- The page says what the command says.

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "dose-model.md"


def test_the_page_gives_the_counts_and_the_misses():
    text = PAGE.read_text(encoding="utf-8")
    for use, (inside, of) in FOUND.inside.items():
        assert f"| {use} | {of} | {inside} of {of} |" in text
    assert all(f"| {row} (" in text for row in MISSES)
    for one in FOUND.gain:
        assert f"**{one.median:.0f} ({one.low:.0f} to {one.high:.0f})" in text
    assert f"All {len(LEVELS)} mean levels" in text

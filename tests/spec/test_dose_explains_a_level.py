"""Does the dose explain the level?  How the question is answered, and what it rests on."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from corrin.errors import InputError
from corrin.high_b12.level_text import in_pmol_l, level_from_text
from corrin.high_b12.predicting import after_stopping, explains, level_curve, predict
from corrin.high_b12.records import Level, Regimen
from corrin.high_b12.regimens import regimen_from_intake, regimen_from_text
from corrin.knowledge.loading import load
from corrin.person.records import Intake

KNOWLEDGE = load()
DAILY = regimen_from_text(("cyanocobalamin 1000 ug oral daily",), KNOWLEDGE)
INJECTED = regimen_from_text(("cyanocobalamin 1000 ug im monthly",), KNOWLEDGE)
NOTHING = Regimen()


def exact(level, day=365.0):
    return Level(day=day, low=level, high=level)


def chance(level, regimen=DAILY, day=365.0, **options):
    return explains(exact(level, day), regimen, KNOWLEDGE, **options).probability


def test_a_level_of_1000_on_a_milligram_a_day_is_nothing_unusual():
    assert chance(1000) > 0.3


def test_a_level_of_10000_is_not_explained_by_tablets():
    assert chance(10_000) < 0.005


def test_without_b12_a_high_level_is_rare():
    assert chance(1500, NOTHING) < 0.01


def test_the_probability_is_never_nought_or_one():
    assert 0 < chance(90_000, NOTHING) < chance(1) < 1


def test_more_than_what_the_assay_reads_counts_as_at_least():
    above = Level(day=365, low=2000, high=np.inf)
    found = explains(above, DAILY, KNOWLEDGE)
    assert found.probability == pytest.approx(chance(2000))


def test_an_own_level_from_before_narrows_the_answer():
    (usual,) = predict(DAILY, KNOWLEDGE, at_days=(28,))
    (own,) = predict(DAILY, KNOWLEDGE, at_days=(28,), baseline=300)
    assert own.high / own.low < usual.high / usual.low


def test_other_results_of_the_person_are_used_together():
    """Somebody who rises much goes on rising much."""
    before = exact(300, day=-30)
    (alone,) = predict(DAILY, KNOWLEDGE, at_days=(365,), results=(before,))
    high = (before, exact(1400, day=120), exact(1500, day=200))
    (known,) = predict(DAILY, KNOWLEDGE, at_days=(365,), results=high)
    assert known.median > 1.2 * alone.median
    assert known.high / known.low < 0.8 * alone.high / alone.low
    found = explains(exact(1500), DAILY, KNOWLEDGE, results=high)
    assert (found.results_used, found.results_fit) == (3, True)
    assert found.probability > 2 * chance(1500)


def test_results_that_no_drawn_person_has_are_said_not_to_fit():
    found = explains(exact(1500), DAILY, KNOWLEDGE, results=(exact(300, -1), exact(60_000, 200)))
    assert (found.results_used, found.results_fit) == (0, False)


def test_without_intrinsic_factor_small_doses_do_little():
    small = regimen_from_text(("cyanocobalamin 5 ug oral daily",), KNOWLEDGE)
    usual, lacking = (
        predict(small, KNOWLEDGE, at_days=(365,), baseline=200, intrinsic_factor=works)[0].median
        for works in (True, False)
    )
    assert lacking < 205
    assert usual > 220


@pytest.mark.parametrize(("days_after", "soon"), [(0.1, True), (1, True), (2, True), (25, False)])
def test_sampling_soon_after_an_injection_is_recognised(days_after, soon):
    day = 10 * 30.4375 + days_after
    assert explains(exact(900, day), INJECTED, KNOWLEDGE).soon_after_injection is soon


def test_sampling_on_the_day_of_an_injection_is_recognised():
    today = dt.date(2026, 11, 22)
    shots = Intake(substance="hydroxocobalamin", route="im", dose="1 mg", every="3 months",
                   last_dose=today)  # fmt: skip
    regimen = regimen_from_intake((shots,), KNOWLEDGE, as_of=today)
    assert explains(exact(9000, 0), regimen, KNOWLEDGE).soon_after_injection


def test_tablets_are_never_taken_for_an_injection():
    assert not explains(exact(900, 1), DAILY, KNOWLEDGE).soon_after_injection


def test_a_start_that_is_not_known_makes_the_answer_wider():
    tablets = Intake(substance="cyanocobalamin", route="oral", dose="1 mg", every="1 day")
    today = dt.date(2026, 11, 22)
    unknown = regimen_from_intake((tablets,), KNOWLEDGE, as_of=today)
    found = explains(exact(1000, 0), unknown, KNOWLEDGE, baseline=300)
    (known,) = predict(DAILY, KNOWLEDGE, at_days=(365,), baseline=300)
    (short,) = predict(DAILY, KNOWLEDGE, at_days=(28,), baseline=300)
    assert short.median < found.expected.median < 1.2 * known.median
    assert any("not known when" in words for words in found.assumptions)


def test_what_is_taken_for_granted_is_said():
    words = " ".join(explains(exact(1000), DAILY, KNOWLEDGE).assumptions)
    for part in ("before that day's dose", "adults who take none", "Intrinsic factor"):
        assert part in words


def test_a_regimen_with_questions_is_not_answered():
    unclear = regimen_from_text(("B12 1000",), KNOWLEDGE)
    with pytest.raises(InputError) as raised:
        predict(unclear, KNOWLEDGE, at_days=(10,))
    assert "missing-unit" in [problem.code for problem in raised.value.problems]


def test_the_curve_rises_while_b12_is_taken_and_keeps_the_points():
    points = (exact(900, day=100),)
    curve = level_curve(DAILY, KNOWLEDGE, days=range(0, 400, 20), results=points)
    assert np.all(np.diff(curve.median) > 0)
    assert np.all(curve.low < curve.median)
    assert np.all(curve.median < curve.high)
    assert curve.points == points


def test_after_stopping_the_level_falls_and_it_is_said_how_little_that_rests_on():
    decline = after_stopping(
        DAILY, KNOWLEDGE, stop_day=365, for_days=range(0, 366, 5), baseline=300
    )
    assert np.all(np.diff(decline.curve.median) < 0)
    assert 0 < decline.days_to_halve.low < decline.days_to_halve.median < decline.days_to_halve.high
    assert set(decline.rests_on) <= set(KNOWLEDGE.dose_levels)
    assert "hardly been studied" in decline.words
    assert "Nobody should stop prescribed B12" in decline.words


@pytest.mark.parametrize(
    ("text", "ng_l"),
    [("1450 pg/mL", 1450), ("1450 ng/L", 1450), ("1070 pmol/L", 1450.3), ("1450pg/ml", 1450)],
)
def test_levels_in_their_units(text, ng_l):
    level = level_from_text(text, KNOWLEDGE, where="--level")
    assert level.low == level.high == pytest.approx(ng_l, rel=1e-4)


def test_a_level_above_what_the_assay_reads():
    level = level_from_text(">2000 pg/mL", KNOWLEDGE, where="--level")
    assert level.low == pytest.approx(2000)
    assert level.high == np.inf


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1450", "missing-unit"),
        ("1450 bananas", "unknown-unit"),
        ("high", "not-a-level"),
        ("1,450 pg/mL", "ambiguous-number"),
        ("-5 pg/mL", "not-a-level"),
        ("", "not-a-level"),
        ("0 pg/mL", "impossible-value"),
    ],
)
def test_a_level_that_cannot_be_read_is_asked_about(text, code):
    with pytest.raises(InputError) as raised:
        level_from_text(text, KNOWLEDGE, where="--level")
    assert code in [problem.code for problem in raised.value.problems]


def test_ng_l_and_pmol_l():
    assert in_pmol_l(1355.4, KNOWLEDGE) == pytest.approx(1000)

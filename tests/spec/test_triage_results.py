"""How a result is read for danger: open numbers, words, days, missing units, albumin."""

from __future__ import annotations

import pytest

from corrin.knowledge.loading import load
from corrin.knowledge.records import Tier
from tests.people import rules, seen


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ("potassium <3.0 mmol/L", "r07_potassium_low"),  # could be 2.4
        ("potassium <2.5 mmol/L", "r07_potassium_low"),
        ("potassium >6.0 mmol/L", "r07_potassium_high"),  # could be 6.8
        ("platelets <50 10*9/L", "r07_blood_counts"),
        ("glucose <3.5 mmol/L", "r07_glucose_low"),
        ("ck >1000 U/L", "r08_ck"),
        ("serum_b12 >2000 pg/mL", "r13_ask_supplement"),
    ],
)
def test_a_result_that_could_be_critical_is_read_as_critical(given: str, rule: str) -> None:
    assert rule in rules(seen("", labs=[given]))


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ("potassium >3.5 mmol/L", "r07_potassium_low"),
        ("potassium <6.0 mmol/L", "r07_potassium_high"),
        ("ck <300 U/L", "r08_ck"),
        ("crp <5 mg/L", "r08_thyroid_crp"),
    ],
)
def test_an_open_number_is_critical_only_on_the_side_it_is_open_to(given: str, rule: str) -> None:
    assert rule not in rules(seen("", labs=[given]))


def test_the_reason_says_that_the_number_is_open() -> None:
    flag = seen("", labs=["potassium <3.0 mmol/L"]).because[0]
    assert "<3.0" in flag.because and "could be" in flag.because
    assert "<3.0" in flag.because_clinician
    assert "could be" not in seen("", labs=["potassium 2.2 mmol/L"]).because[0].because


def test_the_reason_gives_the_day_of_the_result() -> None:
    flag = seen("", labs=["potassium 2.2 mmol/L 2026-03-04"]).because[0]
    assert "4 March 2026" in flag.because


def test_the_latest_result_counts_and_an_undated_one_may_be_it() -> None:
    old, new = "potassium 2.2 mmol/L 2025-01-01", "potassium 4.2 mmol/L 2026-01-01"
    assert seen("", labs=[old, new]).tier is Tier.ROUTINE
    assert seen("", labs=[new.replace("2026", "2024"), old]).tier is Tier.EMERGENCY
    assert seen("", labs=["potassium 2.2 mmol/L", new]).tier is Tier.EMERGENCY


def test_two_results_of_one_day_are_both_looked_at() -> None:
    same_day = ["potassium 4.2 mmol/L 2026-01-01", "potassium 2.2 mmol/L 2026-01-01"]
    assert seen("", labs=same_day).tier is Tier.EMERGENCY


def test_a_missing_unit_is_said_never_guessed() -> None:
    answer = seen("", labs=["potassium 2.1"])
    assert answer.tier is Tier.ROUTINE
    (said,) = answer.not_used
    assert "otassium" in said and "unit" in said and "not used" in said and "?" in said
    assert "2.1" not in said


def test_a_note_on_a_result_that_was_used_is_not_among_those_not_used() -> None:
    assert seen("", labs=["calcium 2.4 mmol/L"]).not_used == ()
    assert seen("", labs=["vitamin_d 20"]).not_used == ()  # no critical limit to miss


def test_without_albumin_a_total_is_read_as_adjusted_and_albumin_is_asked() -> None:
    answer = seen("", labs=["calcium 1.85 mmol/L"])
    assert answer.tier is Tier.EMERGENCY
    steps = load().red_flags["r07_calcium_low"].next_steps
    assert "albumin_for_calcium" in steps


def test_albumin_explains_a_low_total_but_never_below_the_same_day() -> None:
    # 1.85 + 0.02 x (40 - 25) = 2.15 mmol/L
    answer = seen("", labs=["calcium 1.85 mmol/L", "albumin 25 g/L"])
    assert answer.tier is Tier.SAME_DAY
    assert "r08_calcium_as_printed" in rules(answer)
    # 2.0 + 0.02 x (40 - 25) = 2.3 mmol/L: nothing is left of it.
    assert seen("", labs=["calcium 2.0 mmol/L", "albumin 25 g/L"]).tier is Tier.ROUTINE


def test_high_albumin_uncovers_a_low_calcium() -> None:
    # 2.0 + 0.02 x (40 - 50) = 1.8 mmol/L
    assert seen("", labs=["calcium 2.0 mmol/L", "albumin 50 g/L"]).tier is Tier.EMERGENCY


def test_a_word_alone_is_neither_critical_nor_forgotten() -> None:
    answer = seen("cramps", labs=["potassium low"])
    assert "r07_potassium_low" not in rules(answer)
    assert answer.tier is Tier.SAME_DAY


# What laboratories phone (evidence: their own pages). A value beyond EVERY printed limit of
# an analyte, whichever laboratory is asked, must never be less than the same day.
PHONED_BY_ALL = [
    "potassium 2.4 mmol/L", "potassium 6.6 mmol/L", "sodium 119 mmol/L", "sodium 161 mmol/L",
    "calcium 1.6 mmol/L", "calcium 3.6 mmol/L", "calcium 6.4 mg/dL", "ionised_calcium 0.7 mmol/L",
    "ionised_calcium 1.65 mmol/L", "magnesium 0.25 mmol/L", "magnesium 2.6 mmol/L",
    "phosphate 0.25 mmol/L", "phosphate 3.1 mmol/L", "glucose 1.9 mmol/L", "glucose 26 mmol/L",
    "lithium 2.1 mmol/L", "haemoglobin 55 g/L", "haemoglobin 205 g/L", "platelets 15 10*9/L",
    "platelets 1100 10*9/L", "white_cells 1.0 10*9/L", "white_cells 101 10*9/L",
    "neutrophils 0.4 10*9/L", "ck 6100 U/L", "free_t4 70 pmol/L", "crp 301 mg/L",
]  # fmt: skip


@pytest.mark.parametrize("given", PHONED_BY_ALL)
def test_what_every_laboratory_would_phone_is_at_least_same_day(given: str) -> None:
    assert seen("", labs=[given]).tier in {Tier.EMERGENCY, Tier.SAME_DAY}


# Healthy people's results (inside every laboratory's usual range) raise nothing.
USUAL = [
    "potassium 4.2 mmol/L", "sodium 140 mmol/L", "calcium 2.35 mmol/L", "magnesium 0.85 mmol/L",
    "phosphate 1.1 mmol/L", "glucose 5.0 mmol/L", "haemoglobin 140 g/L", "platelets 250 10*9/L",
    "white_cells 6.5 10*9/L", "neutrophils 4 10*9/L", "ck 100 U/L", "free_t4 15 pmol/L",
    "crp 2 mg/L", "serum_b12 350 pmol/L", "tsh 1.5 m[IU]/L", "albumin 42 g/L",
]  # fmt: skip


def test_usual_results_raise_nothing() -> None:
    assert rules(seen("", labs=USUAL, sex="male")) == set()

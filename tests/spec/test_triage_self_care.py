"""Self-care, and the word "benign", need five answers: not asked is not absent."""

from __future__ import annotations

import itertools

import pytest

from corrin.knowledge.records import Tier
from tests.people import rules, seen

TRIGGER = "dist_eyelid_only -duration_gt_3mo poor_sleep"
GATE = "-objective_weakness -atrophy -dysarthria -dysphagia -orthopnoea"


def test_short_lived_eyelid_twitching_with_a_trigger_can_be_looked_after_at_home() -> None:
    answer = seen(f"{TRIGGER} {GATE}")
    assert answer.tier is Tier.SELF_CARE
    assert rules(answer) == {"r16_short_with_trigger"}
    assert answer.may_say_benign
    assert answer.self_care_needs == ()


@pytest.mark.parametrize("trigger", ["poor_sleep", "anxiety", "caffeine_high", "exercise_recent"])
@pytest.mark.parametrize("place", ["dist_eyelid_only", "dist_calf_foot"])
def test_the_triggers_and_places_of_the_guideline(place: str, trigger: str) -> None:
    assert seen(f"{place} -duration_gt_3mo {trigger} {GATE}").tier is Tier.SELF_CARE


@pytest.mark.parametrize("left_out", GATE.split())
def test_one_answer_missing_means_a_routine_visit_and_says_which(left_out: str) -> None:
    answers = " ".join(name for name in GATE.split() if name != left_out)
    answer = seen(f"{TRIGGER} {answers}")
    assert answer.tier is Tier.ROUTINE
    assert answer.self_care_needs == (left_out.lstrip("-"),)
    assert not answer.may_say_benign
    assert "r16_short_with_trigger" not in rules(answer)


@pytest.mark.parametrize("sign", [name.lstrip("-") for name in GATE.split()])
def test_one_of_the_signs_present_means_more_than_routine(sign: str) -> None:
    answer = seen(f"{TRIGGER} {GATE.replace(f'-{sign}', sign)}")
    assert answer.tier in {Tier.EMERGENCY, Tier.TWO_WEEKS}
    assert not answer.may_say_benign


def test_breathing_counts_as_answered_by_either_question_and_fails_by_either() -> None:
    either = GATE.replace("-orthopnoea", "-breathless_rest")
    assert seen(f"{TRIGGER} {either}").tier is Tier.SELF_CARE
    assert seen(f"{TRIGGER} {GATE} breathless_rest").tier is Tier.EMERGENCY


@pytest.mark.parametrize(
    "said",
    [
        "dist_eyelid_only poor_sleep",  # how long was not said
        "dist_eyelid_only duration_gt_3mo poor_sleep",
        "dist_eyelid_only -duration_gt_3mo",  # no trigger
        "dist_generalised -duration_gt_3mo poor_sleep",
        "dist_eyelid_only -duration_gt_3mo poor_sleep stiffness",
        "dist_eyelid_only -duration_gt_3mo poor_sleep pregnant",
        "dist_calf_foot -duration_gt_3mo poor_sleep subjective_weakness",
    ],
)
def test_anything_else_is_at_least_routine(said: str) -> None:
    assert seen(f"{said} {GATE}").tier is Tier.ROUTINE


def test_nobody_is_sent_home_on_nothing() -> None:
    answer = seen()
    assert answer.tier is Tier.ROUTINE
    assert not answer.may_say_benign
    assert answer.self_care_needs == (
        "objective_weakness", "atrophy", "dysarthria", "dysphagia", "orthopnoea",
    )  # fmt: skip


def test_a_result_that_could_not_be_read_rules_out_self_care() -> None:
    answer = seen(f"{TRIGGER} {GATE}", labs=["potassium 2.1"])
    assert answer.tier is Tier.ROUTINE
    assert len(answer.not_used) == 1


def test_benign_is_not_said_beside_a_flag_that_asks_for_more() -> None:
    answer = seen(f"{TRIGGER} {GATE}", labs=["potassium 2.8 mmol/L"])
    assert answer.tier is Tier.SAME_DAY
    assert not answer.may_say_benign


@pytest.mark.parametrize("count", [1, 3])
def test_the_needs_are_exactly_the_questions_left(count: int) -> None:
    for answered in itertools.combinations(GATE.split(), count):
        left = [name.lstrip("-") for name in GATE.split() if name not in answered]
        assert list(seen(" ".join(answered)).self_care_needs) == left

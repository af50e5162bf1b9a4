"""What to do next: what a flag asks for, what the picture calls for, what would tell most."""

from __future__ import annotations

import pytest

from corrin.knowledge.loading import load
from corrin.knowledge.records import Setting, Tier
from corrin.next_steps.records import SuggestedStep
from corrin.next_steps.suggesting import QUESTIONS, suggest
from corrin.triage.urgency import urgency
from corrin.twitching.explaining import explain
from corrin.twitching.records import Twitching
from tests.people import person_of, read

KNOWLEDGE = load()


def steps(findings: str = "", **about: object) -> tuple[SuggestedStep, ...]:
    """Return the next steps for the person that the words describe."""
    picture, status = read(person_of(findings, **about))  # type: ignore[arg-type]
    how_soon = urgency(picture, status, KNOWLEDGE)
    weighed = explain(picture, KNOWLEDGE, setting=Setting.PRIMARY_CARE, draws=0)
    twitching = weighed if isinstance(weighed, Twitching) else None
    return suggest(picture, status, twitching, how_soon, KNOWLEDGE)


def ids(findings: str = "", **about: object) -> list[str]:
    return [step.id for step in steps(findings, **about)]


def test_what_a_flag_asks_for_comes_first_and_names_the_flag() -> None:
    first = steps("nitrous_use romberg_gait dist_generalised", labs=["serum_b12 400 pmol/L"])[0]
    assert first.id == "treat_b12_without_waiting"
    assert first.asked_by[0] == "r11_b12_nerve_signs"
    assert "laughing gas" in first.changes


@pytest.mark.parametrize("rule", sorted(KNOWLEDGE.red_flags))
def test_every_step_of_a_raised_flag_is_suggested_unless_done_or_forbidden(rule: str) -> None:
    flag = KNOWLEDGE.red_flags[rule]
    example = next(one for one in flag.example if one.expect == flag.tier.value)
    said = " ".join(name if present else f"-{name}" for name, present in example.given.items())
    suggested = ids(said, labs=example.labs, age=example.age, sex=example.sex)
    picture, _ = read(person_of(said, labs=example.labs))
    for id_ in flag.next_steps:
        step = KNOWLEDGE.next_steps[id_]
        done = (step.labs or step.findings) and all(
            picture.latest(lab) is not None for lab in step.labs
        ) and all(name in picture.findings for name in step.findings)  # fmt: skip
        assert id_ in suggested or done or step.never_with, id_


@pytest.mark.parametrize(
    ("step", "person", "labs"),
    [
        ("tsh", "dist_generalised", ["tsh 1.5 m[IU]/L"]),
        ("ck", "objective_weakness", ["ck 100 U/L"]),
        ("lithium_level", "rx_lithium tremor",
         ["lithium 0.8 mmol/L", "creatinine 80 umol/L", "sodium 140 mmol/L"]),
        ("b12_total", "paraesthesia", ["serum_b12 400 pmol/L"]),
    ],
)  # fmt: skip
def test_a_test_that_is_done_is_not_asked_again(step: str, person: str, labs: list[str]) -> None:
    assert step in ids(person)
    assert step not in ids(person, labs=labs)


def test_a_result_known_only_in_words_does_not_count_as_done() -> None:
    assert "tsh" in ids("dist_generalised", labs=["tsh normal"])


@pytest.mark.parametrize(
    ("step", "called_for", "forbidden"),
    [
        ("b12_total", "paraesthesia", "paraesthesia pregnant"),
        ("intrinsic_factor_antibody", "lab_b12_low", "lab_b12_low b12_injection_new"),
        ("repeat_b12", "lab_b12_high", "lab_b12_high b12_treatment_prescribed"),
        ("caffeine_sleep_trial", "dist_calf_foot caffeine_high",
         "dist_calf_foot caffeine_high objective_weakness"),
    ],
)  # fmt: skip
def test_what_a_record_forbids_is_never_suggested(
    step: str, called_for: str, forbidden: str
) -> None:
    assert step in ids(called_for)
    assert step not in ids(forbidden)


@pytest.mark.parametrize(
    ("person", "step"),
    [
        ("pregnant", "active_b12_in_pregnancy"),
        ("lab_b12_high", "ask_supplements"),
        ("b12_treatment_prescribed lab_b12_high", "keep_prescribed_b12"),
        ("b12_injection_new cramps", "potassium_after_b12_start"),
        ("restless_legs_urge", "ferritin_restless_legs"),
        ("dark_urine cramps", "ck_dark_urine"),
        ("jaw_spasm", "jaw_spasm_history"),
        ("head_drop", "neurology_referral"),
        ("bladder_change", "examine_spine"),
        ("rx_ppi cramps", "medication_review"),
        ("lab_mma_high", "no_folic_acid_alone"),
        ("vibration_loss gi_surgery", "copper"),
        ("b6_supplement dist_generalised", "vitamin_b6"),
    ],
)
def test_the_picture_calls_for_its_step(person: str, step: str) -> None:
    assert step in ids(person)


def test_a_needle_is_offered_only_for_weakness_or_signs_like_it() -> None:
    assert "emg_referral" in ids("objective_weakness dist_generalised")
    calm = ids("-objective_weakness -atrophy dist_calf_foot anxiety caffeine_high")
    assert not any(id_.startswith(("emg", "ask.emg", "ask.ncs")) for id_ in calm)


def test_the_safety_questions_come_before_other_questions_when_open() -> None:
    suggested = steps("dist_eyelid_only -duration_gt_3mo poor_sleep")
    assert suggested[0].id == "ask_red_flags"
    assert "how soon" in suggested[0].changes
    answered = ids(
        "dist_eyelid_only -objective_weakness -atrophy -dysarthria -dysphagia -orthopnoea"
        " -choking_new -weakness_sudden -bladder_change"
    )
    assert "ask_red_flags" not in answered


def test_within_what_the_picture_calls_for_the_cheapest_comes_first() -> None:
    # Three steps that no flag asks for and whose record calls for this person.
    suggested = ids("dist_calf_foot b6_supplement restless_legs_urge caffeine_high")
    places = [suggested.index(one) for one in ("caffeine_sleep_trial", "examine_strength")]
    tests = [suggested.index(one) for one in ("ferritin_restless_legs", "tsh", "vitamin_b6")]
    assert max(places) < min(tests)


def test_single_questions_close_the_list_most_telling_first() -> None:
    suggested = steps("dist_calf_foot", twitching=True)
    single = [one for one in suggested if one.id.startswith("ask.")]
    assert 0 < len(single) <= QUESTIONS
    assert list(suggested[-len(single):]) == single  # fmt: skip
    changes = [one.expected_change or 0 for one in single]
    assert changes == sorted(changes, reverse=True)
    # Twitching of a calf is not of an eyelid only.
    assert "ask.dist_eyelid_only" not in [one.id for one in single]


def test_each_step_once_with_words_in_both_voices_and_a_source() -> None:
    suggested = steps("rx_diuretic rx_ppi cramps paraesthesia lab_b12_high", age=60, sex="male")
    named = [one.id for one in suggested]
    assert len(named) == len(set(named))
    for one in suggested:
        assert one.name and one.why and one.why_clinician and one.changes and one.professional_name
        if one.id in KNOWLEDGE.next_steps:
            assert one.references or one.assumed


def test_without_twitching_the_rest_is_still_suggested() -> None:
    suggested = steps("-dist_calf_foot", labs=["serum_b12 1100 pmol/L"], twitching=False)
    assert suggested[0].id == "ask_supplements"
    assert all(one.expected_change is None for one in suggested)


def test_nothing_is_refused_for_a_child() -> None:
    assert ids("dist_generalised", age=9)
    picture, status = read(person_of("dist_generalised", age=9))
    assert urgency(picture, status, KNOWLEDGE).tier is Tier.ROUTINE

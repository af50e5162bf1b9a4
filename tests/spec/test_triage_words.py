"""What is said: fixed words, the local number, and what must never be said."""

from __future__ import annotations

import re

import pytest

from corrin.knowledge.loading import load
from corrin.knowledge.records import Tier
from corrin.triage.urgency import urgency
from tests.people import person_of, read, rules, seen

KNOWLEDGE = load()


@pytest.mark.parametrize(
    ("country", "number"),
    [("GB", "999"), ("uk", "999"), ("US", "911"), ("CA", "911"), ("DE", "112"), ("fr", "112"),
     ("AU", "000"), ("NZ", "111"), ("BR", "your local emergency number"),
     ("", "your local emergency number"), (None, "your local emergency number")],
)  # fmt: skip
def test_an_emergency_names_the_local_number(country: str | None, number: str) -> None:
    assert f"Call {number} now" in seen("breathless_rest", country=country).action


def test_no_action_names_the_number_of_another_country() -> None:
    said = "breathless_rest weakness_sudden confusion rx_ppi rx_diuretic cramps"
    actions = [flag.action for flag in seen(said, country="DE").because]
    assert any("112" in text for text in actions)
    assert not any(number in text for text in actions for number in ("999", "911", "000", "111"))


def test_the_country_asked_for_goes_before_that_of_the_person() -> None:
    picture, status = read(person_of("breathless_rest", country="GB"))
    assert "112" in urgency(picture, status, KNOWLEDGE, country="IE").action


def test_no_placeholder_is_left_in_any_text() -> None:
    for rule in KNOWLEDGE.red_flags.values():
        assert rule.action in KNOWLEDGE.wording
    for said in ("breathless_rest", "weakness_sudden", "confusion", "rx_ppi cramps", ""):
        answer = seen(said)
        texts = [answer.action, answer.action_clinician]
        texts += [text for flag in answer.because for text in (flag.action, flag.action_clinician)]
        assert all(text and "{" not in text for text in texts)


@pytest.mark.parametrize(
    ("said", "tier", "words"),
    [
        ("weakness_sudden", Tier.EMERGENCY, "stroke"),
        ("breathless_rest", Tier.EMERGENCY, "emergency department"),
        ("confusion", Tier.SAME_DAY, "suddenly"),
        ("rx_diuretic rx_ppi cramps", Tier.SAME_DAY, "today"),
        ("rx_ppi cramps", Tier.TWO_WEEKS, "two weeks"),
        ("pregnant", Tier.ROUTINE, "routine"),
    ],
)
def test_the_action_is_the_fixed_text_of_the_tier(said: str, tier: Tier, words: str) -> None:
    answer = seen(said)
    assert answer.tier is tier
    assert words in answer.action


def test_a_stroke_is_called_one_and_the_time_is_asked() -> None:
    flags = seen("weakness_sudden carpopedal_spasm").because
    stroke = next(flag for flag in flags if flag.rule == "r05_stroke")
    assert "stroke" in stroke.action
    assert "time" in stroke.action


def every_sentence() -> list[tuple[str, str]]:
    """Return every sentence of the records of triage and next steps, both voices."""
    texts: list[tuple[str, str]] = []
    for flag in KNOWLEDGE.red_flags.values():
        texts += [(flag.id, flag.because), (flag.id, flag.because_clinician)]
    for step in KNOWLEDGE.next_steps.values():
        texts += [(step.id, text) for text in (step.name, step.why, step.why_clinician)]
    for words in KNOWLEDGE.wording.values():
        texts += [(words.id, words.person), (words.id, words.clinician)]
    return [(id_, part) for id_, text in texts for part in re.split(r"(?<=[.:])\s+", text)]


def test_nothing_tells_anyone_to_stop_b12() -> None:
    stops = re.compile(r"\b(stop|stopped|pause|skip|come off|reduce)\b", re.IGNORECASE)
    allowed = re.compile(r"\b(do not|never|not|is never)\b[^.]*\bstop", re.IGNORECASE)
    for id_, sentence in every_sentence():
        if stops.search(sentence) and re.search(r"B12|replacement", sentence):
            assert allowed.search(sentence) or "stops B12 from working" in sentence, id_


def test_nothing_tells_anyone_to_stop_a_medicine_alone() -> None:
    text = KNOWLEDGE.next_steps["medication_review"].why
    assert "Do not stop it on your own" in text


def test_the_person_is_never_told_what_they_have() -> None:
    for rule in KNOWLEDGE.red_flags.values():
        assert not re.search(r"\byou have\b|\byou are\b", rule.because, re.IGNORECASE), rule.id


def test_benign_stands_only_behind_the_gate() -> None:
    texts = {flag.id: flag.because for flag in KNOWLEDGE.red_flags.values()}
    texts |= {step.id: f"{step.name} {step.why}" for step in KNOWLEDGE.next_steps.values()}
    texts |= {words.id: words.person for words in KNOWLEDGE.wording.values()}
    reassuring = {id_ for id_, text in texts.items() if re.search(r"\b(benign|harmless)\b", text)}
    assert reassuring == {"calm_words_after_answers"}


def test_folic_acid_and_treatment_are_said_for_low_b12_with_nerve_signs() -> None:
    asked = KNOWLEDGE.red_flags["r11_b12_nerve_signs"].next_steps
    assert {"treat_b12_without_waiting", "no_folic_acid_alone"} <= set(asked)
    assert "r11_b12_nerve_signs" in rules(seen("lab_b12_low vibration_loss"))
    assert "alone" in KNOWLEDGE.wording["folic_acid_warning"].person
    assert "pregnant" in KNOWLEDGE.wording["folic_acid_warning"].person


def test_calm_words_do_not_hide() -> None:
    words = KNOWLEDGE.wording["calm_words"]
    assert "motor neurone disease" in words.person and "be seen soon" in words.person
    later = KNOWLEDGE.wording["calm_words_after_answers"].person
    assert "None" in later and "did fall ill later" in later


def test_every_tier_and_fixed_text_exists_in_both_voices() -> None:
    needed = {f"action_{tier.replace('-', '_')}" for tier in Tier} | {
        "action_stroke", "action_confusion", "disclaimer", "keep_prescribed_b12",
        "folic_acid_warning", "treat_without_waiting", "calm_words", "calm_words_after_answers",
        "probability_explanation", "self_care_not_yet",
    }  # fmt: skip
    assert needed <= set(KNOWLEDGE.wording)
    assert all(w.person and w.clinician for w in KNOWLEDGE.wording.values())
    disclaimer = KNOWLEDGE.wording["disclaimer"]
    assert "not a diagnosis" in disclaimer.person
    assert "no clinician has reviewed" in disclaimer.clinician

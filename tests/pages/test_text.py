"""The answer in the terminal: the order, both voices, refusals said in words."""

from __future__ import annotations

import dataclasses
import re

import pytest

from corrin.errors import Refusal
from corrin.knowledge.records import Tier
from corrin.person.records import Drug
from corrin.report.text import as_text
from tests.pages import sample

NOTHING_OR_ALL = re.compile(r"(?<![\d.,])(0(\.0+)?|100(\.0+)?)\s?%|\b0 in 1|\b100 in 100\b")
REASSURING = re.compile(r"\b(benign|harmless)\b", re.IGNORECASE)


@pytest.mark.parametrize("reader", ["person", "clinician"])
def test_the_order_is_action_first_and_versions_last(reader: str) -> None:
    text = as_text(sample.assessment(reader=reader), width=80)
    order = [
        "Routine review" if reader == "clinician" else "Book a normal visit",
        "B12 status" if reader == "clinician" else "Your B12",
        "Why is the B12 high?",
        "What could explain the twitching?",
        "What was not asked",
        "What to do next",
        "What this rests on",
        "Sources",
        "knowledge 0.0.0+0123456789ab",
    ]  # fmt: skip
    places = [text.index(one) for one in order]
    assert places == sorted(places)
    assert text.startswith("Urgency: Routine" if reader == "clinician" else "How soon: Book a")


@pytest.mark.parametrize("width", [40, 80, 100])
def test_lines_keep_to_the_width_but_links_stay_whole(width: int) -> None:
    for line in as_text(sample.assessment(), width=width).splitlines():
        assert len(line) <= width or "https://" in line, line


def test_the_person_reads_chances_in_100_and_the_clinician_percent() -> None:
    person = as_text(sample.assessment(), width=100)
    assert "Coffee or energy drinks: about 46 in 100, likely between 18 and 92 in 100" in person
    assert "less than 1 in 1,000" in person
    clinician = as_text(sample.assessment(reader="clinician"), width=100)
    assert "Caffeine or energy drinks: 46%, 90% interval 18% to 92%" in clinician
    assert "(odds × 6.6, +0.82)" in clinician


@pytest.mark.parametrize("reader", ["person", "clinician"])
def test_nothing_is_none_or_certain(reader: str) -> None:
    sure = tuple(
        dataclasses.replace(cause, probability=p, low=0.0, high=1.0)
        for cause, p in zip(
            sample.TWITCHING.causes, (1.0, 0.999, 0.5, 0.004, 0.0, *[0.0] * 7), strict=True
        )
    )
    twitching = dataclasses.replace(sample.TWITCHING, causes=sure, none_of_these=0.0)
    text = as_text(sample.assessment(reader=reader, twitching=twitching))
    assert not NOTHING_OR_ALL.search(text), NOTHING_OR_ALL.search(text)


@pytest.mark.parametrize("reader", ["person", "clinician"])
def test_nothing_reassures_until_the_gate_is_open(reader: str) -> None:
    held = as_text(sample.assessment(reader=reader))
    assert not REASSURING.search(held)
    assert "Annals of Samples" in held  # the source is still cited, without its title
    urgency = sample.urgent(Tier.ROUTINE, may_say_benign=True)
    assert REASSURING.search(as_text(sample.assessment(reader=reader, urgency=urgency)))


def test_the_person_is_never_told_what_they_have() -> None:
    text = as_text(sample.assessment()).lower()
    assert "you have " not in text.replace("you have answered", "")
    assert "diagnosis" in text


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("b12_status", "No B12 result was given."),
        ("twitching", "No twitching was reported."),
        ("next_steps", "Only for adults."),
    ],
)
def test_a_refused_part_says_why_and_the_rest_goes_on(part: str, words: str) -> None:
    refusal = Refusal(part, "some-code", words, "Please tell us more.")
    text = as_text(
        sample.assessment(refusals=(*sample.REFUSALS, refusal), **{part: None}), width=100
    )
    assert f"We have not answered this. {words}" in text
    assert "What would help: Please tell us more." in text
    assert "Sources" in text


def test_prescribed_b12_is_never_to_be_stopped() -> None:
    assert "Do not stop B12 that a doctor prescribed." in as_text(sample.assessment())


def test_results_that_could_not_be_checked_stand_with_the_action() -> None:
    urgency = sample.urgent(Tier.ROUTINE, not_used=("The potassium has no unit. Which is it?",))
    text = as_text(sample.assessment(urgency=urgency), width=100)
    assert text.index("The potassium has no unit.") < text.index("Your B12")


def test_a_name_cannot_steer_the_terminal() -> None:
    person = dataclasses.replace(sample.PERSON, drugs=(Drug(name="\x1b[2J\x1b]0;x\x07pill"),))
    text = as_text(sample.assessment(person=person, picture=sample.picture(person)))
    assert "pill" in text
    assert all(one.isprintable() or one == "\n" for one in text)


def test_without_draws_no_interval_is_claimed() -> None:
    twitching = dataclasses.replace(sample.TWITCHING, draws=0)
    told = as_text(sample.assessment(reader="clinician", twitching=twitching))
    assert "46%" in told
    assert "90% interval" not in told
    assert "likely between" not in as_text(sample.assessment(twitching=twitching))

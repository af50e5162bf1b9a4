"""Plain words lose no red flag: everyone who meets a rule reads of it, in either voice."""

from __future__ import annotations

import dataclasses
import re

import pytest

from corrin.assessment import assess
from corrin.knowledge.loading import load
from corrin.knowledge.records import Example, RedFlag
from corrin.report.text import as_text
from corrin.report.words import HOW_SOON, HOW_SOON_CLINICIAN
from tests.people import person_of

MEETING = [
    (flag, example)
    for flag in load().red_flags.values()
    for example in flag.example
    if example.expect == flag.tier
]
#: Words that are held back until they may be said; the flag stands without them.
HELD_BACK = re.compile(r"\b(benign|harmless)\b", re.IGNORECASE)


def told(words: str) -> str:
    return " ".join(words.split())


@pytest.mark.parametrize(
    ("flag", "example"), MEETING, ids=[f"{flag.id}-{n}" for n, (flag, _) in enumerate(MEETING)]
)
def test_both_readers_are_told_every_flag_and_the_same_tier(
    flag: RedFlag, example: Example
) -> None:
    said = " ".join(name if present else f"-{name}" for name, present in example.given.items())
    person = person_of(said, labs=example.labs, age=example.age, sex=example.sex)
    person = dataclasses.replace(person, setting="primary-care")
    lay, professional = (assess(person, reader=who, draws=0) for who in ("person", "clinician"))
    assert flag.id in {one.rule for one in lay.urgency.because}
    assert lay.urgency.tier is professional.urgency.tier
    for answer, how_soon in ((lay, HOW_SOON), (professional, HOW_SOON_CLINICIAN)):
        text = told(as_text(answer, width=100)).lower()
        assert how_soon[answer.urgency.tier].lower() in text
        for one in answer.urgency.because:
            because = one.because if answer is lay else one.because_clinician
            assert f"{one.name.lower()} ({how_soon[one.tier].lower()})" in text
            assert told(because).lower() in text or HELD_BACK.search(because), one.rule
        action = answer.urgency.action if answer is lay else answer.urgency.action_clinician
        assert told(action).lower() in text

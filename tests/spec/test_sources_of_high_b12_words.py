"""What is said of high and low B12: reading age, calm, and never to stop treatment."""

from __future__ import annotations

import re

import pytest
import textstat

from corrin.high_b12.as_table import REMARKS, WHY_NO_FIGURE
from corrin.knowledge.loading import load
from tests.high_b12_people import TWICE, why_high

KNOWLEDGE = load()
GRADE = 6.0  # the sixth school year: age 11
LONGEST = 20


def _cancer(age: float | None) -> str:
    risk = why_high(labs=TWICE, intake=(), age=age, sex="female").cancer
    assert risk is not None
    return risk.person


PERSON = {
    **{f"source {r.id}": r.summary for r in KNOWLEDGE.sources_of_high_b12.values()},
    **{f"low {r.id}": r.summary for r in KNOWLEDGE.causes_of_low_b12.values()},
    **{f"retest {r.id}": r.person for r in KNOWLEDGE.high_b12.retest},
    **{f"event {r.id}": r.person for r in KNOWLEDGE.high_b12.start_event},
    **{f"band {r.id}": r.person for r in KNOWLEDGE.high_b12.band},
    **{f"remark {code}": words[0] for code, words in REMARKS.items()},
    "cancer 62": _cancer(62),
    "cancer, age not known": _cancer(None),
}


def test_all_that_is_said_to_a_person_reads_at_age_eleven_or_below():
    assert textstat.flesch_kincaid_grade(" ".join(PERSON.values())) <= GRADE


@pytest.mark.parametrize("name", PERSON)
def test_each_text_is_plain(name):
    text = PERSON[name]
    sentences = [s for s in re.split(r"(?<=[.!?])\s+", text) if s]
    assert max(len(s.split()) for s in sentences) <= LONGEST
    if len(text.split()) >= 20:
        assert textstat.flesch_kincaid_grade(text) <= GRADE + 2
    assert "you have " not in text.lower().replace("you have had", "")


def test_nobody_is_told_to_stop_prescribed_b12():
    clinician = [r.clinician for r in KNOWLEDGE.high_b12.retest]
    summaries = [r.clinician_summary for r in KNOWLEDGE.sources_of_high_b12.values()]
    for text in (*PERSON.values(), *clinician, *summaries):
        for match in re.finditer(r"\b(stop|pause)\b[^.]*", text, re.IGNORECASE):
            before = text[: match.start()].rsplit(".", 1)[-1].lower()
            allowed = re.search(r"\bnot\b|\bnever\b|no reason to|if you|stop b12 from", before)
            harmless = re.match(r"(?i)stop(s|ping)? (the gas|nitrous|b12 from|bleeding)", match[0])
            assert allowed or harmless, (before, match[0])


@pytest.mark.parametrize(
    "record", KNOWLEDGE.high_b12.retest, ids=[r.id for r in KNOWLEDGE.high_b12.retest]
)
def test_each_advice_says_what_it_rests_on(record):
    assert record.rests_on
    assert record.references or record.assumed
    assert (record.weeks_low is None) == (record.weeks_high is None)


def test_the_retest_says_that_most_levels_settle():
    advice = next(each for each in KNOWLEDGE.high_b12.retest if each.id == "repeat-when-well")
    assert "58 of 100" in advice.person
    assert "200 of 344" in advice.clinician
    assert round(100 * 200 / 344) == 58
    assert "lacombe2021" in advice.references


def test_every_reason_for_no_figure_is_a_sentence():
    assert all(words.endswith(".") for words in WHY_NO_FIGURE.values())

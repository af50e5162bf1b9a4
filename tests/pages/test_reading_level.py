"""The person's words: reading age 11 or below, short sentences, no jargon of the trade."""

from __future__ import annotations

import textstat

from corrin.knowledge.records import Tier
from corrin.report.html import as_html
from corrin.report.text import as_text
from tests.pages import sample
from tests.pages.page_parts import parse, sentences

#: A Flesch-Kincaid grade of 6 is the sixth school year: age 11.
GRADE = 6.0
LONGEST = 20
JARGON = (
    "posterior", "prior", "log10", "noisy", "aetiology", "fasciculation", "idiopathic",
    "probability", "interval", "differential",
)  # fmt: skip


def _person_sentences() -> list[str]:
    found: dict[str, None] = {}
    for tier in Tier:
        page = parse(as_html(sample.assessment(urgency=sample.urgent(tier))))
        found |= dict.fromkeys(sentences(page, without=("sources",)))
    return list(found)


def test_the_page_for_a_person_reads_at_age_eleven_or_below() -> None:
    grade = textstat.flesch_kincaid_grade(" ".join(_person_sentences()))
    assert grade <= GRADE, grade


def test_no_sentence_for_a_person_is_long() -> None:
    long = [one for one in _person_sentences() if len(one.split()) > LONGEST]
    assert not long


def test_no_jargon_reaches_a_person() -> None:
    text = as_text(sample.assessment()).split("Sources")[0].lower()
    assert [one for one in JARGON if one in text] == []
    words = " ".join(_person_sentences()).lower()
    assert [one for one in JARGON if one in words] == []


def test_the_measure_can_tell_hard_words_from_easy_ones() -> None:
    hard = "Supplementation precipitates asymptomatic hypercobalaminaemia of indeterminate origin."
    easy = "Too much of it can make your muscles twitch. It often stops by itself."
    assert textstat.flesch_kincaid_grade(hard) > GRADE > textstat.flesch_kincaid_grade(easy)

"""The words of the pages of ``corrin serve``: reading age 11 or below, short sentences."""

from __future__ import annotations

import textstat

from corrin.interfaces.web.about_page import about
from corrin.interfaces.web.answer_pages import answer
from corrin.interfaces.web.evidence_pages import evidence
from corrin.interfaces.web.interview_pages import interview
from corrin.interfaces.web.letter_pages import letter
from corrin.interfaces.web.resting_pages import resting
from corrin.interfaces.web.start_pages import start, started
from corrin.interfaces.web.what_if_pages import what_if
from tests.interfaces.pages_client import post, told
from tests.pages.page_parts import parse, sentences
from tests.pages.test_reading_level import GRADE, LONGEST

GIVEN = told(age=41, sex="female", twitching=True, findings={"breathless_rest": True},
             labs=[{"lab": "serum_b12", "value": 1480, "unit": "pg/mL"}])  # fmt: skip
#: Parts of the answer whose words are tested with the report itself.
REPORT = ("how-soon", "b12", "high-b12", "low-b12", "twitching", "causality", "not-asked", "next",
          "basis", "words", "sources")  # fmt: skip


def _said() -> list[str]:
    """Every sentence of the pages that is ours and not the report's."""
    asked = [post(interview, **GIVEN, go=f"change:{one}").html
             for one in ("age", "sex", "serum_b12", "intake", "tremor")]  # fmt: skip
    pages = [
        start("en").html,
        post(started, value="9", low="x", age="x").html,
        *asked,
        post(interview, **GIVEN).html,
        post(interview, **GIVEN, question="list:tremor", listed="tremor", answer="ticked").html,
        post(answer, **GIVEN).html,
        post(what_if, **GIVEN, finding="tremor", state="yes", go="try").html,
        post(letter, **GIVEN).html,
        post(letter, person="{").html,
        resting("en").html,
        evidence("no-such", "en").html,
    ]
    found: dict[str, None] = {}
    for page in pages:
        found |= dict.fromkeys(sentences(parse(page), without=REPORT))
    return list(found)


def test_the_pages_read_at_age_eleven_or_below() -> None:
    said = _said()
    assert len(said) > 50
    grade = textstat.flesch_kincaid_grade(" ".join(said))
    assert grade <= GRADE, grade


def test_no_sentence_is_long() -> None:
    assert [one for one in _said() if len(one.split()) > LONGEST] == []


def test_the_page_about_corrin_reads_easily_too() -> None:
    said = sentences(parse(about("en").html))
    grade = textstat.flesch_kincaid_grade(" ".join(said))
    assert grade <= GRADE, grade

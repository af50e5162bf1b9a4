"""The shipped examples and the shipped knowledge, on every page and in both voices."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import msgspec
import pytest
import textstat

from corrin import read_person
from corrin.assessment import Assessment, assess
from corrin.knowledge.loading import load
from corrin.report.as_json import as_json
from corrin.report.html import as_html
from corrin.report.text import as_text
from tests.pages.page_parts import Element, parse, sentences
from tests.pages.test_json import KEYS
from tests.pages.test_reading_level import GRADE

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))
READERS = ["person", "clinician"]
NOTHING_OR_ALL = re.compile(r"(?<![\d.,])(0(\.0+)?|100(\.0+)?)\s?%|\b0 in 1|\b100 in 100\b")
REASSURING = re.compile(r"\b(benign|harmless)\b", re.IGNORECASE)
#: A sentence of the knowledge may be a little longer than ours; a list is read item by item.
LONGEST = 25

pytestmark = [
    pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem),
]


@functools.cache
def _answer(file: Path, reader: str) -> Assessment:
    return assess(read_person(file), reader=reader, draws=200)


@functools.cache
def _page(file: Path, reader: str) -> Element:
    return parse(as_html(_answer(file, reader)))


@pytest.mark.parametrize("reader", READERS)
def test_the_page_is_well_formed_and_its_links_lead_somewhere(file: Path, reader: str) -> None:
    page = _page(file, reader)
    ids = [one.attributes["id"] for one in page.all() if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    for link in page.all("a"):
        target = link.attributes["href"]
        assert target[1:] in ids if target.startswith("#") else target.startswith("http")
    assert len(page.all("h1")) == 1
    assert _answer(file, reader).urgency.action[:30] in page.words() or reader == "clinician"


@pytest.mark.parametrize("reader", READERS)
def test_no_chance_is_none_or_certain(file: Path, reader: str) -> None:
    answer = _answer(file, reader)
    for words in (as_text(answer, width=100), _page(file, reader).words()):
        assert not NOTHING_OR_ALL.search(words), NOTHING_OR_ALL.search(words)


@pytest.mark.parametrize("reader", READERS)
def test_nothing_reassures_while_the_gate_is_closed(file: Path, reader: str) -> None:
    answer = _answer(file, reader)
    text = re.sub(r"https?://\S+", "", as_text(answer))  # an address says nothing
    found = REASSURING.search(text) or REASSURING.search(_page(file, reader).words())
    assert answer.urgency.may_say_benign or found is None, found


@pytest.mark.parametrize("reader", READERS)
def test_the_json_answer_is_whole(file: Path, reader: str) -> None:
    answer = as_json(_answer(file, reader))
    decoded = msgspec.json.decode(msgspec.json.encode(answer))
    assert set(decoded) >= KEYS
    refused = {one["question"] for one in decoded["refusals"]}
    for key in KEYS - {"refusals", "knowledge_version", "software_version", "disclaimer"}:
        assert (decoded[key] is None) == (key in refused), key
    known = load().references
    assert all(one["id"] in known for one in decoded["references"])


def test_a_person_can_read_it(file: Path) -> None:
    told = list(dict.fromkeys(sentences(_page(file, "person"), without=("sources",))))
    grade = textstat.flesch_kincaid_grade(" ".join(told))
    assert grade <= GRADE, grade
    statements = [one for one in told if not one.endswith("?")]
    assert textstat.flesch_kincaid_grade(" ".join(statements)) <= GRADE
    items = [item for one in told for item in re.split(r"[;:]", one)]
    assert [item for item in items if len(item.split()) > LONGEST] == []


def test_a_person_is_not_told_what_they_have(file: Path) -> None:
    words = " ".join(sentences(_page(file, "person"), without=("sources",)))
    causes = load().causes.values()
    told = [cause.name for cause in causes if f"you have {cause.name.lower()}" in words.lower()]
    assert told == []


@pytest.mark.parametrize("reader", READERS)
def test_claims_that_bear_on_the_person_are_shown_in_every_format(file: Path, reader: str) -> None:
    answer = _answer(file, reader)
    bearing = [
        one.claim for one in answer.claims if one.claim.when is not None and one.bears_on_person
    ]
    page, text = _page(file, reader).words(), as_text(answer, width=100)
    shown = [claim.id for claim in bearing if claim.id in page]
    assert shown
    assert [id_ for id_ in shown if id_ not in text] == []
    left_out = [claim for claim in bearing if claim.id not in shown]
    assert not answer.urgency.may_say_benign or not left_out
    for claim in left_out:
        judged = (judgement.why for judgement in claim.judgements)
        said = (claim.name, claim.why, claim.person, claim.clinician, *judged)
        assert any(REASSURING.search(words) for words in said), claim.id
    table = as_json(answer)["claims"]
    assert len(table) == len(load().claims)
    assert {one["id"] for one in table if one["bears_on_person"]} >= set(shown)

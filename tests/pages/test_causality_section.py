"""Whether B12 caused the twitching: told in every format, both methods side by side."""

from __future__ import annotations

import functools
import re
from dataclasses import replace
from pathlib import Path

import pytest
import textstat

from corrin import read_person
from corrin.assessment import Assessment, assess
from corrin.claims.records_of_causality import Answer, Category
from corrin.knowledge.loading import load
from corrin.report.as_json import as_json
from corrin.report.html import as_html
from corrin.report.text import as_text
from tests.pages.page_parts import Element, parse, sentences
from tests.pages.test_reading_level import GRADE, LONGEST

EXAMPLES = Path(__file__).parents[2] / "examples"
READERS = ["person", "clinician"]
TITLE = {"person": "Did the B12 cause it?", "clinician": "Causality: B12 for the twitching"}
RULES = load().causality


@functools.cache
def _answer(reader: str, name: str = "high-b12-eyelid") -> Assessment:
    return assess(read_person(EXAMPLES / f"{name}.toml"), reader=reader, draws=0)


def _section(answer: Assessment) -> Element | None:
    sections = parse(as_html(answer)).all("section")
    return next((one for one in sections if one.attributes.get("id") == "causality"), None)


def _even(words: str) -> str:
    return " ".join(words.split())


@pytest.mark.parametrize("reader", READERS)
def test_both_methods_and_their_reasons_stand_in_both_formats(reader: str) -> None:
    answer = _answer(reader)
    found = answer.causality
    assert found is not None
    section = _section(answer)
    assert section is not None
    category = next(one for one in RULES.category if one.id == found.category)
    band = next(one for one in RULES.band if one.id == found.naranjo_band)
    wanted = [
        TITLE[reader], "WHO-UMC", "Naranjo", str(abs(found.naranjo_score)),
        *(getattr(one, reader) for one in (category, band)),
        *(getattr(one, reader) for one in found.reasons),
        getattr(RULES.said["no_experiment"], reader),
    ]  # fmt: skip
    for words in (_even(as_text(answer)), section.words()):
        missing = [one for one in wanted if _even(one) not in words]
        assert missing == []


def test_every_item_is_told_with_its_answer_and_its_points() -> None:
    section = _section(_answer("clinician"))
    assert section is not None
    (table,) = section.all("table")
    rows = [row for row in table.all("tr") if row.all("td")]
    assert len(rows) == len(RULES.item)
    shown = [cell.words() for row in rows for cell in row.all("td")[1:2]]
    points = [int(one.replace("−", "-")) for one in shown]
    found = _answer("clinician").causality
    assert found is not None
    assert sum(points) == found.naranjo_score


def test_the_json_contract() -> None:
    caused = as_json(_answer("clinician"))["causality"]
    assert set(caused) >= {
        "category", "naranjo_score", "naranjo_band", "items", "reasons", "missing", "references",
    }  # fmt: skip
    assert caused["category"] in {one.value for one in Category}
    assert caused["naranjo_score"] == sum(item["score"] for item in caused["items"])
    assert all(set(item) >= {"question", "answer", "score", "why"} for item in caused["items"])
    assert {item["answer"] for item in caused["items"]} <= {one.value for one in Answer}
    assert caused["reasons"]
    assert all(one["words"] for one in caused["reasons"])
    assert set(caused["references"]) <= set(load().references)
    listed = {one["id"] for one in as_json(_answer("clinician"))["references"]}
    assert set(caused["references"]) <= listed


def test_what_was_refused_has_no_section_but_a_reason() -> None:
    answer = _answer("person", "low-b12-spinal-cord")
    assert answer.causality is None
    assert _section(answer) is None
    assert as_json(answer)["causality"] is None
    refused = [one.reason for one in answer.refusals if one.question == "causality"]
    assert refused[0] in _even(as_text(answer))


@pytest.mark.parametrize("name", ["high-b12-eyelid", "supplements-calf"])
def test_a_person_can_read_the_section(name: str) -> None:
    section = _section(_answer("person", name))
    assert section is not None
    told = sentences(section)
    assert textstat.flesch_kincaid_grade(" ".join(told)) <= GRADE
    pieces = [piece for one in told for piece in re.split(r"[;:]", one)]
    assert [one for one in pieces if len(one.split()) > LONGEST] == []


@pytest.mark.parametrize("kind", ["category", "band", "said"])
def test_every_fixed_sentence_for_a_person_is_easy(kind: str) -> None:
    records = getattr(RULES, kind)
    said = [one.person for one in (records.values() if kind == "said" else records)]
    assert textstat.flesch_kincaid_grade(" ".join(said)) <= GRADE
    parts = [one for words in said for one in re.split(r"(?<=[.?!])\s", words)]
    assert [one for one in parts if len(one.split()) > LONGEST] == []


def test_a_reassuring_name_is_left_out_while_it_may_not_be_said() -> None:
    answer = _answer("person", "supplements-calf")
    shut = replace(answer, urgency=replace(answer.urgency, may_say_benign=False))
    assert "benign" not in str(as_json(shut)["causality"]).lower()

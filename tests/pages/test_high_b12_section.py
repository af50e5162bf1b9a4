"""Why B12 is high, or low: told in both formats and to both readers, with a picture."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import re
from pathlib import Path

import pytest
import textstat

from corrin import read_person
from corrin.assessment import Assessment, assess
from corrin.errors import Refusal
from corrin.high_b12.sources_records import AbsoluteRisk
from corrin.report.building import build
from corrin.report.curve_chart import curve_chart
from corrin.report.html import as_html
from corrin.report.text import as_text
from corrin.report.view import CurveView, MeasuredView
from tests.pages.page_parts import Element, parse, sentences
from tests.pages.test_reading_level import GRADE, LONGEST
from tests.pages.test_text import NOTHING_OR_ALL

EXAMPLES = Path(__file__).parents[2] / "examples"
READERS = ["person", "clinician"]
TITLES = {"person": "Why is the B12 high?", "clinician": "Sources of the raised level"}
TWITCHING = "What could explain the twitching?"
CITED = re.compile(r"(source )?\[\d+\]")


@functools.cache
def _answer(reader: str, name: str = "high-b12-eyelid") -> Assessment:
    return assess(read_person(EXAMPLES / f"{name}.toml"), reader=reader, draws=200)


def _section(answer: Assessment, which: str = "high-b12") -> Element:
    page = parse(as_html(answer))
    (found,) = (one for one in page.all("section") if one.attributes.get("id") == which)
    return found


def _text(answer: Assessment) -> str:
    return as_text(answer).split(TITLES[answer.reader] + "\n")[1].split(TWITCHING)[0]


def _even(words: str) -> str:
    return " ".join(words.split())


@pytest.mark.parametrize("reader", READERS)
def test_both_formats_say_what_the_dose_explains_and_where_it_may_come_from(reader: str) -> None:
    answer = _answer(reader)
    assert answer.high_b12 is not None
    explained = answer.high_b12.dose.explained
    assert explained is not None
    per_hundred = round(explained.probability * 100)
    wanted = f"About {per_hundred} in 100 people on this dose" if reader == "person" else (
        f"at least this high on the stated regimen: {per_hundred}%"
    )  # fmt: skip
    records = answer.knowledge.sources_of_high_b12
    leading = records[answer.high_b12.sources.sources[0].id]
    name = leading.name if reader == "person" else leading.professional_name
    for words in (_even(_text(answer)), _section(answer).words()):
        assert wanted in words
        assert f"{explained.expected.low:,.0f}" in words
        assert f"{explained.expected.high:,.0f}" in words
        assert name in words
        assert "hardly been studied" in words
        assert not NOTHING_OR_ALL.search(words)


@pytest.mark.parametrize("reader", READERS)
def test_no_figure_on_cancer_is_given_to_somebody_who_takes_b12(reader: str) -> None:
    answer = _answer(reader)
    for words in (_text(answer), _section(answer).words()):
        found = [
            one
            for one in re.split(r"(?<=[.;])\s", CITED.sub("", _even(words)))
            if "cancer" in one.lower()
        ]
        if reader == "person":
            assert found == []
        assert not any(re.search(r"\b\d", one) for one in found), found
    assert ("No figure on cancer is given." in _even(_text(answer))) == (reader == "clinician")


@pytest.mark.parametrize("reader", READERS)
def test_a_figure_on_cancer_says_its_denominator_and_that_a_repeat_comes_first(reader: str) -> None:
    answer = _answer(reader)
    why = answer.high_b12
    assert why is not None
    risk = AbsoluteRisk(
        per=100, horizon="1 year", low=1, mode=2, high=3, comparison=1, personal=True,
        person="Of 100 people about 2 are found to have it.", clinician="About 2 per 100.",
        references=("lacombe2021",), assumed="made up to try the page",
    )  # fmt: skip
    found = dataclasses.replace(why.sources, cancer=risk, why_no_cancer_figure=None)
    changed = dataclasses.replace(answer, high_b12=dataclasses.replace(why, sources=found))
    for words in (_even(_text(changed)), _section(changed).words()):
        assert "100" in words
        assert (risk.person if reader == "person" else risk.clinician) in words
        assert "repeated first" in words or "repeating the test first" in words
        assert "No figure on cancer" not in words


@pytest.mark.parametrize("reader", READERS)
def test_the_picture_has_a_title_a_description_and_a_table(reader: str) -> None:
    section = _section(_answer(reader))
    (picture,) = (one for one in section.all("svg") if "curve" in one.attributes.get("class", ""))
    told = {one.attributes["id"]: one.words() for one in picture.all("title", "desc")}
    assert set(picture.attributes["aria-labelledby"].split()) == set(told)
    assert all(told.values())
    assert "1,480 pg/mL" in told["curve-desc"]
    (table,) = section.all("table")
    assert "1,480 pg/mL" in table.words()
    assert "pg/mL" in picture.words()
    assert re.search(r"[A-Z][a-z]{2} \d{4}", " ".join(t.words() for t in picture.all("text")))
    for shape in picture.all("polygon", "polyline"):
        numbers = [float(one) for one in re.split(r"[ ,]", shape.attributes["points"])]
        assert len(numbers) > 2
        assert all(0 <= one <= 100 for one in numbers)


def test_a_result_of_more_than_is_drawn_as_open_and_stays_inside() -> None:
    days = (dt.date(2026, 1, 1), dt.date(2026, 1, 11))
    seen = MeasuredView(day=days[1], low=2000, high=None, words="more than 2,000 pg/mL")
    curve = CurveView(
        days=days, median=(300, 800), low=(200, 500), high=(400, 1200), measured=(seen,)
    )
    chart = curve_chart(curve, reader="person")
    assert chart.dots[0].open_up
    assert 0 < chart.dots[0].y < 0.2
    assert chart.rows[-1][-1] == "more than 2,000 pg/mL"
    assert [mark.label for mark in chart.dates][-1] == "11 Jan"


@pytest.mark.parametrize("reader", READERS)
def test_what_cannot_be_read_is_asked_for_and_nothing_is_drawn(reader: str) -> None:
    answer = _answer(reader)
    why = answer.high_b12
    assert why is not None
    refusal = Refusal("high_b12", "intake-not-read", "It is not known.", "What, and how much?")
    dose = dataclasses.replace(why.dose, explained=None, curve=None, decline=None, refusal=refusal)
    changed = dataclasses.replace(answer, high_b12=dataclasses.replace(why, dose=dose))
    for words in (_even(_text(changed)), _section(changed).words()):
        assert "It is not known. What would help: What, and how much?" in words
        assert "half of" not in words
    assert _section(changed).all("figure") == []


def test_the_time_to_fall_is_never_told_on_prescribed_treatment() -> None:
    answer = _answer("person")
    state = dataclasses.replace(answer.picture.findings["poor_sleep"], present=True)
    treated = {**answer.picture.findings, "b12_treatment_prescribed": state}
    changed = dataclasses.replace(
        answer, picture=dataclasses.replace(answer.picture, findings=treated)
    )
    shown = build(changed).high_b12
    assert shown is not None
    assert shown.decline == ()
    assert "After the last dose" not in as_text(changed)


def test_a_person_can_read_the_section() -> None:
    told = sentences(_section(_answer("person")))
    assert len(told) > 10
    assert textstat.flesch_kincaid_grade(" ".join(told)) <= GRADE
    assert [one for one in told if ";" not in one and len(one.split()) > LONGEST] == []


@pytest.mark.parametrize("reader", READERS)
def test_a_low_level_is_told_with_what_to_ask_and_what_can_happen(reader: str) -> None:
    answer = _answer(reader, "low-b12-spinal-cord")
    assert answer.low_b12 is not None
    assert answer.low_b12.events
    section = _section(answer, "low-b12")
    title = "Why is it low?" if reader == "person" else "Causes of the low level"
    for words in (_even(as_text(answer)), section.words()):
        assert title in words
        for event in answer.low_b12.events:
            assert _even(event.person if reader == "person" else event.clinician) in words
    if reader == "person":
        told = sentences(section)
        assert textstat.flesch_kincaid_grade(" ".join(told)) <= GRADE

"""The page of one pair: whole, escaped, readable without its picture, and in plain words."""

from __future__ import annotations

import pytest
import textstat

from corrin.knowledge.loading import load
from corrin.report.of_signals import signals_view
from corrin.report.signals_html import signals_html
from corrin.report.telling import Telling
from corrin.signals.answering import answer
from corrin.signals.grouping import pair_named
from corrin.signals.reading import read_reports
from tests.pages.page_parts import parse
from tests.report_files import table

KNOWLEDGE = load()
COLUMNS = {"report": "report", "product": "product", "event": "event"}
SCRIPT = "VITAMIN B12 <script>alert(1)</script>"


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    rows = [
        (n, f'"{SCRIPT}"' if n % 3 else "TEA", "MUSCLE TWITCHING" if n % 4 == 0 else "CHOKING")
        for n in range(60)
    ]
    path = table(tmp_path_factory.mktemp("page") / "r.csv", rows, header="report,product,event")
    with read_reports(path, columns=COLUMNS) as reports:
        return answer(reports, *pair_named("b12:muscle-twitching", KNOWLEDGE), KNOWLEDGE)


def page_for(told, reader):
    telling = Telling(KNOWLEDGE, reader=reader, may_say_benign=True)
    return signals_html(told, telling, command="corrin signals r.csv --pair b12:muscle-twitching")


@pytest.mark.parametrize("reader", ["person", "clinician"])
def test_the_page_holds_picture_table_controls_power_and_caution(told, reader):
    html = page_for(told, reader)
    page = parse(html)
    words = page.words()
    assert "<script" not in html
    assert len(page.all("svg")) > len(told.rows)
    for said in ("Controls:", "How sure: very", "What a report of such an analysis should say"):
        assert said.casefold() in words.casefold()
    for picture in page.all("svg"):
        if picture.attributes.get("role") == "img":
            assert [one.words() for one in picture.all("title", "desc") if one.words()]


def test_the_table_repeats_every_row_of_the_picture(told):
    page = parse(page_for(told, "clinician"))
    heads = [one.words() for one in page.all("th") if one.attributes.get("scope") == "row"]
    for row in told.rows:
        assert any(row.event in one or row.product in one for one in heads)


def test_a_person_reads_short_plain_sentences_and_is_not_told_to_stop(told):
    view = signals_view(told, Telling(KNOWLEDGE, reader="person", may_say_benign=True))
    text = " ".join((view.lead.words, view.power.words, view.caution.words))
    assert textstat.flesch_kincaid_grade(text) <= 6.5
    assert "Never stop" in text
    assert "you have" not in text.casefold()

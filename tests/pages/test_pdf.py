"""The answer as PDF: tagged, titled, the same bytes twice, nothing fetched, pictures in place."""

from __future__ import annotations

import io
import json
import re
import socket
import sys
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from pdfminer.pdftypes import resolve1
from starlette.testclient import TestClient

from corrin.assessment import assess
from corrin.errors import CorrinError
from corrin.interfaces.web.app import create_app
from corrin.interfaces.web.settings import ServerSettings
from corrin.knowledge.loading import load
from corrin.person.reading import person_from_table
from corrin.picture.person_file import vocabulary
from corrin.report.building import build
from corrin.report.html import as_html
from corrin.report.pdf import as_pdf, pdf_of
from corrin.report.pdf_pictures import for_paper
from tests.interfaces.running import corrin

TOLD = {
    "age": 41,
    "sex": "female",
    "twitching": True,
    "findings": {"dist_calf_foot": True, "caffeine_high": True},
    "labs": [
        {
            "lab": "serum_b12", "value": 1480, "unit": "pg/mL", "taken": "2026-10-01",
            "reference_interval": {"low": 197, "high": 771},
        }
    ],
    "intake": [
        {"substance": "cyanocobalamin", "route": "oral", "dose": "1000 ug", "every": "1 day",
         "since": "2026-01-01"}
    ],
    "as_of": "2026-11-01",
}  # fmt: skip


@pytest.fixture(scope="module")
def answer() -> Any:
    person, _ = person_from_table(TOLD, vocabulary(load()))
    return assess(person, draws=60)


@pytest.fixture(scope="module")
def made(answer: Any) -> bytes:
    return as_pdf(answer)


@pytest.fixture(scope="module")
def catalog(made: bytes) -> Any:
    with pdfplumber.open(io.BytesIO(made)) as pdf:
        yield pdf.doc.catalog


def test_it_is_tagged_and_says_its_language_and_title(made: bytes, catalog: Any) -> None:
    assert resolve1(catalog["MarkInfo"])["Marked"] is True
    assert resolve1(catalog["Lang"]) == b"en"
    assert resolve1(catalog["ViewerPreferences"])["DisplayDocTitle"] is True
    with pdfplumber.open(io.BytesIO(made)) as pdf:
        assert pdf.metadata["Title"].startswith("Your B12 and muscle twitching")
        assert "CreationDate" not in pdf.metadata
    metadata = resolve1(catalog["Metadata"]).get_data()
    assert re.search(rb"pdfuaid:part(>|=\")1", metadata)


def structure(element: Any, found: list[Any]) -> list[Any]:
    element = resolve1(element)
    if isinstance(element, list):
        for one in element:
            structure(one, found)
    elif isinstance(element, dict):
        if "S" in element:
            found.append(element)
        if "K" in element:
            structure(element["K"], found)
    return found


def test_the_tags_hold_headings_tables_and_words_for_each_picture(catalog: Any) -> None:
    found = structure(resolve1(catalog["StructTreeRoot"])["K"], [])
    kinds = [resolve1(one["S"]).name for one in found]
    assert kinds.count("H1") == 1
    assert kinds.count("H2") >= 5
    assert {"Table", "TH", "TD", "L", "LI", "P", "Figure"} <= set(kinds)
    figures = [one for one in found if resolve1(one["S"]).name == "Figure"]
    assert len(figures) > 10
    assert all(resolve1(one["Alt"]) for one in figures)


def test_the_same_answer_gives_the_same_bytes(answer: Any, made: bytes) -> None:
    assert as_pdf(answer) == made


def test_it_says_what_the_answer_says(answer: Any, made: bytes) -> None:
    with pdfplumber.open(io.BytesIO(made)) as pdf:
        text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    view = build(answer)
    assert view.urgency.how_soon in text
    assert view.twitching is not None
    for cause in view.twitching.causes:
        assert cause.name in text
    assert "It is not a diagnosis" in text


def test_the_bars_lie_where_the_numbers_say(answer: Any, made: bytes) -> None:
    """The dot of each cause is measured against the lines of 25 and 75 beside it."""
    view = build(answer)
    assert view.twitching is not None
    with pdfplumber.open(io.BytesIO(made)) as pdf:
        dots: list[float] = []
        for page in pdf.pages:
            curves = [one for one in page.curves if 4 < one["width"] < 11]
            for dot in curves:
                middle = (dot["top"] + dot["bottom"]) / 2
                lines = sorted(
                    {round(one["x0"], 2) for one in page.lines
                     if one["width"] < 0.1 and one["top"] <= middle <= one["bottom"]
                     and one["height"] > 15}
                )  # fmt: skip
                if len(lines) == 3:
                    left, _, right = lines
                    dots.append(25 + ((dot["x0"] + dot["x1"]) / 2 - left) / (right - left) * 50)
    expected = [100 * cause.chance.probability for cause in view.twitching.causes]
    assert len(dots) >= len(expected)
    for chance in expected:
        assert min(abs(dot - chance) for dot in dots) < 1.5, (chance, dots)


def test_no_percentage_and_no_nested_picture_is_left() -> None:
    person, _ = person_from_table(TOLD, vocabulary(load()))
    page = for_paper(as_html(assess(person, reader="clinician", draws=20)))
    drawings = re.findall(r"<svg\b.*?</svg>", page, re.DOTALL)
    assert len(drawings) > 20
    for drawing in drawings:
        assert drawing.count("<svg") == 1
        assert not re.search(r'(?:x|y|x1|x2|y1|y2|cx|cy|width|height)="[^"]*%"', drawing)
        assert "<title" in drawing


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = tmp_path / "secret.css"
    secret.write_text("body::before { content: 'FETCHED' }")
    tried: list[object] = []
    monkeypatch.setattr(socket, "create_connection", lambda *to, **_: tried.append(to))
    page = (
        "<html lang='en'><head><title>t</title><style></style>"
        f"<link rel=stylesheet href='{secret.as_uri()}'>"
        "<link rel=stylesheet href='http://127.0.0.1:9/x.css'></head>"
        "<body><p>words<img alt=x src='http://127.0.0.1:9/x.png'>"
        f"<img alt=y src='{secret.as_uri()}'></body></html>"
    )
    with pdfplumber.open(io.BytesIO(pdf_of(page))) as pdf:
        text = pdf.pages[0].extract_text()
    assert "words" in text
    assert "FETCHED" not in text
    assert tried == []


def test_without_the_extra_it_says_what_to_install(
    answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(CorrinError, match=r"pip install 'corrin\[pdf\]'"):
        as_pdf(answer)


def test_the_command_writes_a_file(tmp_path: Path) -> None:
    file = tmp_path / "answer.pdf"
    done = corrin(
        "assess", "examples/demo.toml", "--draws", "0", "--format", "pdf", "-o", str(file)
    )
    assert done.code == 0, done.error
    assert file.read_bytes().startswith(b"%PDF-1.7")
    assert file.stat().st_mode & 0o077 == 0
    done = corrin("assess", "examples/demo.toml", "--draws", "0", "--format", "pdf")
    assert done.code == 2
    assert "--output" in done.error


def test_the_page_offers_it_and_makes_the_same_file(answer: Any, made: bytes) -> None:
    page = TestClient(
        create_app(settings=ServerSettings(workers=0)), base_url="http://127.0.0.1:8765"
    )
    told = {"person": json.dumps({**TOLD, "findings": {}, "twitching": None})}
    assert "/download/answer.pdf" in page.post("/answer", data=told).text
    reply = page.post("/download/answer.pdf", data=told)
    assert reply.headers["content-type"] == "application/pdf"
    assert reply.content.startswith(b"%PDF-1.7")

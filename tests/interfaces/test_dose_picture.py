"""``corrin dose --picture``: the expected level over time, drawn, with the level asked about."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from tests.interfaces.running import corrin
from tests.pages.page_parts import parse

DOSE = ("dose", "cyanocobalamin 1000 ug oral daily", "--days", "365")


def test_the_picture_has_words_a_table_and_the_measured_level(tmp_path: Path) -> None:
    page = tmp_path / "dose.html"
    done = corrin(*DOSE, "--level", "1450 pg/mL", "--picture", str(page))
    assert done.code == 0, done.error
    html = page.read_text(encoding="utf-8")
    parse(html)
    for part in ("<title id=", "<desc id=", "<table>", "1,450 pg/mL", "not a diagnosis"):
        assert part in html, part
    assert "<script" not in html


def test_hostile_text_is_escaped() -> None:
    from corrin.high_b12.predicting import level_curve
    from corrin.high_b12.regimens import regimen_from_text
    from corrin.knowledge.loading import load
    from corrin.report.html import dose_html

    regimen = regimen_from_text(["cyanocobalamin 1000 ug oral daily"], load())
    curve = level_curve(regimen, load(), days=[0.0, 30.0])
    page = dose_html(
        curve, begins=dt.date(2026, 1, 1), regimen="<script>alert(1)</script>", assumptions=()
    )
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_json_stays_alone_on_standard_output(tmp_path: Path) -> None:
    done = corrin(*DOSE, "--format", "json", "--picture", str(tmp_path / "dose.html"))
    assert done.output.lstrip().startswith("{")

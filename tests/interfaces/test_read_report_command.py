"""``corrin read-report``: values as words, data and lines that a person file takes."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
import weasyprint

from tests.interfaces.running import corrin

REPORT = "Abnahme: 01.10.2026\nVitamin B12 1480 pg/mL 197-771\nFolate 12\nHbA1c 5 %\n"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    file = tmp_path / "report.txt"
    file.write_text(REPORT)
    return file


def test_words(report: Path) -> None:
    done = corrin("read-report", str(report))
    assert done.code == 0, done.error
    assert "vitamin B12: 1480, pg/mL, range 197 to 771, 2026-10-01" in done.output
    assert "The unit is missing." in done.output
    assert "HbA1c 5 %" in done.output


def test_lines_of_a_person_file_hold_only_what_is_certain(report: Path) -> None:
    done = corrin("read-report", str(report), "--format", "toml")
    table = tomllib.loads(done.output)
    assert [one["lab"] for one in table["labs"]] == ["serum_b12"]
    person = report.parent / "person.toml"
    person.write_text(done.output)
    assert corrin("assess", str(person), "--draws", "0").code == 0


def test_data(report: Path) -> None:
    table = json.loads(corrin("read-report", str(report), "-f", "json").output)
    assert [one["sureness"] for one in table["values"]] == ["sure", "ask"]
    assert [one["line"] for one in table["not_used"]] == ["HbA1c 5 %"]


def test_a_pdf(tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(weasyprint.HTML(string="<p>Vitamin B12 1480 pg/mL</p>").write_pdf())
    assert "vitamin B12: 1480, pg/mL" in corrin("read-report", str(file)).output


def test_a_file_without_results_and_no_file_at_all(tmp_path: Path) -> None:
    file = tmp_path / "empty.txt"
    file.write_text("Dear Sir,\n")
    done = corrin("read-report", str(file))
    assert done.code == 2
    assert "holds no result" in done.error
    done = corrin("read-report", str(tmp_path / "none.pdf"))
    assert done.code == 2
    assert "Check the path" in done.error

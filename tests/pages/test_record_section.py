"""The page and the text say what became of each resource of a record, and why."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from pathlib import Path

import pytest

from corrin.assessment import Assessment, assess
from corrin.interfaces.fhir.reading import read_fhir
from corrin.interfaces.fhir.records import FhirReading
from corrin.interfaces.record_words import account_of
from corrin.knowledge.loading import load
from corrin.person.reading import person_from_table
from corrin.picture.person_file import vocabulary
from corrin.report.html import as_html
from corrin.report.record import RecordAccount, RecordLine, record_as_text
from tests.interfaces.fhir_patients import make
from tests.interfaces.running import corrin

MARKUP = "<img src=x onerror=alert(1)>"


def answered(reading: FhirReading) -> Assessment:
    person, _ = person_from_table(reading.person_table, vocabulary(load()), today=dt.date.today())
    return assess(person, draws=0)


def reading_of(seed: int) -> FhirReading:
    bundle = make(seed)[0]
    absent = {
        "resourceType": "Observation", "id": "absent", "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "2823-3"}]},
        "subject": bundle["entry"][0]["resource"].get("subject")
        or {"reference": f"Patient/made-{seed}"},
        "dataAbsentReason": {"text": MARKUP},
    }  # fmt: skip
    bundle["entry"].append({"resource": absent})
    return read_fhir(bundle, knowledge=load())


def section(page: str) -> str:
    """The part of the page about the record; empty when there is none."""
    found = re.search(r'<details [^>]*id="record">(.*?)</details>', page, re.DOTALL)
    return found[1] if found else ""


@pytest.mark.parametrize("seed", range(4))
def test_every_resource_of_the_account_is_on_the_page_with_why(seed: int) -> None:
    reading = reading_of(seed)
    account = account_of(reading, load())
    told = html.unescape(section(as_html(answered(reading), record=account)))
    for one in (*reading.used, *reading.refused, *reading.ignored):
        assert one.resource in told
    for entry in (*reading.refused, *reading.ignored):
        assert entry.why.rstrip(".") in told
    for raw in ("labs:", "findings:", "intake:", "serum_b12"):
        assert raw not in told, "names of the person file are not words for a reader"


def test_what_a_record_holds_is_text_on_the_page() -> None:
    reading = reading_of(1)
    assert any(MARKUP in one.why for one in reading.ignored)
    page = as_html(answered(reading), record=account_of(reading, load()))
    assert MARKUP not in page
    assert html.escape(MARKUP) in page


def test_the_section_is_shut_and_only_there_for_a_record() -> None:
    reading = reading_of(2)
    answer = answered(reading)
    page = as_html(answer, record=account_of(reading, load()))
    assert re.search(r"<details [^>]*\bopen\b[^>]*id=\"record\"", page) is None
    assert section(page)
    assert not section(as_html(answer))
    assert "Everything that was given was used." not in section(page)


def test_a_record_of_nothing_says_so() -> None:
    nothing = RecordAccount(
        refused=(RecordLine(words="It is of another patient", resources=("A/1",)),)
    )
    page = section(as_html(answered(reading_of(3)), record=nothing))
    assert "Nothing in it is something that Corrin uses." in page
    assert "Nothing in it is something that Corrin uses." in record_as_text(nothing, width=100)


def test_a_long_list_is_whole_on_the_page_and_counted_on_a_terminal() -> None:
    many = tuple(f"Observation/o{n}" for n in range(40))
    account = RecordAccount(not_used=(RecordLine(words="It is not a test", resources=many),))
    assert account.count == 40
    page = section(as_html(answered(reading_of(0)), record=account))
    assert all(name in page for name in many)
    assert "and 34 more (all are listed with --format json)" in " ".join(
        record_as_text(account, width=100).split()
    )


def test_the_command_puts_it_on_the_page_and_into_the_bundle(tmp_path: Path) -> None:
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(make(2)[0]))
    done = corrin("assess", str(path), "--format", "html", "--draws", "0")
    assert done.code == 0, done.error
    assert "Patient/made-2" in section(done.output)

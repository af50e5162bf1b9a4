"""A file in, the values found in it out.  Nothing is written, and nothing is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from corrin.errors import InputError, Problem
from corrin.interfaces.lab_reports.building import Said, judged, number_text
from corrin.interfaces.lab_reports.csv_rows import delimiter_of, read_table
from corrin.interfaces.lab_reports.fhir import read_fhir
from corrin.interfaces.lab_reports.kinds import Kind, decoded, kind_of
from corrin.interfaces.lab_reports.pdf_text import pdf_lines
from corrin.interfaces.lab_reports.records import ReportReading
from corrin.interfaces.lab_reports.texts import as_lines, bounded, read_lines
from corrin.knowledge.loading import Knowledge
from corrin.person.reading import KEYS, TOML_HEADER, parse, person_from_table
from corrin.picture.person_file import vocabulary


def read_report(
    data: bytes, knowledge: Knowledge, *, today: dt.date | None = None
) -> ReportReading:
    """Read a laboratory report (PDF, text, CSV, FHIR JSON) or a person file.

    What cannot be read of the file is in ``problems``; values found are never used
    before somebody has confirmed them.  Raises :class:`CorrinError` only when the
    library that reads PDF is not installed.
    """
    today = today or dt.date.today()
    try:
        reading = _read(data, knowledge, today)
    except InputError as error:
        return ReportReading(problems=error.problems)
    if not reading.values and not reading.problems and reading.person is None:
        none = Problem(
            "the file", "no-results", "holds no result that could be read.", "Type the values in."
        )
        return replace(reading, problems=(none,))
    return reading


def _read(data: bytes, knowledge: Knowledge, today: dt.date) -> ReportReading:
    if kind_of(data) is Kind.PDF:
        lines, problems = pdf_lines(data)
        reading = read_lines(lines, knowledge, kind=Kind.PDF, today=today)
        return replace(reading, problems=(*problems, *reading.problems))
    text = decoded(data)
    if text.lstrip()[:1] in {"{", "["} and not _is_toml(text):
        return _of_json(text, knowledge, today)
    if _is_toml(text):
        return of_person_table(parse(text.encode(), name="the file"), knowledge, today)
    delimiter = delimiter_of(text)
    if delimiter is not None:
        return read_table(text, delimiter, knowledge, today=today)
    return read_lines(as_lines(text), knowledge, kind=Kind.TEXT, today=today)


def _is_toml(text: str) -> bool:
    """Return whether the first line that says something is a key or a heading of a person file."""
    for line in text.splitlines():
        word = line.strip()
        if not word or word.startswith("#"):
            continue
        key, equals, _ = word.partition("=")
        return TOML_HEADER.match(word) is not None or (bool(equals) and key.strip() in KEYS)
    return False


def _of_json(text: str, knowledge: Knowledge, today: dt.date) -> ReportReading:
    try:
        table = msgspec.json.decode(text.encode())
    except (msgspec.DecodeError, RecursionError):
        raise InputError(
            [
                Problem(
                    "the file",
                    "not-json",
                    "is not valid JSON.",
                    "Save it again from where it came.",
                )
            ]
        ) from None
    if isinstance(table, list):
        table = {"resourceType": "Bundle", "entry": [{"resource": one} for one in table]}
    if "resourceType" in table:
        return read_fhir(table, knowledge, today=today)
    return of_person_table(table, knowledge, today)


def of_person_table(
    table: Mapping[str, Any], knowledge: Knowledge, today: dt.date
) -> ReportReading:
    """Read a person file: its results are shown for confirmation like those of a report."""
    person, dropped = person_from_table(
        table, vocabulary(knowledge), today=today, lenient_labs=True
    )
    values = []
    for number, result in enumerate(person.labs, start=1):
        lab = knowledge.labs[result.lab]
        shown = number_text(result.value) if isinstance(result.value, float) else result.value
        words = (lab.name, shown or result.interpretation, result.unit)
        said = Said(
            lab=lab,
            pieces=(),
            line=" ".join(word for word in words if word),
            place=f"labs[{number - 1}]",
        )
        as_text = replace(result, value=shown)
        values.append(judged(as_text, knowledge, said=said, doubts=[], flag=None, today=today))
    return bounded(
        ReportReading(
            kind="person file",
            values=tuple(values),
            problems=dropped,
            person=replace(person, labs=()),
        )
    )

"""A report as a table: columns by their headings, else each row as a line of text."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence

from corrin.interfaces.lab_reports.lines import Line
from corrin.interfaces.lab_reports.records import ReportReading
from corrin.interfaces.lab_reports.texts import MOST_LINES, cleaned, read_lines
from corrin.knowledge.lab_names import words_of
from corrin.knowledge.loading import Knowledge

_DELIMITERS = ";\t,|"
_HEADINGS = {
    "name": "test name analyte analyt analysis component parameter bezeichnung untersuchung lab "
    "labor messgroesse testname laboratorytest",
    "value": "value result ergebnis wert messwert resultvalue",
    "unit": "unit units einheit einheiten uom",
    "low": "low lower referencelow min untergrenze lowerlimit",
    "high": "high upper referencehigh max obergrenze upperlimit",
    "range": "range reference referencerange referencerinterval referenceinterval refrange ref "
    "referenzbereich normbereich referenz normwerte referenzintervall normalrange",
    "flag": "flag abnormal abnormalflag markierung interpretation status kennzeichen",
    "date": "date day collected collectiondate taken drawn datum abnahmedatum entnahmedatum "
    "specimendate sampledate",
    "code": "loinc code loinccode",
}  # fmt: skip
_MEANING = {word: column for column, words in _HEADINGS.items() for word in words.split()}
_FEWEST_COLUMNS = 2
_FEWEST_ROWS = 2
_ROWS_LOOKED_AT = 20  # not clinical: rows
_HEADING_ROWS = 15  # not clinical: rows


def delimiter_of(text: str) -> str | None:
    """Return what parts the columns when the text is a table, else None."""
    lines = [line for line in text.splitlines()[:_ROWS_LOOKED_AT] if line.strip()]
    for mark in _DELIMITERS:
        counts = [len(row) for row in _rows("\n".join(lines), mark)]
        usual = max(set(counts), key=counts.count, default=0)
        if (
            len(counts) < _FEWEST_ROWS
            or usual <= _FEWEST_COLUMNS
            or counts.count(usual) * 2 < len(counts)
        ):
            continue
        if _heading(_rows("\n".join(lines), mark)) is not None:
            return mark
    return None


def read_table(text: str, delimiter: str, knowledge: Knowledge, *, today: dt.date) -> ReportReading:
    """Read a table with a row of headings."""
    rows = _rows(text, delimiter)
    heading = _heading(rows)
    lines: list[Line] = []
    for number, row in enumerate(rows, start=1):
        place = f"row {number}"
        if heading is None or number <= heading[0] + 1:
            lines.append(Line(cleaned("  ".join(row)), place))
        else:
            lines.append(Line(_as_line(row, heading[1]), place))
    return read_lines(lines, knowledge, kind="CSV", today=today)


def _rows(text: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)
            if len(rows) > MOST_LINES:
                break
    except csv.Error:
        pass
    return rows


def _heading(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]] | None:
    """Return where the headings stand and which column is which."""
    for number, row in enumerate(rows[:_HEADING_ROWS]):
        columns: dict[str, int] = {}
        for index, cell in enumerate(row):
            meaning = _MEANING.get("".join(words_of(cell)))
            if meaning is not None:
                columns.setdefault(meaning, index)
        if {"name", "value"} <= columns.keys() or {"code", "value"} <= columns.keys():
            return number, columns
    return None


def _as_line(row: Sequence[str], columns: dict[str, int]) -> str:
    """Return a row as a line of a report: name, number, unit, mark, range, day, code."""

    def cell(column: str) -> str:
        index = columns.get(column)
        return cleaned(row[index]).strip() if index is not None and index < len(row) else ""

    interval = cell("range")
    if not interval and cell("low") and cell("high"):
        interval = f"{cell('low')} - {cell('high')}"
    elif not interval and (cell("low") or cell("high")):
        interval = f">= {cell('low')}" if cell("low") else f"<= {cell('high')}"
    parts = (
        cell("code"),
        cell("name"),
        cell("value"),
        cell("unit"),
        cell("flag"),
        f"Ref: {interval}" if interval else "",
        cell("date"),
    )
    return "  ".join(part for part in parts if part)

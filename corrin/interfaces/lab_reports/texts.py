"""A report as lines of text: when the blood was taken, then what each line says."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from corrin.errors import Problem
from corrin.interfaces.lab_reports import dates
from corrin.interfaces.lab_reports.lines import Line, read_line
from corrin.interfaces.lab_reports.records import (
    FoundValue,
    NotUsed,
    ReportReading,
    Sureness,
)
from corrin.knowledge.lab_names import words_of
from corrin.knowledge.loading import Knowledge

MOST_LINES = 3_000  # not clinical: lines of one report
LONGEST_LINE = 400  # not clinical: characters; a result fits
#: Beyond this the list of what was not read would not be read either.
MOST_SHOWN = 100
#: More would not be confirmed with care.
MOST_VALUES = 60  # not clinical: values of one report
_NOT_BLOOD = {
    "urine", "urin", "harn", "urinstatus", "urinanalysis", "urinalysis", "sammelurin",
    "spontanurin", "24h", "liquor", "csf", "stuhl", "stool", "saliva", "speichel",
}  # fmt: skip
_BEGINS_WITH_NUMBER = re.compile(r"\s*[<>≤≥]?\s*\d")
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u3000]")


def cleaned(text: str) -> str:
    """Return a line without control and direction marks, which could hide what it says."""
    spaced = _SPACES.sub(" ", unicodedata.normalize("NFC", text))
    return "".join(
        " " if unicodedata.category(letter) in {"Cc", "Zl", "Zp"} else letter
        for letter in spaced
        if unicodedata.category(letter) not in {"Cf", "Co", "Cn", "Cs"}
    ).rstrip()


def as_lines(text: str) -> list[Line]:
    """Return the lines of a text with their numbers."""
    return [
        Line(cleaned(line), f"line {number}")
        for number, line in enumerate(text.splitlines(), start=1)
    ]


def read_lines(
    lines: Sequence[Line], knowledge: Knowledge, *, kind: str, today: dt.date
) -> ReportReading:
    """Read the lines of a report."""
    problems: list[Problem] = []
    lines = [line for line in lines if line.text.strip()]
    if len(lines) > MOST_LINES:
        problems.append(
            Problem(
                "the file",
                "too-long",
                f"has more than {MOST_LINES:,} lines.",
                "The rest was not read.",
            )
        )
        lines = lines[:MOST_LINES]
    day = _drawn(lines, problems, today)
    values: list[FoundValue] = []
    not_used: list[NotUsed] = []
    others = 0
    pending: tuple[Line, str] | None = None
    elsewhere = False
    for line in lines:
        if len(line.text) > LONGEST_LINE:
            why = "It is longer than a line of a report and was not read."
            not_used.append(
                NotUsed(line=line.text[:LONGEST_LINE] + " …", place=line.place, why=why)
            )
            pending = None
            continue
        if pending is not None and _BEGINS_WITH_NUMBER.match(line.text):
            joined = _joined(pending[0], line, knowledge, today=today, day=day)
            if joined is not None:
                values.append(joined)
                pending = None
                continue
        reading = read_line(line, knowledge, today=today, day=day)
        if not (reading.values or reading.not_used or reading.bare_name):
            elsewhere = is_other_specimen(line.text)
        values += [_elsewhere(one) for one in reading.values] if elsewhere else reading.values
        not_used += reading.not_used
        if pending is not None and (reading.values or reading.bare_name):
            not_used.append(_without_number(pending[0]))
        if reading.values or reading.not_used or reading.bare_name:
            pending = None
        else:
            others += 1
        if reading.bare_name:
            pending = (line, reading.bare_name)
    if pending is not None:
        not_used.append(_without_number(pending[0]))
    return bounded(
        ReportReading(
            kind=kind,
            values=with_repeats_marked(values),
            not_used=tuple(not_used),
            problems=tuple(problems),
            other_lines=others,
        )
    )


def is_other_specimen(heading: str) -> bool:
    """Return whether a heading says that what follows was not measured in blood."""
    return any(word in _NOT_BLOOD for word in words_of(heading))


def _elsewhere(value: FoundValue) -> FoundValue:
    doubt = "It stands under a heading that does not speak of blood. Was it measured in blood?"
    sureness = Sureness.CHECK if value.sureness is Sureness.SURE else value.sureness
    return replace(value, sureness=sureness, doubts=(*value.doubts, doubt))


def bounded(reading: ReportReading) -> ReportReading:
    """Return the reading with no more values and lines than somebody can look through."""
    problems = list(reading.problems)
    if len(reading.values) > MOST_VALUES:
        problems.append(
            Problem(
                "the file",
                "too-many",
                f"holds more than {MOST_VALUES} results.",
                "The rest was left out.",
            )
        )
    if len(reading.not_used) > MOST_SHOWN:
        left = len(reading.not_used) - MOST_SHOWN
        problems.append(
            Problem("the file", "too-many", f"holds {left} more lines that were not used.", "")
        )
    return replace(
        reading,
        values=reading.values[:MOST_VALUES],
        not_used=reading.not_used[:MOST_SHOWN],
        problems=tuple(problems),
    )


def _joined(
    name: Line, number: Line, knowledge: Knowledge, *, today: dt.date, day: dt.date | None
) -> FoundValue | None:
    """Read a name and the number on the next line together, for checking."""
    both = Line(f"{name.text.strip()}  {number.text.strip()}", name.place)
    reading = read_line(both, knowledge, today=today, day=day)
    if len(reading.values) != 1 or reading.values[0].result.unit is None:
        return None
    (value,) = reading.values
    sureness = Sureness.CHECK if value.sureness is Sureness.SURE else value.sureness
    doubts = (*value.doubts, "The name and the number stand on two lines. Do they belong together?")
    return replace(value, sureness=sureness, doubts=doubts)


def _without_number(line: Line) -> NotUsed:
    return NotUsed(line=line.text.strip(), place=line.place, why="It holds no result.")


def _drawn(lines: Sequence[Line], problems: list[Problem], today: dt.date) -> dt.date | None:
    """Return the one day on which the report says that blood was taken."""
    found: set[dt.date | None] = set()
    for line in lines:
        if len(line.text) <= LONGEST_LINE and dates.is_drawn_line(line.text):
            found |= {dates.day_of(match) for match in dates.DAY.finditer(line.text)}
    if not found:
        return None
    day = found.pop() if len(found) == 1 else None
    if day is None:
        problems.append(
            Problem(
                "the date",
                "not-certain",
                "of the blood test is not certain.",
                "Write it in if you know it.",
            )
        )
    elif day > today:
        problems.append(
            Problem(
                "the date", "future-date", "of the blood test lies ahead of us.", "It was left out."
            )
        )
        return None
    return day


def with_repeats_marked(values: Sequence[FoundValue]) -> tuple[FoundValue, ...]:
    """Mark a test that is there more than once for one day: one of them is to be chosen."""
    keys = [(one.result.lab, one.result.taken) for one in values]
    marked = []
    for one, key in zip(values, keys, strict=True):
        if keys.count(key) == 1:
            marked.append(one)
            continue
        doubts = (*one.doubts, "This test is there more than once. Choose one.")
        sureness = Sureness.CHECK if one.sureness is Sureness.SURE else one.sureness
        marked.append(replace(one, doubts=doubts, sureness=sureness))
    return tuple(marked)

"""Days printed on a report.  A day that two countries would read differently is not guessed."""

from __future__ import annotations

import datetime as dt
import re

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jänner", "feb february februar", "mar march mär märz mrz",
            "apr april", "may mai", "jun june juni", "jul july juli", "aug august",
            "sep sept september", "oct october okt oktober", "nov november",
            "dec december dez dezember",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_WORD = "|".join(sorted(_MONTHS, key=len, reverse=True))
DAY = re.compile(
    r"(?<![\w.,/-])(?:"
    r"(?P<iso>\d{4}-\d{2}-\d{2})(?:T[\d:.+Z-]*)?"
    r"|(?P<points>\d{1,2}\.\d{1,2}\.(?:\d{4}|\d{2}))"
    r"|(?P<slashes>\d{1,2}/\d{1,2}/\d{4})"
    rf"|(?P<day_first>\d{{1,2}}\.?[ -](?:{_WORD})\.?,?[ -]\d{{4}})"
    rf"|(?P<month_first>(?:{_WORD})\.? \d{{1,2}},? \d{{4}})"
    r")(?![\w/])",
    re.IGNORECASE,
)
TIME = re.compile(
    r"(?<![\w:.])\d{1,2}:\d{2}(?::\d{2})?(?: ?(?:Uhr|h|am|pm))?(?![\w:])", re.IGNORECASE
)
#: Says that the day beside it is the day on which the blood was taken.
_DRAWN = re.compile(
    r"\b(?:collect(?:ed|ion)|drawn|taken|specimen|sampl(?:e|ed|ing)|"
    r"(?:blut)?abnahme\w*|(?:proben)?entnahme\w*|blutentnahme\w*|abgenommen|materialdatum)\b",
    re.IGNORECASE,
)
_MONTHS_IN_A_YEAR = 12  # not clinical: the calendar
_TWO_DIGITS = 100
_THIS_CENTURY = 2000  # not clinical: the calendar


def is_drawn_line(line: str) -> bool:
    """Return whether a line says when the blood was taken."""
    return _DRAWN.search(line) is not None and DAY.search(line) is not None


def day_of(match: re.Match[str]) -> dt.date | None:
    """Return the day that a match of :data:`DAY` means, or None when it is not certain."""
    text = match.group()
    try:
        if match["iso"]:
            return dt.date.fromisoformat(match["iso"])
        if match["points"]:
            day, month, year = (int(part) for part in text.split("."))
            return dt.date(year if year >= _TWO_DIGITS else year + _THIS_CENTURY, month, day)
        if match["slashes"]:
            return _slashed(*(int(part) for part in text.split("/")))
        numbers = [int(part) for part in re.findall(r"\d+", text)]
        month = _MONTHS[re.findall(r"[^\W\d_]+", text)[0].lower()]
        return dt.date(numbers[1], month, numbers[0])
    except ValueError:
        return None


def _slashed(first: int, second: int, year: int) -> dt.date | None:
    """Read 31/12/2026 and 12/31/2026; 01/10/2026 can mean January or October."""
    if first > _MONTHS_IN_A_YEAR or first == second:
        return dt.date(year, second, first)
    return dt.date(year, first, second) if second > _MONTHS_IN_A_YEAR else None

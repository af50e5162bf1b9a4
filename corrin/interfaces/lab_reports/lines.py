"""One line of a report: which tests it names, and what it says of each."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from corrin.interfaces.lab_reports import dates
from corrin.interfaces.lab_reports.building import Said, found_value
from corrin.interfaces.lab_reports.records import FoundValue, NotUsed
from corrin.interfaces.lab_reports.scanning import begins_result, is_unit, pieces
from corrin.knowledge import lab_names
from corrin.knowledge.loading import Knowledge

_MOST_NAME_WORDS = 8  # not clinical: words of a printed name
_SHORTEST_INSIDE = 3  # not clinical: letters of a name that may begin within a line
#: Symbols of elements: "Ca" is calcium and "CA" is not.
_SYMBOL = 2
_EDGE = " \t:.=*·…|-–_"
_BULLET = re.compile(r"^[\s*•·>|#-]+|^\s*\d{1,3}[.)]\s+")
_SIGN = re.compile(r"[<>≤≥=↑↓+]")
_BEGINS_NUMBER = re.compile(r"[<>≤≥=↑↓+]|\d[^a-zA-Z]*$")
_LIKE_UNIT = re.compile(r"[^\W\d]{1,6}/[^\W\d]{1,5}")
_RESULT = re.compile(r"(?<![\w.,])[<>≤≥]?\s?\d+(?:[.,]\d+)?(?!\w)")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text and where it stands."""

    text: str
    place: str


@dataclass(slots=True)
class LineReading:
    """What was read of a line; ``bare_name`` is the test of a line that is only a name."""

    values: list[FoundValue] = field(default_factory=list)
    not_used: list[NotUsed] = field(default_factory=list)
    bare_name: str | None = None


@dataclass(frozen=True, slots=True)
class _Start:
    at: int
    end: int
    name: lab_names.Named


def read_line(
    line: Line, knowledge: Knowledge, *, today: dt.date, day: dt.date | None = None
) -> LineReading:
    """Read one line; ``day`` is the day on which the blood was taken, when the report says it."""
    reading = LineReading()
    days = [dates.day_of(match) for match in dates.DAY.finditer(line.text)]
    text = dates.TIME.sub(_blank, dates.DAY.sub(_blank, line.text))
    codes = [match.group(1) for match in lab_names.LOINC.finditer(text)]
    text = lab_names.LOINC.sub(_blank, text)
    text = _BULLET.sub(_blank, text)
    starts = _starts(text, codes, knowledge)
    if not starts:
        why = _why_unread(line.text, text, knowledge)
        if why:
            reading.not_used.append(NotUsed(line=line.text.strip(), place=line.place, why=why))
        return reading
    coded = {lab_names.by_code(code, knowledge) for code in codes} - {None}
    ends = [*(start.at for start in starts[1:]), len(text)]
    for start, end in zip(starts, ends, strict=True):
        if coded and start.name.lab not in coded:
            why = "Its name and its code mean different tests."
            reading.not_used.append(NotUsed(line=line.text.strip(), place=line.place, why=why))
            continue
        said = Said(
            lab=knowledge.labs[start.name.lab],
            known_as=start.name.known_as,
            pieces=tuple(pieces(text[start.end : end], knowledge.labs[start.name.lab], knowledge)),
            line=line.text.strip(),
            place=line.place,
            days=tuple(days),
            day=day,
        )
        found = found_value(said, knowledge, today=today)
        if isinstance(found, FoundValue):
            reading.values.append(found)
        elif found is not None:
            reading.not_used.append(found)
        elif len(starts) == 1:
            reading.bare_name = start.name.lab
    return reading


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _starts(text: str, codes: list[str], knowledge: Knowledge) -> list[_Start]:
    """Return where each test's name begins and ends."""
    words = [(match.start(), match.end()) for match in re.finditer(r"\S+", text)]
    if not words:
        return []
    first = _exact(text, words, 0, knowledge) or _nearly(text, words, codes, knowledge)
    if first is None:
        return []
    starts = [first]
    for index in range(1, len(words)):
        at = words[index][0]
        if at < starts[-1].end or not _RESULT.search(text, starts[-1].end, at):
            continue
        found = _exact(text, words, index, knowledge)
        if (
            found is not None
            and len("".join(lab_names.words_of(text[at : found.end]))) >= _SHORTEST_INSIDE
        ):
            starts.append(found)
    return starts


def _exact(
    text: str, words: list[tuple[int, int]], first: int, knowledge: Knowledge
) -> _Start | None:
    at = words[first][0]
    for last in range(min(first + _MOST_NAME_WORDS, len(words)) - 1, first - 1, -1):
        end = words[last][1]
        name = text[at:end].strip(_EDGE)
        # A sign before the number is no part of the name.
        if _SIGN.search(name):
            continue
        lab = lab_names.exactly(name, knowledge)
        if lab is None or not _spelt_so(name, lab, knowledge):
            continue
        if begins_result(text[end:], knowledge.labs[lab], knowledge):
            return _Start(at, end, lab_names.Named(lab))
    return None


def _spelt_so(name: str, lab: str, knowledge: Knowledge) -> bool:
    return len(name) > _SYMBOL or name in knowledge.labs[lab].printed_names or name.lower() == "hb"


def _nearly(
    text: str, words: list[tuple[int, int]], codes: list[str], knowledge: Knowledge
) -> _Start | None:
    """Take the words before the first number for a name, or the code when there is one."""
    at, end = words[0][0], words[0][1]
    for start, stop in words[:_MOST_NAME_WORDS]:
        if _BEGINS_NUMBER.match(text[start:stop]):
            break
        end = stop
    name = text[at:end].strip(_EDGE)
    found = lab_names.named(name, knowledge)
    if found is not None and _spelt_so(name, found.lab, knowledge):
        return _Start(at, end, found)
    known = [lab for code in codes if (lab := lab_names.by_code(code, knowledge))]
    if len(set(known)) == 1:
        return _Start(at, end, lab_names.Named(known[0], known_as=f"LOINC {codes[0]}"))
    return None


def _why_unread(line: str, text: str, knowledge: Knowledge) -> str | None:
    """Return why a line that could matter was not read, or None when it holds no result."""
    number = _RESULT.search(text) is not None
    if lab_names.mentions_b12(line):
        return (
            "It speaks of vitamin B12, but it is not a plain result of the test."
            if number
            else "It speaks of vitamin B12 and holds no result."
        )
    if not number:
        return None
    inside = next(_named_inside(text, knowledge), None)
    if inside is not None:
        return f"It names {inside} within other words. Type the result in if it is yours."
    words = [word.strip("()[],;") for word in text.split()]
    if any(_LIKE_UNIT.fullmatch(word) or is_unit(word, None, knowledge) for word in words):
        return "It is not a test that Corrin uses, or its name is not certain."
    return None


def _named_inside(text: str, knowledge: Knowledge) -> Iterator[str]:
    words = [(match.start(), match.end()) for match in re.finditer(r"\S+", text)]
    for first in range(len(words)):
        for last in range(min(first + 4, len(words)) - 1, first - 1, -1):  # not clinical: words
            name = text[words[first][0] : words[last][1]].strip(_EDGE + ",;()")
            lab = lab_names.exactly(name, knowledge)
            if lab is not None and len(name) > _SYMBOL:
                yield knowledge.labs[lab].name

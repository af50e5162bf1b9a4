"""From the pieces of one result to a value with its unit, range, day and doubts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from fractions import Fraction

from corrin.errors import Problem
from corrin.interfaces.lab_reports.records import FoundValue, NotUsed, Sureness
from corrin.interfaces.lab_reports.scanning import Piece, Sort, flag_meaning
from corrin.knowledge.lab_names import words_of
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Lab
from corrin.labs.numbers import Comparator, Reading, read_number
from corrin.labs.reading import measure
from corrin.labs.units import factor_of
from corrin.person.records import LabResult, PrintedInterval

#: Two numbers of one result in two units are the same result when they differ by less.
_SAME = Fraction(2, 100)
#: Words that make another test of it wherever they stand in the line.
_OTHER_TEST = frozenset(
    [
        "antibody",
        "antibodies",
        "ab",
        "abs",
        "ak",
        "antikoerper",
        "urine",
        "urin",
        "harn",
        "csf",
        "liquor",
        "binding",
        "capacity",
        "bindungskapazitaet",
        "rbc",
        "erythrozyten",
        "active",
        "aktiv",
        "aktives",
        "holo",
        "ratio",
        "quotient",
    ]
)


#: Problems of a person file, said of a report.
_PLAIN = {
    "ambiguous-number": "The number can be read as thousands or as a decimal fraction. "
    "Write it as 1480 or as 1.4800.",
    "impossible-value": "This number is not possible in this unit. Check both.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a line says of one test: the pieces after its name, and the days in the line."""

    lab: Lab
    pieces: tuple[Piece, ...]
    line: str
    place: str
    known_as: str | None = None
    days: tuple[dt.date | None, ...] = ()
    day: dt.date | None = None


def found_value(said: Said, knowledge: Knowledge, *, today: dt.date) -> FoundValue | NotUsed | None:
    """Return the value, or why there is none; None when the line says nothing but the name."""
    numbers = [one for one in said.pieces if one.sort in {Sort.NUMBER, Sort.RANGE}]
    answers = [one for one in said.pieces if one.sort is Sort.ANSWER]
    if not said.pieces or all(one.sort is Sort.UNIT for one in said.pieces):
        return None if not said.days else _not_used(said, "It holds no result.")
    split = _split(said.pieces)
    if split.value is None and not answers:
        why = "It holds a range but no result." if numbers else "It holds no number."
        return _not_used(said, why)
    doubts: list[str] = []
    if said.known_as:
        doubts.append(f"Its name was read as {said.lab.name}. Is it that test?")
    if _OTHER_TEST & {
        word for one in said.pieces if one.sort is Sort.WORD for word in words_of(one.text)
    }:
        doubts.append(f"The line says more than {said.lab.name}. Is it that test?")
    interval = _interval(split, doubts)
    unit = _unit(said, split, doubts)
    interpretation, flag = _mark(said, answers if split.value is None else [], split)
    value = None
    if split.value is not None:
        value = f"{split.value.sign}{split.value.text}"
        if " " in split.value.text:
            doubts.append("The number was read as one number with a gap in it.")
        if _others(said, split, knowledge):
            doubts.append("There is more than one number in the line. Which is the result?")
    result = LabResult(
        lab=said.lab.id,
        value=value,
        unit=unit,
        taken=_day(said, today, doubts),
        reference_interval=interval,
        interpretation=interpretation,
    )
    return judged(result, knowledge, said=said, doubts=doubts, flag=flag, today=today)


def judged(
    result: LabResult,
    knowledge: Knowledge,
    *,
    said: Said,
    doubts: list[str],
    flag: str | None,
    today: dt.date,
) -> FoundValue:
    """Return the value with how sure it is, after reading it as the assessment will."""
    sureness = Sureness.CHECK if doubts else Sureness.SURE
    plain = replace(result, interpretation=None) if result.value is not None else result
    measured, problems, _ = measure([plain], knowledge, as_of=today)
    if problems:
        sureness = Sureness.ASK
        doubts = [*doubts, *(_as_doubt(one) for one in problems)]
    position = measured[0].position.value if measured else "unknown"
    said_so, ours = result.interpretation, result.reference_interval is not None
    if said_so in {"high", "low"} and ours and position not in {said_so, "unknown"}:
        doubts = [*doubts, f"It is marked {said_so}, but the number does not fit the range."]
        sureness = Sureness.CHECK if sureness is Sureness.SURE else sureness
    return FoundValue(
        result=result,
        as_printed=said.line,
        place=said.place,
        sureness=sureness,
        doubts=tuple(doubts),
        flag=flag,
    )


def number_text(number: float) -> str:
    """Return a number as text that is read as the same number again.

    As text, 1.234 could be thousands; 1.2340 could not.
    """
    text = str(int(number)) if float(number).is_integer() else repr(number)
    return text if isinstance(read_number(text), Reading) or number < 0 else f"{text}0"


def _as_doubt(problem: Problem) -> str:
    if problem.code in _PLAIN:
        return _PLAIN[problem.code]
    part = problem.where.rpartition(".")[2].replace("_", " ")
    return f"The {part} {problem.what} {problem.do}".strip()


def _not_used(said: Said, why: str) -> NotUsed:
    return NotUsed(line=said.line, place=said.place, why=why)


@dataclass(frozen=True, slots=True)
class _Split:
    value: Piece | None
    after: tuple[Piece, ...]
    ranges: tuple[Piece, ...]
    extra: tuple[Piece, ...]


def _split(found: tuple[Piece, ...]) -> _Split:
    """Tell the result from the range: what follows a word such as "Ref:" is the range."""
    value: Piece | None = None
    after: tuple[Piece, ...] = ()
    ranges: list[Piece] = []
    extra: list[Piece] = []
    in_range = False
    for index, one in enumerate(found):
        if one.sort is Sort.RANGE_WORD:
            in_range = True
        elif one.sort is Sort.RANGE or (one.sort is Sort.NUMBER and in_range):
            ranges.append(one)
        elif one.sort is Sort.NUMBER and value is None:
            value, after = one, found[index + 1 : index + 2]
        elif one.sort is Sort.NUMBER and one.sign and not ranges:
            ranges.append(one)
        elif one.sort is Sort.NUMBER:
            extra.append(one)
    return _Split(value, after, tuple(ranges), tuple(extra))


def _interval(split: _Split, doubts: list[str]) -> PrintedInterval | None:
    if not split.ranges:
        return None
    if len(split.ranges) > 1:
        doubts.append("There is more than one range in the line. None was taken.")
        return None
    (one,) = split.ranges
    if one.sort is Sort.RANGE:
        low, high = (_plain(end) for end in one.ends)
        if low is not None and high is not None and low <= high:
            return PrintedInterval(low=low, high=high)
    else:
        limit = _plain(one.text)
        if limit is not None and one.sign:
            above = one.sign in {">", ">=", "=>", "≥"}
            return PrintedInterval(low=limit) if above else PrintedInterval(high=limit)
    doubts.append("The range was not understood and is left out.")
    return None


def _plain(text: str) -> float | None:
    read = read_number(text)
    if isinstance(read, Reading) and read.comparator is Comparator.NONE:
        return float(read.number)
    return None


def _unit(said: Said, split: _Split, doubts: list[str]) -> str | None:
    """Return the unit beside the number, else the only unit of the line."""
    if split.after and split.after[0].sort is Sort.UNIT:
        return split.after[0].text
    units = list(dict.fromkeys(one.text for one in said.pieces if one.sort is Sort.UNIT))
    if len(units) > 1:
        doubts.append("There is more than one unit in the line. Which belongs to the number?")
        return None
    return units[0] if units else None


def _mark(said: Said, answers: list[Piece], split: _Split) -> tuple[str | None, str | None]:
    """Return what the laboratory's mark or word means, and the mark as printed."""
    marks = [one.text for one in said.pieces if one.sort is Sort.FLAG]
    if split.value is not None and split.value.meaning:
        marks.insert(0, split.value.meaning)
    if split.value is not None:
        marks += [one.text for one in said.pieces if one.sort is Sort.ANSWER]
    flag = marks[0] if marks else None
    if answers:
        return answers[0].meaning, flag
    meanings = {meaning for mark in marks if (meaning := flag_meaning(mark))}
    return (meanings.pop() if len(meanings) == 1 else None), flag


def _others(said: Said, split: _Split, knowledge: Knowledge) -> bool:
    """Return whether a number is left over that is not the same result in another unit."""
    return any(not _same_result(said, split, one, knowledge) for one in split.extra)


def _same_result(said: Said, split: _Split, other: Piece, knowledge: Knowledge) -> bool:
    if split.value is None or not split.after or split.after[0].sort is not Sort.UNIT:
        return False
    at = said.pieces.index(other)
    beside = said.pieces[at + 1 : at + 2]
    if not beside or beside[0].sort is not Sort.UNIT:
        return False
    amounts = []
    for number, unit in ((split.value, split.after[0]), (other, beside[0])):
        read = read_number(number.text)
        by = factor_of(unit.text, said.lab, knowledge)
        if not isinstance(read, Reading) or not isinstance(by, Fraction):
            return False
        amounts.append(read.number * by)
    first, second = amounts
    return abs(first - second) <= _SAME * max(first, second)


def _day(said: Said, today: dt.date, doubts: list[str]) -> dt.date | None:
    days = set(said.days)
    if not days:
        return said.day
    day = days.pop() if len(days) == 1 else None
    if day is None:
        doubts.append("The day in the line is not certain and is left out.")
        return None
    if day > today:
        doubts.append("The day in the line lies ahead of us and is left out.")
        return None
    return day

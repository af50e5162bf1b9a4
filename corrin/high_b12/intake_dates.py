"""When a product of a person's file was taken, from its dates and its length of time."""

from __future__ import annotations

import datetime as dt
import functools

from corrin.errors import Problem
from corrin.high_b12.asking import ask
from corrin.high_b12.courses import Dates
from corrin.high_b12.label_words import even_out
from corrin.high_b12.parameters import setting
from corrin.high_b12.timing_words import read_timing
from corrin.knowledge.loading import Knowledge
from corrin.person.records import Intake


def dates_of(
    entry: Intake, knowledge: Knowledge, *, as_of: dt.date, where: str
) -> tuple[Dates, tuple[Problem, ...]]:
    """Return first and last day, counted from ``as_of``, and what contradicts itself."""
    first = _days(entry.since, as_of)
    until, last_dose = _days(entry.until, as_of), _days(entry.last_dose, as_of)
    length, problems = _length(entry.duration, where)
    last = last_dose if last_dose is not None else until
    if until is not None and last_dose is not None and last_dose > until:
        problems.append(ask("contradictory-dates", where))
    if first is not None and last is not None and first > last:
        problems.append(ask("reversed-dates", where))
    if length is not None:
        slack = setting(knowledge, "duration_mismatch") * length + 1
        end = last if last is not None else 0.0
        if first is None:
            first = end - length
        elif last is None and first + length < -slack:
            last = first + length
        elif abs((end - first) - length) > slack:
            problems.append(ask("contradictory-dates", where))
    return Dates(first=first, last=last, by_last=last_dose is not None), tuple(problems)


def _days(date: dt.date | None, as_of: dt.date) -> float | None:
    return None if date is None else float((date - as_of).days)


def _length(text: str | None, where: str) -> tuple[float | None, list[Problem]]:
    if text is None:
        return None, []
    length = _days_in(text)
    return length, [] if length is not None else [ask("not-understood", f"{where}.for")]


@functools.lru_cache(maxsize=1000)
def _days_in(text: str) -> float | None:
    """Return a length of time in days; None when the words are not understood."""
    timing, rest = read_timing(even_out(f"for {text.strip().removeprefix('for ')}"))
    return None if rest.strip(" |") else timing.lasts

"""Several instructions for one medicine: taken together, or one after the other, if it is certain.

FHIR R4 (``Dosage.sequence``): instructions of the same number are to be followed together,
those of different numbers in turn.  Without numbers it is not said which, and nothing is
guessed: the medicine stays, its dose does not.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any

from corrin.interfaces.fhir.dosing import PERIODS, dose_of, every_of, route_of
from corrin.interfaces.fhir.elements import NotUsedError, Resource, day, number, table, text
from corrin.knowledge.loading import Knowledge
from corrin.labs.units import exact

_DAYS = {"day": Fraction(1), "week": Fraction(7), "hour": Fraction(1, 24)}  # not clinical: calendar
_MONTHS = {"month": 1, "year": 12}  # not clinical: calendar
_MOST_DAYS = 36_525  # not clinical: days; a hundred years

ORDER_NOT_SAID = "its several instructions do not say whether they follow one another"
NOT_WHOLE = "one of its several instructions gives no dose, or not how often"
NO_END = (
    "its several instructions follow one another, and it is not said since when or for how long"
)
ALIKE = "two of its several instructions are the same"
OVERLAP = "its several instructions follow one another, and their times overlap"


class NotCertainError(Exception):
    """The instructions cannot be read without a guess; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """From when and until when something is taken, as far as that is known."""

    since: dt.date | None = None
    until: dt.date | None = None


def courses_of(
    dosages: list[Resource],
    said: list[str],
    knowledge: Knowledge,
    *,
    days: Days,
    today: dt.date,
) -> list[dict[str, Any]]:
    """Return a row of intake for each instruction that has begun; empty when none has.

    ``days`` are those of the whole.  Raises :class:`NotCertainError` when it is not certain
    what is taken when.
    """
    numbers = [one.get("sequence") for one in dosages]
    if not all(isinstance(one, int) and not isinstance(one, bool) for one in numbers):
        raise NotCertainError(ORDER_NOT_SAID)
    ordered = sorted(dosages, key=lambda one: int(one["sequence"]))
    groups = [list(each) for _, each in groupby(ordered, key=lambda one: one["sequence"])]
    rows: list[dict[str, Any]] = []
    begins = days.since
    for place, group in enumerate(groups):
        together = _together([(_row(one, said, knowledge), one) for one in group])
        spans = [(row, *_span(one, row, begins, today)) for row, one in together]
        if place and any(start and begins and start < begins for _, start, _ in spans):
            raise NotCertainError(OVERLAP)
        ends = [end for _, _, end in spans]
        following = groups[place + 1] if place + 1 < len(groups) else []
        begins = None if None in ends else max(end for end in ends if end is not None)
        if following and begins is None:
            # The next one says itself when it begins: this one ends with it.
            begins = _start_of(following, today)
            if begins is None:
                raise NotCertainError(NO_END)
            spans = [(row, start, end or begins) for row, start, end in spans]
        for row, start, end in spans:
            rows += _dated(row, start, end, days, today)
        if begins is not None and begins > today:
            break
    return rows


def _together(
    given: list[tuple[dict[str, Any], Resource]],
) -> list[tuple[dict[str, Any], Resource]]:
    """Return each row once: two alike, each once a day, are one twice a day."""
    found: list[tuple[dict[str, Any], Resource]] = []
    for place, (row, dosage) in enumerate(given):
        alike = [other for one, other in given if one == row]
        limits = [_limits(one) for one in alike]
        if len(alike) == 1:
            found.append((row, dosage))
        elif row["every"] != "1 day" or row["times"] or any(one != limits[0] for one in limits):
            raise NotCertainError(ALIKE)
        elif all(one != row for one, _ in given[:place]):
            found.append((row | {"every": f"{len(alike)} times a day"}, dosage))
    return found


def _limits(dosage: Resource) -> dict[str, Any]:
    repeat = table(table(dosage, "timing"), "repeat")
    return {key: value for key, value in repeat.items() if key.startswith("bounds")}


def _row(dosage: Resource, said: list[str], knowledge: Knowledge) -> dict[str, Any]:
    dose = dose_of(dosage, said, knowledge)
    every, times = every_of(dosage)
    if dose is None or (every is None and times != 1):
        raise NotCertainError(NOT_WHOLE)
    once = every is None or times == 1
    return {
        "dose": f"{dose} once" if once else dose,
        "route": route_of(dosage, said, knowledge),
        "every": None if once else every,
        "times": times,
    }


def _dated(
    row: dict[str, Any], start: dt.date | None, end: dt.date | None, days: Days, today: dt.date
) -> list[dict[str, Any]]:
    """Return the row with its days; nothing when it has not begun, or the whole ended before."""
    if start is not None and (start > today or (days.until is not None and start > days.until)):
        return []
    row = {key: value for key, value in row.items() if key != "times"}
    if row["every"] is None:
        return [row | {"last_dose": start}]
    ends = [one for one in (end, days.until) if one is not None and one <= today]
    return [row | {"since": start, "until": min(ends, default=None)}]


def _start_of(group: list[Resource], today: dt.date) -> dt.date | None:
    """Return the day a group says itself that it begins, when all of it says the same."""
    found = {_bounds(one, today)[0] for one in group}
    return found.pop() if len(found) == 1 else None


def _span(
    dosage: Resource, row: dict[str, Any], begins: dt.date | None, today: dt.date
) -> tuple[dt.date | None, dt.date | None]:
    """Return the first day of an instruction and the day it ends, as far as they are said."""
    start, end = _bounds(dosage, today)
    start = start or begins
    if end is not None or start is None:
        return start, end
    repeat = table(table(dosage, "timing"), "repeat")
    duration = table(repeat, "boundsDuration")
    amount = number(duration)
    if amount is not None:
        unit = PERIODS.get(text(duration, "code") or text(duration, "unit"))
        return start, None if unit is None else _after(start, exact(amount), unit)
    if row["times"] == 1:
        return start, start
    period = number(repeat, "period")
    unit = PERIODS.get(text(repeat, "periodUnit"))
    if row["times"] is None or period is None or unit is None:
        return start, None
    often = number(repeat, "frequency")
    between = exact(period) / exact(1 if often is None else often)
    return start, _after(start, between * row["times"], unit)


def _bounds(dosage: Resource, today: dt.date) -> tuple[dt.date | None, dt.date | None]:
    """Return the days of a boundsPeriod; one that lies ahead is a day all the same."""
    period = table(table(table(dosage, "timing"), "repeat"), "boundsPeriod")
    return _any_day(period, "start", today), _any_day(period, "end", today)


def _any_day(period: Resource, key: str, today: dt.date) -> dt.date | None:
    try:
        return day(period, key, today=today)
    except NotUsedError as reason:
        if reason.code == "future-date":
            return day(period, key, today=dt.date.max)
        raise


def _after(start: dt.date, amount: Fraction, unit: str) -> dt.date | None:
    """Return the day an amount of time later; None when that is not a day."""
    if unit in _DAYS:
        days = amount * _DAYS[unit]
        return start + dt.timedelta(days=int(days)) if 0 <= days <= _MOST_DAYS else None
    months = amount * _MONTHS.get(unit, 0)
    if months.denominator != 1 or not 0 < months <= _MOST_DAYS:
        return None
    whole = start.month - 1 + int(months)
    year, month = start.year + whole // 12, whole % 12 + 1  # not clinical: calendar
    if year > dt.MAXYEAR:
        return None
    return dt.date(year, month, min(start.day, calendar.monthrange(year, month)[1]))

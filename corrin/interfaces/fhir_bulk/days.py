"""Days and moments of resources, worked out once for each that is written."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from corrin.interfaces.fhir.elements import NotUsedError, Resource, day, table, text

DAY = len("2026-10-20")
_MOST = 100_000  # not clinical: days remembered
_MINUTE = slice(DAY, len("2026-10-20T08:30"))


@dataclass(slots=True)
class Days:
    """The days of texts; none may lie after ``today``."""

    today: dt.date
    _known: dict[str, dt.date] = field(default_factory=dict)
    _minutes: set[str] = field(default_factory=lambda: {"", *_minutes()})

    def of(self, said: str | None) -> dt.date | None:
        """Return the day of a date or time; None when it is not there or not a whole day.

        Raises :class:`NotUsedError` as :func:`corrin.interfaces.fhir.elements.day` does.
        """
        if said is None:
            return None
        found = self._known.get(said)
        if found is not None:
            return found
        found = self._known.get(said[:DAY])
        if found is not None and said[_MINUTE] in self._minutes:
            return found
        found = day({"day": said}, "day", today=self.today)
        if found is not None and len(self._known) < _MOST:
            self._known[said[:DAY]] = found
        return found


def _minutes() -> list[str]:
    return [
        f"T{hour:02d}:{minute:02d}"
        for hour in range(24)  # not clinical: hours
        for minute in range(60)  # not clinical: minutes
    ]


def taken_on(one: Resource, *, today: dt.date) -> dt.date | None:
    """Return the day a result is of, as for one person."""
    return (
        day(one, "effectiveDateTime", today=today)
        or day(one, "effectiveInstant", today=today)
        or day(table(one, "effectivePeriod"), "start", today=today)
    )


def moment(said: str | None) -> dt.datetime | None:
    """Return a moment in UTC, without its zone; None when it is none, or a day alone."""
    if said is None or len(said) <= DAY:
        return None
    try:
        found = dt.datetime.fromisoformat(said)
        if found.tzinfo is not None:
            found = found.astimezone(dt.UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return found


def issued_at(one: Resource) -> dt.datetime | None:
    """Return when a result was given out, else the moment it is of."""
    return moment(text(one, "issued") or text(one, "effectiveDateTime") or None)


def noted_on(one: Resource, *keys: str, today: dt.date) -> dt.date | None:
    """Return the first day under these keys; a wrong one is none."""
    for key in keys:
        try:
            found = day(one, key, today=today)
        except NotUsedError:
            continue
        if found is not None:
            return found
    return None

"""What we know of one person; whatever is missing is not known.

Nothing here is checked against the knowledge: ``corrin.person.reading`` does that.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedInterval:
    """A reference interval as the laboratory printed it, in the result's own unit."""

    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabResult:
    """One laboratory result as given: ``value`` may carry a comparator (``">2000"``).

    Either ``value`` with ``unit``, or ``interpretation`` ("low", "normal",
    "high", "positive", "negative") when only that is known.
    """

    lab: str
    value: float | str | None = None
    unit: str | None = None
    taken: dt.date | None = None
    reference_interval: PrintedInterval | None = None
    interpretation: str | None = None
    assay: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """One B12 (or B-complex) product: what, how, how much, how often, since when."""

    substance: str | None = None
    route: str | None = None
    dose: str | None = None
    every: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    last_dose: dt.date | None = None
    duration: str | None = None
    product: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drug:
    """A medicine the person takes, by name."""

    name: str
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Everything said about one person.

    ``findings`` maps finding ids to present (True) or absent (False); an id that
    is not there was not asked.  ``twitching`` is the complaint itself.
    ``intake`` is None when supplements were not asked, empty when none is taken.
    """

    age: float | None = None
    sex: str | None = None
    setting: str | None = None
    country: str | None = None
    twitching: bool | None = None
    findings: dict[str, bool] = field(default_factory=dict)
    labs: tuple[LabResult, ...] = ()
    intake: tuple[Intake, ...] | None = None
    drugs: tuple[Drug, ...] | None = None
    as_of: dt.date | None = None

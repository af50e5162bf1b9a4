"""A laboratory result once it has been read: canonical value, unit seen, interval used."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

#: How long a year is taken to be where results grow too old.
DAYS_OF_A_YEAR = 365.25  # not clinical: calendar


class Position(StrEnum):
    """Where a result lies against the interval used, or "unknown" when none applies."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One readable result.

    ``low`` and ``high`` bound the value in ``unit`` (the lab's canonical unit);
    they are equal for an exact value, and ``high`` is infinite for ``">2000"``.
    Both are None when only an interpretation was given.
    ``interval_from`` is ``"laboratory"``, ``"corrin"`` or None; ``interval_reference``
    names our record's source in the second case.
    """

    lab: str
    position: Position
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    seen: str = ""
    unit_seen: str | None = None
    reference_low: float | None = None
    reference_high: float | None = None
    interval_from: str | None = None
    interval_reference: str | None = None
    taken: dt.date | None = None
    assay: str | None = None

    @property
    def exact(self) -> float | None:
        """The value when it is known exactly, else None (comparator or words only)."""
        return self.low if self.low is not None and self.low == self.high else None

"""The answer to: is B12 low, indeterminate, normal or high, and can the number be trusted?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class B12Class(StrEnum):
    """The class of a B12 result."""

    DEFICIENT = "deficient"
    INDETERMINATE = "indeterminate"
    NORMAL = "normal"
    HIGH = "high"
    NOT_CLASSED = "not-classed"


class Trust(StrEnum):
    """How far the number can be taken at its word."""

    USUAL = "usual"
    LIMITED = "limited"
    NOT_RELIABLE = "not-reliable"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One step of the reasoning, in both voices, with its source."""

    code: str
    person: str
    clinician: str
    reference: str | None = None
    assumed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class B12Status:
    """Class, value in both units, trust, and why.

    ``functional_deficiency`` is True when MMA or homocysteine (read with kidney
    function, age and folate) point to lack of B12 inside the cells, False when
    they speak against it, None when they were not measured or cannot be read.
    ``ask_for`` lists lab or finding ids that would settle what is open.
    """

    b12_class: B12Class
    value_pmol_l: float | None = None
    value_pg_ml: float | None = None
    comparator: str | None = None
    trust: Trust = Trust.NONE
    functional_deficiency: bool | None = None
    reasons: tuple[Reason, ...] = ()
    ask_for: tuple[str, ...] = ()
    guideline: str | None = None

"""What goes into, and what comes out of, the causality of B12 for the twitching of one person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Answer(StrEnum):
    """An answer to one item; not known is an answer of its own."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Category(StrEnum):
    """The WHO-UMC categories, strongest first; the records hold the centre's own terms."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"
    CONDITIONAL = "conditional"
    UNASSESSABLE = "unassessable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """A cause of the twitching with its probability, as the differential has it."""

    id: str
    name: str
    professional_name: str
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One product with B12: first and last day, counted from today (the past is negative).

    A day that is not known is None; ``last`` is None as well while it is being taken.
    """

    first: float | None = None
    last: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Because:
    """One reason in both voices, with its sources."""

    code: str
    person: str
    clinician: str
    references: tuple[str, ...] = ()
    assumed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredItem:
    """One Naranjo item: its answer, its points, and why it was answered so."""

    id: str
    answer: Answer
    score: int
    why: Because


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A finding that is not known and would tell more, and the items it answers."""

    finding: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Causality:
    """Did B12 cause the twitching?  Two methods, side by side, since they can disagree.

    ``reasons`` say why the category is what it is; ``missing`` what would tell more, most
    telling first; ``references`` every source of the methods and reasons.
    """

    category: Category
    naranjo_score: int
    naranjo_band: str
    items: tuple[ScoredItem, ...]
    reasons: tuple[Because, ...]
    missing: tuple[Missing, ...]
    references: tuple[str, ...]

"""How far the interview has come, in five named parts."""

from __future__ import annotations

from dataclasses import dataclass

from corrin.interfaces.web.translating import said
from corrin.interview.questions import FIRST_FINDINGS, Kind, Question

PARTS = (
    said("About you"),
    said("Signs of danger"),
    said("Strength"),
    said("Your B12"),
    said("What tells most"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The part the interview is in, counted from one, and the number of this question."""

    part: int
    name: str
    number: int
    left: int

    @property
    def parts(self) -> int:
        """How many parts there are."""
        return len(PARTS)


def stage_of(question: Question, asked: int) -> Stage:
    """Return the stage of a question that comes after ``asked`` others."""
    part = _part(question)
    return Stage(part=part + 1, name=PARTS[part], number=asked + 1, left=question.left)


def _part(question: Question) -> int:
    if question.kind is Kind.CHECKLIST:
        return PARTS.index("Signs of danger")
    if question.kind in {Kind.LAB, Kind.INTAKE}:
        return PARTS.index("Your B12")
    if question.id in {"age", "sex", "twitching"}:
        return PARTS.index("About you")
    if question.id in FIRST_FINDINGS:
        return PARTS.index("Strength")
    return PARTS.index("What tells most")

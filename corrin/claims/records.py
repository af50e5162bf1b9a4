"""What comes out of an appraisal."""

from __future__ import annotations

from dataclasses import dataclass

from corrin.knowledge.records_of_claims import Certainty, Claim, Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step from the start of the grading to its end: what was judged, and how far it moved."""

    judgement: Judgement
    change: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """The certainty of a body of evidence, and every step that led to it.

    ``start`` is where grading begins for this question and design.
    """

    start: Certainty
    start_why: str
    steps: tuple[Step, ...]
    certainty: Certainty


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal:
    """One claim with its computed grade.

    ``bears_on_person``: whether it bears on this person; None when too little is known,
    or when nobody in particular was asked about.
    """

    claim: Claim
    grade: Grade
    bears_on_person: bool | None = None

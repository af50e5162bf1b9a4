"""The view of appraised claims, of frequent questions and of high against low B12."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corrin.claims.grading import in_words
from corrin.claims.records import Appraisal
from corrin.knowledge.records_of_claims import (
    Certainty,
    Comparison,
    Direction,
    Evidence,
    Figure,
    FrequentQuestion,
    Side,
    Verdict,
)
from corrin.report.claim_words import (
    CERTAINTY,
    CERTAINTY_CLINICIAN,
    DESIGN,
    DIRECTION,
    VERDICT,
    people_words,
)
from corrin.report.telling import Telling
from corrin.report.view import Statement
from corrin.report.words import HOW_SOON, HOW_SOON_CLINICIAN, unit_words


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceItemView:
    """One result of one source, in words, with the number of its source."""

    population: str
    design: str
    result: str
    figures: str
    source: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    """A claim, what the evidence says of it, and how that was reached."""

    id: str
    claim: str
    left_out: bool
    verdict: Verdict
    verdict_words: str
    certainty: Certainty
    certainty_words: str
    corrected: Statement
    why: str
    trail: tuple[str, ...]
    evidence: tuple[tuple[str, tuple[EvidenceItemView, ...]], ...]
    no_evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """A question people ask; every sentence of its answer is a record's."""

    id: str
    question: str
    answers: tuple[ClaimView, ...]
    warnings: tuple[tuple[str, Statement], ...]
    steps: tuple[tuple[str, Statement], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideView:
    """One side of a row of the comparison."""

    words: Statement
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonView:
    """A row of high B12 against low B12."""

    id: str
    name: str
    low: SideView
    high: SideView


def claim_view(appraisal: Appraisal, telling: Telling) -> ClaimView:
    """The view of one appraised claim."""
    claim, grade = appraisal.claim, appraisal.grade
    certainty = CERTAINTY_CLINICIAN if telling.for_clinician else CERTAINTY
    return ClaimView(
        id=claim.id,
        claim=claim.name,
        left_out=claim.left_out,
        verdict=claim.verdict,
        verdict_words=VERDICT[claim.verdict],
        certainty=grade.certainty,
        certainty_words=certainty[grade.certainty],
        corrected=telling.statement(
            telling.either(claim.person, claim.clinician),
            references=dict.fromkeys(item.reference for item in claim.evidence),
        ),
        why=claim.why,
        trail=in_words(grade),
        evidence=tuple(
            (DIRECTION[direction], tuple(_item(item, telling) for item in items))
            for direction in Direction
            if (items := [item for item in claim.evidence if item.direction is direction])
        ),
        no_evidence=claim.no_evidence or "",
    )


def _item(item: Evidence, telling: Telling) -> EvidenceItemView:
    (source,) = telling.citing.cite(item.reference)
    return EvidenceItemView(
        population=item.population,
        design=DESIGN[item.design],
        result=item.result,
        figures="; ".join(filter(None, (people_words(item), _range(item)))),
        source=source,
    )


def _range(printed: Evidence | Figure) -> str:
    """A number with its interval and unit, with the digits that were printed."""
    if printed.value is None:
        return ""
    unit = unit_words(printed.unit)
    span = (
        f" ({_as_printed(printed.low)} to {_as_printed(printed.high)})"
        if printed.low is not None and printed.high is not None
        else ""
    )
    return f"{_as_printed(printed.value)} {unit}".rstrip() + span


def _as_printed(value: float) -> str:
    return f"{value:,.10g}"


def question_view(
    question: FrequentQuestion, appraisals: Sequence[Appraisal], telling: Telling
) -> QuestionView:
    """The answer to a frequent question, put together from the records it names."""
    by_id = {one.claim.id: one for one in appraisals}
    known = telling.knowledge
    return QuestionView(
        id=question.id,
        question=question.name,
        answers=tuple(claim_view(by_id[id_], telling) for id_ in question.claims),
        warnings=tuple(
            (
                HOW_SOON_CLINICIAN[flag.tier] if telling.for_clinician else HOW_SOON[flag.tier],
                telling.statement(
                    telling.either(flag.because, flag.because_clinician),
                    references=(flag.reference, *flag.references),
                    assumed=flag.assumed,
                ),
            )
            for flag in (known.red_flags[id_] for id_ in question.red_flags)
        ),
        steps=tuple(
            (
                telling.either(step.name, step.professional_name),
                telling.statement(
                    telling.either(step.why, step.why_clinician),
                    references=(step.reference, *step.references),
                    assumed=step.assumed,
                ),
            )
            for step in (known.next_steps[id_] for id_ in question.next_steps)
        ),
    )


def comparison_views(rows: Iterable[Comparison], telling: Telling) -> tuple[ComparisonView, ...]:
    """High B12 against low B12, row by row."""
    return tuple(
        ComparisonView(
            id=row.id, name=row.name, low=_side(row.low, telling), high=_side(row.high, telling)
        )
        for row in rows
    )


def _side(side: Side, telling: Telling) -> SideView:
    sources = (*(figure.reference for figure in side.figures), *side.references)
    return SideView(
        words=telling.statement(telling.either(side.person, side.clinician), references=sources),
        figures=tuple(f"{figure.what}: {_range(figure)}" for figure in side.figures),
    )

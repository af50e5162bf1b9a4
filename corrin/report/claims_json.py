"""Claims, questions and the comparison as JSON with stable names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from corrin._version import __version__
from corrin.claims.grading import in_words
from corrin.claims.records import Appraisal
from corrin.knowledge.facts import Knowledge
from corrin.knowledge.records_of_claims import Comparison, Evidence, FrequentQuestion, Side

Json = dict[str, Any]


def claims_json(appraisals: Sequence[Appraisal], knowledge: Knowledge) -> Json:
    """Every appraised claim under ``claims`` and what the article left out under ``omissions``."""
    rows = [(one.claim.left_out, claim_json(one, knowledge)) for one in appraisals]
    return {
        "claims": [row for left_out, row in rows if not left_out],
        "omissions": [row for left_out, row in rows if left_out],
        **_versions(knowledge),
    }


def claim_json(appraisal: Appraisal, knowledge: Knowledge) -> Json:
    """One claim; ``no_evidence`` is null where there is evidence, else the reason."""
    claim, grade = appraisal.claim, appraisal.grade
    return {
        "id": claim.id,
        "claim": claim.name,
        "verdict": claim.verdict.value,
        "certainty": grade.certainty.value,
        "corrected": claim.person,
        "corrected_clinician": claim.clinician,
        "why": claim.why,
        "asked": claim.asked.value,
        "design": claim.design.value,
        "starts_at": grade.start.value,
        "judgements": {
            step.judgement.domain.value.replace("-", "_"): {
                "rating": step.judgement.rating.value,
                "change": step.change,
                "why": step.judgement.why,
            }
            for step in grade.steps
        },
        "how_graded": list(in_words(grade)),
        "evidence": [_evidence(item, knowledge) for item in claim.evidence],
        "no_evidence": claim.no_evidence,
        "review_by": claim.review_by.isoformat(),
    }


def _evidence(item: Evidence, knowledge: Knowledge) -> Json:
    source = knowledge.references[item.reference]
    return {
        "reference": item.reference,
        "direction": item.direction.value,
        "read": source.read.value,
        "population": item.population,
        "design": item.design.value,
        "result": item.result,
        "people": item.people,
        "value": item.value,
        "low": item.low,
        "high": item.high,
        "unit": item.unit,
        "title": source.title,
        "year": source.year,
        "doi": source.doi,
        "pmid": source.pmid,
        "url": source.url,
    }


def questions_json(
    questions: Sequence[FrequentQuestion], appraisals: Sequence[Appraisal], knowledge: Knowledge
) -> Json:
    """Each question with the claims and next steps that answer it."""
    by_id = {one.claim.id: one for one in appraisals}
    return {
        "questions": [
            {
                "id": question.id,
                "question": question.name,
                "answers": [claim_json(by_id[id_], knowledge) for id_ in question.claims],
                "red_flags": [
                    {"id": id_, "because": knowledge.red_flags[id_].because}
                    for id_ in question.red_flags
                ],
                "next_steps": [
                    {"id": id_, "name": knowledge.next_steps[id_].name}
                    for id_ in question.next_steps
                ],
            }
            for question in questions
        ],
        **_versions(knowledge),
    }


def comparison_json(rows: Sequence[Comparison], knowledge: Knowledge) -> Json:
    """High B12 against low B12: a row an aspect, with the figures of each side."""
    return {
        "comparison": [
            {"id": row.id, "aspect": row.name, "low": _side(row.low), "high": _side(row.high)}
            for row in rows
        ],
        **_versions(knowledge),
    }


def _side(side: Side) -> Json:
    return {
        "person": side.person,
        "clinician": side.clinician,
        "figures": [
            {
                "what": figure.what,
                "value": figure.value,
                "low": figure.low,
                "high": figure.high,
                "unit": figure.unit,
                "reference": figure.reference,
            }
            for figure in side.figures
        ],
        "references": list(
            dict.fromkeys((*(figure.reference for figure in side.figures), *side.references))
        ),
    }


def _versions(knowledge: Knowledge) -> Json:
    return {
        "knowledge_version": knowledge.version,
        "software_version": __version__,
        "disclaimer": knowledge.wording["disclaimer"].person,
    }

"""The answer as one JSON object with stable names.

Every key always exists.  A question that was refused is ``null`` and has an entry in
``refusals``; an empty list means "answered, and there is nothing".  Numbers that
JSON cannot hold (an open end of ``">2000"``) are ``null``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from corrin.b12_status.records import B12Status
from corrin.claims.records import Appraisal
from corrin.errors import Refusal
from corrin.high_b12.as_table import high_b12_table, low_side_table
from corrin.labs.records import Measurement
from corrin.next_steps.records import SuggestedStep
from corrin.picture.records import Picture
from corrin.report.causality_json import causality_table
from corrin.report.chances import Limits, effect, limits
from corrin.report.telling import Telling
from corrin.report.words import HOW_SOON, HOW_SOON_CLINICIAN
from corrin.triage.records import Urgency
from corrin.twitching.records import Evidence, ExplainedBy, Twitching

if TYPE_CHECKING:
    from corrin.assessment import Assessment
    from corrin.high_b12.answering import WhyHigh

Json = dict[str, Any]


def as_json(assessment: Assessment) -> Json:
    """The assessment as plain dicts, lists, strings, numbers and None.

    Probabilities are held between the display floor and ceiling of the knowledge, so
    none is ever 0 or 1; ``low`` and ``high`` are a 90% interval, and equal the
    probability when no draws were asked for (``setting_used.draws`` is then 0).
    """
    telling = Telling(
        assessment.knowledge,
        reader=assessment.reader,
        may_say_benign=assessment.urgency.may_say_benign,
    )
    b12, twitching, steps = assessment.b12_status, assessment.twitching, assessment.next_steps
    answer: Json = {
        "reader": telling.reader,
        "urgency": _urgency(assessment.urgency, telling),
        "b12_status": None if b12 is None else _b12(b12, telling),
        "high_b12": None
        if assessment.high_b12 is None
        else _high_b12(assessment.high_b12, telling),
        "low_b12": None
        if assessment.low_b12 is None
        else low_side_table(assessment.low_b12, assessment.knowledge),
        "twitching": None if twitching is None else _twitching(twitching, telling),
        "claims": [_claim(one, telling) for one in assessment.claims],
        "causality": None
        if assessment.causality is None
        else causality_table(assessment.causality, telling),
        "next_steps": None if steps is None else [_step(step, telling) for step in steps],
        "refusals": [_refusal(one) for one in assessment.refusals],
        "inputs": _inputs(assessment.picture, telling),
        "setting_used": None
        if twitching is None
        else {"setting": twitching.setting, "draws": twitching.draws},
        "knowledge_version": assessment.knowledge_version,
        "software_version": assessment.software_version,
        "assessed_on": assessment.assessed_on.isoformat(),
        "disclaimer": assessment.disclaimer,
    }
    return answer | {
        "references": _references(telling),
        "assumptions": list(telling.assumptions()),
    }


def _high_b12(high: WhyHigh, telling: Telling) -> Json:
    """The sources, with the probabilities held in bounds, and what the doses say."""
    table = high_b12_table(high.sources, telling.knowledge)
    held = limits(telling.knowledge.model)
    for source in table["sources"]:
        source |= {key: held.hold(source[key]) for key in ("probability", "low", "high")}
    said = table["explained_by_intake"]
    if said is not None:
        said["probability"] = held.hold(said["probability"])
    explained = high.dose.explained
    table["dose"] = {
        "assumptions": [] if explained is None else list(explained.assumptions),
        "soon_after_injection": explained is not None and explained.soon_after_injection,
        "refusal": None if high.dose.refusal is None else _refusal(high.dose.refusal),
    }
    return table


def _claim(appraisal: Appraisal, telling: Telling) -> Json:
    claim = appraisal.claim
    return {
        "id": claim.id,
        "claim": claim.name,
        "left_out": claim.left_out,
        "verdict": claim.verdict.value,
        "certainty": appraisal.grade.certainty.value,
        "bears_on_person": appraisal.bears_on_person,
        "corrected": telling.either(claim.person, claim.clinician),
    }


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _refusal(refusal: Refusal) -> Json:
    return {
        "question": refusal.question,
        "code": refusal.code,
        "reason": refusal.reason,
        "ask": refusal.ask,
    }


def _sourced(
    telling: Telling, words: str, references: Iterable[str | None], assumed: str | None
) -> Json:
    ids = tuple(one for one in references if one is not None)
    statement = telling.statement(words, references=ids, assumed=assumed)
    return {"words": statement.words, "references": list(ids), "assumed": assumed}


def _b12(status: B12Status, telling: Telling) -> Json:
    guideline = telling.knowledge.guidelines.get(status.guideline or "")
    if guideline is not None:
        telling.citing.cite(guideline.reference)
    return {
        "class": status.b12_class.value,
        "value_pmol_l": _finite(status.value_pmol_l),
        "value_pg_ml": _finite(status.value_pg_ml),
        "comparator": status.comparator,
        "trust": status.trust.value,
        "functional_deficiency": status.functional_deficiency,
        "guideline": status.guideline,
        "reasons": [
            {"code": reason.code}
            | _sourced(
                telling,
                telling.either(reason.person, reason.clinician),
                (reason.reference,),
                reason.assumed,
            )
            for reason in status.reasons
        ],
        "ask_for": list(status.ask_for),
    }


def _urgency(urgency: Urgency, telling: Telling) -> Json:
    words = HOW_SOON_CLINICIAN if telling.for_clinician else HOW_SOON
    return {
        "tier": urgency.tier.value,
        "words": words[urgency.tier],
        "action": telling.either(urgency.action, urgency.action_clinician),
        "because": [
            {
                "rule": flag.rule,
                "tier": flag.tier.value,
                "name": flag.name,
                "action": flag.action,
                "rests_on": list(flag.rests_on),
            }
            | _sourced(
                telling,
                telling.either(flag.because, flag.because_clinician),
                flag.references,
                flag.assumed,
            )
            for flag in urgency.because
        ],
        "not_asked": [
            {
                "finding": one.finding,
                "question": telling.question(one.finding),
                "would_raise_to": one.would_raise_to.value,
            }
            for one in urgency.not_asked
        ],
        "may_say_benign": urgency.may_say_benign,
        "self_care_needs": list(urgency.self_care_needs),
        "not_used": list(urgency.not_used),
    }


def _twitching(twitching: Twitching, telling: Telling) -> Json:
    within = limits(telling.knowledge.model)
    return {
        "causes": [_cause(cause, within, telling) for cause in twitching.causes],
        "none_of_these": within.hold(twitching.none_of_these),
        "setting": twitching.setting,
        "draws": twitching.draws,
        "counted_once": list(twitching.counted_once),
        "left_out": list(twitching.left_out),
        "ask_next": [
            {
                "finding": one.finding,
                "question": telling.question(one.finding),
                "expected_change": one.expected_change,
                "chance_present": within.hold(one.chance_present),
                "moves": one.moves,
            }
            for one in twitching.ask_next
        ],
    }


def _cause(cause: ExplainedBy, within: Limits, telling: Telling) -> Json:
    record = telling.knowledge.causes[cause.id]
    telling.citing.cite(*record.references)
    return {
        "id": cause.id,
        "name": telling.cause_name(cause.id),
        "probability": within.hold(cause.probability),
        "low": within.hold(cause.low),
        "high": within.hold(cause.high),
        "starting_probability": within.hold(cause.prior),
        "for": _evidence(cause.evidence_for, telling),
        "against": _evidence(cause.evidence_against, telling),
        "joint_remainder": cause.joint_remainder,
        "usual_urgency": record.usual_urgency.value,
        "references": list(record.references),
    }


def _evidence(items: Sequence[Evidence], telling: Telling) -> list[Json]:
    return [
        {
            "finding": item.finding,
            "name": telling.name(item.finding),
            "present": item.present,
            "effect": item.effect,
            "words": effect(item.effect).words,
        }
        for item in items
    ]


def _step(step: SuggestedStep, telling: Telling) -> Json:
    why = telling.either(step.why, step.why_clinician)
    told = _sourced(telling, why, step.references, step.assumed)
    return {
        "id": step.id,
        "name": telling.either(step.name, step.professional_name or step.name),
        "effort": step.effort.value,
        "why": told["words"],
        "changes": telling.neutral(step.changes),
        "expected_change": step.expected_change,
        "references": told["references"],
        "assumed": told["assumed"],
    }


def _inputs(picture: Picture, telling: Telling) -> Json:
    return {
        "findings": [
            {
                "finding": finding,
                "name": telling.name(finding),
                "present": state.present,
                "origin": state.origin.value,
                "because": state.because,
            }
            for finding, state in picture.findings.items()
        ],
        "labs": [
            _measurement(result, telling)
            for results in picture.measurements.values()
            for result in results
        ],
        "not_used": [_refusal(one) for one in picture.not_used],
    }


def _measurement(result: Measurement, telling: Telling) -> Json:
    return {
        "lab": result.lab,
        "name": telling.name(result.lab),
        "seen": result.seen,
        "unit_seen": result.unit_seen,
        "low": _finite(result.low),
        "high": _finite(result.high),
        "unit": result.unit,
        "position": result.position.value,
        "reference_low": _finite(result.reference_low),
        "reference_high": _finite(result.reference_high),
        "interval_from": result.interval_from,
        "interval_reference": result.interval_reference,
        "taken": result.taken.isoformat() if result.taken else None,
    }


def _references(telling: Telling) -> list[Json]:
    known = telling.knowledge.references
    return [
        {
            "id": one,
            "title": known[one].title,
            "authors": known[one].authors,
            "year": known[one].year,
            "journal": known[one].journal,
            "doi": known[one].doi,
            "pmid": known[one].pmid,
            "url": known[one].url,
            "study_type": known[one].study_type,
            "read": known[one].read.value,
        }
        for one in telling.citing.cited()
    ]

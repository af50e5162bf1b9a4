"""The causality of B12 for the twitching as one JSON object with stable names."""

from __future__ import annotations

from typing import Any

from corrin.claims.records_of_causality import Because, Causality
from corrin.report.of_causality import because, category_of
from corrin.report.telling import Telling

Json = dict[str, Any]


def causality_table(found: Causality, telling: Telling) -> Json:
    """Category and score, every item, the reasons, and what would tell more."""
    rules = telling.knowledge.causality
    category = category_of(found, telling)
    telling.citing.cite(*found.references)
    names = {item.id: telling.either(item.name, item.professional_name) for item in rules.item}
    return {
        "category": found.category.value,
        "term": category.term,
        "meaning": telling.either(category.person, category.clinician),
        "naranjo_score": found.naranjo_score,
        "naranjo_band": found.naranjo_band,
        "items": [
            {
                "id": item.id,
                "question": names[item.id],
                "answer": item.answer.value,
                "score": item.score,
                "why": _because(item.why, telling)["words"],
            }
            for item in found.items
        ],
        "reasons": [{"code": one.code} | _because(one, telling) for one in found.reasons],
        "missing": [
            {
                "finding": one.finding,
                "question": telling.question(one.finding),
                "items": list(one.items),
            }
            for one in found.missing
        ],
        "references": list(found.references),
    }


def _because(one: Because, telling: Telling) -> Json:
    return {
        "words": because(one, telling).words,
        "references": list(one.references),
        "assumed": one.assumed,
    }

"""The services offered, and the data each asks the client to send along."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from corrin.knowledge.loading import Knowledge

REVIEW = "corrin-b12-review"
ORDER_CHECK = "corrin-b12-order-check"
PATIENT, B12 = "patient", "b12"
_LATEST = "_sort=-date&_count=20"
_MANY = "_count=200"
_OF = "patient={{context.patientId}}"
_USE = (
    "Needs the keys patient and b12 (a key without data is null), or access to the FHIR "
    "server; works better with the other keys. FHIR R4. Research and education: not a "
    "diagnosis, not a medical device. Adults."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service: its id, the hooks it answers, and the prefetch keys it cannot do without."""

    id: str
    hooks: tuple[str, ...]
    title: str
    description: str
    required: tuple[str, ...]
    optional: tuple[str, ...]


SERVICES: Mapping[str, Service] = MappingProxyType(
    {
        one.id: one
        for one in (
            Service(
                id=REVIEW,
                hooks=("patient-view",),
                title="Vitamin B12 and twitching: review",
                description=(
                    "Says when a vitamin B12 result is low, indeterminate or high, or when "
                    "muscle twitching is on record: likely explanations with sources, how soon "
                    "to act, and options. One card, and only when there is something to say."
                ),
                required=(PATIENT, B12),
                optional=("labs", "conditions", "medications", "statements", "answers"),
            ),
            Service(
                id=ORDER_CHECK,
                hooks=("order-select", "order-sign"),
                title="Vitamin B12 tests: before ordering",
                description=(
                    "Says when a B12 or intrinsic factor antibody test would not inform: on "
                    "replacement, soon after an injection, with biotin, in pregnancy, after "
                    "nitrous oxide; names the tests that would."
                ),
                required=(PATIENT,),
                optional=(B12, "conditions", "medications", "statements", "answers"),
            ),
        )
    }
)


def templates(knowledge: Knowledge) -> dict[str, str]:
    """Return the FHIR query behind each prefetch key."""
    codes = ",".join(
        f"http://loinc.org|{one.code}"
        for one in knowledge.labs["serum_b12"].codes
        if one.system == "LOINC"
    )
    return {
        PATIENT: "Patient/{{context.patientId}}",
        B12: f"Observation?{_OF}&code={codes}&{_LATEST}",
        "labs": f"Observation?{_OF}&category=laboratory&_sort=-date&{_MANY}",
        "conditions": f"Condition?{_OF}&{_MANY}",
        "medications": f"MedicationRequest?{_OF}&{_MANY}",
        "statements": f"MedicationStatement?{_OF}&{_MANY}",
        "answers": f"QuestionnaireResponse?{_OF}&_sort=-authored&{_LATEST.partition('&')[2]}",
    }


@functools.lru_cache(maxsize=2)
def discovery(knowledge: Knowledge) -> dict[str, Any]:
    """Return the answer to discovery: a service stands once for each hook it answers."""
    queries = templates(knowledge)
    return {
        "services": [
            {
                "hook": hook,
                "id": service.id,
                "title": service.title,
                "description": service.description,
                "usageRequirements": _USE,
                "prefetch": {key: queries[key] for key in (*service.required, *service.optional)},
            }
            for service in SERVICES.values()
            for hook in service.hooks
        ]
    }

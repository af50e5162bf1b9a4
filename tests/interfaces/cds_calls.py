"""Calls of the CDS service for tests: resources of one patient, and the app in this process."""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
from starlette.testclient import TestClient

from corrin.interfaces.cds_hooks.app import create_cds_app
from corrin.interfaces.cds_hooks.settings import CdsSettings, without_tokens
from corrin.interfaces.web.settings import ServerSettings

REVIEW = "/cds-services/corrin-b12-review"
ORDER_CHECK = "/cds-services/corrin-b12-order-check"
SCHEMAS = {
    path.stem: jsonschema_rs.validator_for(json.loads(path.read_text()))
    for path in (Path(__file__).parent / "cds_schemas").glob("*.json")
}
Json = dict[str, Any]


@contextlib.contextmanager
def service(tmp_path: Path, cds: CdsSettings | None = None) -> Iterator[TestClient]:
    """The service in this process, with a database of its own."""
    cds = cds or without_tokens(feedback_db=f"sqlite:///{tmp_path}/feedback.sqlite3")
    app = create_cds_app(cds=cds, settings=ServerSettings(workers=0))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


def patient(id_: str = "p1", **more: object) -> Json:
    return {
        "resourceType": "Patient",
        "id": id_,
        "gender": "female",
        "birthDate": "1965-01-01",
    } | more


def result(
    code: str,
    value: float,
    unit: str,
    *,
    id_: str = "o1",
    of: str = "p1",
    taken: str = "2026-10-01",
) -> Json:
    return {
        "resourceType": "Observation",
        "id": id_,
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "subject": {"reference": f"Patient/{of}"},
        "effectiveDateTime": taken,
        "valueQuantity": {
            "value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit,
        },
    }  # fmt: skip


def b12(value: float = 120, *, id_: str = "b1", of: str = "p1") -> Json:
    return result("2132-9", value, "pg/mL", id_=id_, of=of)


def bundle(*resources: Json, **more: object) -> Json:
    entry = [{"resource": one} for one in resources]
    return {"resourceType": "Bundle", "type": "searchset", "entry": entry} | more


def injection(day: str) -> Json:
    """Hydroxocobalamin into a muscle every other day, prescribed on a day."""
    return {
        "resourceType": "MedicationRequest",
        "id": "m1",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/p1"},
        "authoredOn": day,
        "medicationCodeableConcept": {
            "text": "Hydroxocobalamin 1 mg injection",
            "coding": [{"system": "http://www.whocc.no/atc", "code": "B03BA03"}],
        },
        "dosageInstruction": [
            {
                "route": {"text": "intramuscular"},
                "timing": {"repeat": {"frequency": 1, "period": 2, "periodUnit": "d"}},
                "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "mg", "code": "mg"}}],
            }
        ],
    }


def pregnancy() -> Json:
    return {
        "resourceType": "Condition",
        "id": "c1",
        "subject": {"reference": "Patient/p1"},
        "clinicalStatus": {
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/condition-clinical",
                    "code": "active",
                }
            ]
        },
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "Z33.1"}]},
    }


def order(code: str, id_: str, of: str = "p1") -> Json:
    return {
        "resourceType": "ServiceRequest",
        "id": id_,
        "status": "draft",
        "intent": "order",
        "subject": {"reference": f"Patient/{of}"},
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
    }


def view(**more: object) -> Json:
    """A call of patient-view with a low B12, with parts replaced; None leaves a part out."""
    call: Json = {
        "hook": "patient-view",
        "hookInstance": str(uuid.uuid4()),
        "context": {"userId": "Practitioner/a", "patientId": "p1"},
        "prefetch": {"patient": patient(), "b12": bundle(b12())},
    }
    return {key: value for key, value in (call | more).items() if value is not None}


def ordering(*orders: Json, hook: str = "order-sign", selections: Any = None, **keys: Json) -> Json:
    """A call of an order hook; ``keys`` are prefetched beside the patient."""
    context: Json = {
        "userId": "Practitioner/a", "patientId": "p1", "draftOrders": bundle(*orders),
    }  # fmt: skip
    if selections is not None:
        context["selections"] = selections
    return {
        "hook": hook,
        "hookInstance": str(uuid.uuid4()),
        "context": context,
        "prefetch": {"patient": patient(), **keys},
    }


def outcome(card: str, /, **more: object) -> Json:
    said = {"card": card, "outcome": "overridden", "outcomeTimestamp": "2026-11-22T10:00:00Z"}
    return {"feedback": [said | more]}

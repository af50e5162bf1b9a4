"""Small FHIR resources for tests, of one patient unless said otherwise."""

from __future__ import annotations

import datetime as dt
from typing import Any

from corrin.interfaces.fhir.reading import read_fhir
from corrin.interfaces.fhir.records import FhirReading
from corrin.knowledge.loading import load

Table = dict[str, Any]

TODAY = dt.date(2026, 11, 1)
LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
TERMS = "http://terminology.hl7.org/CodeSystem"
PATIENT = {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1985-03-04"}


def read(*resources: Any, **options: Any) -> FhirReading:
    return read_fhir(list(resources), knowledge=load(), **({"as_of": TODAY} | options))


def observation(value: Any = 1480, unit: str | None = "pg/mL", **more: Any) -> Table:
    quantity: Table = {"value": value}
    if unit is not None:
        quantity |= {"unit": unit, "system": UCUM, "code": unit}
    one: Table = {
        "resourceType": "Observation", "id": "o1", "status": "final",
        "subject": {"reference": "Patient/p1"},
        "code": {"coding": [{"system": LOINC, "code": "2132-9"}]},
        "effectiveDateTime": "2026-10-20", "valueQuantity": quantity,
    }  # fmt: skip
    return {key: each for key, each in (one | more).items() if each is not None}


def condition(code: str = "R25.2", **more: Any) -> Table:
    one: Table = {
        "resourceType": "Condition", "id": "c1", "subject": {"reference": "Patient/p1"},
        "clinicalStatus": {"coding": [{"system": f"{TERMS}/condition-clinical", "code": "active"}]},
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": code}]},
    }  # fmt: skip
    return {key: each for key, each in (one | more).items() if each is not None}


def coded(code: str) -> Table:
    return {"coding": [{"code": code}]}


def medicine(name: str = "Cyanocobalamin", kind: str = "MedicationRequest", **more: Any) -> Table:
    one: Table = {
        "resourceType": kind, "id": "m1", "status": "active",
        "subject": {"reference": "Patient/p1"}, "medicationCodeableConcept": {"text": name},
    }  # fmt: skip
    if kind == "MedicationRequest":
        one["intent"] = "order"
    return {key: each for key, each in (one | more).items() if each is not None}


def bundle(*resources: Table) -> Table:
    return {
        "resourceType": "Bundle", "type": "collection",
        "entry": [{"resource": one} for one in resources],
    }  # fmt: skip

"""Makes FHIR patients with B12, medicines and symptoms: the same number, the same patient.

``make(seed)`` returns the Bundle and what a reader must find in it, so that a test knows the
answer without reading the Bundle.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import Any

Table = dict[str, Any]

TODAY = dt.date(2026, 11, 1)
LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
_TERMS = "http://terminology.hl7.org/CodeSystem"
#: LOINC code, unit, lowest and highest value, lab id.
_TESTS = (
    ("2132-9", "pg/mL", 90, 2400, "serum_b12"),
    ("14685-2", "pmol/L", 70, 1900, "serum_b12"),
    ("13964-2", "nmol/L", 90, 900, "methylmalonic_acid"),
    ("13964-2", "umol/L", 0.09, 0.9, "methylmalonic_acid"),
    ("2823-3", "mmol/L", 3.0, 5.2, "potassium"),
    ("19123-9", "mg/dL", 1.4, 2.6, "magnesium"),
    ("2601-3", "meq/L", 1.2, 2.1, "magnesium"),
    ("17861-6", "mg/dL", 8.0, 10.6, "calcium"),
    ("3016-3", "m[IU]/L", 0.3, 6, "tsh"),
    ("718-7", "g/dL", 9, 17, "haemoglobin"),
)
_CONDITIONS = (
    (
        "D51.0",
        "Vitamin B12 deficiency anemia due to intrinsic factor deficiency",
        "autoimmune_gastritis_pernicious",
    ),
    ("N18.5", "Chronic kidney disease, stage 5", "ckd_known"),
    ("R25.2", "Cramp and spasm", "cramps"),
    ("R20.2", "Paresthesia of skin", "paraesthesia"),
    ("G47.00", "Insomnia, unspecified", "poor_sleep"),
)
_DRUGS = ("Omeprazole 20 MG Oral Capsule", "Metformin 500 MG Oral Tablet", "Sertraline 50 MG")


@dataclass
class Expected:
    """What a reader must find."""

    age: int
    sex: str
    labs: list[tuple[str, float | str, str]] = field(default_factory=list)
    findings: dict[str, bool] = field(default_factory=dict)
    twitching: bool | None = None
    substance: str | None = None
    drugs: list[str] = field(default_factory=list)


def make(seed: int) -> tuple[Table, Expected]:
    """Return a Bundle and what is in it."""
    draw = random.Random(seed)
    sex = draw.choice(["female", "male"])
    age = draw.randint(19, 90)
    born = dt.date(TODAY.year - age, draw.randint(1, 10), draw.randint(1, 28))
    expected = Expected(age=age, sex=sex)
    patient = {
        "resourceType": "Patient",
        "id": f"made-{seed}",
        "gender": sex,
        "birthDate": born.isoformat(),
    }
    resources = [patient]
    subject = {"reference": f"Patient/made-{seed}"}
    seen: set[str] = set()
    for test in draw.sample(_TESTS, draw.randint(1, 6)):
        if test[4] not in seen:
            seen.add(test[4])
            resources.append(_observation(draw, test, subject, expected, len(resources)))
    for code, name, finding in draw.sample(_CONDITIONS, draw.randint(0, 3)):
        refuted = draw.random() < 0.2
        expected.findings[finding] = not refuted
        resources.append(_condition(code, name, subject, len(resources), refuted=refuted))
    if draw.random() < 0.7:
        expected.twitching = True
        resources.append(_condition("R25.3", "Fasciculation", subject, len(resources)))
    if draw.random() < 0.5:
        resources.append(_b12(draw, subject, expected, len(resources)))
    for name in draw.sample(_DRUGS, draw.randint(0, 2)):
        expected.drugs.append(name)
        resources.append(_medicine("MedicationRequest", name, subject, len(resources)))
    draw.shuffle(resources)
    entries = [
        {"fullUrl": f"http://made.example/fhir/{one['resourceType']}/{one['id']}", "resource": one}
        for one in resources
    ]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}, expected


def _observation(
    draw: random.Random, test: tuple[Any, ...], subject: Table, expected: Expected, place: int
) -> Table:
    code, unit, low, high, lab = test
    value = round(draw.uniform(low, high), 3)
    quantity: Table = {"value": value, "unit": unit, "system": UCUM, "code": unit}
    said: float | str = value
    if lab == "serum_b12" and draw.random() < 0.2:
        quantity |= {"value": 2000, "comparator": ">"}
        said = ">2000"
    expected.labs.append((lab, said, unit))
    one: Table = {
        "resourceType": "Observation",
        "id": f"o{place}",
        "subject": subject,
        "status": draw.choice(["final", "amended", "corrected"]),
        "code": {"coding": [{"system": LOINC, "code": code}]},
        "effectiveDateTime": (TODAY - dt.timedelta(days=draw.randint(0, 300))).isoformat(),
        "valueQuantity": quantity,
    }
    if draw.random() < 0.5:
        ends = {"low": low, "high": high}
        one["referenceRange"] = [
            {
                side: {"value": end, "unit": unit, "system": UCUM, "code": unit}
                for side, end in ends.items()
            }
        ]
    return one


def _condition(code: str, name: str, subject: Table, place: int, *, refuted: bool = False) -> Table:
    verified = "refuted" if refuted else "confirmed"
    return {
        "resourceType": "Condition",
        "id": f"c{place}",
        "subject": subject,
        "clinicalStatus": {
            "coding": [{"system": f"{_TERMS}/condition-clinical", "code": "active"}]
        },
        "verificationStatus": {
            "coding": [{"system": f"{_TERMS}/condition-ver-status", "code": verified}]
        },
        "code": {"coding": [{"system": ICD, "code": code, "display": name}], "text": name},
    }


def _medicine(kind: str, name: str, subject: Table, place: int, **more: Any) -> Table:
    one = {
        "resourceType": kind,
        "id": f"m{place}",
        "subject": subject,
        "status": "active",
        "medicationCodeableConcept": {"text": name},
    }
    if kind == "MedicationRequest":
        one["intent"] = "order"
    return one | more


def _b12(draw: random.Random, subject: Table, expected: Expected, place: int) -> Table:
    form, atc = draw.choice([("cyanocobalamin", "B03BA01"), ("hydroxocobalamin", "B03BA03")])
    expected.substance = form
    dosage: Table = {
        "timing": {
            "repeat": {
                "frequency": 1,
                "period": draw.choice([1, 3]),
                "periodUnit": draw.choice(["d", "mo"]),
            }
        },
        "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "mg", "system": UCUM, "code": "mg"}}],
        "route": {"text": "intramuscular" if form == "hydroxocobalamin" else "oral"},
    }
    kind = draw.choice(["MedicationRequest", "MedicationStatement"])
    one = _medicine(kind, form.capitalize(), subject, place)
    one["medicationCodeableConcept"]["coding"] = [
        {"system": "http://www.whocc.no/atc", "code": atc}
    ]
    one["dosageInstruction" if kind == "MedicationRequest" else "dosage"] = [dosage]
    return one

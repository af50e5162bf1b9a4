"""Resources that are wrong or hostile: (name, resource, code of the refusal or word of why)."""

from __future__ import annotations

from typing import Any

from tests.interfaces.fhir_parts import PATIENT, coded, condition, medicine, observation


def _deep(levels: int) -> dict[str, Any]:
    one: dict[str, Any] = {}
    for _ in range(levels):
        one = {"extension": [one]}
    return one


def _quantity(**more: Any) -> dict[str, Any]:
    one = observation()
    one["valueQuantity"] |= more
    return one


_DOSE = [{"doseAndRate": [{"doseQuantity": {"value": -1, "unit": "mg"}}]}]

BAD: tuple[tuple[str, Any, str], ...] = (
    # the resource as a whole
    ("a number", 7, "wrong-type"),
    ("a text", "Observation", "wrong-type"),
    ("nothing", None, "wrong-type"),
    ("a list", [1, 2], "wrong-type"),
    ("no type", {"id": "x"}, "missing-type"),
    ("a type that is a number", {"resourceType": 4}, "missing-type"),
    ("a type that is markup", {"resourceType": "<script>"}, "missing-type"),
    ("a modifier", observation(modifierExtension=[{"url": "x"}]), "modifier-extension"),
    ("other rules", observation(implicitRules="http://x.example"), "modifier-extension"),
    ("another patient", observation(subject={"reference": "Patient/other"}), "other-patient"),
    ("a subject that is a text", observation(subject="Patient/p1"), "wrong-type"),
    ("a subject that is a list", observation(subject=[{"reference": "Patient/p1"}]), "wrong-type"),
    (
        "an identifier of somebody",
        observation(subject={"identifier": {"value": "9"}}),
        "other-patient",
    ),
    # observations
    ("no status", observation(status=None), "wrong-status"),
    ("a status FHIR does not know", observation(status="FINAL"), "wrong-status"),
    ("a status that is a list", observation(status=["final"]), "wrong-type"),
    ("no code", observation(code=None), "missing-code"),
    ("a code that is a text", observation(code="2132-9"), "wrong-type"),
    ("codings that are texts", observation(code={"coding": ["2132-9"]}), "wrong-type"),
    ("a code that is a number", observation(code={"coding": [{"code": 2132}]}), "wrong-type"),
    (
        "two tests in one",
        observation(
            code={
                "coding": [
                    {"system": "http://loinc.org", "code": "2132-9"},
                    {"system": "http://loinc.org", "code": "2823-3"},
                ]
            }
        ),
        "several-tests",
    ),
    ("a value in words", _quantity(value="1480"), "wrong-type"),
    ("a value that is a truth", _quantity(value=True), "wrong-type"),
    ("a value without end", _quantity(value=float("inf")), "wrong-type"),
    ("a value of 400 digits", _quantity(value=10**400), "wrong-type"),
    ("a value below zero", _quantity(value=-5), ""),
    ("a value nobody has", _quantity(value=10**12), "impossible-value"),
    ("a comparator FHIR does not know", _quantity(comparator="~"), "wrong-comparator"),
    ("a comparator that is a number", _quantity(comparator=3), "wrong-type"),
    ("a unit of length", observation(unit="m"), ""),
    ("a unit in code", observation(unit="'; DROP TABLE labs"), ""),
    ("no unit", observation(unit=None), "missing-unit"),
    ("two values", observation(valueString="5"), "several-values"),
    ("a value and a reason for none", observation(dataAbsentReason=coded("unknown")), "obs-6"),
    (
        "a ratio",
        observation(valueQuantity=None, valueRatio={"numerator": {"value": 1}}),
        "wrong-kind",
    ),
    ("a day that is none", observation(effectiveDateTime="2026-02-31"), "wrong-date"),
    ("a day in words", observation(effectiveDateTime="yesterday"), "wrong-date"),
    ("a day that is a number", observation(effectiveDateTime=20261020), "wrong-type"),
    ("a day ahead", observation(effectiveDateTime="2027-01-01"), "future-date"),
    ("a range that is a text", observation(referenceRange="197-771"), "wrong-type"),
    ("a range of texts", observation(referenceRange=[{"low": {"value": "1"}}]), "wrong-type"),
    (
        "components that are a table",
        observation(valueQuantity=None, component={"a": 1}),
        "wrong-type",
    ),
    ("an interpretation that is a text", observation(interpretation="H"), "wrong-type"),
    ("a method that is a list", observation(method=["ECLIA"]), "wrong-type"),
    # conditions
    ("a condition without a code", condition(code=None) | {"code": {}}, "missing-code"),
    (
        "a verification FHIR does not know",
        condition(verificationStatus=coded("maybe")),
        "wrong-status",
    ),
    ("a clinical status FHIR does not know", condition(clinicalStatus=coded("on")), "wrong-status"),
    (
        "ends before it begins",
        condition(onsetDateTime="2026-05-01", abatementDateTime="2026-04-01"),
        "reversed-dates",
    ),
    ("begins tomorrow", condition(onsetDateTime="2026-12-01"), "future-date"),
    # medicines
    ("a medicine without a status", medicine(status=None), "wrong-status"),
    ("a medicine without an intent", medicine(intent=None), "wrong-intent"),
    ("no medicine", medicine(medicationCodeableConcept=None), "missing-code"),
    (
        "two medicines",
        medicine(medicationReference={"reference": "Medication/1"}),
        "several-values",
    ),
    ("a dose below zero", medicine(dosageInstruction=_DOSE), "impossible-dose"),
    ("dosages that are a table", medicine(dosageInstruction={"text": "daily"}), "wrong-type"),
    (
        "ends before it begins, taken",
        medicine(
            "Omeprazole",
            "MedicationStatement",
            effectivePeriod={"start": "2026-03-01", "end": "2026-02-01"},
        ),
        "reversed-dates",
    ),
    ("ordered tomorrow", medicine(authoredOn="2026-12-24"), "future-date"),
    (
        "given without a status",
        medicine("B12", "MedicationAdministration", status="given"),
        "wrong-status",
    ),
    # visits and answers
    (
        "a visit without a status",
        {"resourceType": "Encounter", "subject": {"reference": "Patient/p1"}},
        "wrong-status",
    ),
    (
        "answers without a status",
        {"resourceType": "QuestionnaireResponse", "subject": {"reference": "Patient/p1"}},
        "wrong-status",
    ),
    (
        "answers that are a text",
        {
            "resourceType": "QuestionnaireResponse",
            "status": "completed",
            "subject": {"reference": "Patient/p1"},
            "item": "yes",
        },
        "",
    ),
    # patients
    ("a gender FHIR does not know", PATIENT | {"gender": "F"}, "wrong-gender"),
    ("born tomorrow", PATIENT | {"birthDate": "2026-12-01"}, "future-date"),
    ("born in 1700", PATIENT | {"birthDate": "1700-01-01"}, "impossible-value"),
    ("born in words", PATIENT | {"birthDate": "long ago"}, "wrong-date"),
    # size
    ("nested 900 deep", observation(status=None) | _deep(900), "wrong-status"),
    (
        "a name of a megabyte",
        observation(status=None, code={"text": "x" * 1_000_000}),
        "wrong-status",
    ),
)

FILES: tuple[tuple[str, bytes, str], ...] = (
    ("half a bundle", b'{"resourceType": "Bundle", "entry": [', "not valid JSON"),
    (
        "a line that is none",
        b'{"resourceType": "Patient", "id": "a"}\n{oops "resourceType"\n',
        "line 2",
    ),
    ("not text", b'{"resourceType": "\xff\xfe"}', "not UTF-8 text"),
    (
        "two patients",
        b'{"resourceType": "Patient", "id": "a"}\n{"resourceType": "Patient", "id": "b"}\n',
        "more than one patient",
    ),
    ("too deep", b'{"resourceType":' * 5000 + b"1" + b"}" * 5000, "not valid JSON"),
)

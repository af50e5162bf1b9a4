"""How medicines in FHIR are read: B12 as regimens, the others by name, absence as not known."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.interfaces.fhir_parts import PATIENT, UCUM, medicine, observation, read


def finding(one: dict[str, Any]) -> Any:
    return read(PATIENT, one).person_table.get("findings", {})


def test_no_medicine_is_not_the_same_as_none_taken() -> None:
    table = read(PATIENT, observation()).person_table
    assert "drugs" not in table
    assert "intake" not in table


def intake(one: dict[str, Any]) -> dict[str, Any]:
    (row,) = read(PATIENT, one).person_table["intake"]
    return row


DAILY = {"timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}}


def test_b12_with_dose_and_timing_becomes_a_regimen() -> None:
    dosage = DAILY | {
        "route": {"text": "Oral"},
        "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "mg", "code": "mg", "system": UCUM}}],
    }
    row = intake(medicine(authoredOn="2026-01-05", dosageInstruction=[dosage]))
    assert row == {
        "substance": "cyanocobalamin", "dose": "1000 ug", "route": "oral", "every": "1 day",
        "since": dt.date(2026, 1, 5),
    }  # fmt: skip


def test_pieces_count_only_with_a_strength_in_the_name() -> None:
    two = [{"doseQuantity": {"value": 2, "unit": "tablet"}}]
    named = medicine("Cyanocobalamin 500 MCG Oral Tablet",
                     dosageInstruction=[DAILY | {"doseAndRate": two}])  # fmt: skip
    assert intake(named)["dose"] == "1000 ug"
    bare = medicine("Cyanocobalamin", dosageInstruction=[DAILY | {"doseAndRate": two}])
    assert "dose" not in intake(bare)


def test_a_volume_needs_a_strength_per_volume() -> None:
    one = [{"doseQuantity": {"value": 2, "unit": "mL", "code": "mL", "system": UCUM}}]
    per_ml = medicine("Hydroxocobalamin 1 MG/ML Injectable Solution",
                      dosageInstruction=[{"doseAndRate": one}])  # fmt: skip
    assert intake(per_ml)["dose"] == "2000 ug"
    assert intake(per_ml)["route"] == "injection"


@pytest.mark.parametrize(
    ("repeat", "every"),
    [
        ({"frequency": 2, "period": 1, "periodUnit": "d"}, "2 times a day"),
        ({"frequency": 1, "period": 3, "periodUnit": "mo"}, "3 month"),
        ({"frequency": 1, "period": 1, "periodUnit": "wk"}, "1 week"),
        ({"frequency": 3, "period": 7, "periodUnit": "d"}, None),
        ({"frequency": 1, "period": 1, "periodMax": 3, "periodUnit": "d"}, None),
    ],
)
def test_timing_is_said_or_left_out(repeat: dict[str, Any], every: str | None) -> None:
    dosage = {"timing": {"repeat": repeat}}
    assert intake(medicine(dosageInstruction=[dosage])).get("every") == every


@pytest.mark.parametrize(
    ("code", "form"),
    [
        ("B03BA01", "cyanocobalamin"),
        ("B03BA03", "hydroxocobalamin"),
        ("B03BA05", "methylcobalamin"),
    ],
)
def test_b12_is_known_by_its_atc_code(code: str, form: str) -> None:
    concept = {"coding": [{"system": "http://www.whocc.no/atc", "code": code}]}
    assert intake(medicine(medicationCodeableConcept=concept))["substance"] == form


def test_an_order_for_b12_is_a_treatment_that_somebody_prescribed() -> None:
    assert finding(medicine()) == {"b12_treatment_prescribed": True}
    assert finding(medicine(kind="MedicationStatement")) == {}


@pytest.mark.parametrize(
    "more",
    [{"status": "draft"}, {"status": "cancelled"}, {"intent": "proposal"}, {"doNotPerform": True},
     {"status": "stopped"}],
)  # fmt: skip
def test_an_order_that_is_none_is_not_taken(more: dict[str, Any]) -> None:
    assert "intake" not in read(PATIENT, medicine(**more)).person_table


def test_not_taken_says_nothing_of_others_like_it() -> None:
    reading = read(PATIENT, medicine("Omeprazole", "MedicationStatement", status="not-taken"))
    assert "drugs" not in reading.person_table
    assert "findings" not in reading.person_table


def test_an_injection_that_was_given_is_one_dose_on_its_day() -> None:
    given = medicine(
        "Hydroxocobalamin", "MedicationAdministration", status="completed",
        effectiveDateTime="2026-10-01T09:00:00Z",
        dosage={"dose": {"value": 1000, "unit": "ug", "code": "ug", "system": UCUM}},
    )  # fmt: skip
    row = intake(given)
    assert (row["dose"], row["last_dose"]) == ("1000 ug once", dt.date(2026, 10, 1))


def test_a_newer_order_of_the_same_ends_the_older() -> None:
    dose = [{"doseQuantity": {"value": 1, "unit": "mg", "code": "mg", "system": UCUM}}]
    more = [{"doseQuantity": {"value": 2, "unit": "mg", "code": "mg", "system": UCUM}}]
    old = medicine(
        id="old", authoredOn="2026-01-01", dosageInstruction=[DAILY | {"doseAndRate": dose}]
    )
    new = medicine(
        id="new", authoredOn="2026-06-01", dosageInstruction=[DAILY | {"doseAndRate": more}]
    )
    rows = read(PATIENT, new, old).person_table["intake"]
    assert [(row["dose"], row.get("until")) for row in rows] == [
        ("1000 ug", dt.date(2026, 6, 1)), ("2000 ug", None)
    ]  # fmt: skip
    again = medicine(
        id="again", authoredOn="2026-09-01", dosageInstruction=[DAILY | {"doseAndRate": dose}]
    )
    (row,) = read(PATIENT, again, old).person_table["intake"]
    assert row["since"] == dt.date(2026, 1, 1)


def test_a_medicine_by_reference_is_found_contained_or_beside() -> None:
    inside = medicine(
        medicationCodeableConcept=None, medicationReference={"reference": "#d"},
        contained=[{"resourceType": "Medication", "id": "d", "code": {"text": "Omeprazole"}}],
    )  # fmt: skip
    assert read(PATIENT, inside).person_table["drugs"][0]["name"] == "Omeprazole"
    lost = medicine(
        medicationCodeableConcept=None, medicationReference={"reference": "Medication/x"}
    )
    assert read(PATIENT, lost).refused[0].code == "missing-reference"

"""A bulk export says of each patient what the reader of one person says."""

from __future__ import annotations

import ast
import datetime as dt
import inspect
from pathlib import Path
from typing import Any

import pytest

from corrin.interfaces.fhir import answers, conditions, medications, observations, patients, visits
from corrin.interfaces.fhir import reading as reading_of_one
from corrin.interfaces.fhir.coding import read_code_map
from corrin.interfaces.fhir.reading import read_fhir
from corrin.interfaces.fhir_bulk.reasons import NOT_USED, reason_code
from corrin.knowledge.loading import load
from corrin.population.facts import FactKind
from tests.interfaces.fhir_bulk_parts import (
    Row,
    as_person_tables,
    everything,
    in_order,
    lines,
    of_bytes,
    read,
    write_export,
)
from tests.interfaces.fhir_parts import (
    LOINC,
    PATIENT,
    UCUM,
    coded,
    condition,
    medicine,
    observation,
)
from tests.interfaces.fhir_patients import TODAY, make

PEOPLE = 400


def test_hundreds_of_made_patients_are_read_as_one_by_one(tmp_path: Path) -> None:
    made = [make(seed)[0] for seed in range(PEOPLE)]
    resources = [entry["resource"] for bundle in made for entry in bundle["entry"]]
    export = write_export(tmp_path / "export", resources)
    reading = read(export, tmp_path / "facts", as_of=TODAY)
    facts = everything(tmp_path / "facts")
    assert not facts[FactKind.REJECTED]
    assert (reading.tally.read, reading.tally.used) == (len(resources), len(resources))
    together = as_person_tables(facts, TODAY)
    assert len(together) == PEOPLE
    for seed, bundle in enumerate(made):
        alone = read_fhir(bundle, knowledge=load(), as_of=TODAY)
        assert in_order(together[f"made-{seed}"]) == in_order(alone.person_table), seed


def test_nothing_of_the_generator_went_the_slow_way_only(tmp_path: Path) -> None:
    """The fast ways and the slow way say the same: order and blanks of a line change nothing."""
    made = [entry["resource"] for seed in range(80) for entry in make(seed)[0]["entry"]]
    made = [one | {"performer": [{"reference": "Organization/a"}]} for one in made]
    export = write_export(tmp_path / "fast", made)
    read(export, tmp_path / "facts", as_of=TODAY)
    # An element of the wrong kind, which nothing reads, sends every line the slow way.
    slow = [one | {"deceasedDateTime": ""} if one["resourceType"] == "Patient"
            else one | {"patient": one["subject"]} for one in made]  # fmt: skip
    read(write_export(tmp_path / "slow", slow), tmp_path / "facts-slow", as_of=TODAY)
    assert everything(tmp_path / "facts") == everything(tmp_path / "facts-slow")


# One resource at a time


def facts_of(tmp_path: Path, *resources: Any, **options: Any) -> dict[FactKind, list[Row]]:
    return of_bytes(lines(resources), tmp_path, **options)[1]


def result(tmp_path: Path, one: Any, **options: Any) -> Row:
    (row,) = facts_of(tmp_path, one, **options)[FactKind.RESULTS]
    return row


def test_what_the_table_of_results_holds(tmp_path: Path) -> None:
    one = observation(
        method={"text": "Roche ECLIA"},
        issued="2026-10-21T10:30:00+02:00",
        interpretation=[coded("H")],
        performer=[{"reference": "Practitioner/9"}, {"reference": "Organization/north"}],
        referenceRange=[{"low": {"value": 197, "unit": "pg/mL"}, "high": {"value": 771}}],
    )
    assert result(tmp_path, one) == {
        "person_id": "p1", "result_id": "o1", "lab": "serum_b12", "value": 1480.0,
        "comparator": None, "unit_seen": "pg/mL", "word": "high", "reference_low": 197.0,
        "reference_high": 771.0, "taken": dt.date(2026, 10, 20),
        "issued": dt.datetime(2026, 10, 21, 8, 30), "status": "final", "assay": "Roche ECLIA",
        "site": "north", "problem": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    "status",
    ["final", "amended", "corrected", "registered", "preliminary", "cancelled",
     "entered-in-error", "unknown"],
)  # fmt: skip
def test_every_status_is_handed_on(tmp_path: Path, status: str) -> None:
    assert result(tmp_path, observation(status=status))["status"] == status


def test_a_result_taken_back_is_handed_on_without_its_number(tmp_path: Path) -> None:
    one = observation(status="entered-in-error", valueQuantity=None)
    assert result(tmp_path, one)["value"] is None
    done, _ = of_bytes(lines([observation(valueQuantity=None)]), tmp_path)
    assert done.tally.ignored == {"no-value": 1}


@pytest.mark.parametrize("unit", [None, "furlong", "m"])
def test_units_are_left_as_they_are(tmp_path: Path, unit: str | None) -> None:
    row = result(tmp_path, observation(unit=unit))
    assert (row["value"], row["unit_seen"]) == (1480.0, unit)


@pytest.mark.parametrize("sign", ["<", "<=", ">", ">="])
@pytest.mark.parametrize("value", [1.475, 1480, 0.001])
def test_a_comparator_and_its_number(tmp_path: Path, sign: str, value: float) -> None:
    one = observation(value)
    one["valueQuantity"]["comparator"] = sign
    row = result(tmp_path, one)
    assert (row["comparator"], row["value"]) == (sign, value)


@pytest.mark.parametrize("limits", [(0, 0), (771, 197)])
def test_an_interval_that_makes_no_sense_is_kept_as_printed(
    tmp_path: Path, limits: tuple[float, float]
) -> None:
    ends = {side: {"value": end} for side, end in zip(("low", "high"), limits, strict=True)}
    row = result(tmp_path, observation(referenceRange=[ends]))
    assert (row["reference_low"], row["reference_high"]) == limits


def test_an_interval_for_others_or_in_another_unit_is_left_out(tmp_path: Path) -> None:
    other = [{"high": {"value": 570, "unit": "pmol/L"}}]
    therapy = [{"type": coded("treatment"), "high": {"value": 570}}]
    women = [{"appliesTo": [coded("female")], "high": {"value": 570}}]
    for ranges in (other, therapy, women, other * 2):
        row = result(tmp_path, observation(referenceRange=ranges))
        assert (row["reference_low"], row["reference_high"]) == (None, None)


@pytest.mark.parametrize(
    ("said", "read_as"),
    [
        ("345 pg/mL", (345.0, None, "pg/mL", None)),
        ("> 2000 pg/mL", (2000.0, ">", "pg/mL", None)),
        ("1,475 pg/mL", (None, None, "pg/mL", "ambiguous-number")),
        ("see comment", (None, None, None, "not-a-number")),
    ],
)
def test_a_result_in_a_text(tmp_path: Path, said: str, read_as: tuple[Any, ...]) -> None:
    row = result(tmp_path, observation(valueQuantity=None, valueString=said))
    assert (row["value"], row["comparator"], row["unit_seen"], row["problem"]) == read_as


def test_words_for_a_result(tmp_path: Path) -> None:
    one = observation(
        valueQuantity=None,
        valueCodeableConcept={"text": "Negative"},
        code={"coding": [{"system": LOINC, "code": "31444-3"}]},
    )
    row = result(tmp_path, one)
    assert (row["lab"], row["word"], row["value"]) == (
        "intrinsic_factor_antibody", "negative", None
    )  # fmt: skip


def test_components_are_results_with_places_of_their_own(tmp_path: Path) -> None:
    components = [
        {"code": {"coding": [{"system": LOINC, "code": code}]},
         "valueQuantity": {"value": value, "unit": "mmol/L", "system": UCUM, "code": "mmol/L"}}
        for code, value in (("2823-3", 4.1), ("8480-6", 120), ("2951-2", 140))
    ]  # fmt: skip
    panel = observation(valueQuantity=None, code={"text": "Panel"}, component=components)
    done, facts = of_bytes(lines([panel]), tmp_path)
    found = [(row["result_id"], row["lab"]) for row in facts[FactKind.RESULTS]]
    assert found == [("o1#1", "potassium"), ("o1#3", "sodium")]
    assert (done.tally.read, done.tally.used, done.parts_not_used.total()) == (1, 1, 1)
    pressure = panel | {"component": components[1:2]}
    assert of_bytes(lines([pressure]), tmp_path)[0].tally.ignored == {"code-not-used": 1}


def test_the_day_and_the_moment(tmp_path: Path) -> None:
    for said, day in (("2026-10-20T08:00:00Z", dt.date(2026, 10, 20)), ("2026-10", None),
                      ("2026", None), (None, None)):  # fmt: skip
        assert result(tmp_path, observation(effectiveDateTime=said))["taken"] == day
    period = observation(effectiveDateTime=None, effectivePeriod={"start": "2026-10-01"})
    assert result(tmp_path, period)["taken"] == dt.date(2026, 10, 1)
    timed = observation(effectiveDateTime="2026-10-20T08:15:00Z")
    assert result(tmp_path, timed)["issued"] == dt.datetime(2026, 10, 20, 8, 15)
    assert result(tmp_path, observation())["issued"] is None


def test_without_a_day_of_assessment_nothing_lies_in_the_future(tmp_path: Path) -> None:
    late = observation(effectiveDateTime="2031-01-01")
    assert result(tmp_path, late, as_of=None)["taken"] == dt.date(2031, 1, 1)
    assert of_bytes(lines([late]), tmp_path)[0].tally.rejected == {"future-date": 1}


@pytest.mark.parametrize(
    "reference",
    ["Patient/p1", "Patient/p1/_history/3", "http://a.example/fhir/Patient/p1", "urn:uuid:p1"],
)
def test_every_way_to_name_the_patient_counts(tmp_path: Path, reference: str) -> None:
    whose = {"subject": {"reference": reference}}
    every = (observation(**whose), condition(**whose), medicine("Omeprazole", **whose))
    facts = facts_of(tmp_path, *every)
    kinds = (FactKind.RESULTS, FactKind.FINDINGS, FactKind.DRUGS)
    assert [facts[kind][0]["person_id"] for kind in kinds] == ["p1"] * 3


@pytest.mark.parametrize(
    ("whose", "code"),
    [
        (None, "no-patient"),
        ({}, "no-patient"),
        ({"display": "Jane"}, "no-patient"),
        ({"reference": "Group/p1"}, "other-patient"),
        ({"reference": "#p1"}, "other-patient"),
        ({"reference": "Patient?identifier=7"}, "other-patient"),
        ({"identifier": {"value": "7"}}, "other-patient"),
        ({"reference": "Patient/"}, "missing-id"),
        ({"reference": "Patient/a b"}, "wrong-id"),
        ({"reference": "Patient/" + "9" * 400}, "wrong-id"),
    ],
)
def test_a_resource_of_nobody_is_rejected(tmp_path: Path, whose: Any, code: str) -> None:
    for one in (observation(subject=whose), condition(subject=whose)):
        done, _ = of_bytes(lines([one]), tmp_path)
        assert done.tally.rejected == {code: 1}


def test_local_codes_count_by_whole_name_or_by_the_map_of_the_site(tmp_path: Path) -> None:
    local = {"coding": [{"system": "urn:local", "code": "B12", "display": "Vitamin B12"}]}
    assert result(tmp_path, observation(code=local))["lab"] == "serum_b12"
    unknown = observation(code={"coding": [{"system": "urn:local", "code": "X7"}]})
    assert of_bytes(lines([unknown]), tmp_path)[0].tally.ignored == {"code-not-used": 1}
    site = read_code_map(
        "#curie_map:\n#  HERE: urn:local\nsubject_id\tpredicate_id\tobject_id\n"
        "HERE:X7\tskos:exactMatch\tcorrin:serum_b12\n"
    )
    write_export(tmp_path / "export", [unknown])
    read(tmp_path / "export", tmp_path / "facts", code_map=site)
    assert everything(tmp_path / "facts")[FactKind.RESULTS][0]["lab"] == "serum_b12"


def test_who_died_has_the_age_of_that_day(tmp_path: Path) -> None:
    late = PATIENT | {"deceasedDateTime": "2020-03-03"}
    (row,) = facts_of(tmp_path, late)[FactKind.PEOPLE]
    assert (row["birth_date"], row["age"]) == (None, 34.0)


def test_a_record_that_was_replaced_is_nobody(tmp_path: Path) -> None:
    link = {"other": {"reference": "Patient/p2"}, "type": "replaced-by"}
    merged = PATIENT | {"active": False, "link": [link]}
    done, facts = of_bytes(lines([merged]), tmp_path)
    assert (facts[FactKind.PEOPLE], done.tally.ignored) == ([], {"replaced": 1})


def test_a_medicine_by_reference_is_read_with_the_medication(tmp_path: Path) -> None:
    b12 = {"resourceType": "Medication", "id": "7", "code": {"text": "Cyanocobalamin 1 mg tablet"}}
    order = medicine(medicationCodeableConcept=None,
                     medicationReference={"reference": "Medication/7"})  # fmt: skip
    export = write_export(tmp_path / "export", [b12, order])
    reading = read(export, tmp_path / "facts", as_of=TODAY)
    facts = everything(tmp_path / "facts")
    assert facts[FactKind.PRODUCTS][0]["substance"] == "cyanocobalamin"
    assert facts[FactKind.FINDINGS][0]["finding"] == "b12_treatment_prescribed"
    assert reading.tally.ignored == {"read-with-what-refers-to-it": 1}


def test_visits_that_are_over_are_counted_and_one_that_goes_on_gives_the_setting(
    tmp_path: Path,
) -> None:
    visit = {
        "resourceType": "Encounter", "id": "e", "status": "finished", "class": {"code": "EMER"},
        "subject": {"reference": "Patient/p1"}, "period": {"end": "2026-10-31T10:00:00Z"},
    }  # fmt: skip
    assert of_bytes(lines([visit]), tmp_path)[0].tally.ignored == {"visit-over": 1}
    today = visit | {"period": {"end": TODAY.isoformat()}}
    for one in (today, visit | {"status": "in-progress"}):
        assert facts_of(tmp_path, one)[FactKind.PEOPLE][0]["setting"] == "emergency"


def test_every_reason_to_ignore_has_a_code_of_its_own() -> None:
    readers = (answers, conditions, medications, observations, patients, visits, reading_of_one)
    sentences = []
    for module in readers:
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id == "NotUsedError" and len(node.args) == 1:
                sentences += _beginnings(node.args[0])
    assert len(sentences) > 20
    left = {"It is confirmed: a suspicion is neither present nor absent."}
    unknown = {one for one in sentences if reason_code(one) == NOT_USED} - left
    # The same resource twice is seen only by who holds them all; what is told of kinds is a table.
    assert unknown <= {"The same resource is there again, in a version as new."}


def _beginnings(node: ast.expr) -> list[str]:
    """Return what a sentence begins with; a gap at its beginning is left to the others."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.JoinedStr):
        parts = [one.value if isinstance(one, ast.Constant) else "unconfirmed"
                 for one in node.values]  # fmt: skip
        text = "".join(str(one) for one in parts)
        # "It is a proposal, not an order": a gap that another word fills.
        return [text.replace("It is a unconfirmed", "It is a proposal")
                .replace("It is of unconfirmed", "It is of 2011")]  # fmt: skip
    return []

"""How FHIR is read: what is used, what is not, and the traps of real records."""

from __future__ import annotations

from typing import Any

import pytest

from corrin.errors import InputError
from corrin.interfaces.fhir.coding import codes, read_code_map
from corrin.interfaces.fhir.reading import read_fhir
from corrin.knowledge.loading import load
from corrin.person.reading import person_from_table
from corrin.picture.person_file import check, vocabulary
from tests.interfaces.fhir_checks import faults
from tests.interfaces.fhir_parts import (
    LOINC,
    PATIENT,
    UCUM,
    bundle,
    coded,
    condition,
    observation,
    read,
)
from tests.interfaces.fhir_patients import TODAY, make


@pytest.mark.parametrize("seed", range(60))
def test_a_made_patient_is_read_as_made(seed: int) -> None:
    made, expected = make(seed)
    assert faults(made) == []
    reading = read_fhir(made, knowledge=load(), as_of=TODAY)
    table = reading.person_table
    assert reading.refused == ()
    assert (table["age"], table["sex"]) == (expected.age, expected.sex)
    assert table.get("twitching") == expected.twitching
    got = sorted((row["lab"], row["value"], row["unit"]) for row in table.get("labs", []))
    assert got == sorted(expected.labs)
    findings = dict(table.get("findings", {}))
    prescribed = findings.pop("b12_treatment_prescribed", None)
    assert findings == expected.findings
    taken = [row["substance"] for row in table.get("intake", [])]
    assert taken == ([expected.substance] if expected.substance else [])
    assert prescribed in ({True, None} if taken else {None})
    assert sorted(row["name"] for row in table.get("drugs", [])) == sorted(expected.drugs)
    person, _ = person_from_table(table, vocabulary(load()), today=TODAY)
    check(person, load())


@pytest.mark.parametrize("seed", range(20))
def test_nothing_vanishes(seed: int) -> None:
    made, _ = make(seed)
    reading = read_fhir(made, knowledge=load(), as_of=TODAY)
    told = {one.resource for one in (*reading.used, *reading.ignored, *reading.refused)}
    for entry in made["entry"]:
        one = entry["resource"]
        assert f"{one['resourceType']}/{one['id']}" in told


def labs(*resources: Any, **options: Any) -> list[dict[str, Any]]:
    return read(PATIENT, *resources, **options).person_table.get("labs", [])


def test_a_bundle_lines_and_single_resources_say_the_same() -> None:
    every = [PATIENT, observation(), condition()]
    tables = [read(*every).person_table, read(bundle(*every)).person_table,
              read(bundle(bundle(*every))).person_table]  # fmt: skip
    assert tables[0] == tables[1] == tables[2]
    assert tables[0]["labs"][0]["value"] == 1480


@pytest.mark.parametrize("status", ["final", "amended", "corrected"])
def test_results_that_stand_are_used(status: str) -> None:
    assert labs(observation(status=status))


@pytest.mark.parametrize(
    "status", ["registered", "preliminary", "cancelled", "entered-in-error", "unknown"]
)
def test_results_that_do_not_stand_are_ignored_with_the_reason(status: str) -> None:
    reading = read(PATIENT, observation(status=status))
    assert "labs" not in reading.person_table
    assert status in reading.ignored[0].why


@pytest.mark.parametrize("sign", ["<", "<=", ">", ">="])
def test_a_comparator_is_kept(sign: str) -> None:
    one = observation()
    one["valueQuantity"]["comparator"] = sign
    assert labs(one)[0]["value"] == f"{sign}1480"


@pytest.mark.parametrize("value", [1.234, 0.001, 1480, 12.5, 1000.0])
def test_a_number_with_a_comparator_stays_that_number(value: float) -> None:
    one = observation(value, "umol/L", code={"coding": [{"system": LOINC, "code": "13964-2"}]})
    one["valueQuantity"]["comparator"] = ">"
    reading = read(PATIENT, one)
    rows = reading.person_table.get("labs", [])
    if rows:
        assert float(rows[0]["value"].removeprefix(">")) == value
    else:
        assert reading.refused[0].code == "impossible-value"


def test_a_code_does_not_fix_the_unit() -> None:
    mma = {"coding": [{"system": LOINC, "code": "13964-2"}]}
    units = [labs(observation(250, "nmol/L", code=mma))[0]["unit"],
             labs(observation(0.25, "umol/L", code=mma))[0]["unit"]]  # fmt: skip
    assert units == ["nmol/L", "umol/L"]
    magnesium = {"coding": [{"system": LOINC, "code": "2601-3"}]}
    assert labs(observation(1.6, "meq/L", code=magnesium))[0]["unit"] == "meq/L"


def test_a_missing_unit_is_never_guessed() -> None:
    reading = read(PATIENT, observation(unit=None))
    assert "labs" not in reading.person_table
    assert reading.refused[0].code == "missing-unit"


def test_without_a_unit_the_laboratorys_mark_still_counts() -> None:
    row = labs(observation(unit=None, interpretation=[coded("H")]))[0]
    assert row["interpretation"] == "high"
    assert "value" not in row


def test_two_units_that_differ_are_refused() -> None:
    one = observation()
    one["valueQuantity"]["unit"] = "pmol/L"
    assert read(PATIENT, one).refused[0].code == "units-differ"


def test_the_printed_range_counts_when_it_is_for_everybody_and_in_the_same_unit() -> None:
    limits = [{"low": {"value": 197, "unit": "pg/mL"}, "high": {"value": 771, "unit": "pg/mL"}}]
    assert labs(observation(referenceRange=limits))[0]["reference_interval"] == {
        "low": 197, "high": 771
    }  # fmt: skip
    other = [{"high": {"value": 570, "unit": "pmol/L"}}]
    reading = read(PATIENT, observation(referenceRange=other))
    assert "reference_interval" not in reading.person_table["labs"][0]
    assert "another unit" in next(one.as_ for one in reading.used if "labs" in one.as_)
    assert "reference_interval" not in labs(observation(referenceRange=limits * 2))[0]


def test_a_reason_for_no_value_is_told() -> None:
    one = observation(valueQuantity=None, dataAbsentReason={"text": "Sample clotted"})
    assert "Sample clotted" in read(PATIENT, one).ignored[0].why


def test_the_method_is_kept() -> None:
    assert labs(observation(method={"text": "Roche ECLIA"}))[0]["assay"] == "Roche ECLIA"


def test_components_are_read_one_by_one() -> None:
    parts = [
        {"code": {"coding": [{"system": LOINC, "code": code}]},
         "valueQuantity": {"value": value, "unit": unit, "system": UCUM, "code": unit}}
        for code, value, unit in (("2823-3", 4.1, "mmol/L"), ("2345-7", 90, "furlong"))
    ]  # fmt: skip
    one = observation(valueQuantity=None, code={"text": "Panel"}, component=parts)
    reading = read(PATIENT, one)
    assert [row["lab"] for row in reading.person_table["labs"]] == ["potassium"]
    assert reading.refused[0].resource == "Observation/o1 (component 2)"


def test_a_local_code_counts_by_its_whole_name_only() -> None:
    local = {"coding": [{"system": "urn:local", "code": "B12", "display": "Vitamin B12"}]}
    assert labs(observation(code=local))[0]["lab"] == "serum_b12"
    binding = {"text": "Vitamin B12 binding capacity"}
    assert labs(observation(code=binding)) == []


def test_a_loinc_code_not_known_is_not_read_by_its_name_but_by_a_code_map() -> None:
    german = observation(
        code={"coding": [{"system": LOINC, "code": "16695-9"}], "text": "Vitamin B12"}
    )
    reading = read(PATIENT, german)
    assert "labs" not in reading.person_table
    assert "code map" in reading.ignored[0].why
    meant = read_code_map(
        "subject_id\tpredicate_id\tobject_id\nLOINC:16695-9\tskos:exactMatch\tLOINC:2132-9\n"
    )
    assert labs(german, code_map=meant)[0]["lab"] == "serum_b12"


def test_only_exact_matches_of_a_code_map_count() -> None:
    text = (
        "#curie_map:\n#  HERE: http://here.example/codes\n"
        "subject_id\tpredicate_id\tobject_id\n"
        "HERE:1\tskos:exactMatch\tcorrin:serum_b12\nHERE:2\tskos:broadMatch\tcorrin:serum_b12\n"
    )
    meant = read_code_map(text)
    for code, rows in (("1", 1), ("2", 0)):
        site = {"coding": [{"system": "http://here.example/codes", "code": code}]}
        assert len(labs(observation(code=site), code_map=meant)) == rows


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("a\tb\n", "missing-column"),
        ("subject_id\tpredicate_id\tobject_id\nX:1\tskos:exactMatch\tcorrin:a\n", "unknown-prefix"),
        ("subject_id\tpredicate_id\tobject_id\nHP:1\tskos:exactMatch\n", "wrong-columns"),
    ],
)
def test_a_wrong_code_map_is_told_with_its_line(text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        read_code_map(text)
    assert caught.value.problems[0].code == code


def test_the_latest_of_a_day_counts_and_two_that_differ_do_not() -> None:
    early = observation(300, id="early", effectiveDateTime="2026-10-20T08:00:00Z")
    late = observation(400, id="late", effectiveDateTime="2026-10-20T12:00:00Z")
    assert [row["value"] for row in labs(late, early)] == [400]
    other = observation(900, id="other", effectiveDateTime="2026-10-20T12:00:00Z")
    reading = read(PATIENT, late, other)
    assert "labs" not in reading.person_table
    assert {one.code for one in reading.refused} == {"contradictory-results"}


def test_an_old_result_raises_no_alarm_today() -> None:
    potassium = {"coding": [{"system": LOINC, "code": "2823-3"}]}
    old = observation(1.9, "mmol/L", code=potassium, effectiveDateTime="2011-05-05")
    reading = read(PATIENT, old)
    assert "labs" not in reading.person_table
    assert "2011-05-05" in reading.ignored[0].why


def test_the_same_resource_counts_once_in_its_newest_version() -> None:
    first = observation(300, meta={"lastUpdated": "2026-10-20T10:00:00Z"})
    second = observation(400, meta={"lastUpdated": "2026-10-21T10:00:00Z"})
    reading = read(PATIENT, second, first)
    assert [row["value"] for row in reading.person_table["labs"]] == [400]
    assert len(reading.ignored) == 1


def test_a_page_that_is_missing_is_told() -> None:
    one = bundle(PATIENT) | {"link": [{"relation": "next", "url": "http://x.example?page=2"}]}
    assert "another page" in read(one).ignored[0].why


# Whose resources they are


def test_another_patients_resources_are_refused() -> None:
    theirs = observation(subject={"reference": "Patient/p2"})
    reading = read(PATIENT, theirs, condition())
    assert "labs" not in reading.person_table
    assert [(one.resource, one.code) for one in reading.refused] == [
        ("Observation/o1", "other-patient")
    ]


@pytest.mark.parametrize("whose", [None, {}, {"display": "Jane"}])
def test_a_resource_of_nobody_is_refused_when_the_patient_is_known(whose: Any) -> None:
    assert read(PATIENT, observation(subject=whose)).refused[0].code == "no-patient"


def test_a_result_alone_without_a_patient_is_read() -> None:
    assert read(observation(subject=None)).person_table["labs"]


@pytest.mark.parametrize(
    "reference",
    ["Patient/p1", "Patient/p1/_history/3", "http://a.example/fhir/Patient/p1", "urn:uuid:p1"],
)
def test_every_way_to_name_the_patient_counts(reference: str) -> None:
    assert labs(observation(subject={"reference": reference}))


def test_another_server_is_another_patient() -> None:
    entry = {"fullUrl": "http://a.example/fhir/Patient/p1", "resource": PATIENT}
    theirs = {"resource": observation(subject={"reference": "http://b.example/fhir/Patient/p1"})}
    one = {"resourceType": "Bundle", "type": "collection", "entry": [entry, theirs]}
    assert read(one).refused[0].code == "other-patient"


def test_several_patients_need_a_choice() -> None:
    second = PATIENT | {"id": "p2", "gender": "male"}
    with pytest.raises(InputError, match="more than one patient"):
        read(PATIENT, second)
    reading = read(PATIENT, second, observation(), patient_id="p2")
    assert reading.person_table["sex"] == "male"
    assert {one.code for one in reading.refused} == {"other-patient"}


# Conditions


def finding(one: dict[str, Any]) -> Any:
    return read(PATIENT, one).person_table.get("findings", {})


def test_a_refuted_condition_is_absent_and_a_suspected_one_is_neither() -> None:
    assert finding(condition()) == {"cramps": True}
    assert finding(condition(verificationStatus=coded("refuted"))) == {"cramps": False}
    for word in ("unconfirmed", "provisional", "differential", "entered-in-error"):
        assert finding(condition(verificationStatus=coded(word))) == {}


def test_what_is_over_is_not_absent_but_not_known_and_what_lasts_still_counts() -> None:
    assert finding(condition(clinicalStatus=coded("resolved"))) == {}
    assert finding(condition(clinicalStatus=None)) == {}
    over = condition("G51.0", clinicalStatus=coded("resolved"))
    assert finding(over) == {"facial_palsy_history": True}


def test_a_diagnosis_is_no_evidence_for_itself() -> None:
    reading = read(PATIENT, condition("E87.6"))
    assert "findings" not in reading.person_table
    assert "not counted as evidence" in reading.ignored[0].why


def test_a_code_covers_what_lies_below_it_and_nothing_beside_it() -> None:
    assert finding(condition("C50.911")) == {"cancer_known": True}
    assert finding(condition("N18.31")) == {}
    assert finding(condition("D51.8")) == {}


def test_fasciculation_is_the_complaint_itself() -> None:
    assert read(PATIENT, condition("R25.3")).person_table["twitching"] is True


def test_every_finding_of_the_code_list_exists_and_no_code_means_two() -> None:
    listed = load().coded_conditions.condition
    assert {one.finding for one in listed} <= set(load().findings)
    every = [code.replace(".", "") for one in listed for code in one.icd10cm]
    for code in every:
        assert [other for other in every if code.startswith(other)] == [code]
    substances = {one for each in codes().medicines.values() for one in each.values()}
    assert substances <= set(load().substances)


# The visit


@pytest.mark.parametrize(
    ("class_", "setting"), [("EMER", "emergency"), ("IMP", "hospital"), ("AMB", "primary-care")]
)
def test_a_visit_that_goes_on_gives_the_setting(class_: str, setting: str) -> None:
    visit = {
        "resourceType": "Encounter", "id": "e", "status": "in-progress",
        "class": {"code": class_}, "subject": {"reference": "Patient/p1"},
    }  # fmt: skip
    assert read(PATIENT, visit).person_table["setting"] == setting
    assert "setting" not in read(PATIENT, visit | {"status": "finished"}).person_table

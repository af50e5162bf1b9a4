"""OMOP CDM 5.4: what its tables say as facts, from wherever they are, and what we write of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from corrin.population.facts import FactKind
from tests.population_cdm import B12, cdm, read


@pytest.mark.parametrize("mark", [",", "\t"])
def test_a_measurement_is_a_result(tmp_path: Path, mark: str) -> None:
    one = B12 | {
        "operator_concept_id": 4171756,
        "range_low": 197,
        "range_high": 771,
        "measurement_id": 9,
    }
    got = read(cdm(tmp_path, one, mark=mark))
    assert got.results == [
        {
            "person_id": "1", "result_id": "9", "lab": "serum_b12", "value": 150.0,
            "comparator": "<", "unit_seen": "pg/mL", "reference_low": 197.0,
            "reference_high": 771.0, "taken": dt.date(2026, 3, 1), "status": "final",
        }
    ]  # fmt: skip
    # A year of birth alone is the middle of that year.
    assert got.rows(FactKind.PEOPLE) == [
        {"person_id": "1", "birth_date": dt.date(1980, 7, 1), "sex": "female"}
    ]
    assert got.tally.as_json() == {"read": 2, "used": 2, "ignored": {}, "rejected": {}}


@pytest.mark.parametrize(
    ("fields", "lab"),
    [
        ({"measurement_concept_id": 3000593}, "serum_b12"),
        ({"measurement_concept_id": 3009035}, "serum_b12"),
        ({"measurement_concept_id": 43054903}, "active_b12"),
        ({"measurement_concept_id": 0, "measurement_source_value": "2132-9"}, "serum_b12"),
        ({"measurement_concept_id": 0, "measurement_source_value": "LOINC:2823-3"}, "potassium"),
        ({"measurement_concept_id": 0, "measurement_source_value": "Vitamin B12"}, "serum_b12"),
        # A concept that is something else is not overruled by a name.
        ({"measurement_concept_id": 12345, "measurement_source_value": "Vitamin B12"}, None),
        ({"measurement_concept_id": 0, "measurement_source_value": "16695-9"}, None),
        ({"measurement_concept_id": 0, "measurement_source_value": "B12 binding"}, None),
        ({"measurement_concept_id": 99}, "magnesium"),
        ({"measurement_concept_id": 98}, None),
    ],
)
def test_codes_concepts_and_whole_names_say_which_test(
    tmp_path: Path, fields: dict[str, Any], lab: str | None
) -> None:
    concept = (
        "concept_id,concept_name,vocabulary_id,concept_code\n"
        "99,Magnesium,LOINC,19123-9\n98,Magnesium,SNOMED,19123-9\n"
    )
    got = read(cdm(tmp_path, B12 | fields, concept=concept))
    assert [row["lab"] for row in got.results] == ([] if lab is None else [lab])
    assert got.tally.ignored == ({"not-our-test": 1} if lab is None else {})


def test_codes_that_disagree_are_rejected(tmp_path: Path) -> None:
    got = read(cdm(tmp_path, B12 | {"measurement_source_value": "2823-3"}))
    assert got.rejected == [("measurement.csv:row 1", "codes-disagree")]


@pytest.mark.parametrize(
    ("fields", "value", "sign", "problem"),
    [
        ({"operator_concept_id": 4172704}, 150.0, ">", None),
        ({"operator_concept_id": 4171754}, 150.0, "<=", None),
        ({"operator_concept_id": 4171755}, 150.0, ">=", None),
        ({"operator_concept_id": 4172703}, 150.0, None, None),
        ({"operator_concept_id": 0}, 150.0, None, None),
        ({"operator_concept_id": 77}, None, None, "unknown-comparator"),
        # The sign was lost on the way into the CDM, and stands in the source's own text.
        ({"value_source_value": "<150"}, 150.0, "<", None),
        ({"value_source_value": "<15"}, 150.0, None, None),
        ({"value_as_number": "", "value_source_value": "<150"}, 150.0, "<", None),
        ({"value_as_number": "", "value_source_value": "1.480"}, None, None, "ambiguous-number"),
        ({"value_as_number": "", "value_source_value": "see note"}, None, None, "not-a-number"),
        ({"value_as_number": -1}, None, None, "negative-value"),
        ({"measurement_date": "2026-02-30"}, None, None, "wrong-date"),
        ({"measurement_date": "20260301"}, 150.0, None, None),
    ],
)  # fmt: skip
def test_a_value_is_as_its_operator_and_its_text_say(
    tmp_path: Path,
    fields: dict[str, Any],
    value: float | None,
    sign: str | None,
    problem: str | None,
) -> None:
    (row,) = read(cdm(tmp_path, B12 | fields)).results
    assert (row.get("value"), row.get("comparator"), row.get("problem")) == (value, sign, problem)


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"value_as_concept_id": 45884084}, "positive"),
        ({"value_as_concept_id": 9189}, "negative"),
        ({"value_source_value": "POS"}, "positive"), ({"value_source_value": "high"}, "high"),
    ],
)  # fmt: skip
def test_a_word_is_a_result_too(tmp_path: Path, fields: dict[str, Any], word: str) -> None:
    one = {"measurement_concept_id": 0, "measurement_source_value": "31444-3"} | fields
    assert [row["word"] for row in read(cdm(tmp_path, one)).results] == [word]


def test_a_measurement_without_a_value_is_ignored(tmp_path: Path) -> None:
    got = read(cdm(tmp_path, B12 | {"value_as_number": ""}))
    assert got.tally.ignored == {"no-value": 1}


def test_a_unit_is_never_that_of_the_code(tmp_path: Path) -> None:
    concept = (
        "concept_id,concept_name,vocabulary_id,concept_code\n8842,x,UCUM,ng/mL\n8845,x,UCUM,pg/mL\n"
    )
    got = read(
        cdm(
            tmp_path,
            B12 | {"unit_source_value": ""},
            B12 | {"unit_source_value": "", "unit_concept_id": 8845},
            B12 | {"unit_concept_id": 8845},
            B12 | {"unit_concept_id": 8842},
            concept=concept,
        )
    )
    assert [row.get("unit_seen") for row in got.results] == [None, "pg/mL", "pg/mL", "pg/mL"]
    assert [row.get("problem") for row in got.results] == [None, None, None, "units-differ"]


CONDITIONS = (
    "person_id,condition_start_date,condition_end_date,condition_source_value,"
    "condition_source_concept_id\n"
)


@pytest.mark.parametrize(
    ("row", "finding", "why"),
    [
        ("1,2026-01-01,,D51.0,", "autoimmune_gastritis_pernicious", None),
        ("1,2026-01-01,,D510,0", "autoimmune_gastritis_pernicious", None),
        ("1,2026-01-01,2026-02-01,ICD10CM:D51.0,", "autoimmune_gastritis_pernicious", None),
        ("1,2026-01-01,,Pernicious anemia,", "autoimmune_gastritis_pernicious", None),
        ("1,2026-01-01,,local,7", "cancer_known", None),
        ("1,2026-01-01,2026-02-01,R25.2,", None, "condition-over"),
        ("1,2026-01-01,,R25.2,", "cramps", None),
        ("1,2026-01-01,,N18.3,", None, "not-our-condition"),
        ("1,2026-01-01,,,", None, "not-our-condition"),
    ],
)
def test_a_condition_is_the_finding_its_code_means(
    tmp_path: Path, row: str, finding: str | None, why: str | None
) -> None:
    concept = "concept_id,concept_name,vocabulary_id,concept_code\n7,x,ICD10CM,C50.9\n"
    got = read(cdm(tmp_path, condition_occurrence=f"{CONDITIONS}{row}\n", concept=concept))
    found = [(each["finding"], each["present"]) for each in got.rows(FactKind.FINDINGS)]
    assert found == ([] if finding is None else [(finding, True)])
    assert got.tally.ignored == ({} if why is None else {why: 1})


def test_fasciculation_is_the_complaint_itself(tmp_path: Path) -> None:
    got = read(cdm(tmp_path, condition_occurrence=f"{CONDITIONS}1,2026-01-01,,R25.3,\n"))
    assert {"person_id": "1", "twitching": True} in got.rows(FactKind.PEOPLE)


def test_drugs_are_taken_by_name_and_b12_is_a_product(tmp_path: Path) -> None:
    head = (
        "person_id,drug_concept_id,drug_exposure_start_date,drug_exposure_end_date,"
        "drug_source_value,route_source_value,sig\n"
    )
    rows = (
        "1,5,2026-01-01,2026-02-01,00093-1,,\n1,0,2026-01-01,,metformin 500 MG,,\n"
        "1,0,2026-01-01,,00093-2,,\n1,6,2026-01-01,,,im,every 3 months\n"
        "1,0,2026-99-01,,metformin,,\n"
    )
    concept = (
        "concept_id,concept_name,vocabulary_id,concept_code\n5,omeprazole 20 MG,RxNorm,1\n"
        "6,hydroxocobalamin 1 MG/ML,RxNorm,2\n"
    )
    got = read(cdm(tmp_path, drug_exposure=head + rows, concept=concept))
    assert [row["name"] for row in got.rows(FactKind.DRUGS)] == [
        "omeprazole 20 MG", "metformin 500 MG",
    ]  # fmt: skip
    (product,) = got.rows(FactKind.PRODUCTS)
    assert product == {
        "person_id": "1", "substance": "hydroxocobalamin 1 MG/ML", "route": "im",
        "every": "every 3 months", "since": dt.date(2026, 1, 1),
    }  # fmt: skip
    assert got.tally.ignored == {"drug-without-name": 1}
    assert got.rejected == [("drug_exposure.csv:row 5", "wrong-date")]


def test_observations_under_our_names_or_hpo_codes_are_findings(tmp_path: Path) -> None:
    head = "person_id,observation_date,observation_source_value,value_as_string\n"
    rows = (
        "1,2026-01-01,corrin:cramps,absent\n1,2026-01-01,HP:0002380,\n"
        "1,2026-01-01,corrin:twitching,present\n1,2026-01-01,corrin:complete-list,medicines\n"
        "1,2026-01-01,corrin:cramps,maybe\n1,2026-01-01,8302-2,170\n1,2026-01-01,corrin:nonsense,\n"
    )
    got = read(cdm(tmp_path, observation=head + rows))
    findings = {row["finding"]: row["present"] for row in got.rows(FactKind.FINDINGS)}
    assert findings["cramps"] is False
    assert got.rows(FactKind.ASKED) == [{"person_id": "1", "what": "drugs"}]
    assert {"person_id": "1", "twitching": True} in got.rows(FactKind.PEOPLE)
    assert got.rejected == [("observation.csv:row 5", "neither-yes-nor-no")]
    assert got.tally.balances()


@pytest.mark.parametrize(
    ("visits", "setting"),
    [
        ("1,9203,2026-03-01,2026-03-01,\n", "emergency"),
        ("1,9201,2026-01-01,2026-03-05,\n", "hospital"),
        ("1,9203,2026-01-01,2026-01-01,\n", None),
        ("1,9203,2026-01-01,2026-01-01,\n1,9202,2026-03-02,,\n", "primary-care"),
        ("1,0,2026-03-02,,neurology-clinic\n", "neurology-clinic"),
        ("1,32036,2026-03-02,,\n", None),
    ],
)
def test_the_setting_is_that_of_the_last_visit_unless_a_result_is_later(
    tmp_path: Path, visits: str, setting: str | None
) -> None:
    head = "person_id,visit_concept_id,visit_start_date,visit_end_date,visit_source_value\n"
    got = read(cdm(tmp_path, B12, visit_occurrence=head + visits))
    told = [row["setting"] for row in got.rows(FactKind.PEOPLE) if "setting" in row]
    assert told == ([] if setting is None else [setting])

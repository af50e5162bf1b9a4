"""The FHIR samples of others, where they are at hand, through the whole command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corrin.interfaces.fhir.parsing import parse_fhir
from corrin.interfaces.fhir.reading import read_fhir
from corrin.knowledge.loading import load
from corrin.person.reading import person_from_table
from corrin.picture.person_file import check, vocabulary
from tests.interfaces.running import corrin

SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "fhir"
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the FHIR samples are not at hand")


def _single() -> list[Path]:
    return sorted([*SAMPLES.glob("*.json"), *SAMPLES.glob("uscore/*.json")])


def test_each_sample_of_one_patient_is_answered_but_for_b12() -> None:
    paths = _single()
    assert len(paths) > 5
    for path in paths:
        done = corrin("assess", str(path), "--format", "json", "--draws", "0")
        assert done.code == 0, (path.name, done.error)
        answer = json.loads(done.output)
        assert answer["urgency"]["tier"]
        assert answer["b12_status"]["class"] == "not-classed"
        assert answer["b12_status"]["reasons"][0]["code"] == "not-measured"
        assert "high_b12" in {one["question"] for one in answer["refusals"]}
        told = answer["inputs"]["fhir"]
        given = json.loads(path.read_text())
        ids = {
            f"{one['resourceType']}/{one['id']}"
            for one in ([entry["resource"] for entry in given.get("entry", [])] or [given])
        }
        said = {one["resource"].partition(" (")[0] for rows in told.values() for one in rows}
        assert ids <= said


def test_many_patients_in_lines_are_read_one_by_one() -> None:
    knowledge = load()
    resources = [one for path in sorted((SAMPLES / "carebundle_ndjson").glob("*.ndjson"))
                 for one in parse_fhir(path.read_bytes())]  # fmt: skip
    patients = [one["id"] for one in resources if one["resourceType"] == "Patient"]
    with_labs = 0
    for patient in patients[:8]:
        reading = read_fhir(resources, knowledge=knowledge, patient_id=patient)
        person, _ = person_from_table(reading.person_table, vocabulary(knowledge))
        check(person, knowledge)
        with_labs += bool(person.labs)
        assert {one.code for one in reading.refused} == {"other-patient"}
    assert with_labs

"""An assessment as a Bundle: valid by two validators and by FHIR's rules, and the same twice."""

from __future__ import annotations

import base64
import copy
import json
from pathlib import Path
from typing import Any

import pytest

from corrin.assessment import assess
from corrin.interfaces.fhir.checking import check_bundle
from corrin.interfaces.fhir.reading import read_fhir
from corrin.interfaces.fhir.writing import assessment_bundle
from corrin.knowledge.loading import load
from corrin.person.reading import person_from_table
from corrin.picture.person_file import read_person, vocabulary
from corrin.report.as_json import as_json
from tests.interfaces.fhir_checks import faults
from tests.interfaces.fhir_patients import TODAY, make
from tests.interfaces.running import corrin

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))


def _of(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [
        entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind
    ]


def _written(seed: int) -> dict[str, Any]:
    reading = read_fhir(make(seed)[0], knowledge=load(), as_of=TODAY)
    person, _ = person_from_table(reading.person_table, vocabulary(load()), today=TODAY)
    return assessment_bundle(assess(person, draws=0), reading=reading)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("reader", ["person", "clinician"])
def test_every_example_is_valid(path: Path, reader: str) -> None:
    bundle = assessment_bundle(assess(read_person(path), draws=20, reader=reader))
    assert faults(bundle) == []
    assert check_bundle(bundle) == ()


@pytest.mark.parametrize("seed", range(8))
def test_a_made_patient_gives_a_valid_bundle_of_the_same_patient(seed: int) -> None:
    bundle = _written(seed)
    assert faults(bundle) == []
    assert check_bundle(bundle) == ()
    for kind in ("RiskAssessment", "Observation", "ServiceRequest", "DiagnosticReport"):
        for one in _of(bundle, kind):
            assert one["subject"] == {"reference": f"Patient/made-{seed}"}


def test_the_bundle_says_what_the_answer_says() -> None:
    answer = assess(read_person(EXAMPLES[0]), draws=0)
    table, bundle = as_json(answer), assessment_bundle(answer)
    (risk,) = [one for one in _of(bundle, "RiskAssessment") if "twitch" in one["code"]["text"]]
    said = {
        one["outcome"]["coding"][0]["code"]: one["probabilityDecimal"] for one in risk["prediction"]
    }
    assert said == {
        one["id"]: pytest.approx(one["probability"] * 100, abs=1e-4)
        for one in table["twitching"]["causes"]
    }
    assert len(_of(bundle, "DetectedIssue")) == len(table["urgency"]["because"])
    for one in _of(bundle, "ServiceRequest"):
        assert (one["status"], one["intent"]) == ("draft", "proposal")
    (device,) = _of(bundle, "Device")
    assert [one["value"] for one in device["version"]] == [
        table["software_version"],
        table["knowledge_version"],
    ]
    (report,) = _of(bundle, "DiagnosticReport")
    page = base64.b64decode(report["presentedForm"][0]["data"]).decode()
    assert page.startswith("<!DOCTYPE html>") or page.lower().startswith("<!doctype html>")
    (provenance,) = _of(bundle, "Provenance")
    assert len(provenance["target"]) == len(bundle["entry"]) - 2 - len(
        [*_of(bundle, "Patient"), *_of(bundle, "OperationOutcome")]
    )


def test_it_is_written_the_same_twice_and_differs_with_the_answer() -> None:
    assert json.dumps(_written(3)) == json.dumps(_written(3))
    ids = [{entry["resource"]["id"] for entry in _written(seed)["entry"]} for seed in (3, 4)]
    assert not ids[0] & ids[1]


def test_what_was_not_used_is_in_the_bundle() -> None:
    made, _ = make(1)
    made["entry"].append(
        {
            "fullUrl": "http://made.example/fhir/Claim/1",
            "resource": {
                "resourceType": "Claim",
                "id": "1",
                "patient": {"reference": "Patient/made-1"},
            },
        }
    )
    reading = read_fhir(made, knowledge=load(), as_of=TODAY)
    person, _ = person_from_table(reading.person_table, vocabulary(load()), today=TODAY)
    (outcome,) = _of(
        assessment_bundle(assess(person, draws=0), reading=reading), "OperationOutcome"
    )
    assert "Claim/1" in {one["diagnostics"] for one in outcome["issue"]}


def _spoil(kind: str, **elements: Any) -> Any:
    def change(bundle: dict[str, Any]) -> None:
        _of(bundle, kind)[0].update(elements)

    return change


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_spoil("Observation", status="preliminary"), "status"),
        (_spoil("Observation", dataAbsentReason={"text": "x"}), "obs-6"),
        (_spoil("Observation", valueQuantity={"comparator": "<"}), "comparator"),
        (_spoil("Observation", valueQuantity={"value": 1, "comparator": "~"}), "comparator"),
        (_spoil("Observation", valueQuantity={"value": 1, "unit": "g", "code": "g"}), "qty-3"),
        (_spoil("Observation", note=[]), "ele-1"),
        (_spoil("Observation", note=[{"text": " "}]), "ele-1"),
        (_spoil("ServiceRequest", status="active"), "status"),
        (_spoil("ServiceRequest", intent="order"), "intent"),
        (_spoil("ServiceRequest", doNotPerform=True), "do-not-perform"),
        (_spoil("RiskAssessment", prediction=[{"probabilityDecimal": 120}]), "ras-2"),
        (_spoil("RiskAssessment", prediction=[{"probabilityDecimal": 0}]), "ras-2"),
        (_spoil("DetectedIssue", severity="severe"), "severity"),
        (_spoil("DiagnosticReport", presentedForm=[{"data": "AAAA"}]), "att-1"),
        (_spoil("DiagnosticReport", presentedForm=[{"contentType": "a/b", "data": "%"}]), "base64"),
        (_spoil("Provenance", target=[]), "provenance"),
        (_spoil("Patient", id="a b"), "id"),
        (_spoil("Provenance", target=[{"reference": "urn:uuid:nobody"}]), "reference"),
        (lambda bundle: bundle["entry"].append(bundle["entry"][0]), "bdl-7"),
        (lambda bundle: bundle.update(total=1), "bdl-1"),
        (lambda bundle: bundle["entry"][0].update(request={"method": "PUT"}), "bdl-3"),
    ],
)
def test_our_checks_see_what_is_wrong(change: Any, code: str) -> None:
    right = next(b for b in map(_example, EXAMPLES) if _of(b, "RiskAssessment"))
    wrong = copy.deepcopy(right)
    change(wrong)
    assert check_bundle(right) == ()
    assert code in {problem.code for problem in check_bundle(wrong)}


def _example(path: Path) -> dict[str, Any]:
    return assessment_bundle(assess(read_person(path), draws=0))


def test_the_command_reads_a_bundle_and_writes_one(tmp_path: Path) -> None:
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(make(2)[0]))
    done = corrin("assess", str(path), "--format", "fhir", "--draws", "0")
    assert done.code == 0, done.error
    assert faults(json.loads(done.output)) == []
    answer = json.loads(corrin("assess", str(path), "--format", "json", "--draws", "0").output)
    assert set(answer["inputs"]["fhir"]) == {"used", "ignored", "refused"}
    text = corrin("assess", str(path), "--draws", "0").output
    assert "What was read from the record" in text
    lines = tmp_path / "bundle.ndjson"
    lines.write_text("\n".join(json.dumps(entry["resource"]) for entry in make(2)[0]["entry"]))
    again = json.loads(corrin("assess", str(lines), "--format", "json", "--draws", "0").output)
    assert again["inputs"]["labs"] == answer["inputs"]["labs"]


def test_a_red_flag_is_told_though_the_record_contradicts_itself(tmp_path: Path) -> None:
    yes = {"valueCoding": {"code": "Y"}}
    from corrin.interfaces.fhir.form import ADDRESS

    said = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "questionnaire": ADDRESS,
        "item": [
            {"linkId": link, "answer": [yes]}
            for link in ("dist_eyelid_only", "dist_generalised", "laryngospasm_stridor")
        ],
    }
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(said))
    done = corrin("assess", str(path))
    assert done.code == 2
    assert "cannot be true together" in done.error
    assert "already calls for attention" in done.error


def test_what_corrin_wrote_is_no_new_result_when_it_is_read_again() -> None:
    written = assessment_bundle(assess(read_person(EXAMPLES[0]), draws=0))
    table = read_fhir(written, knowledge=load()).person_table
    assert not {"labs", "findings", "intake", "drugs", "twitching"} & set(table)

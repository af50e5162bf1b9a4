"""Exports of others, where they are at hand: read together as one by one."""

from __future__ import annotations

from pathlib import Path

import pytest

from corrin.interfaces.fhir.parsing import parse_fhir
from corrin.interfaces.fhir.reading import read_fhir
from corrin.knowledge.loading import load
from corrin.population.facts import FactKind
from tests.interfaces.fhir_bulk_parts import (
    Row,
    as_person_tables,
    everything,
    in_order,
    read,
    write_export,
)
from tests.interfaces.fhir_patients import TODAY

SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "fhir"


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the FHIR samples are not at hand")
def test_the_samples_of_others_are_read_as_one_by_one(tmp_path: Path) -> None:
    export = SAMPLES / "carebundle_ndjson"
    read(export, tmp_path / "facts", as_of=TODAY)
    together = as_person_tables(everything(tmp_path / "facts"), TODAY)
    resources = [one for path in sorted(export.glob("*.ndjson"))
                 for one in parse_fhir(path.read_bytes())]  # fmt: skip
    patients_ = [one["id"] for one in resources if one["resourceType"] == "Patient"]
    assert set(patients_) == set(together)
    for patient in patients_:
        own = [one for one in resources if _is_of(one, patient)]
        alone = read_fhir(own, knowledge=load(), as_of=TODAY, patient_id=patient).person_table
        assert in_order(together[patient]) == in_order(alone)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the FHIR samples are not at hand")
def test_the_sample_of_one_patient_with_a_long_history(tmp_path: Path) -> None:
    (path,) = SAMPLES.glob("synthea_r4_*.json")
    resources = [entry["resource"] for entry in parse_fhir(path.read_bytes())[0]["entry"]]
    export = write_export(tmp_path / "export", resources)
    reading = read(export, tmp_path / "facts", as_of=TODAY)
    facts = everything(tmp_path / "facts")
    alone = read_fhir(resources, knowledge=load(), as_of=TODAY)
    assert reading.tally.read == len(resources)
    assert len(facts[FactKind.REJECTED]) == len(alone.refused)
    (together,) = as_person_tables(facts, TODAY).values()
    mine = in_order(together)
    for key, value in in_order(alone.person_table).items():
        if key == "labs":  # of one person old results and doubles are left out
            assert all(row in mine["labs"] for row in value)
        elif key != "drugs":
            assert mine[key] == value


def _is_of(one: Row, patient: str) -> bool:
    if one["resourceType"] == "Patient":
        return bool(one["id"] == patient)
    whose = one.get("subject") or one.get("patient") or {}
    return bool(whose.get("reference") == f"Patient/{patient}")

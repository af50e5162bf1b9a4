"""HL7 v2 laboratory messages in, and the comment out as NTE segments."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hl7apy.parser import parse_message

from corrin.errors import InputError
from corrin.interfaces.fhir.reading import read_fhir
from corrin.interfaces.hl7v2 import resources_of
from corrin.knowledge.loading import load
from tests.interfaces.fhir_checks import faults
from tests.interfaces.fhir_parts import TODAY
from tests.interfaces.running import corrin

HEAD = (
    "MSH|^~\\&|LAB|H|||20261020101500+0100||ORU^R01^ORU_R01|1|P|2.5.1\r"
    "PID|1||P1^^^H^MR||Doe^Jane||19850304|F\r"
    "OBR|1|||24323-8^Panel^LN|||20261020090000\r"
)
B12 = "OBX|1|NM|2132-9^Cobalamin^LN||1480|pg/mL^^UCUM|197-771|H|||F|||20261020090000\r"


def _read(*segments: str, head: str = HEAD) -> Any:
    message = head + "".join(segments)
    return read_fhir(resources_of(message.encode(), today=TODAY), knowledge=load(), as_of=TODAY)


def _rows(*segments: str) -> list[dict[str, Any]]:
    return _read(*segments).person_table.get("labs", [])


def test_a_message_gives_the_same_person_as_fhir() -> None:
    reading = _read(B12)
    assert reading.person_table["age"] == 41
    assert reading.person_table["sex"] == "female"
    (row,) = reading.person_table["labs"]
    assert (row["lab"], row["value"], row["unit"]) == ("serum_b12", 1480.0, "pg/mL")
    assert row["reference_interval"] == {"low": 197.0, "high": 771.0}
    assert row["taken"].isoformat() == "2026-10-20"
    assert reading.patient_id == "P1"


def test_what_a_message_becomes_is_valid_fhir() -> None:
    for one in resources_of((HEAD + B12).encode(), today=TODAY):
        assert faults(one) == []


@pytest.mark.parametrize(
    ("segment", "value", "unit"),
    [
        ("OBX|1|SN|13964-2^MMA^LN||<^0.1|umol/L|||||F", "<0.1", "umol/L"),
        ("OBX|1|ST|2132-9^B12^LN||>2000|pg/mL|||||F", ">2000", "pg/mL"),
        ("OBX|1|NM|B12^Vitamin B12^L||300|pg/mL|||||C", 300.0, "pg/mL"),
        ("OBX|1|NM|X^X^L^2132-9^Cobalamin^LN||300|pmol/L^^ISO+|||||F", 300.0, "pmol/L"),
    ],
)
def test_kinds_of_values(segment: str, value: Any, unit: str) -> None:
    (row,) = _rows(segment)
    assert (row["value"], row["unit"]) == (value, unit)


@pytest.mark.parametrize(
    ("segment", "why"),
    [
        ("OBX|1|NM|2132-9^B12^LN||300|pg/mL|||||P", "preliminary"),
        ("OBX|1|NM|2132-9^B12^LN||300|pg/mL|||||X", "cancelled"),
        ("OBX|1|NM|2132-9^B12^LN||300|pg/mL|||||W", "entered-in-error"),
        ("OBX|1|NM|2132-9^B12^LN||300|pg/mL", "no status"),
        ("OBX|1|NM|2132-9^B12^LN||300||||||F", "missing"),
        ("OBX|1|NM|2132-9^B12^LN||300~400|pg/mL|||||F", "more than one value"),
        ("OBX|1|SN|2132-9^B12^LN||^100^-^200|pg/mL|||||F", "ratio"),
        ("OBX|1|NM|||300|pg/mL|||||F", "what was observed"),
        ("OBX|1|NM|2132-9^B12^LN|||pg/mL|||||F", "no value"),
        ("NTE|1|L|Sample haemolysed", "note for people"),
        ("ZXY|1|secret", "Corrin does not use"),
    ],
)
def test_what_is_not_used_is_told(segment: str, why: str) -> None:
    reading = _read(segment)
    assert "labs" not in reading.person_table
    assert why in " ".join(one.why for one in (*reading.ignored, *reading.refused))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"MSH|", "not-hl7"),
        (b"MSH|^~\\&|A|B|||1||ORU^R01|1|P|9.9", "not-hl7"),
        (b"MSH|^~\\&|A|B|||1||ADT^A01|1|P|2.5", "wrong-message"),
        (b"FHS|^~\\&|A", "empty"),
        (b"BHS|^~\\&|A\rPID|1", "not-hl7"),
    ],
)
def test_a_wrong_message_is_an_input_error(data: bytes, code: str) -> None:
    with pytest.raises(InputError) as caught:
        resources_of(data)
    assert caught.value.problems[0].code == code


def test_two_patients_are_an_input_error() -> None:
    second = (HEAD + B12).replace("P1^", "P2^")
    with pytest.raises(InputError, match="more than one patient"):
        _read(B12, second)


def test_the_command_reads_a_message_and_comments_on_it(tmp_path: Path) -> None:
    path = tmp_path / "message.hl7"
    path.write_bytes(b"\x0b" + (HEAD + B12).encode() + b"\x1c\r")
    answer = json.loads(corrin("assess", str(path), "--format", "json", "--draws", "0").output)
    assert answer["b12_status"]["class"] == "high"
    done = corrin("assess", str(path), "--format", "hl7", "--draws", "0", "--for", "clinician")
    message = parse_message(done.output.strip("\n"), find_groups=False)
    segments = list(message.children)
    assert [one.name for one in segments[:4]] == ["MSH", "PID", "OBR", "OBX"]
    notes = [one.nte_3.to_er7() for one in segments if one.name == "NTE"]
    assert len(notes) > 3
    assert answer["knowledge_version"] in notes[-1]
    assert segments[1].pid_3.to_er7() == "P1"
    assert all("|" not in note and "^" not in note for note in notes)

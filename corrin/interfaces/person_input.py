"""A person from whatever was given: a person file, FHIR, or an HL7 v2 message."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from corrin.errors import InputError, Problem
from corrin.interfaces.fhir.records import FhirReading
from corrin.knowledge.loading import Knowledge
from corrin.person.reading import person_from_table
from corrin.person.records import Person
from corrin.picture.person_file import check, read_person, vocabulary

_HEAD = 65_536  # not clinical: bytes looked at to tell what kind of file it is


def read_input(
    path: Path,
    *,
    knowledge: Knowledge,
    patient_id: str | None = None,
    code_map: Path | None = None,
    as_of: dt.date | None = None,
) -> tuple[Person, FhirReading | None]:
    """Return the person, and the account of the resources when it was no person file.

    Raises :class:`InputError` as the readers of each form do.
    """
    reading = read_record(
        path, knowledge=knowledge, patient_id=patient_id, code_map=code_map, as_of=as_of
    )
    if reading is None:
        return read_person(path, knowledge=knowledge), None
    person, _ = person_from_table(reading.person_table, vocabulary(knowledge))
    check(person, knowledge)
    return person, reading


def read_record(
    path: Path,
    *,
    knowledge: Knowledge,
    patient_id: str | None = None,
    code_map: Path | None = None,
    as_of: dt.date | None = None,
) -> FhirReading | None:
    """Return what FHIR resources or an HL7 v2 message say; None for any other file."""
    from corrin.interfaces.fhir.coding import read_code_map
    from corrin.interfaces.fhir.parsing import MAX_BYTES, looks_like_fhir, parse_fhir
    from corrin.interfaces.fhir.reading import read_fhir
    from corrin.interfaces.hl7v2 import looks_like_hl7, resources_of

    data = _bytes(path, MAX_BYTES)
    if data is None:
        return None
    if looks_like_hl7(data):
        resources = resources_of(data, name=path.name, today=as_of)
    elif looks_like_fhir(data):
        resources = parse_fhir(data, name=path.name)
    else:
        return None
    meant = None
    if code_map is not None:
        try:
            meant = read_code_map(code_map.read_text(encoding="utf-8-sig"), name=code_map.name)
        except (OSError, UnicodeDecodeError):
            raise InputError(
                [Problem(str(code_map), "no-file", "cannot be read.", "Check the path.")]
            ) from None
    return read_fhir(
        resources, knowledge=knowledge, patient_id=patient_id, as_of=as_of, code_map=meant
    )


def _bytes(path: Path, most: int) -> bytes | None:
    """Return the bytes of a file that may be FHIR or HL7 v2; None leaves it to other readers."""
    from corrin.interfaces.fhir.parsing import looks_like_fhir
    from corrin.interfaces.hl7v2 import looks_like_hl7

    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            head = file.read(_HEAD)
            if not (
                looks_like_hl7(head) or head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in {b"{", b"["}
            ):
                return None
            data = head + file.read(most + 1 - len(head))
    except OSError:
        return None
    return data if looks_like_hl7(data) or looks_like_fhir(data) else None

"""From the resources of a call to the picture of a person."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from corrin.b12_status.classing import class_b12
from corrin.b12_status.records import B12Status
from corrin.errors import InputError, Refusal
from corrin.interfaces.cds_hooks.calls import Resource
from corrin.interfaces.cds_hooks.outcomes import bad
from corrin.interfaces.fhir.reading import read_fhir
from corrin.interfaces.fhir.records import FhirReading
from corrin.knowledge.loading import Knowledge
from corrin.person.reading import person_from_table
from corrin.picture.building import clinical_picture
from corrin.picture.person_file import vocabulary
from corrin.picture.records import Picture
from corrin.triage.lookup import PictureLookup


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Patient:
    """What is known of the patient of a call, and what became of each resource."""

    id: str
    picture: Picture
    status: B12Status | None
    reading: FhirReading
    lookup: PictureLookup
    today: dt.date


def patient_of(resources: list[Resource], patient_id: str, knowledge: Knowledge) -> Patient:
    """Read the resources.  Raises :class:`HookError` when they make no person."""
    today = dt.date.today()
    try:
        reading = read_fhir(resources, knowledge=knowledge, patient_id=patient_id, as_of=today)
        # No check of the results as in a person file: the reading has refused what is wrong,
        # and the picture names what it leaves out.
        person, _ = person_from_table(reading.person_table, vocabulary(knowledge))
    except InputError as error:
        places = ", ".join(dict.fromkeys(one.where for one in error.problems))
        raise bad(f"The resources cannot be used: {places}.") from None
    picture = clinical_picture(person, knowledge)
    found = class_b12(picture, knowledge)
    status = None if isinstance(found, Refusal) else found
    return Patient(
        id=patient_id,
        picture=picture,
        status=status,
        reading=reading,
        lookup=PictureLookup(picture, status, knowledge),
        today=today,
    )

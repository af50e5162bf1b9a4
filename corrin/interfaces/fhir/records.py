"""What was read of FHIR resources: the person, and what became of every resource."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """A resource that was used: ``resource`` is "Observation/123", ``as_`` what it became.

    ``as_`` names keys of the person file ("labs: serum_b12", "findings: cramps") and
    holds no value.
    """

    resource: str
    as_: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """A resource that says nothing Corrin asks for, or cannot be relied on, and why."""

    resource: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A resource that is wrong or of somebody else, why, and a stable code for the reason."""

    resource: str
    why: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FhirReading:
    """A person in the form of the person file, and an account of every resource.

    ``person_table`` is what :func:`corrin.person.reading.person_from_table` reads;
    ``patient_id`` is the logical id of the patient, None when no resource names one.
    A resource with several parts (components, answers) may stand in ``used`` for some
    of them and in ``ignored`` or ``refused``, with the part in its name, for others.
    """

    person_table: dict[str, Any]
    used: tuple[Used, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    refused: tuple[Refused, ...] = ()
    patient_id: str | None = None

    def as_table(self) -> dict[str, Any]:
        """Return the account of the resources as plain lists, for JSON."""
        return {
            "used": [{"resource": one.resource, "as": one.as_} for one in self.used],
            "ignored": [{"resource": one.resource, "why": one.why} for one in self.ignored],
            "refused": [
                {"resource": one.resource, "why": one.why, "code": one.code} for one in self.refused
            ],
        }

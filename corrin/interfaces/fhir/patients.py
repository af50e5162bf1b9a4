"""Whose resources they are: one patient's, and nobody else's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from corrin.errors import InputError, Problem
from corrin.interfaces.fhir.context import Context, Part
from corrin.interfaces.fhir.elements import NotUsedError, Resource, day, rows, table, text
from corrin.interfaces.fhir.parsing import Entry

_SEXES = {"female", "male"}
_GENDERS = _SEXES | {"other", "unknown"}
#: Resources that are of nobody.
_OF_NOBODY = {
    "Medication", "OperationOutcome", "Practitioner", "PractitionerRole", "Organization",
    "Location", "Device", "Questionnaire", "Parameters", "Library", "ValueSet", "CodeSystem",
    "ConceptMap", "StructureDefinition", "CapabilityStatement", "HealthcareService", "Endpoint",
    "Binary", "Group", "Substance",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The patient: the logical id, the Patient resource when it is here, its addresses."""

    id: str | None
    resource: Resource = field(default_factory=dict)
    addresses: frozenset[str] = frozenset()

    def check(self, one: Resource) -> None:
        """Raise :class:`NotUsedError` for a resource that is not this patient's."""
        kind = one.get("resourceType")
        if kind in _OF_NOBODY:
            return
        if kind == "Patient":
            if one is not self.resource and self.id is not None and _id(one) != self.id:
                raise NotUsedError("It is another patient.", "other-patient")
            return
        whose = [table(one, key) for key in ("subject", "patient") if one.get(key) is not None]
        said = [text(each, "reference") for each in whose]
        identified = [table(each, "identifier") for each in whose]
        if not any(said) and not any(identified):
            if self.id is not None:
                raise NotUsedError("It does not say whose it is.", "no-patient")
            return
        for reference, identifier in zip(said, identified, strict=True):
            if reference and not self._is(reference, one):
                raise NotUsedError("It is of another patient.", "other-patient")
            if identifier and not reference and not self._has(identifier):
                raise NotUsedError("It is of another patient, or one not known.", "other-patient")

    def _is(self, reference: str, within: Resource) -> bool:
        reference = reference.partition("/_history/")[0]
        if reference.startswith("#"):
            inside = within.get("contained")
            found = inside if isinstance(inside, list) else []
            return any(
                isinstance(one, Mapping) and one.get("id") in {reference[1:]}
                and one.get("resourceType") == "Patient" and self.id in {None, reference[1:]}
                for one in found
            )  # fmt: skip
        if reference in self.addresses:
            return True
        absolute = {one for one in self.addresses if one.startswith(("http:", "https:"))}
        if reference.startswith(("http:", "https:")) and absolute:
            return False
        return self.id is not None and _tail(reference) == self.id

    def _has(self, identifier: Resource) -> bool:
        wanted = (text(identifier, "system"), text(identifier, "value"))
        own = rows(self.resource, "identifier")
        return bool(wanted[1]) and wanted in {(text(a, "system"), text(a, "value")) for a in own}


def subject_of(entries: list[Entry], patient_id: str | None) -> Subject:
    """Return the patient the resources are of.

    Raises :class:`InputError` when they are of several and none was named.
    """
    patients = [
        entry
        for entry in entries
        if isinstance(entry.resource, Mapping) and entry.resource.get("resourceType") == "Patient"
    ]
    wanted = None if patient_id is None else patient_id.removeprefix("Patient/")
    ids = {_id(entry.resource) for entry in patients} - {None}
    if wanted is None and len(ids) > 1:
        _several()
    if wanted is None and not patients:
        ids = {_tail(one) for entry in entries for one in _subjects(entry.resource)}
        if len(ids) > 1:
            _several()
    id_ = wanted or next(iter(ids), None)
    own = [entry for entry in patients if _id(entry.resource) == id_]
    if wanted is None and not own:
        own = patients[:1]
    addresses = {entry.address for entry in own if entry.address}
    if id_ is not None:
        addresses |= {f"Patient/{id_}", f"urn:uuid:{id_}"}
    if id_ is None and addresses:
        id_ = _tail(next(iter(addresses)))
    return Subject(
        id=id_,
        resource=own[0].resource if own else {},
        addresses=frozenset(addresses),
    )


def _id(one: Any) -> str | None:
    id_ = one.get("id")
    return id_ if isinstance(id_, str) and id_ else None


def _subjects(one: Any) -> Iterator[str]:
    """Yield the patient a resource names, when it does so by a plain reference."""
    for key in ("subject", "patient"):
        whose = one.get(key) if isinstance(one, Mapping) else None
        reference = whose.get("reference") if isinstance(whose, Mapping) else None
        if not isinstance(reference, str) or reference.startswith("#"):
            continue
        if "Patient/" in reference or reference.startswith("urn:"):
            yield reference.partition("/_history/")[0]


def _tail(reference: str) -> str:
    reference = reference.partition("/_history/")[0]
    if reference.startswith("urn:"):
        return reference.rpartition(":")[2]
    return reference.rpartition("Patient/")[2]


def _several() -> NoReturn:
    raise InputError(
        [
            Problem(
                "the input",
                "several-people",
                "holds resources of more than one patient.",
                "Give one patient, or say which with --patient ID.",
            )
        ]
    )


def read_patient(one: Resource, context: Context) -> Iterator[Part]:
    """Yield age and sex; a gender that is neither female nor male leaves the sex not known."""
    if one.get("active") is False and one.get("link"):
        raise NotUsedError("It was replaced by another record of the same patient.")
    gender = text(one, "gender")
    if gender and gender not in _GENDERS:
        raise NotUsedError("Its gender is not one of FHIR's.", "wrong-gender")
    if gender in _SEXES:
        yield Part(key="sex", name="sex", value=gender, as_="sex")
    born = day(one, "birthDate", today=context.today)
    if born is None:
        return
    on = day(one, "deceasedDateTime", today=context.today)
    age = _years(born, on or context.today)
    if age > context.vocabulary.oldest_age:
        raise NotUsedError("Its birthDate gives no possible age.", "impossible-value")
    yield Part(key="age", name="age", value=age, as_="age")


def _years(born: dt.date, today: dt.date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))

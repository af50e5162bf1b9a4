"""FHIR R4 resources to a person: every resource is used, ignored or refused, each with why.

Nothing vanishes and nothing is guessed: a code does not fix a unit, a missing medicine is
not one that is not taken, and a resource of another patient is refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from corrin.interfaces.fhir.answers import read_answers
from corrin.interfaces.fhir.coding import CodeMap
from corrin.interfaces.fhir.conditions import read_condition
from corrin.interfaces.fhir.context import Context, Part, context_of
from corrin.interfaces.fhir.elements import NotUsedError, Resource, kind_of, label_of
from corrin.interfaces.fhir.gathering import Gathered
from corrin.interfaces.fhir.medications import read_medication
from corrin.interfaces.fhir.observations import read_observation
from corrin.interfaces.fhir.parsing import Entry, entries_of
from corrin.interfaces.fhir.patients import Subject, read_patient, subject_of
from corrin.interfaces.fhir.records import FhirReading
from corrin.interfaces.fhir.visits import read_encounter
from corrin.knowledge.loading import Knowledge

Reader = Callable[[Resource, Context], Iterator["Part | tuple[str, NotUsedError]"]]

_READERS: Mapping[str, Reader] = {
    "Patient": read_patient,
    "Observation": read_observation,
    "Condition": read_condition,
    "MedicationRequest": read_medication,
    "MedicationStatement": read_medication,
    "MedicationAdministration": read_medication,
    "QuestionnaireResponse": read_answers,
    "Encounter": read_encounter,
}
_TOLD = {
    "OperationOutcome": "It tells of the search, not of the patient.",
    "Medication": "It is read together with what refers to it.",
    "DiagnosticReport": "Its results are read from the Observations it names.",
    "SegmentNTE": "It is a note for people, which Corrin does not read.",
    "AllergyIntolerance": "It is not something that Corrin asks about.",
}


def read_fhir(
    resources: Iterable[Any] | Mapping[str, Any],
    *,
    knowledge: Knowledge,
    patient_id: str | None = None,
    as_of: dt.date | None = None,
    code_map: CodeMap | None = None,
) -> FhirReading:
    """Read resources (a Bundle, or any number of Bundles and resources) of one patient.

    ``patient_id`` is the logical id of the patient meant; without it the resources must be
    of one patient.  ``as_of`` is the day of the answer, by default today.  ``code_map``
    gives a site's own codes a meaning (:func:`corrin.interfaces.fhir.coding.read_code_map`).

    Raises :class:`InputError` when the resources are of several patients and ``patient_id``
    does not say which is meant, and when there are more than one patient has.  A resource
    that is wrong is refused in the account, never an error.
    """
    today = as_of or dt.date.today()
    entries, ignored, refused = entries_of(resources)
    subject = subject_of(entries, patient_id)
    context = context_of(
        knowledge=knowledge,
        today=today,
        code_map=code_map or {},
        patient=subject.resource,
        by_address=_by_address(entries),
    )
    gathered = Gathered(ignored=list(ignored), refused=list(refused))
    for place, entry, newest in _newest(entries):
        label = label_of(entry.resource, place)
        if not newest:
            again = NotUsedError("The same resource is there again, in a version as new.")
            gathered.not_used(label, again)
            continue
        try:
            _read(entry, label, subject, context, gathered)
        except NotUsedError as reason:
            gathered.not_used(label, reason)
        except (RecursionError, OverflowError):
            gathered.not_used(label, NotUsedError("It cannot be read.", "not-read"))
    return FhirReading(
        person_table=gathered.person_table(as_of=as_of),
        used=tuple(gathered.used),
        ignored=tuple(gathered.ignored),
        refused=tuple(gathered.refused),
        patient_id=subject.id,
    )


def _read(entry: Entry, label: str, subject: Subject, context: Context, gathered: Gathered) -> None:
    one = entry.resource
    if not isinstance(one, Mapping):
        raise NotUsedError("It is not an object.", "wrong-type")
    kind = one.get("resourceType")
    if not isinstance(kind, str) or kind_of(one) == "resource":
        raise NotUsedError("It does not say which resource it is.", "missing-type")
    if "modifierExtension" in one or "implicitRules" in one:
        raise NotUsedError("It has an extension that may change its meaning.", "modifier-extension")
    subject.check(one)
    reader = _READERS.get(kind)
    if reader is None:
        raise NotUsedError(_TOLD.get(kind, f"Corrin does not use a {kind}."))
    parts = list(reader(one, context))
    if not parts:
        raise NotUsedError("It holds nothing that Corrin asks about.")
    for part in parts:
        if isinstance(part, Part):
            gathered.take(label, part)
        else:
            gathered.not_used(f"{label} ({part[0]})", part[1])


def _by_address(entries: Iterable[Entry]) -> Mapping[str, Resource]:
    found: dict[str, Resource] = {}
    for entry in entries:
        one = entry.resource
        if isinstance(one, Mapping):
            if entry.address:
                found[entry.address] = one
            if isinstance(one.get("id"), str):
                found[f"{kind_of(one)}/{one['id']}"] = one
    return found


def _newest(entries: list[Entry]) -> Iterator[tuple[int, Entry, bool]]:
    """Yield each resource with its place, and whether no newer version of it is there."""
    best: dict[tuple[str, str], tuple[str, int]] = {}
    keys: list[tuple[str, str] | None] = []
    for place, entry in enumerate(entries):
        one = entry.resource
        key = None
        if isinstance(one, Mapping) and isinstance(one.get("id"), str):
            key = (kind_of(one), one["id"])
            meta = one.get("meta")
            updated = meta.get("lastUpdated") if isinstance(meta, Mapping) else None
            version = (updated if isinstance(updated, str) else "", -place)
            best[key] = max(best.get(key, version), version)
        keys.append(key)
    for place, (entry, key) in enumerate(zip(entries, keys, strict=True)):
        yield place + 1, entry, key is None or best[key][1] == -place

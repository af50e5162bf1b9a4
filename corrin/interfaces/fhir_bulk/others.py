"""Patients, conditions, medicines and visits at speed, as ``observations`` does it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import msgspec

from corrin.interfaces.fhir.answers import read_answers
from corrin.interfaces.fhir.conditions import read_condition
from corrin.interfaces.fhir.context import Context, Part
from corrin.interfaces.fhir.elements import NotUsedError, Resource
from corrin.interfaces.fhir.medications import read_medication
from corrin.interfaces.fhir_bulk import reasons, shapes
from corrin.interfaces.fhir_bulk.collected import Collected
from corrin.interfaces.fhir_bulk.days import Days
from corrin.interfaces.fhir_bulk.slowly import (
    GENDERS,
    NOT_JSON,
    READERS,
    not_used,
    people,
    read_slowly,
    rows_of,
)
from corrin.interfaces.fhir_bulk.subjects import checked, person_referred
from corrin.person.reading import SEXES
from corrin.population.facts import FactKind

_MOST = 50_000  # not clinical: contents remembered
_LONGEST = 4_000  # not clinical: bytes of answers that are remembered
_NO_VISIT_NOW = {"planned", "finished", "cancelled", "entered-in-error", "unknown"}


class Lines(Protocol):
    """Reads lines that mostly hold one kind of resource.

    ``into`` is taken for each piece anew; what contents mean is remembered.
    """

    into: Collected

    def read(self, lines: Sequence[bytes], first: int) -> None:
        """Read lines, the first of which has the number ``first``."""

    def flush(self) -> None:
        """Hand on what was read so far."""


class _Typed(Protocol):
    resource_type: str | None


_One = TypeVar("_One", bound=_Typed)


@dataclass(slots=True)
class _Reader:
    """What the readers of this file share."""

    context: Context
    into: Collected
    days: Days = field(init=False)
    known: dict[tuple[Any, ...], tuple[Part, ...] | NotUsedError | None] = field(
        default_factory=dict
    )

    def __post_init__(self) -> None:
        self.days = Days(self.context.today)

    def each(
        self,
        lines: Sequence[bytes],
        first: int,
        decode: Callable[[bytes], _One],
        take: Callable[[_One, bytes], bool],
    ) -> None:
        """Let ``take`` use each line; a line that it leaves goes the slow way."""
        for number, line in enumerate(lines, start=first):
            try:
                one = decode(line)
            except NOT_JSON:
                read_slowly(line, number, self.context, self.into)
                continue
            try:
                taken = take(one, line)
            except NotUsedError as reason:
                not_used(reason, number, one.resource_type or "line", None, self.into)
                continue
            if not taken:
                read_slowly(line, number, self.context, self.into)

    def meaning(
        self, key: tuple[Any, ...], read: Callable[[], tuple[Part, ...]]
    ) -> tuple[Part, ...] | NotUsedError | None:
        """Return what contents mean; None for what is to be read as a whole."""
        if key in self.known:
            return self.known[key]
        if len(self.known) >= _MOST:
            self.known.clear()
        found: tuple[Part, ...] | NotUsedError | None
        try:
            found = read()
        except NotUsedError as reason:
            found = None if reason.code else reason
        except NOT_JSON:
            found = None
        self.known[key] = found
        return found

    def flush(self) -> None:
        """Nothing is held back here."""


class Patients(_Reader):
    """Reads Patients."""

    _decoder = msgspec.json.Decoder(shapes.Patient)

    def __post_init__(self) -> None:
        super().__post_init__()
        today, oldest = self.context.today, self.context.vocabulary.oldest_age
        #: Who was born before its end may be older than anybody is.
        self.first_year = 0 if today == dt.date.max else today.year - int(oldest)

    def read(self, lines: Sequence[bytes], first: int) -> None:
        """Read lines, the first of which has the number ``first``."""
        self.each(lines, first, self._decoder.decode, self._take)

    def _take(self, one: shapes.Patient, _: bytes) -> bool:
        gender = one.gender
        if one.resource_type != "Patient" or (gender is not None and gender not in GENDERS):
            return False
        person = checked(one.id or "")
        born = self.days.of(one.birth_date)
        if born is not None and born.year <= self.first_year:
            return False
        kind, row = people(person, birth_date=born, sex=gender if gender in SEXES else None)
        self.into.add(kind, row)
        self.into.used()
        return True


class Conditions(_Reader):
    """Reads Conditions."""

    _decoder = msgspec.json.Decoder(shapes.Condition)

    def read(self, lines: Sequence[bytes], first: int) -> None:
        """Read lines, the first of which has the number ``first``."""
        self.each(lines, first, self._decoder.decode, self._take)

    def _take(self, one: shapes.Condition, _: bytes) -> bool:
        subject = one.subject
        if one.resource_type != "Condition" or subject is None or subject.reference is None:
            return False
        contents = {
            "code": bytes(one.code),
            "clinicalStatus": bytes(one.clinical_status),
            "verificationStatus": bytes(one.verification_status),
        }
        meant = self.meaning(
            tuple(contents.values()),
            lambda: tuple(read_condition(_decoded(contents), self.context)),
        )
        if meant is None:
            return False
        if isinstance(meant, NotUsedError):
            raise meant
        person = person_referred(subject.reference)
        onset = self.days.of(one.onset_date_time)
        noted = _or_none(self.days, one.recorded_date) or onset
        for part in meant:
            for given in rows_of(part, person, noted, self.context):
                if not isinstance(given, NotUsedError):
                    self.into.add(*given)
        self.into.used()
        return True


class Medicines(_Reader):
    """Reads MedicationRequests and MedicationStatements; B12 goes the slow way."""

    _decoder = msgspec.json.Decoder(shapes.Medicine)

    def read(self, lines: Sequence[bytes], first: int) -> None:
        """Read lines, the first of which has the number ``first``."""
        self.each(lines, first, self._decoder.decode, self._take)

    def _take(self, one: shapes.Medicine, _: bytes) -> bool:
        subject, kind = one.subject, one.resource_type
        if kind not in {"MedicationRequest", "MedicationStatement"}:
            return False
        dosage = bytes(one.dosage_instruction if kind == "MedicationRequest" else one.dosage)
        if subject is None or subject.reference is None or b"boundsPeriod" in dosage:
            return False
        concept = bytes(one.medication_codeable_concept)
        meant = self.meaning(
            (kind, one.status, one.intent, concept), lambda: self._plain(one, concept)
        )
        if meant is None:
            return False
        if isinstance(meant, NotUsedError):
            raise meant
        person = person_referred(subject.reference)
        since = self.days.of(one.authored_on)
        self.into.add(FactKind.DRUGS, (person, meant[0].value["name"], since, None))
        self.into.used()
        return True

    def _plain(self, one: shapes.Medicine, concept: bytes) -> tuple[Part, ...]:
        """Return the medicine, when it is one of which only the name and the day count."""
        said = {"resourceType": one.resource_type, "status": one.status, "intent": one.intent}
        found = tuple(
            read_medication(said | _decoded({"medicationCodeableConcept": concept}), self.context)
        )
        if len(found) != 1 or found[0].key != "drugs":
            raise NotUsedError("It is to be read as a whole.", "whole")
        return found


class Responses(_Reader):
    """Reads QuestionnaireResponses: many people give the same answers."""

    _decoder = msgspec.json.Decoder(shapes.Answers)

    def read(self, lines: Sequence[bytes], first: int) -> None:
        """Read lines, the first of which has the number ``first``."""
        self.each(lines, first, self._decoder.decode, self._take)

    def _take(self, one: shapes.Answers, _: bytes) -> bool:
        subject, item = one.subject, bytes(one.item)
        if one.resource_type != "QuestionnaireResponse" or len(item) > _LONGEST:
            return False
        if subject is None or subject.reference is None:
            return False
        said = {"status": one.status, "questionnaire": one.questionnaire}
        meant = self.meaning(
            (one.status, one.questionnaire, item),
            lambda: self._whole(said | _decoded({"item": item})),
        )
        if meant is None:
            return False
        if isinstance(meant, NotUsedError):
            raise meant
        person = person_referred(subject.reference)
        noted = _or_none(self.days, one.authored)
        given = [row for part in meant for row in rows_of(part, person, noted, self.context)]
        rows = [row for row in given if not isinstance(row, NotUsedError)]
        if not rows or len(rows) < len(given):
            return False
        for kind, row in rows:
            self.into.add(kind, row)
        self.into.used()
        return True

    def _whole(self, said: Resource) -> tuple[Part, ...]:
        """Return the answers, when every one of them is used."""
        found = [part for part in read_answers(said, self.context) if isinstance(part, Part)]
        if len(found) != sum(1 for _ in read_answers(said, self.context)):
            raise NotUsedError("It is to be read as a whole.", "whole")
        return tuple(found)


class Encounters(_Reader):
    """Reads Encounters: nearly all are over."""

    _decoder = msgspec.json.Decoder(shapes.Encounter)

    def read(self, lines: Sequence[bytes], first: int) -> None:
        """Read lines, the first of which has the number ``first``."""
        self.each(lines, first, self._decoder.decode, self._take)

    def _take(self, one: shapes.Encounter, line: bytes) -> bool:
        if one.resource_type != "Encounter" or one.status not in _NO_VISIT_NOW:
            return False
        if one.status == "finished" and self.context.today.isoformat().encode() in line:
            return False
        self.into.ignore(reasons.VISIT_OVER)
        return True


class Whatever(_Reader):
    """Reads lines of kinds that are not used, or are few."""

    _decoder = msgspec.json.Decoder(shapes.Kind)

    def read(self, lines: Sequence[bytes], first: int) -> None:
        """Read lines, the first of which has the number ``first``."""
        self.each(lines, first, self._decoder.decode, self._take)

    def _take(self, one: shapes.Kind, _: bytes) -> bool:
        kind = one.resource_type
        if kind in READERS or kind in {None, "Bundle", "Medication"} or not str(kind).isalpha():
            return False
        self.into.ignore(reasons.KIND_NOT_USED)
        return True


def _decoded(contents: dict[str, bytes]) -> dict[str, Any]:
    return {key: msgspec.json.decode(value) for key, value in contents.items() if value}


def _or_none(days: Days, said: str | None) -> dt.date | None:
    try:
        return days.of(said)
    except NotUsedError:
        return None

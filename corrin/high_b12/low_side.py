"""Why is B12 low, and what can happen when treatment begins?

Each cause is a record that says what in a picture points to it.  Nothing is weighed:
causes of a lack can act together, and none was found with a likelihood.  Nothing here
stands in the way of treatment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corrin.b12_status.records import B12Class, B12Status
from corrin.errors import Refusal
from corrin.high_b12.sources_records import LowCause, LowSide, Standing, TreatmentEvent
from corrin.knowledge.conditions import Condition, Value
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records_of_high_b12 import CauseOfLowB12, StartEvent
from corrin.person.records import Drug
from corrin.picture.records import Picture

STARTED = "b12_injection_new"
SAID_LOW = "lab_b12_low"
_LOW = (B12Class.DEFICIENT, B12Class.INDETERMINATE)
_WORD = re.compile(r"[a-z]+")
_ORDER = {standing: place for place, standing in enumerate(Standing)}


def why_low(
    picture: Picture, b12_status: B12Status | None, knowledge: Knowledge
) -> LowSide | Refusal:
    """Return causes of a low or unclear level, and the events near the start of treatment.

    Answered when the class is deficient or indeterminate, when the level was said to be
    low, or when treatment has just begun; otherwise refused as "not-low".  Supported
    causes come first; ``ask`` holds the findings that would settle the others.
    """
    low = b12_status is not None and b12_status.b12_class in _LOW
    started = picture.present(STARTED)
    if not (low or started or picture.present(SAID_LOW)):
        return Refusal(
            "low_b12", "not-low", "Your B12 level is not low or unclear, so this was not asked."
        )
    causes = sorted(_causes(picture, knowledge), key=lambda cause: _ORDER[cause.standing])
    open_ = {cause.id for cause in causes if cause.standing is Standing.NOT_ASKED}
    records = knowledge.causes_of_low_b12
    asked = (name for id_ in records if id_ in open_ for name in records[id_].findings)
    return LowSide(
        causes=tuple(causes),
        ask=tuple(dict.fromkeys(name for name in asked if name not in picture.findings)),
        events=tuple(_events(picture, knowledge, now=started)),
    )


def _causes(picture: Picture, knowledge: Knowledge) -> Iterator[LowCause]:
    for record in knowledge.causes_of_low_b12.values():
        standing, because = _standing(record, picture)
        yield LowCause(
            id=record.id,
            standing=standing,
            because=because,
            person=record.summary,
            clinician=record.clinician_summary,
            next_steps=record.next_steps,
            references=record.references,
            assumed=record.assumed,
        )


def _standing(record: CauseOfLowB12, picture: Picture) -> tuple[Standing, tuple[str, ...]]:
    """Return how a cause stands, and the findings or medicines that support or deny it."""
    person = picture.person
    present = tuple(name for name in record.findings if picture.present(name))
    taken = tuple(name for name in record.medicines if _named(name, person.drugs or ()))
    by_rule = record.when is not None and _holds(record.when, picture)
    if present or taken or by_rule:
        return Standing.SUPPORTED, (*present, *taken, *(("age",) if by_rule else ()))
    denied = all(picture.absent(name) for name in record.findings)
    if record.medicines:
        # A list with entries may not be complete; only "none" is an answer.
        denied = denied and person.drugs == ()
    if record.when is not None:
        denied = denied and _holds(record.when, picture) is False
    return (Standing.DENIED, record.findings) if denied else (Standing.NOT_ASKED, ())


def _named(medicine: str, drugs: tuple[Drug, ...]) -> bool:
    return any(medicine in _WORD.findall(drug.name.casefold()) for drug in drugs)


def _holds(rule: str, picture: Picture) -> bool | None:
    about: dict[str, Value] = {"age": picture.person.age, "sex": picture.person.sex}
    return Condition.parse(rule).evaluate(about.get)


def _events(picture: Picture, knowledge: Knowledge, *, now: bool) -> Iterator[TreatmentEvent]:
    for record in knowledge.high_b12.start_event:
        if _applies(record, picture):
            yield TreatmentEvent(
                id=record.id,
                name=record.name,
                now=now,
                person=record.person,
                clinician=record.clinician,
                next_steps=record.next_steps,
                references=record.references,
            )


def _applies(record: StartEvent, picture: Picture) -> bool:
    """Whether an event concerns this person; without an age, each does."""
    return record.when is None or _holds(record.when, picture) is not False

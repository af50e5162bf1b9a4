"""Asks each question of a person, in order, and gathers the answers in one value.

Red flags are looked at whatever else can or cannot be answered; a question that
cannot be answered is a :class:`Refusal` in the assessment, never an empty list.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from corrin._version import __version__
from corrin.b12_status.classing import class_b12
from corrin.b12_status.records import B12Status
from corrin.claims.appraising import appraise_all, appraise_ids
from corrin.claims.causality import causality
from corrin.claims.records import Appraisal
from corrin.claims.records_of_causality import Alternative, Causality, Course
from corrin.errors import Refusal
from corrin.high_b12.answering import WhyHigh, why_high
from corrin.high_b12.low_side import why_low
from corrin.high_b12.sources_records import LowSide
from corrin.high_b12.taken import taken
from corrin.knowledge.loading import Knowledge, load
from corrin.knowledge.records import Setting
from corrin.next_steps.records import SuggestedStep
from corrin.next_steps.suggesting import suggest
from corrin.person.records import Person
from corrin.picture.building import clinical_picture
from corrin.picture.records import Picture
from corrin.triage.lookup import PictureLookup
from corrin.triage.records import Urgency
from corrin.triage.urgency import urgency
from corrin.twitching.explaining import explain
from corrin.twitching.records import Twitching

Answer = TypeVar("Answer")


class Reader(StrEnum):
    """Who reads the answer; the engine is the same, the words and the default setting differ."""

    PERSON = "person"
    CLINICIAN = "clinician"


#: What a reader sees when the person file names no setting.
DEFAULT_SETTING = {Reader.PERSON: Setting.GENERAL, Reader.CLINICIAN: Setting.PRIMARY_CARE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The answer for one person.

    A question that was refused is None and has an entry in ``refusals``; ``urgency``
    is never refused.  ``low_b12`` is None without a refusal when the level is not low.
    ``claims`` holds every claim of the article, each saying whether it bears on the person.
    """

    person: Person
    reader: Reader
    picture: Picture
    b12_status: B12Status | None
    high_b12: WhyHigh | None
    low_b12: LowSide | None
    twitching: Twitching | None
    urgency: Urgency
    claims: tuple[Appraisal, ...]
    causality: Causality | None
    next_steps: tuple[SuggestedStep, ...] | None
    refusals: tuple[Refusal, ...]
    knowledge: Knowledge
    knowledge_version: str
    software_version: str
    disclaimer: str
    assessed_on: dt.date


def assess(
    person: Person,
    *,
    reader: Reader | str = Reader.PERSON,
    draws: int | None = None,
    knowledge: Knowledge | None = None,
) -> Assessment:
    """Answer every question for one person.

    ``draws`` is the number of repetitions behind the 90% intervals (default: the
    knowledge's ``draws``; 0 gives point values only).  Raises nothing for a person
    read by :func:`corrin.read_person`: what cannot be answered is in ``refusals``.
    """
    knowledge = knowledge or load()
    reader = Reader(reader)
    picture = clinical_picture(person, knowledge)
    refusals = list(picture.not_used)
    status = _kept(class_b12(picture, knowledge), refusals)
    how_soon = urgency(picture, status, knowledge, country=person.country)
    setting = Setting(person.setting) if person.setting else DEFAULT_SETTING[reader]
    count = int(knowledge.model["draws"].value) if draws is None else draws
    today = person.as_of or dt.date.today()
    high = _kept(
        why_high(picture, status, knowledge, today=today, draws=count, setting=setting), refusals
    )
    low = why_low(picture, status, knowledge)
    weighed = _kept(explain(picture, knowledge, setting=setting, draws=count), refusals)
    caused = _kept(_caused(picture, status, weighed, knowledge, today), refusals)
    steps = suggest(picture, status, weighed, how_soon, knowledge)
    words = knowledge.wording["disclaimer"]
    return Assessment(
        person=person,
        reader=reader,
        picture=picture,
        b12_status=status,
        high_b12=high,
        low_b12=None if isinstance(low, Refusal) else low,
        twitching=weighed,
        urgency=how_soon,
        claims=appraise_all(knowledge, lookup=PictureLookup(picture, status, knowledge)),
        causality=caused,
        next_steps=steps,
        refusals=tuple(refusals),
        knowledge=knowledge,
        knowledge_version=knowledge.version,
        software_version=__version__,
        disclaimer=words.person if reader is Reader.PERSON else words.clinician,
        assessed_on=today,
    )


def appraise(claim: str, *, knowledge: Knowledge | None = None) -> Appraisal:
    """Return what the evidence says of a claim of the article, by its id (``"CL02"``).

    Raises :class:`InputError` naming the nearest ids for one that is not known.
    """
    (found,) = appraise_ids((claim,), knowledge or load())
    return found


def _caused(
    picture: Picture,
    status: B12Status | None,
    weighed: Twitching | None,
    knowledge: Knowledge,
    today: dt.date,
) -> Causality | Refusal:
    """Judge whether B12 caused the twitching, by the differential and what was taken when."""
    exposure = taken(picture.person, knowledge, today=today)
    return causality(
        person=picture.person,
        picture=picture,
        b12_status=status,
        alternatives=None if weighed is None else tuple(_alternatives(weighed, knowledge)),
        courses=None
        if exposure.days is None
        else tuple(Course(first=first, last=last) for first, last in exposure.days),
        b6_along=exposure.b6_above_limit,
        knowledge=knowledge,
    )


def _alternatives(weighed: Twitching, knowledge: Knowledge) -> Iterator[Alternative]:
    for cause in weighed.causes:
        record = knowledge.causes[cause.id]
        yield Alternative(
            id=cause.id,
            name=record.name,
            professional_name=record.professional_name,
            probability=cause.probability,
        )


def _kept(answer: Answer | Refusal, refusals: list[Refusal]) -> Answer | None:
    """Return the answer, or None after putting its refusal with the others."""
    if isinstance(answer, Refusal):
        refusals.append(answer)
        return None
    return answer


def assess_many(
    people: Iterable[Person],
    *,
    reader: Reader | str = Reader.CLINICIAN,
    draws: int = 0,
    knowledge: Knowledge | None = None,
) -> Iterator[Assessment]:
    """Answer for many people, one :class:`Assessment` each, in the order given."""
    knowledge = knowledge or load()
    for person in people:
        yield assess(person, reader=reader, draws=draws, knowledge=knowledge)

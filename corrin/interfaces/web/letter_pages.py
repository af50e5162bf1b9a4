"""A letter of one page to take to a doctor or nurse: what was found and what to ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from corrin.assessment import Assessment, assess
from corrin.interfaces.web.answers_so_far import result_words
from corrin.interfaces.web.drawing import Shown, draw
from corrin.interfaces.web.forms import read_sitting, sitting_fields
from corrin.interfaces.web.sending import send_from_form
from corrin.interfaces.web.typed import OFTEN
from corrin.interfaces.web.worker import knowledge_here
from corrin.knowledge.records import Effort
from corrin.person.records import Intake, Person
from corrin.report.building import build
from corrin.report.letter import main_sources
from corrin.report.telling import Telling, date_words
from corrin.report.view import View

router = APIRouter(include_in_schema=False)

#: How much fits on one page.
MOST_FINDINGS = 12  # not clinical: lines of a page
MOST_STEPS = 5  # not clinical: lines of a page
MOST_CAUSES = 3  # not clinical: lines of a page
#: Findings whose answer a doctor wants to read, yes or no.
FIRST_SAID = ("objective_weakness", "atrophy", "dysarthria", "dysphagia", "orthopnoea")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What stands in the letter, in words; ``more`` counts the present findings left out."""

    about: str
    results: tuple[tuple[str, str], ...]
    intake: tuple[str, ...]
    drugs: tuple[str, ...]
    present: tuple[str, ...]
    more: int
    absent: tuple[str, ...]
    to_ask: tuple[str, ...]


@router.post("/letter")
async def letter_page(request: Request) -> Response:
    """Return the letter for the person in the form."""
    return await send_from_form(request, letter)


def letter(form: dict[str, str], language: str) -> Shown:
    """Return the page with the letter, laid out for one sheet of paper."""
    knowledge = knowledge_here()
    sitting = read_sitting(form, knowledge)
    assessment = assess(sitting.person, reader=sitting.reader, knowledge=knowledge)
    view = build(assessment)
    causes = () if view.twitching is None else view.twitching.causes[:MOST_CAUSES]
    html = draw(
        "letter.html",
        language=language,
        letter=letter_of(assessment, view),
        view=view,
        causes=causes,
        main_sources=main_sources(view),
        fields=sitting_fields(sitting),
    )
    return Shown(html=html)


def letter_of(assessment: Assessment, view: View) -> Letter:
    """Return what the letter says of a person."""
    knowledge, person = assessment.knowledge, assessment.person
    telling = Telling(
        knowledge, reader=assessment.reader, may_say_benign=assessment.urgency.may_say_benign
    )
    present = [telling.name(id_) for id_, state in person.findings.items() if state]
    steps = assessment.next_steps or ()
    shown = view.steps or ()
    asked = [
        words.name
        for step, words in zip(steps, shown, strict=True)
        if step.effort is not Effort.QUESTION
    ]
    return Letter(
        about=_about(person),
        results=tuple((telling.name(one.lab), result_words(one)) for one in person.labs),
        intake=tuple(_intake(person)),
        drugs=tuple(drug.name for drug in person.drugs or ()),
        present=tuple(present[:MOST_FINDINGS]),
        more=max(0, len(present) - MOST_FINDINGS),
        absent=tuple(telling.name(id_) for id_ in FIRST_SAID if person.findings.get(id_) is False),
        to_ask=tuple(asked[:MOST_STEPS]),
    )


def _about(person: Person) -> str:
    parts = (f"{person.age:g}" if person.age is not None else None, person.sex)
    return ", ".join(part for part in parts if part)


def _intake(person: Person) -> Iterator[str]:
    for one in person.intake or ():
        parts = (one.product or one.substance, one.dose, one.route, _often(one), _since(one))
        yield ", ".join(part for part in parts if part)


def _often(one: Intake) -> str | None:
    return OFTEN.get(one.every, one.every).lower() if one.every else None


def _since(one: Intake) -> str | None:
    return f"since {date_words(one.since)}" if one.since else None

"""The interview: one question a page, red flags first, then what tells most."""

from __future__ import annotations

import datetime as dt

from fastapi import APIRouter, Request
from fastapi.responses import Response

from corrin.assessment import Reader
from corrin.b12_status.classing import class_b12
from corrin.errors import Problem, Refusal
from corrin.interfaces.web.answer_pages import answer_of
from corrin.interfaces.web.answers_so_far import answers_so_far, other_results
from corrin.interfaces.web.drawing import Shown, draw
from corrin.interfaces.web.forms import read_sitting, sitting_fields
from corrin.interfaces.web.sending import send_from_form
from corrin.interfaces.web.stages import stage_of
from corrin.interfaces.web.turns import CHANGE, TICK, Turn, take
from corrin.interfaces.web.typed import OFTEN, ROUTES
from corrin.interfaces.web.worker import knowledge_here
from corrin.interview.questions import Question, next_question
from corrin.interview.sitting import Sitting
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Tier
from corrin.picture.building import clinical_picture
from corrin.picture.contradictions import find
from corrin.report.of_urgency import urgency_view
from corrin.report.telling import Telling
from corrin.report.view import UrgencyView
from corrin.report.words import neutral_text
from corrin.triage.records import Urgency
from corrin.triage.urgency import urgency

router = APIRouter(include_in_schema=False)

#: Asked again in its own colours, whatever else is on the page.
ALARMING = (Tier.EMERGENCY, Tier.SAME_DAY)


@router.post("/interview")
async def interview_page(request: Request) -> Response:
    """Take an answer and ask the next question; after the last one comes the answer."""
    return await send_from_form(request, interview)


def interview(form: dict[str, str], language: str) -> Shown:
    """Return the page of the next question, or the answer when none is left."""
    knowledge = knowledge_here()
    turn = take(form, read_sitting(form, knowledge), knowledge)
    if turn.question is None:
        return answer_of(turn.sitting, language, finished=None if turn.then else True)
    return question_page(turn, turn.question, language)


def interview_of(sitting: Sitting, language: str) -> Shown:
    """Return the next question for a sitting; also for one that began with a file."""
    question = next_question(sitting.person, sitting.asked, knowledge_here(), reader=sitting.reader)
    if question is None:
        return answer_of(sitting, language, finished=True)
    return question_page(Turn(sitting=sitting, question=question), question, language)


def question_page(turn: Turn, question: Question, language: str) -> Shown:
    """Return the page that asks a question."""
    knowledge = knowledge_here()
    sitting = turn.sitting
    how_soon = urgency_now(sitting, knowledge)
    may_say = how_soon.may_say_benign
    telling = Telling(knowledge, reader=sitting.reader, may_say_benign=may_say)
    html = draw(
        "question.html",
        language=language,
        question=question,
        why=neutral_text(question.why, reader=sitting.reader, may_say_benign=may_say),
        findings=[knowledge.findings[one] for one in question.findings],
        stage=stage_of(question, len(sitting.steps)),
        fields=sitting_fields(sitting),
        clinician=sitting.reader is Reader.CLINICIAN,
        mistakes=turn.mistakes,
        wrong={one.field: one.words for one in turn.mistakes},
        given=turn.given,
        then=turn.then,
        answers=answers_so_far(sitting, knowledge),
        results=other_results(sitting.person, knowledge),
        alarm=_alarm(how_soon, telling),
        clashes=clashes(find(sitting.person, knowledge), telling),
        units=knowledge.labs["serum_b12"].shown_units,
        routes=ROUTES,
        often=OFTEN,
        today=dt.date.today().isoformat(),
        tick=TICK,
        change=CHANGE,
    )
    return Shown(html=html)


def urgency_now(sitting: Sitting, knowledge: Knowledge) -> Urgency:
    """Return how urgent the answers so far make it."""
    picture = clinical_picture(sitting.person, knowledge)
    status = class_b12(picture, knowledge)
    known = None if isinstance(status, Refusal) else status
    return urgency(picture, known, knowledge, country=sitting.person.country)


def _alarm(how_soon: Urgency, telling: Telling) -> UrgencyView | None:
    return urgency_view(how_soon, telling) if how_soon.tier in ALARMING else None


def clashes(problems: tuple[Problem, ...], telling: Telling) -> tuple[tuple[str, str], ...]:
    """Return each answer that does not fit with another: its id and its words."""
    ids = [problem.where.removeprefix("findings.") for problem in problems]
    return tuple(dict.fromkeys((id_, telling.question(id_)) for id_ in ids))

"""The answer: what to do and how soon, then why, then what would change it, then the sources."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import Response

from corrin.assessment import Reader, assess
from corrin.interfaces.web.answers_so_far import answers_so_far, other_results
from corrin.interfaces.web.downloads import DOWNLOADS
from corrin.interfaces.web.drawing import Shown, draw
from corrin.interfaces.web.forms import Form, read_sitting, sitting_fields
from corrin.interfaces.web.sending import send_from_form
from corrin.interfaces.web.supposing import what_if_choices
from corrin.interfaces.web.turns import CHANGE
from corrin.interfaces.web.worker import knowledge_here
from corrin.interview.questions import next_question
from corrin.interview.sitting import Sitting
from corrin.knowledge.loading import Knowledge
from corrin.report.html import answer_parts

router = APIRouter(include_in_schema=False)


@router.post("/answer")
async def answer_page(request: Request) -> Response:
    """Return the answer for the person in the form."""
    return await send_from_form(request, answer)


def answer(form: dict[str, str], language: str) -> Shown:
    """Return the page of the answer."""
    return answer_of(sitting_for(form, knowledge_here()), language)


def sitting_for(form: Form, knowledge: Knowledge) -> Sitting:
    """Return the sitting of a form whose button may have chosen another reader."""
    sitting = read_sitting(form, knowledge)
    words = form.get("words", "")
    return replace(sitting, reader=Reader(words)) if words in set(Reader) else sitting


def answer_of(sitting: Sitting, language: str, *, finished: bool | None = None) -> Shown:
    """Return the page of the answer; ``finished`` when no question is left that tells much."""
    knowledge = knowledge_here()
    assessment = assess(sitting.person, reader=sitting.reader, knowledge=knowledge)
    if finished is None:
        left = next_question(sitting.person, sitting.asked, knowledge, reader=sitting.reader)
        finished = left is None
    html = draw(
        "answer_page.html",
        language=language,
        **answer_parts(assessment),
        fields=sitting_fields(sitting),
        finished=finished,
        answers=answers_so_far(sitting, knowledge),
        results=other_results(sitting.person, knowledge),
        what_if=what_if_choices(assessment),
        supposed={},
        mistakes=(),
        moved=None,
        downloads=DOWNLOADS,
        change=CHANGE,
    )
    return Shown(html=html)

"""What if: one answer changed or one result added, and at once what moves."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from corrin.assessment import Reader, assess
from corrin.errors import InputError
from corrin.interfaces.web.drawing import Shown, draw
from corrin.interfaces.web.forms import read_sitting, sitting_fields
from corrin.interfaces.web.sending import send_from_form
from corrin.interfaces.web.supposing import (
    Moved,
    compare,
    serious,
    supposed_sitting,
    what_if_choices,
)
from corrin.interfaces.web.typed import Mistake, mistakes
from corrin.interfaces.web.worker import knowledge_here

router = APIRouter(include_in_schema=False)

TRY = "try"


@router.post("/what-if")
async def what_if_page(request: Request) -> Response:
    """Return what moves; htmx asks for that part alone, a browser without it for a page."""
    part = request.headers.get("hx-request") == "true" and "hx-boosted" not in request.headers
    return await send_from_form(request, what_if_part if part else what_if)


def what_if_part(form: dict[str, str], language: str) -> Shown:
    """Return the part of the page that says what moves."""
    knowledge = knowledge_here()
    sitting = read_sitting(form, knowledge)
    moved, kept, wrong = _tried(form)
    # While the fields are still being filled in, what is missing is no mistake.
    if form.get("go") != TRY:
        wrong = ()
    html = draw(
        "moved.html",
        language=language,
        moved=moved,
        kept=kept,
        mistakes=wrong,
        clinician=sitting.reader is Reader.CLINICIAN,
        serious=moved is not None and serious(moved.tier),
    )
    return Shown(html=html)


def what_if(form: dict[str, str], language: str) -> Shown:
    """Return a whole page with the form and what moves, for a browser without scripts."""
    knowledge = knowledge_here()
    sitting = read_sitting(form, knowledge)
    moved, kept, wrong = _tried(form)
    now = assess(sitting.person, reader=sitting.reader, draws=0, knowledge=knowledge)
    html = draw(
        "what_if_page.html",
        language=language,
        moved=moved,
        kept=kept,
        mistakes=wrong,
        clinician=sitting.reader is Reader.CLINICIAN,
        serious=moved is not None and serious(moved.tier),
        fields=sitting_fields(sitting),
        what_if=what_if_choices(now),
        supposed=form,
    )
    return Shown(html=html)


def _tried(form: dict[str, str]) -> tuple[Moved | None, dict[str, str], tuple[Mistake, ...]]:
    """Return what moves, the fields that would keep the change, and what went wrong."""
    knowledge = knowledge_here()
    sitting = read_sitting(form, knowledge)
    try:
        changed, words = supposed_sitting(form, sitting, knowledge)
    except InputError as error:
        return None, {}, mistakes(error)
    moved = compare(
        sitting.person,
        changed.person,
        reader=sitting.reader,
        supposed=words,
        knowledge=knowledge,
    )
    return moved, sitting_fields(changed), ()

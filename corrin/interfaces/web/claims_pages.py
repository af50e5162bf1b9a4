"""The claims of the article, the questions people ask, and high against low B12."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from corrin.assessment import Reader
from corrin.claims.appraising import appraise_all
from corrin.interfaces.web.drawing import Shown, draw
from corrin.interfaces.web.sending import language_of, send
from corrin.interfaces.web.worker import knowledge_here
from corrin.report.claims_html import claims_html, comparison_html, questions_html
from corrin.report.telling import Telling

router = APIRouter(include_in_schema=False)

NOT_FOUND = 404  # not clinical: HTTP


@router.get("/claims")
async def claims_page(request: Request) -> Response:
    """Return every claim with its verdict."""
    return await send(request, claims, "", _reader(request), language_of(request))


@router.get("/claims/{id_}")
async def claim_page(request: Request, id_: str) -> Response:
    """Return one claim in full."""
    return await send(request, claims, id_, _reader(request), language_of(request))


@router.get("/questions")
async def questions_page(request: Request) -> Response:
    """Return the questions people ask, with what the records answer."""
    return await send(request, questions, _reader(request), language_of(request))


@router.get("/compare")
async def comparison_page(request: Request) -> Response:
    """Return high B12 beside low B12."""
    return await send(request, comparison, _reader(request), language_of(request))


def _reader(request: Request) -> Reader:
    wanted = request.query_params.get("words")
    return Reader.CLINICIAN if wanted == Reader.CLINICIAN else Reader.PERSON


def claims(id_: str, reader: Reader, language: str) -> Shown:
    """Return the page of every claim, or of the one with this id."""
    knowledge = knowledge_here()
    chosen = [one for one in appraise_all(knowledge) if id_ in {"", one.claim.id}]
    if not chosen:
        return Shown(html=draw("not_found.html", language=language), status=NOT_FOUND)
    return Shown(html=claims_html(chosen, _telling(reader), draw=_drawer(language)))


def questions(reader: Reader, language: str) -> Shown:
    """Return the page of the questions people ask."""
    knowledge = knowledge_here()
    html = questions_html(
        tuple(knowledge.frequent_questions.values()),
        appraise_all(knowledge),
        _telling(reader),
        draw=_drawer(language),
    )
    return Shown(html=html)


def comparison(reader: Reader, language: str) -> Shown:
    """Return the page that sets high and low B12 side by side."""
    rows = tuple(knowledge_here().comparisons.values())
    return Shown(html=comparison_html(rows, _telling(reader), draw=_drawer(language)))


def _telling(reader: Reader) -> Telling:
    return Telling(knowledge_here(), reader=reader, may_say_benign=True)


def _drawer(language: str) -> Callable[..., str]:
    """The report's own pages, drawn inside the frame of the server."""
    return functools.partial(_drawn, language)


def _drawn(language: str, template: str, **parts: Any) -> str:
    return draw(template, language=language, main_is_english=True, **parts)

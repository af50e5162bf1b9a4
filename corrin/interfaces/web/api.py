"""The programming interface: a person file in, the answer out, all as JSON; nothing is kept."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from corrin.assessment import Reader
from corrin.errors import InputError, Problem
from corrin.interfaces.web import answers
from corrin.interfaces.web.limits import check_size
from corrin.interfaces.web.problems import KINDS, RefusedError
from corrin.interfaces.web.working import run

router = APIRouter(prefix="/api", tags=["answers"])

JSON = "application/json"


@router.post("/assess", summary="Answer for one person")
async def assess(
    request: Request,
    for_: Annotated[
        Reader, Query(alias="for", description="Plain words for a person, detail for a clinician.")
    ] = Reader.PERSON,
    draws: Annotated[
        int | None,
        Query(
            ge=0,
            le=answers.MOST_DRAWS,
            description="Repetitions behind each 90% interval; 0 gives no intervals. "
            "Missing: the number of the knowledge. Never reduced under load.",
        ),
    ] = None,
) -> Response:
    """How urgent, B12 low or high and why, what explains the twitching, what next, with sources.

    The body is the person file as JSON.  What is not known is left out: not asked is not
    absent.  Red flags are looked at first, and in a person file with faults too: the problem
    document then holds the words under `urgent`.
    """
    table = await _table(request)
    return Response(
        await run(request.app, answers.assess_json, table, for_, draws), media_type=JSON
    )


@router.get("/claims", summary="Every claim of the article, appraised")
async def claims(request: Request) -> Response:
    """Verdict, certainty (GRADE) and sources of each claim, and of what the article left out."""
    return Response(await run(request.app, answers.claims_json, None), media_type=JSON)


@router.post("/claims", summary="Which claims bear on one person")
async def claims_for_person(request: Request) -> Response:
    """The same for one person: each claim says whether it bears on them (`bears_on_person`).

    The body is the person file as JSON.
    """
    table = await _table(request)
    return Response(await run(request.app, answers.claims_json, table), media_type=JSON)


@router.post("/dose", summary="Which level a dose leads to, and whether it explains a level")
async def dose(request: Request) -> Response:
    """The expected level of B12 with its 90% interval.  Never stop B12 that was prescribed."""
    table = await _table(request)
    return Response(await run(request.app, answers.dose_json, table), media_type=JSON)


@router.get("/problems", summary="What can be wrong with a request")
async def problems() -> JSONResponse:
    """Return every kind of problem by its code: HTTP status, title and what to do."""
    return JSONResponse(
        {
            code: {"status": int(kind.status), "title": kind.title, "do": kind.do}
            for code, kind in KINDS.items()
        }
    )


async def _table(request: Request) -> dict[str, Any]:
    """Return the body as a table that is no larger than one person's."""
    kind, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    charset = parameters.partition("charset=")[2].strip(' "')
    if kind.strip() != JSON or charset not in {"", "utf-8", "utf8"}:
        raise RefusedError("wrong-content-type")
    try:
        table = msgspec.json.decode(await request.body())
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise RefusedError("not-json") from None
    if not isinstance(table, dict):
        message = "is not a table."
        raise InputError([Problem("the body", "not-a-table", message, "Give one person: { ... }.")])
    check_size(table, request.app.state.settings.most_entries)
    return table

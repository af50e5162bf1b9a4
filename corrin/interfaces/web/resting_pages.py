"""What an address shows when it is opened without answers: they are only ever in the page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from corrin.interfaces.web.drawing import Shown, draw
from corrin.interfaces.web.sending import language_of, send

router = APIRouter(include_in_schema=False)


@router.get("/interview")
@router.get("/answer")
@router.get("/start")
@router.get("/what-if")
@router.get("/letter")
async def resting_page(request: Request) -> Response:
    """Return a page that says so; with scripts the answers come back from the browser."""
    return await send(request, resting, language_of(request))


def resting(language: str) -> Shown:
    """Return the page without answers."""
    return Shown(html=draw("resting.html", language=language))

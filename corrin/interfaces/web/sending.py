"""From a request to a page: the form is read here, the work is done by the workers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from corrin.errors import InputError
from corrin.interfaces.web import working
from corrin.interfaces.web.drawing import Shown, draw
from corrin.interfaces.web.forms import read_form
from corrin.interfaces.web.translating import chosen

#: Makes a page from the fields of a form and a language; must be importable by name.
Maker = Callable[[dict[str, str], str], Shown]

UNREADABLE = 400  # not clinical: HTTP


def language_of(request: Request, form: dict[str, str] | None = None) -> str:
    """Return the language of the page: asked for in the form or address, else the browser's."""
    wanted = (form or {}).get("lang") or request.query_params.get("lang")
    return chosen(wanted, request.headers.get("accept-language", ""))


async def send_from_form(request: Request, maker: Maker) -> Response:
    """Return the page that ``maker`` makes of the posted form."""
    form = await read_form(request)
    return await send(request, made, maker, form, language_of(request, form))


async def send(request: Request, function: Callable[..., Shown], *arguments: Any) -> Response:
    """Return the page that a function makes in a worker."""
    shown: Shown = await working.run(request.app, function, *arguments)
    return HTMLResponse(shown.html, status_code=shown.status)


def made(maker: Maker, form: dict[str, str], language: str) -> Shown:
    """Make a page; hidden fields that cannot be read give a page that says so."""
    try:
        return maker(form, language)
    except InputError as error:
        # A worker hands back values, and the words of a problem never repeat what was given.
        html = draw("unreadable.html", language=language, problems=error.problems)
        return Shown(html=html, status=UNREADABLE)

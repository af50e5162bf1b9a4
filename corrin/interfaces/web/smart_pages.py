"""The page opened from a patient's record (SMART App Launch 2), by the record or from here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from corrin.interfaces.smart.asking import asking
from corrin.interfaces.smart.discovery import Discovery
from corrin.interfaces.smart.errors import SmartError, Why
from corrin.interfaces.smart.launches import Launch, Launches, cookie_name
from corrin.interfaces.smart.record import Part, as_bundles, read_record
from corrin.interfaces.smart.settings import (
    CALLBACK_PATH,
    LAUNCH_PATH,
    START_PATH,
    SmartSettings,
)
from corrin.interfaces.smart.signing_in import Access, authorize_url, code_of, exchange, one_of
from corrin.interfaces.web.drawing import Shown, draw
from corrin.interfaces.web.problems import RefusedError
from corrin.interfaces.web.record_account import parts_of
from corrin.interfaces.web.record_pages import RECORD_PATH, USE_PATH, record, record_again, use
from corrin.interfaces.web.resting_pages import resting
from corrin.interfaces.web.sending import language_of, send, send_from_form
from corrin.interfaces.web.translating import said
from corrin.knowledge.loading import load

router = APIRouter(include_in_schema=False)

#: By why a launch ended: the status, what is the matter, and what to do.
_WORDS = {
    Why.NOT_A_LAUNCH: (
        HTTPStatus.BAD_REQUEST,
        said("The record did not say what to open"),
        said("Go back to the record and open Corrin from there again."),
    ),
    Why.NOT_LISTED: (
        HTTPStatus.BAD_REQUEST,
        said("Corrin does not know this record"),
        said("It was not asked for anything. Those who run Corrin can add it."),
    ),
    Why.NOT_REACHED: (
        HTTPStatus.BAD_GATEWAY,
        said("The record does not answer"),
        said("Nothing was read. Try again in a while, or type the values in."),
    ),
    Why.NOT_FIT: (
        HTTPStatus.BAD_GATEWAY,
        said("The record cannot be signed in to safely"),
        said("Nothing was read. Tell those who run the record, or type the values in."),
    ),
    Why.NOT_OURS: (
        HTTPStatus.BAD_REQUEST,
        said("This sign-in is over"),
        said("It was used before, took too long, or began in another browser. Start again."),
    ),
    Why.DENIED: (
        HTTPStatus.FORBIDDEN,
        said("You said no, or may not open this record"),
        said("Nothing was read. You can start again, or type the values in."),
    ),
    Why.REFUSED: (
        HTTPStatus.BAD_GATEWAY,
        said("The record did not let us in"),
        said("Nothing was read. Start again, or type the values in."),
    ),
    Why.NO_PATIENT: (
        HTTPStatus.BAD_GATEWAY,
        said("The record did not say whose it is"),
        said("Nothing was read. Open one person in the record first. Then start again."),
    ),
    Why.NOTHING_READ: (
        HTTPStatus.BAD_GATEWAY,
        said("Nothing could be read from the record"),
        said("Try again in a while, or type the values in."),
    ),
}


@dataclass(slots=True)
class Records:
    """What the server knows of the records it may be opened from; nothing of it is on disk."""

    settings: SmartSettings
    discovery: Discovery
    launches: Launches
    reading: int = 0


def add_smart(app: FastAPI, settings: SmartSettings) -> None:
    """Let the page be opened from the records of the settings."""
    app.state.smart = Records(settings, Discovery(settings), Launches(settings))
    app.include_router(router)


@router.get(LAUNCH_PATH)
async def launch_page(request: Request) -> Response:
    """Begin at the record's own request: off to its sign-in."""
    given = _given(request)
    issuer, launch = one_of(given, "iss"), one_of(given, "launch")
    if not issuer or not launch:
        return await _ended(request, SmartError(Why.NOT_A_LAUNCH))
    return await _begin(request, issuer, launch)


@router.get(START_PATH)
async def choosing_page(request: Request) -> Response:
    """Let somebody choose a record, then off to its sign-in."""
    given = _given(request)
    if "iss" in given:
        return await _begin(request, one_of(given, "iss"), "")
    records: Records = request.app.state.smart
    return await send(request, choosing, records.settings.issuers, language_of(request))


@router.get(CALLBACK_PATH)
async def callback_page(request: Request) -> Response:
    """Take the code the record sent back, read the record, and show what was read."""
    records: Records = request.app.state.smart
    if records.reading >= records.settings.most_reading:
        raise RefusedError("busy")
    given = _given(request)
    state = one_of(given, "state")
    try:
        launch = records.launches.end(state, request.cookies)
    except SmartError as error:
        return await _ended(request, error)
    records.reading += 1
    try:
        response = await _read(request, launch, given)
    except SmartError as error:
        response = await _ended(request, error, language=launch.language)
    finally:
        records.reading -= 1
    response.delete_cookie(
        cookie_name(state, launch.redirect),
        path="/",
        secure=launch.redirect.startswith("https:"),
        httponly=True,
        samesite="lax",
    )
    return response


@router.get(RECORD_PATH)
@router.get(USE_PATH)
async def no_record_page(request: Request) -> Response:
    """Say that nothing is kept here; with scripts the page comes back from the browser."""
    return await send(request, resting, language_of(request))


@router.post(RECORD_PATH)
async def record_page(request: Request) -> Response:
    """Show what was read again, from the page's own fields."""
    return await send_from_form(request, record_again)


@router.post(USE_PATH)
async def use_page(request: Request) -> Response:
    """Take what was confirmed and go on to the next question."""
    return await send_from_form(request, use)


def choosing(issuers: tuple[str, ...], language: str) -> Shown:
    """Return the page on which a record is chosen."""
    html = draw("choose_record.html", language=language, issuers=issuers, start_path=START_PATH)
    return Shown(html=html)


def ended(why: Why, parts: tuple[tuple[str, int, str], ...], language: str) -> Shown:
    """Return the page that says why a launch ended, and what was asked for until then."""
    status, title, do = _WORDS[why]
    html = draw(
        "trouble.html",
        language=language,
        title=title,
        do=do,
        urgent="",
        problems=(),
        parts=parts_of(parts),
        again=START_PATH,
    )
    return Shown(html=html, status=status)


async def _begin(request: Request, issuer: str, launch: str) -> Response:
    records: Records = request.app.state.smart
    language = language_of(request)
    try:
        endpoints = await records.discovery.endpoints(issuer)
    except SmartError as error:
        return await _ended(request, error)
    settings = records.settings
    redirect = settings.redirect or str(request.base_url).rstrip("/") + CALLBACK_PATH
    begun = records.launches.begin(
        issuer=issuer, endpoints=endpoints, redirect=redirect, language=language
    )
    url = authorize_url(
        settings,
        issuer=issuer,
        endpoint=endpoints.authorize,
        redirect=redirect,
        begun=begun,
        launch=launch,
    )
    response = RedirectResponse(url, HTTPStatus.SEE_OTHER)
    response.set_cookie(
        begun.cookie_name,
        begun.cookie_value,
        max_age=int(settings.signing_in_seconds),
        path="/",
        secure=redirect.startswith("https:"),
        httponly=True,
        # Strict would keep it back when the record sends the browser here again.
        samesite="lax",
    )
    return response


async def _read(request: Request, launch: Launch, given: dict[str, Sequence[str]]) -> Response:
    """Return the page of a record.  The token lives in this function's calls and no longer."""
    records: Records = request.app.state.smart
    code = code_of(given, launch)
    async with asking(records.settings) as conversation:
        access: Access = await exchange(code, launch, records.settings, conversation)
        parts = await read_record(access, conversation, load(), today=dt.date.today())
    told = _told(parts)
    if not any(part.entries for part in parts):
        return await send(request, ended, Why.NOTHING_READ, told, launch.language)
    return await send(
        request,
        record,
        as_bundles(parts),
        access.patient,
        urlsplit(launch.issuer).hostname or "",
        told,
        launch.language,
    )


def _told(parts: tuple[Part, ...]) -> tuple[tuple[str, int, str], ...]:
    return tuple(
        (part.name, len(part.entries), part.fault.value if part.fault else "") for part in parts
    )


async def _ended(request: Request, error: SmartError, *, language: str = "") -> Response:
    return await send(request, ended, error.why, (), language or language_of(request))


def _given(request: Request) -> dict[str, Sequence[str]]:
    params = request.query_params
    return {key: params.getlist(key) for key in params}

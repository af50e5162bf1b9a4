"""What the server says when something is wrong: a problem document (RFC 9457) or a page.

No reply holds a traceback, a value of a person or the words of an exception.  The words
of a problem with the input are those of :class:`corrin.errors.Problem`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

import msgspec
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corrin.errors import CorrinError, InputError, Problem
from corrin.interfaces.web.worker import fault_of
from corrin.interfaces.web.working import WorkError

log = logging.getLogger("corrin.web")

MEDIA_TYPE = "application/problem+json"
CATALOGUE = "/api/problems"
_LONGEST_WHERE = 80  # not clinical: characters of a name that somebody sent
_RETRY_SECONDS = "2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of problem: what it is called, its HTTP status and what to do about it."""

    status: HTTPStatus
    title: str
    do: str


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "not-json": Kind(
            status=HTTPStatus.BAD_REQUEST,
            title="The body is not valid JSON.",
            do="Check brackets, quotes and commas; NaN and Infinity are not JSON.",
        ),
        "bad-request": Kind(
            status=HTTPStatus.BAD_REQUEST,
            title="The request could not be read.",
            do="Go back and send it again.",
        ),
        "cross-origin": Kind(
            status=HTTPStatus.FORBIDDEN,
            title="Another site sent this request; it was refused.",
            do="Open Corrin itself and start from there.",
        ),
        "not-found": Kind(
            status=HTTPStatus.NOT_FOUND,
            title="There is no such page.",
            do="Start from the first page.",
        ),
        "method-not-allowed": Kind(
            status=HTTPStatus.METHOD_NOT_ALLOWED,
            title="This address does not take that kind of request.",
            do="Start from the first page; the methods are in /openapi.json.",
        ),
        "too-slow": Kind(
            status=HTTPStatus.REQUEST_TIMEOUT,
            title="The request took too long to arrive.",
            do="Send it again.",
        ),
        "too-large": Kind(
            status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            title="What was sent is too large.",
            do="Send less than 960 kB: one person, one report.",
        ),
        "wrong-content-type": Kind(
            status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            title="The body is of a kind that is not taken here.",
            do="Send Content-Type: application/json.",
        ),
        "compressed": Kind(
            status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            title="Compressed bodies are not taken.",
            do="Send it without Content-Encoding.",
        ),
        "wrong-host": Kind(
            status=HTTPStatus.MISDIRECTED_REQUEST,
            title="This server does not answer to that name.",
            do="Use the address it printed when it started, or start it with --allow-host NAME.",
        ),
        "input-refused": Kind(
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
            title="The input cannot be used.",
            do="Correct each problem listed.",
        ),
        "fault": Kind(
            status=HTTPStatus.INTERNAL_SERVER_ERROR,
            title="Corrin stopped on a fault of its own; no answer was given.",
            do="Please report it without personal data.",
        ),
        "busy": Kind(
            status=HTTPStatus.SERVICE_UNAVAILABLE,
            title="Too many answers are being worked out at once.",
            do="Try again in a moment.",
        ),
        "worker-lost": Kind(
            status=HTTPStatus.SERVICE_UNAVAILABLE,
            title="The work on this answer was cut off; no answer was given.",
            do="Try again; if it happens again, please report it without personal data.",
        ),
        "took-too-long": Kind(
            status=HTTPStatus.SERVICE_UNAVAILABLE,
            title="This answer took too long to work out.",
            do="Ask for fewer draws, or give fewer findings.",
        ),
    }
)
_BY_STATUS = {
    400: "bad-request",  # not clinical: HTTP
    404: "not-found",  # not clinical: HTTP
    405: "method-not-allowed",  # not clinical: HTTP
    408: "too-slow",  # not clinical: HTTP
    413: "too-large",  # not clinical: HTTP
    415: "wrong-content-type",  # not clinical: HTTP
    422: "input-refused",  # not clinical: HTTP
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One problem to tell: its kind, and for input what is wrong and what is urgent in it.

    ``urgent`` is the fixed text of the most urgent red flag that could still be read.
    """

    code: str
    detail: str = ""
    problems: tuple[Problem, ...] = ()
    urgent: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        """What is known of this kind of problem."""
        return KINDS[self.code]


class RefusedError(CorrinError):
    """A request that is refused for what it is: ``code`` is the kind of problem."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


ErrorPage = Callable[[Request, Trouble], str]


def reply(scope: Scope, trouble: Trouble) -> Response:
    """Return the reply: a page for a browser, a problem document for anything else."""
    status = trouble.kind.status
    headers = dict(trouble.headers)
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = _RETRY_SECONDS
    request = Request(scope)
    if _wants_page(request):
        draw: ErrorPage = request.app.state.error_page
        return Response(draw(request, trouble), status, headers, "text/html")
    return Response(msgspec.json.encode(document(trouble)), status, headers, MEDIA_TYPE)


def document(trouble: Trouble) -> dict[str, Any]:
    """Return the problem document; ``problems`` and ``urgent`` are there when not empty."""
    kind = trouble.kind
    table: dict[str, Any] = {
        "type": f"{CATALOGUE}#{trouble.code}",
        "title": kind.title,
        "status": int(kind.status),
        "detail": trouble.detail or kind.do,
        "code": trouble.code,
    }
    if trouble.urgent:
        table["urgent"] = trouble.urgent
    if trouble.problems:
        table["problems"] = [
            {"where": _where(one), "code": one.code, "what": one.what, "do": one.do}
            for one in trouble.problems
        ]
    return table


def of_input(error: InputError) -> Trouble:
    """Return the problem of input that cannot be used, with what is urgent in it."""
    return Trouble(
        code="input-refused",
        problems=error.problems,
        urgent="\n".join(getattr(error, "__notes__", ())),
    )


def register(app: FastAPI) -> None:
    """Turn every error a route can raise into a reply."""
    for kind, handle in (
        (InputError, _input),
        (RefusedError, _refused),
        (WorkError, _work),
        (CorrinError, _corrin),
        (RequestValidationError, _parameters),
        (HTTPException, _http),
    ):
        app.add_exception_handler(kind, handle)


class Faults:
    """The last resort: an exception nobody expected becomes a reply, and its kind is logged.

    Without it the server would write the whole exception, message included, to its log.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        begun = False

        async def watch(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as error:
            log.error("fault: %s", fault_of(error))  # noqa: TRY400  a traceback could hold values
            if scope["type"] == "http" and not begun:
                await reply(scope, Trouble(code="fault"))(scope, receive, send)


async def _input(request: Request, error: Exception) -> Response:
    assert isinstance(error, InputError)  # noqa: S101  what it is registered for
    return reply(request.scope, of_input(error))


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)  # noqa: S101  what it is registered for
    return reply(request.scope, Trouble(code=error.code))


async def _work(request: Request, error: Exception) -> Response:
    assert isinstance(error, WorkError)  # noqa: S101  what it is registered for
    log.error("%s: %s", error.code, error.where or "no place known")
    return reply(request.scope, Trouble(code=error.code))


async def _corrin(request: Request, error: Exception) -> Response:
    log.error("fault: %s", fault_of(error))
    return reply(request.scope, Trouble(code="fault"))


async def _parameters(request: Request, error: Exception) -> Response:
    """Say which parameters are wrong; what they held is not repeated."""
    assert isinstance(error, RequestValidationError)  # noqa: S101  what it is registered for
    problems = tuple(
        Problem(
            ".".join(str(part) for part in one.get("loc", ())),
            "wrong-value",
            f"{one.get('msg', 'is not a possible value')}.",
            "See /openapi.json.",
        )
        for one in error.errors()
    )
    return reply(request.scope, Trouble(code="input-refused", problems=problems))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  what it is registered for
    code = _BY_STATUS.get(error.status_code)
    if code is None:
        code = "bad-request" if error.status_code < HTTPStatus.INTERNAL_SERVER_ERROR else "fault"
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = _methods(request)
    return reply(request.scope, Trouble(code=code, headers=headers))


def _methods(request: Request) -> str:
    """Return every method of an address; the framework knows those of its first route alone."""
    return ", ".join(
        method
        for method in ("GET", "HEAD", "POST")
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in request.app.routes
        )
    )


def _where(problem: Problem) -> str:
    where = problem.where.removeprefix("--")
    return where if len(where) <= _LONGEST_WHERE else where[:_LONGEST_WHERE] + "…"


def _wants_page(request: Request) -> bool:
    if request.url.path.startswith("/api/"):
        return False
    return "text/html" in request.headers.get("accept", "")

"""What the service says when it cannot answer: an OperationOutcome, never a value of a person.

Problems told by the parts shared with the page (too large, too slow, busy) leave in the
same form.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corrin.errors import CorrinError
from corrin.interfaces.web.problems import KINDS, MEDIA_TYPE

JSON = "application/json"
_CODES = {
    HTTPStatus.UNAUTHORIZED: "login",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.NOT_FOUND: "not-found",
    HTTPStatus.METHOD_NOT_ALLOWED: "not-supported",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "not-supported",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too-long",
    HTTPStatus.REQUEST_TIMEOUT: "timeout",
    HTTPStatus.PRECONDITION_FAILED: "incomplete",
    HTTPStatus.SERVICE_UNAVAILABLE: "transient",
    HTTPStatus.INTERNAL_SERVER_ERROR: "exception",
}


class HookError(CorrinError):
    """A call that cannot be answered: the HTTP status and the words, without any value."""

    def __init__(self, status: HTTPStatus, words: str) -> None:
        self.status = status
        self.words = words
        super().__init__(words)

    def __reduce__(self) -> tuple[type[HookError], tuple[HTTPStatus, str]]:
        return HookError, (self.status, self.words)


def bad(words: str) -> HookError:
    """Return the error for a call that does not follow the specification."""
    return HookError(HTTPStatus.BAD_REQUEST, words)


def lacking(words: str) -> HookError:
    """Return the error for data that are needed and cannot be had (412)."""
    return HookError(HTTPStatus.PRECONDITION_FAILED, words)


def outcome(status: HTTPStatus, words: str) -> dict[str, Any]:
    """Return the OperationOutcome."""
    issue = {"severity": "error", "code": _CODES.get(status, "invalid"), "diagnostics": words}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def reply(error: HookError) -> Response:
    """Return the reply to a call that cannot be answered."""
    body = msgspec.json.encode(outcome(error.status, error.words))
    return Response(body, error.status, media_type=JSON)


class Outcomes:
    """Turns the problem documents of the shared parts into OperationOutcomes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # No reply of this service is a page.
        others = [(name, value) for name, value in scope["headers"] if name != b"accept"]
        # In place: what watches over the server reads the route from this very scope.
        scope["headers"] = [*others, (b"accept", JSON.encode())]
        held: Message | None = None
        body = bytearray()

        async def watch(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start":
                kind = Headers(raw=message["headers"]).get("content-type", "")
                if kind.startswith(MEDIA_TYPE):
                    held = message
                    return
            elif held is not None:
                body.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    await _send(held, bytes(body), send)
                return
            await send(message)

        await self._app(scope, receive, watch)


async def _send(start: Message, body: bytes, send: Send) -> None:
    code = msgspec.json.decode(body)["code"]
    status = HTTPStatus(start["status"])
    written = msgspec.json.encode(outcome(status, KINDS[code].title))
    headers = MutableHeaders(raw=list(start["headers"]))
    headers["content-type"] = JSON
    headers["content-length"] = str(len(written))
    await send({**start, "headers": headers.raw})
    await send({"type": "http.response.body", "body": written, "more_body": False})

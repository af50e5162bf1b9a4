"""How much one request may bring and how long it may take.

The body is read here, whole, before anything else looks at it: so there is one place
where it is counted and timed, and nothing of it ever reaches a disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, NoReturn

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corrin.errors import InputError, Problem
from corrin.interfaces.web.problems import RefusedError, Trouble, reply
from corrin.interfaces.web.settings import ServerSettings

_CLOSE = {"Connection": "close"}
_LARGEST_WHOLE = 2**63  # not clinical: what fits a machine's whole number
_DIGITS = 20  # not clinical: digits of a length
_DEEPEST = 8  # not clinical: levels; a person file has four
_LONGEST_TEXT = 2_000  # not clinical: characters


class Limits:
    """Refuses bodies that are too large, compressed or too slow, and readers that hang."""

    def __init__(self, app: ASGIApp, settings: ServerSettings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def in_time(message: Message) -> None:
            # A reader that takes nothing would hold its reply in memory for ever.
            await asyncio.wait_for(send(message), self._settings.reply_seconds)

        try:
            async with asyncio.timeout(self._settings.body_seconds):
                body = await self._body(scope, receive)
        except TimeoutError:
            await reply(scope, Trouble(code="too-slow", headers=_CLOSE))(scope, receive, in_time)
            return
        except RefusedError as refused:
            trouble = Trouble(code=refused.code, headers=_CLOSE)
            await reply(scope, trouble)(scope, receive, in_time)
            return
        if body is None:
            return
        await self._app(scope, _replay(body, receive), in_time)

    async def _body(self, scope: Scope, receive: Receive) -> bytes | None:
        """Return the body, or None when the other side went away."""
        headers, most = Headers(scope=scope), self._settings.largest_body
        if headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise RefusedError("compressed")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or len(length) > _DIGITS or int(length) > most:
            raise RefusedError("too-large")
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            if len(body) > most:
                raise RefusedError("too-large")
            if not message.get("more_body", False):
                return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def check_size(table: Mapping[str, Any], most_entries: int) -> None:
    """Raise :class:`InputError` when a table is larger than one person's could be.

    It is looked at before any other check, because looking for the nearest known word
    of ten thousand unknown ones takes long.
    """
    count = 0
    inner: list[tuple[str, Any, int]] = [("the body", table, 0)]
    while inner:
        where, value, level = inner.pop()
        if isinstance(value, str) and len(value) > _LONGEST_TEXT:
            _refuse(where, "too-long", "holds a text that is too long.")
        if isinstance(value, int) and abs(value) >= _LARGEST_WHOLE:
            _refuse(where, "impossible-value", "holds an impossible number.")
        if not isinstance(value, (dict, list)):
            continue
        count += len(value)
        if count > most_entries:
            _refuse(where, "too-many", f"brings the entries to more than {most_entries:,}.")
        if level >= _DEEPEST:
            _refuse(where, "too-deep", "is nested too deeply.")
        keys = value if isinstance(value, dict) else range(len(value))
        for key in keys:
            if isinstance(key, str) and len(key) > _LONGEST_TEXT:
                _refuse(where, "too-long", "holds a name that is too long.")
            inner.append((where if level else str(key), value[key], level + 1))


def _refuse(where: str, code: str, what: str) -> NoReturn:
    raise InputError([Problem(where, code, what, "Give one person only.")])

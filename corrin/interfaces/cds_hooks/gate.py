"""The way in: which pages of other origins may call, and a trusted token on every call."""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corrin.interfaces.cds_hooks import outcomes
from corrin.interfaces.cds_hooks.outcomes import HookError
from corrin.interfaces.cds_hooks.settings import CdsSettings
from corrin.interfaces.cds_hooks.store import StoreError
from corrin.interfaces.cds_hooks.tokens import NotTrustedError, Tokens
from corrin.interfaces.web.worker import fault_of

log = logging.getLogger("corrin.web")
_METHODS = "GET, POST, OPTIONS"
_HEADERS = "Authorization, Content-Type"
_KEPT_SECONDS = "600"
#: Whether the server is alive, and its counts, are told without a token.
_OPEN = frozenset({"/healthz", "/metrics"})
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


class CrossOrigin:
    """Answers OPTIONS and adds the headers of cross-origin calls to every reply."""

    def __init__(self, app: ASGIApp, settings: CdsSettings) -> None:
        self._app = app
        self._origins = frozenset(settings.origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        allowed = self._allowed(Headers(scope=scope).get("origin"))

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers[name] = value
                headers.add_vary_header("Origin")
                if allowed is not None:
                    headers["Access-Control-Allow-Origin"] = allowed
            await send(message)

        if scope["method"] == "OPTIONS":
            await self._preflight(allowed)(scope, receive, with_headers)
            return
        await self._app(scope, receive, with_headers)

    def _allowed(self, origin: str | None) -> str | None:
        if "*" in self._origins:
            return "*"
        return origin if origin in self._origins else None

    def _preflight(self, allowed: str | None) -> Response:
        headers = {"Allow": _METHODS}
        if allowed is not None:
            headers["Access-Control-Allow-Methods"] = _METHODS
            headers["Access-Control-Allow-Headers"] = _HEADERS
            headers["Access-Control-Max-Age"] = _KEPT_SECONDS
        return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)


class Trusted:
    """Lets in calls with a good token; any other gets a bare 401."""

    def __init__(self, app: ASGIApp, settings: CdsSettings, tokens: Tokens) -> None:
        self._app = app
        self._base = settings.base_url
        self._needed = settings.trusted
        self._tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or not self._needed or scope["path"] in _OPEN:
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).getlist("authorization")
        header = given[0] if len(given) == 1 else None
        endpoint = self._base + scope["path"]
        try:
            # A key set may have to be fetched: not while others wait.
            await asyncio.to_thread(self._tokens.check, header, endpoint=endpoint)
        except NotTrustedError:
            bare = Response(
                status_code=HTTPStatus.UNAUTHORIZED, headers={"WWW-Authenticate": "Bearer"}
            )
            await bare(scope, receive, send)
            return
        except StoreError as error:
            log.error("tokens: %s", fault_of(error))  # noqa: TRY400  no values
            words = "It cannot be told whether this token was used; call again with another."
            not_now = outcomes.reply(HookError(HTTPStatus.SERVICE_UNAVAILABLE, words))
            await not_now(scope, receive, send)
            return
        await self._app(scope, receive, send)

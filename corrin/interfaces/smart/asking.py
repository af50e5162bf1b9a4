"""One conversation with a record's server: few, bounded questions, and no redirects followed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx2
import msgspec

from corrin._version import __version__
from corrin.interfaces.smart.errors import AskError, Fault
from corrin.interfaces.smart.settings import SmartSettings

_MOST_CONNECTIONS = 4  # not clinical: at once, to one server
_NOT_ALLOWED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


@dataclass(slots=True)
class Asking:
    """Asks, and counts what comes; ``left`` is how many bytes may still come."""

    client: httpx2.AsyncClient
    settings: SmartSettings
    left: int

    async def resource(self, url: httpx2.URL, headers: Mapping[str, str]) -> dict[str, Any]:
        """Return a FHIR resource.  Raises :class:`AskError`."""
        most = self.settings.largest_page
        found = await self._json("GET", url, most=most, headers=headers)
        if not isinstance(found.get("resourceType"), str):
            raise AskError(Fault.FAILED)
        return found

    async def answer(
        self,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        auth: httpx2.BasicAuth | None = None,
    ) -> dict[str, Any]:
        """Return a JSON object, asked for or, with ``form``, in answer to a form."""
        most = self.settings.largest_answer
        headers = {"Accept": "application/json"}
        if form is None:
            return await self._json("GET", httpx2.URL(url), most=most, headers=headers)
        return await self._json(
            "POST", httpx2.URL(url), most=most, headers=headers, data=dict(form), auth=auth
        )

    async def _json(
        self, method: str, url: httpx2.URL, *, most: int, **more: Any
    ) -> dict[str, Any]:
        try:
            # The library's own limits are for each read; a slow drip would never end.
            async with asyncio.timeout(self.settings.asking_seconds):
                body = await self._body(method, url, most, **more)
            found: Any = msgspec.json.decode(body)
        except (TimeoutError, httpx2.TimeoutException):
            raise AskError(Fault.TOO_SLOW) from None
        except (
            httpx2.HTTPError,
            httpx2.InvalidURL,
            httpx2.StreamError,
            msgspec.MsgspecError,
            OSError,
            ValueError,
            RecursionError,
        ):
            # What these say could repeat an address or a header.
            raise AskError(Fault.FAILED) from None
        if not isinstance(found, dict):
            raise AskError(Fault.FAILED)
        return found

    async def _body(self, method: str, url: httpx2.URL, most: int, **more: Any) -> bytes:
        async with self.client.stream(method, url, **more) as reply:
            if reply.status_code != HTTPStatus.OK:
                raise AskError(_fault_of(reply.status_code))
            body = bytearray()
            async for part in reply.aiter_bytes():
                body += part
                self.left -= len(part)
                if len(body) > most or self.left < 0:
                    raise AskError(Fault.TOO_MUCH)
            return bytes(body)


@contextlib.asynccontextmanager
async def asking(settings: SmartSettings) -> AsyncIterator[Asking]:
    """Open a conversation; its connections and whatever it knows end with it."""
    client = httpx2.AsyncClient(
        # Nothing of the environment: a proxy or a file of passwords is not ours to use here.
        trust_env=False,
        follow_redirects=False,
        timeout=settings.asking_seconds,
        limits=httpx2.Limits(max_connections=_MOST_CONNECTIONS),
        headers={"User-Agent": f"corrin/{__version__}"},
    )
    async with client:
        yield Asking(client, settings, settings.largest_record)


def _fault_of(status: int) -> Fault:
    if status in _NOT_ALLOWED:
        return Fault.NOT_ALLOWED
    is_ours = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    if is_ours or status == HTTPStatus.NOT_IMPLEMENTED:
        return Fault.NOT_OFFERED
    return Fault.FAILED

"""Where a record's server lets people sign in: its own ``smart-configuration``, kept a while."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from corrin.interfaces.smart.asking import asking
from corrin.interfaces.smart.errors import AskError, SmartError, Why
from corrin.interfaces.smart.settings import SmartSettings, is_safe

_WELL_KNOWN = "/.well-known/smart-configuration"
_AGAIN_SECONDS = 5  # not clinical: seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Where to ask for a code and to exchange it; ``names_itself`` as in RFC 9207, or empty."""

    authorize: str
    token: str
    names_itself: str = ""


class Discovery:
    """Knows the endpoints of the issuers of the settings, and of no other."""

    def __init__(
        self, settings: SmartSettings, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._now = now
        self._kept: dict[str, tuple[float, Endpoints]] = {}
        self._failed: dict[str, tuple[float, Why]] = {}
        self._locks = {issuer: asyncio.Lock() for issuer in settings.issuers}

    async def endpoints(self, issuer: str) -> Endpoints:
        """Return the endpoints of an issuer on the list.  Raises :class:`SmartError`."""
        lock = self._locks.get(issuer)
        if lock is None:
            raise SmartError(Why.NOT_LISTED)
        async with lock:
            since, known = self._kept.get(issuer, (float("-inf"), None))
            if known is None or self._now() - since > self._settings.discovery_seconds:
                known = await self._ask_again(issuer)
                self._kept[issuer] = (self._now(), known)
            return known

    async def _ask_again(self, issuer: str) -> Endpoints:
        """Ask, unless that has just failed: those who waited would each wait as long again."""
        failed, why = self._failed.get(issuer, (float("-inf"), Why.NOT_REACHED))
        if self._now() - failed < _AGAIN_SECONDS:
            raise SmartError(why)
        try:
            return await self._ask(issuer)
        except SmartError as error:
            self._failed[issuer] = (self._now(), error.why)
            raise

    async def _ask(self, issuer: str) -> Endpoints:
        try:
            async with asking(self._settings) as conversation:
                told = await conversation.answer(issuer.rstrip("/") + _WELL_KNOWN)
        except AskError:
            raise SmartError(Why.NOT_REACHED) from None
        return endpoints_of(told, issuer)


def endpoints_of(told: dict[str, Any], issuer: str) -> Endpoints:
    """Read a ``smart-configuration``.

    Raises :class:`SmartError` when it lacks what we do not go without: both endpoints,
    over TLS unless the issuer is on this machine too, and PKCE by S256.
    """
    found = [told.get(key) for key in ("authorization_endpoint", "token_endpoint")]
    methods = told.get("code_challenge_methods_supported")
    on_loopback = urlsplit(issuer).scheme == "http"
    good = all(isinstance(one, str) and is_safe(one, loopback=on_loopback) for one in found)
    if not good or not isinstance(methods, list) or "S256" not in methods:
        raise SmartError(Why.NOT_FIT)
    name = told.get("issuer")
    return Endpoints(
        authorize=str(found[0]),
        token=str(found[1]),
        names_itself=name if isinstance(name, str) else "",
    )

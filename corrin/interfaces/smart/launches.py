"""Sign-ins under way, in memory alone: few, short-lived, used once, each of one browser."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from corrin.interfaces.smart.discovery import Endpoints
from corrin.interfaces.smart.errors import SmartError, Why
from corrin.interfaces.smart.settings import SmartSettings

_BYTES = 32  # not clinical: bytes nobody can guess
_NAME_LETTERS = 12  # not clinical: enough to tell the sign-ins of one browser apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """One sign-in: at which record, and what proves on return that it is the same one."""

    issuer: str
    endpoints: Endpoints
    redirect: str
    language: str
    verifier: str = field(repr=False)
    cookie_mark: bytes = field(repr=False)
    ends: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What goes out with a new sign-in: to the record, and as a cookie to the browser."""

    state: str = field(repr=False)
    challenge: str
    cookie_name: str
    cookie_value: str = field(repr=False)


class Launches:
    """The sign-ins under way; the oldest gives way when there are too many."""

    def __init__(
        self, settings: SmartSettings, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._now = now
        self._all: dict[str, Launch] = {}

    def __len__(self) -> int:
        return len(self._all)

    def begin(self, *, issuer: str, endpoints: Endpoints, redirect: str, language: str) -> Begun:
        """Remember a new sign-in and return what goes out with it."""
        now = self._now()
        self._all = {state: one for state, one in self._all.items() if one.ends > now}
        while len(self._all) >= self._settings.most_signing_in:
            del self._all[next(iter(self._all))]
        state, verifier, cookie = (_unguessable() for _ in ("state", "verifier", "cookie"))
        self._all[state] = Launch(
            issuer=issuer,
            endpoints=endpoints,
            redirect=redirect,
            language=language,
            verifier=verifier,
            cookie_mark=_mark(cookie),
            ends=now + self._settings.signing_in_seconds,
        )
        return Begun(
            state=state,
            challenge=challenge_of(verifier),
            cookie_name=cookie_name(state, redirect),
            cookie_value=cookie,
        )

    def end(self, state: str, cookies: Mapping[str, str]) -> Launch:
        """Return the sign-in of a state and forget it, whatever comes of it.

        Raises :class:`SmartError` when there is none, it is too old, or the browser is not
        the one that began it.
        """
        launch = self._all.pop(state, None)
        if launch is None or launch.ends <= self._now():
            raise SmartError(Why.NOT_OURS)
        cookie = cookies.get(cookie_name(state, launch.redirect), "")
        if not hmac.compare_digest(_mark(cookie), launch.cookie_mark):
            raise SmartError(Why.NOT_OURS)
        return launch


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a PKCE verifier (RFC 7636, section 4.2)."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def cookie_name(state: str, redirect: str) -> str:
    """Return the name of the cookie of one sign-in; over TLS no other host can set it."""
    name = f"corrin-smart-{_mark(state).hex()[:_NAME_LETTERS]}"
    return f"__Host-{name}" if redirect.startswith("https:") else name


def _unguessable() -> str:
    return secrets.token_urlsafe(_BYTES)


def _mark(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()

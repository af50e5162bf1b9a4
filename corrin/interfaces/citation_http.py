"""Asks a public service politely: says who asks, waits between questions, gives up in time.

Nothing of Corrin talks to a network but this, and only for
``corrin knowledge references --online``.
"""

from __future__ import annotations

import email.utils
import http.client
import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from corrin._version import __version__

#: Answers after which asking again can help.
_PASSING = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
_MOST_BYTES = 8_000_000  # not clinical: no answer of either service is near that


class NotAnsweredError(Exception):
    """The service gave no usable answer; the message says why, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How politely to ask.  All times are in seconds.

    The defaults stay below what both services allow to somebody unknown: NCBI three
    questions a second, Crossref five.
    """

    pause: float = 0.5  # not clinical: seconds
    timeout: float = 20.0  # not clinical: seconds
    tries: int = 3  # not clinical: a count
    backoff: float = 2.0
    longest_wait: float = 60.0  # not clinical: seconds
    contact: str | None = None

    @property
    def user_agent(self) -> str:
        """Who asks, with the address to write to when one was given."""
        reach = f"; mailto:{self.contact}" if self.contact else ""
        return f"corrin/{__version__} (check of citations{reach})"


@dataclass(slots=True)
class Client:
    """Asks for JSON; remembers when it last asked, so as not to ask too often."""

    manners: Manners
    _last: float | None = field(default=None, init=False)

    def json(self, url: str) -> Any | None:
        """Return what stands at ``url``, or None where the service knows nothing of it.

        Asks again after a passing fault, as late as the service says it may.
        Raises :class:`NotAnsweredError` when no usable answer comes.
        """
        if not url.startswith(("https://", "http://")):
            raise NotAnsweredError("its address is not one of the web")
        why = "it was not asked"
        for attempt in range(self.manners.tries):
            self._pause()
            try:
                return json.loads(self._read(url))
            except urllib.error.HTTPError as fault:
                with fault:
                    if fault.code == HTTPStatus.NOT_FOUND:
                        return None
                    why = f"it answered {fault.code}"
                    if fault.code not in _PASSING:
                        break
                    wait = _asked_to_wait(fault.headers.get("Retry-After"))
            except (OSError, http.client.HTTPException) as fault:
                reason = getattr(fault, "reason", fault)
                late = isinstance(reason, TimeoutError)
                why = "it did not answer in time" if late else "it could not be reached"
                wait = None
            except ValueError:
                why = "its answer could not be read"
                break
            if attempt + 1 < self.manners.tries:
                wait = self.manners.backoff * 2**attempt if wait is None else wait
                if wait > self.manners.longest_wait:
                    why += f" and asked to wait {wait:.0f} seconds"
                    break
                time.sleep(wait)
        raise NotAnsweredError(why)

    def _pause(self) -> None:
        now = time.monotonic()
        if self._last is not None:
            time.sleep(max(0.0, self._last + self.manners.pause - now))
        self._last = time.monotonic()

    def _read(self, url: str) -> bytes:
        headers = {"User-Agent": self.manners.user_agent, "Accept": "application/json"}
        request = urllib.request.Request(url, headers=headers)  # noqa: S310  web only, see above
        with urllib.request.urlopen(request, timeout=self.manners.timeout) as answer:  # noqa: S310
            body: bytes = answer.read(_MOST_BYTES)
            return body


def _asked_to_wait(retry_after: str | None) -> float | None:
    """Return the seconds that ``Retry-After`` asks for: a number, or a date (RFC 9110)."""
    if not retry_after:
        return None
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        until = email.utils.parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, until.timestamp() - time.time())

"""What the service asks of others: resources of the client's FHIR server, and key sets.

Only addresses on the site's list, over TLS, without following redirects, with a limit on
time and size.  A token is sent in one header and goes nowhere else.
"""

from __future__ import annotations

import http.client
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import msgspec

from corrin.errors import CorrinError
from corrin.interfaces.cds_hooks.settings import CdsSettings, is_loopback

_FHIR = "application/fhir+json"
_MOST_KEYS = 64 * 1024  # not clinical: bytes of a key set


class FetchError(CorrinError):
    """Something could not be fetched; holds no address and no value."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


class Fetch:
    """Fetches from the addresses that the settings allow."""

    def __init__(self, settings: CdsSettings) -> None:
        self._settings = settings
        # No proxies of the environment: they would see the token.
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=ssl.create_default_context()),
            _NoRedirects,
        )

    @property
    def most_pages(self) -> int:
        """How many pages of one answer are read."""
        return self._settings.most_pages

    def may_ask(self, server: str) -> bool:
        """Whether resources may be fetched from this FHIR server."""
        try:
            parts = urlsplit(server)
            host = parts.hostname or ""
            port = parts.port
        except ValueError:
            return False
        if parts.username or parts.password or parts.query or parts.fragment or port == 0:
            return False
        if self._settings.on_loopback and parts.scheme in {"http", "https"} and is_loopback(host):
            return True
        allowed = {one.rstrip("/") for one in self._settings.fhir_servers}
        return parts.scheme == "https" and server.rstrip("/") in allowed

    def resource(self, server: str, query: str, *, token: str | None) -> dict[str, Any]:
        """Return one resource of a FHIR server; ``query`` is relative to its base.

        ``query`` may be the address of a next page if it lies below the same base.
        Raises :class:`FetchError`.
        """
        base = server.rstrip("/") + "/"
        try:
            url = urljoin(base, query)
            allowed = self.may_ask(server) and _lies_below(base, url)
        except ValueError:
            allowed = False
        if not allowed:
            raise FetchError
        headers = {"Accept": _FHIR}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        try:
            found = msgspec.json.decode(self._get(url, headers, self._settings.most_fetched))
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            raise FetchError from None
        if not isinstance(found, dict) or not isinstance(found.get("resourceType"), str):
            raise FetchError
        return found

    def keys(self, jku: str) -> bytes:
        """Return a key set from an address that an issuer was given in the settings."""
        if jku not in {one.jku for one in self._settings.issuers}:
            raise FetchError
        return self._get(jku, {"Accept": "application/json"}, _MOST_KEYS)

    def _get(self, url: str, headers: Mapping[str, str], most: int) -> bytes:
        try:
            request = urllib.request.Request(url, headers=dict(headers))  # noqa: S310  checked
            with self._opener.open(request, timeout=self._settings.fetch_seconds) as reply:
                body: bytes = reply.read(most + 1)
        except (OSError, ValueError, http.client.HTTPException):
            raise FetchError from None
        if len(body) > most:
            raise FetchError
        return body


def _lies_below(base: str, url: str) -> bool:
    """Whether an address lies below a base, also once the server has resolved its dots."""
    steps = unquote(urlsplit(url).path).replace("\\", "/").split("/")
    return url.startswith(base) and not {".", ".."} & set(steps)

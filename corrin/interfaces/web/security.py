"""What every reply carries, and which requests are let in.

The server holds nothing worth stealing; these rules keep other sites that are open in
the same browser from reading an answer (names that are made to point here) or from
sending requests (forms of another origin), and keep the pages from fetching or running
anything but their own files.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corrin.interfaces.web.problems import Trouble, reply
from corrin.interfaces.web.settings import ServerSettings

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_NOT_USED = (
    "accelerometer", "camera", "display-capture", "geolocation", "gyroscope",
    "hid", "magnetometer", "microphone", "midi", "payment", "serial", "usb",
)  # fmt: skip
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Nothing is told to another site.  Not "no-referrer": with it browsers send the origin
    # of our own forms as "null", and they could not be told from those of another site.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _NOT_USED),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
#: A page may stay in the memory of the browser, so that Back works after a form was sent;
#: it is never shown again to another, nor taken from a cache without asking.
OF_A_PAGE = "private, no-cache"
#: Anything else is for the one who asked, once.
OF_DATA = "no-store"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


class Guard:
    """Lets in requests made to this server by its own pages or by a program; sets the headers."""

    def __init__(self, app: ASGIApp, settings: ServerSettings) -> None:
        self._app = app
        names = {settings.host, *settings.allowed_hosts}
        self._names = _OWN_NAMES | {name.lower().strip("[]") for name in names if name}
        # Listening everywhere, the machine's own addresses are not known here; a name
        # that was made to point here is still refused.
        self._any_address = _is_everywhere(settings.host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(MutableHeaders(scope=message))
            await send(message)

        refused = self._refused(scope)
        if refused is not None:
            await reply(scope, Trouble(code=refused))(scope, receive, with_headers)
            return
        await self._app(scope, receive, with_headers)

    def _refused(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._is_ours(hosts[0]):
            return "wrong-host"
        if scope["method"] not in _READING and not _is_same_origin(headers, hosts[0]):
            return "cross-origin"
        return None

    def _is_ours(self, host: str) -> bool:
        try:
            name = (urlsplit(f"//{host}").hostname or "").lower()
        except ValueError:
            return False
        return name in self._names or (self._any_address and _is_address(name))


def _is_same_origin(headers: Headers, host: str) -> bool:
    """Whether a request that does something comes from our own page, or from no page at all."""
    site = headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    origin = headers.get("origin")
    if origin is None or (origin == "null" and site is not None):
        return True
    try:
        return urlsplit(origin).netloc.lower() == host.lower() != ""
    except ValueError:
        return False


def _add_headers(headers: MutableHeaders) -> None:
    for name, value in HEADERS.items():
        headers[name] = value
    is_page = headers.get("content-type", "").startswith("text/html")
    headers.setdefault("Cache-Control", OF_A_PAGE if is_page else OF_DATA)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_everywhere(host: str) -> bool:
    return _is_address(host) and ipaddress.ip_address(host).is_unspecified

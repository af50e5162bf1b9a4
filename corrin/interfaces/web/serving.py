"""Runs the server on a socket of this machine until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import signal
import socket
import sys
from types import FrameType
from typing import Any, NoReturn

import h11
import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from corrin.errors import CorrinError, InputError, Problem
from corrin.interfaces.web.app import create_app
from corrin.interfaces.web.settings import ServerSettings
from corrin.interfaces.web.worker import fault_of

_BACKLOG = 256  # not clinical: connections not yet taken up
_KEEP_SECONDS = 20  # not clinical: seconds an idle connection is kept
_END_SECONDS = 5  # not clinical: seconds for replies under way when stopping
_HEADER_BYTES = 16 * 1024  # not clinical: bytes
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def serve(settings: ServerSettings, *, app: FastAPI | None = None) -> None:
    """Serve the page, or another ``app``, until SIGTERM or Ctrl-C, then finish and return.

    One line on standard error says when and where it is ready.  Raises
    :class:`InputError` when it cannot listen there, :class:`CorrinError` when it cannot start.
    """
    _set_up_log()
    # The server raises the signal that stopped it again when it is done; that, and one
    # that comes before it listens, ends the program as if by itself.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    listening = _listen(settings)
    url = _url(listening)

    class _Protocol(_Prompt):
        header_seconds = settings.header_seconds

    config = uvicorn.Config(
        app or create_app(settings=settings),
        loop="asyncio",
        http=_Protocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=settings.most_connections,
        backlog=_BACKLOG,
        timeout_keep_alive=_KEEP_SECONDS,
        timeout_graceful_shutdown=_END_SECONDS,
        h11_max_incomplete_event_size=_HEADER_BYTES,
    )
    server = _Server(config, url)
    with contextlib.closing(listening):
        try:
            server.run(sockets=[listening])
        except SystemExit as stop:
            if stop.code:
                raise CorrinError("the server could not start.") from None
            raise


class _Server(uvicorn.Server):
    """Says on standard error when it is ready."""

    def __init__(self, config: uvicorn.Config, url: str) -> None:
        super().__init__(config)
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and not self.should_exit:
            print(  # noqa: T201  the ready line is what a caller waits for
                f"corrin: ready on {self._url} (stop with Ctrl-C)", file=sys.stderr, flush=True
            )


class _Prompt(H11Protocol):
    """Does not wait for ever for the head of a request, at whatever pace it comes."""

    header_seconds: float
    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._wait_no_more()
        elif self._waiting is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(self.header_seconds, self._too_slow)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _too_slow(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(_TOO_SLOW)
            self.transport.close()


class _WithoutMessages(logging.Formatter):
    """Writes an exception as its kind and place: its message could hold a person's values."""

    def formatException(self, ei: Any) -> str:  # noqa: N802  the name is the library's
        return fault_of(ei[1])


def _set_up_log() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_WithoutMessages("corrin: %(message)s"))
    for name, level in (
        ("corrin.web", logging.INFO),
        ("uvicorn.error", logging.WARNING),
        ("asyncio", logging.ERROR),
    ):
        log = logging.getLogger(name)
        log.handlers = [handler]
        log.setLevel(level)
        log.propagate = False


def _listen(settings: ServerSettings) -> socket.socket:
    try:
        family, kind, proto, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, OverflowError, UnicodeError):
        _refuse("--host", "is not an address of this machine.", "Use 127.0.0.1, or leave it out.")
    listening = socket.socket(family, kind, proto)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
        # Now, not later: two servers on one port are refused at once.
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        reason = (error.strerror or "it cannot be used").lower()
        _refuse(
            f"--port {settings.port}",
            f"cannot be listened on: {reason}.",
            "Choose another with --port, or 0 for any that is free.",
        )
    return listening


def _refuse(where: str, what: str, do: str) -> NoReturn:
    raise InputError([Problem(where, "cannot-listen", what, do)])


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ipaddress.ip_address(host).version == 6 else host  # noqa: PLR2004  # not clinical: IPv6
    return f"http://{shown}:{port}/"


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame
    raise SystemExit(0)

"""What a server may be told: where it listens, and how much it takes on."""

from __future__ import annotations

from dataclasses import dataclass

from corrin.interfaces.smart.settings import SmartSettings

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8765  # not clinical: a port


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """Where the server listens and its limits; the times are in seconds.

    ``allowed_hosts`` are further names under which it may be called (a name a browser
    shows, without port); the machine's own names are always allowed.  ``workers`` are
    the processes that work out answers; 0 works them out in threads of the server's
    own process.  ``largest_body`` stays below the size at which an upload would be put
    on disk.  Draws are not among the limits: they are never reduced under load.
    ``smart`` names the records the page may be opened from, if any.
    """

    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    allowed_hosts: tuple[str, ...] = ()
    workers: int = 4  # not clinical: twice the cores of a small machine
    largest_body: int = 960 * 1024  # not clinical: bytes, below 1 MB
    most_entries: int = 2_000  # not clinical: entries of one person file
    most_connections: int = 200  # not clinical: connections at once
    most_waiting: int = 64  # not clinical: answers waiting or under way at once
    header_seconds: float = 10
    body_seconds: float = 10
    reply_seconds: float = 30  # not clinical: seconds
    waiting_seconds: float = 20  # not clinical: seconds
    work_seconds: float = 60  # not clinical: seconds
    log_requests: bool = False
    smart: SmartSettings | None = None

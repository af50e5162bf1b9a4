"""Which records the page may be opened from, under which name, and how much is fetched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from corrin.errors import InputError, Problem
from corrin.interfaces.cds_hooks.settings import is_loopback

#: Where a record's software sends the browser.
LAUNCH_PATH = "/smart/launch"
#: Where somebody chooses a record.
START_PATH = "/smart/start"
#: Where the record sends the browser back to.
CALLBACK_PATH = "/smart/callback"
_LONGEST = 1_000  # not clinical: characters of an id or a secret


@dataclass(frozen=True, slots=True, kw_only=True)
class SmartSettings:
    """What a server needs to be opened from a record; the times are in seconds.

    ``issuers`` are the FHIR addresses that may open it, compared letter by letter.
    ``redirect`` is the whole address the browser comes back to; empty on a machine of
    one's own, where it is the address the page was opened under.  With ``secret`` the
    server is a confidential client (symmetric), which then has one issuer alone.
    """

    client_id: str
    issuers: tuple[str, ...]
    redirect: str = ""
    secret: str = field(default="", repr=False)
    signing_in_seconds: float = 600  # not clinical: seconds
    most_signing_in: int = 500  # not clinical: sign-ins under way
    discovery_seconds: float = 600  # not clinical: seconds an answer is kept
    asking_seconds: float = 10  # not clinical: seconds for one answer
    reading_seconds: float = 40  # not clinical: seconds for a whole record
    most_reading: int = 8  # not clinical: records read at one time
    largest_answer: int = 64 * 1024  # not clinical: bytes of an answer that is no resource
    largest_page: int = 8 * 1024**2  # not clinical: bytes
    largest_record: int = 24 * 1024**2  # not clinical: bytes
    most_pages: int = 20  # not clinical: pages of one search
    most_resources: int = 5_000  # not clinical: resources of one search


def read_smart_settings(
    *,
    client_id: str,
    issuers: Sequence[str],
    redirect: str,
    secret_file: Path | None,
    reached_by_others: bool,
) -> SmartSettings:
    """Return the settings as the command line gives them.

    ``reached_by_others``: the server does not listen for this machine alone.  Raises
    :class:`InputError` naming what is wrong; a secret is never repeated.
    """
    if not 0 < len(client_id) <= _LONGEST or not client_id.isprintable():
        _refuse("--smart-client-id", "is not the id of a client.", "Copy it from the record.")
    for issuer in issuers:
        if not is_safe(issuer):
            _refuse(
                "--smart-issuer",
                "is not an https address.",
                "Give the FHIR address of the record, as the record itself writes it.",
            )
    if redirect and (not is_safe(redirect) or urlsplit(redirect).path != CALLBACK_PATH):
        _refuse(
            "--smart-redirect",
            "cannot be come back to.",
            f"Give https://YOUR-NAME{CALLBACK_PATH}, as registered with the record.",
        )
    if reached_by_others and not redirect:
        _refuse(
            "--smart-redirect",
            "is needed when others can reach this server.",
            f"Give https://YOUR-NAME{CALLBACK_PATH}, as registered with the record.",
        )
    secret = _secret(secret_file, issuers)
    return SmartSettings(
        client_id=client_id,
        issuers=tuple(dict.fromkeys(issuers)),
        redirect=redirect,
        secret=secret,
    )


def is_safe(url: str, *, loopback: bool = True) -> bool:
    """Whether an address is over TLS, or (``loopback``) of this machine itself."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.username or parts.password or parts.fragment or not host or port == 0:
        return False
    if not url.isprintable() or " " in url or "\\" in url:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and loopback and is_loopback(host))


def _secret(path: Path | None, issuers: Sequence[str]) -> str:
    if path is None:
        return ""
    if len(set(issuers)) > 1:
        _refuse("--smart-secret-file", "goes with one issuer.", "Start a server for each.")
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        _refuse("--smart-secret-file", "cannot be read.", "Give a file with the secret alone.")
    if not 0 < len(secret) <= _LONGEST or not secret.isascii() or not secret.isprintable():
        _refuse("--smart-secret-file", "holds no secret.", "Give a file with the secret alone.")
    return secret


def _refuse(where: str, what: str, do: str) -> NoReturn:
    raise InputError([Problem(where, "cannot-use", what, do)])

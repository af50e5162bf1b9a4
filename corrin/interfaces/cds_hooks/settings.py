"""Who may call the service, from where, and what it may ask: read from the site's file."""

from __future__ import annotations

import ipaddress
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from corrin.errors import InputError, Problem

ALGORITHMS = ("ES384", "RS384")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """One client that is trusted: its ``iss``, and where its public keys come from.

    ``jwks`` is the key set itself, ``jku`` the only address it is fetched from.
    ``tenants`` limits the ``tenant`` claim; empty for any.
    """

    iss: str
    jwks: dict[str, Any] | None = None
    jku: str | None = None
    tenants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CdsSettings:
    """What the service may be told.

    With ``trusted`` (the default) every call needs a signed token of an issuer;
    ``base_url`` is the address under which clients know this service.  ``origins`` are
    the web pages that may call it, ``"*"`` for any; ``fhir_servers`` the addresses it may
    fetch from.  ``on_loopback`` allows servers of this machine without TLS.
    """

    trusted: bool = True
    base_url: str = ""
    issuers: tuple[Issuer, ...] = ()
    origins: tuple[str, ...] = ()
    fhir_servers: tuple[str, ...] = ()
    on_loopback: bool = False
    feedback_db: str = ""
    keep_comments: bool = False
    replay_seconds: int = 3_600  # not clinical: seconds
    fetch_seconds: float = 2.0
    most_fetched: int = 8 * 1024**2  # not clinical: bytes
    most_pages: int = 10


class _Issuer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    iss: str
    jwks: str | None = None
    jku: str | None = None
    tenants: tuple[str, ...] = ()


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The site's file: see docs/reference/cds-hooks.md."""

    base_url: str
    issuer: tuple[_Issuer, ...]
    origins: tuple[str, ...] = ()
    fhir_servers: tuple[str, ...] = ()
    keep_comments: bool = False


def without_tokens(*, feedback_db: str, keep_comments: bool = False) -> CdsSettings:
    """Return settings for trying it out on this machine: no tokens, any page may call it."""
    return CdsSettings(
        trusted=False,
        origins=("*",),
        on_loopback=True,
        feedback_db=feedback_db,
        keep_comments=keep_comments,
    )


def read_settings(path: Path, *, feedback_db: str) -> CdsSettings:
    """Read the site's file.  Raises :class:`InputError` naming what is wrong with it."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        file = msgspec.convert(table, _File)
    except OSError:
        raise _wrong("cannot be read.", "Give the path of a TOML file.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise _wrong("is not TOML.", "See docs/reference/cds-hooks.md.") from None
    except msgspec.ValidationError as error:
        raise _wrong(f"cannot be used: {error}.", "See docs/reference/cds-hooks.md.") from None
    if not file.issuer:
        raise _wrong("names no issuer.", "Add [[issuer]] with iss and jwks or jku.")
    for url in (file.base_url, *file.fhir_servers, *(i.jku for i in file.issuer if i.jku)):
        if not _is_safe(url):
            raise _wrong(f"names '{url}', which is not an https address.", "Use https://.")
    return CdsSettings(
        base_url=file.base_url.rstrip("/"),
        issuers=tuple(_issuer(one, path.parent) for one in file.issuer),
        origins=file.origins,
        fhir_servers=file.fhir_servers,
        feedback_db=feedback_db,
        keep_comments=file.keep_comments,
        on_loopback=is_loopback(urlsplit(file.base_url).hostname or ""),
    )


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine itself."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_safe(url: str) -> bool:
    parts = urlsplit(url)
    if parts.username or parts.password or not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))


def _issuer(one: _Issuer, folder: Path) -> Issuer:
    if (one.jwks is None) == (one.jku is None):
        raise _wrong("gives an issuer both jwks and jku, or neither.", "Give one of them.")
    keys = None
    if one.jwks is not None:
        try:
            keys = msgspec.json.decode((folder / one.jwks).read_bytes(), type=dict[str, Any])
        except (OSError, msgspec.MsgspecError):
            message = "names a key set that cannot be read."
            raise _wrong(message, "Give the path of a JWK Set, from this file.") from None
    return Issuer(iss=one.iss, jwks=keys, jku=one.jku, tenants=one.tenants)


def _wrong(what: str, do: str) -> InputError:
    return InputError([Problem("--issuers", "cannot-use", what, do)])

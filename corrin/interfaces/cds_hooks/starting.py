"""Starts the service as the command asks."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from corrin.errors import InputError, Problem
from corrin.interfaces.cds_hooks.app import create_cds_app
from corrin.interfaces.cds_hooks.review import settle
from corrin.interfaces.cds_hooks.settings import is_loopback, read_settings, without_tokens
from corrin.interfaces.web.serving import serve
from corrin.interfaces.web.settings import ServerSettings

_LARGEST_BODY = 8 * 1024**2  # not clinical: bytes; hundreds of resources


def serve_cds(
    settings: ServerSettings,
    *,
    insecure_no_jwt: bool,
    feedback_db: str | None,
    issuers: Path | None,
) -> None:
    """Serve until SIGTERM or Ctrl-C.  Raises :class:`InputError` for options that do not fit."""
    url = feedback_db or _default_db()
    if insecure_no_jwt:
        if issuers is not None:
            _refuse("--issuers", "goes without --insecure-no-jwt.", "Leave one of them out.")
        if not is_loopback(settings.host):
            _refuse(
                "--insecure-no-jwt",
                "is for this machine alone: anyone could send and read data.",
                "Listen on 127.0.0.1, or name the clients with --issuers FILE.",
            )
        cds = without_tokens(feedback_db=url)
    elif issuers is None:
        _refuse(
            "--issuers",
            "is needed: no client is trusted without it.",
            "Give the site's file, or --insecure-no-jwt to try it out on this machine.",
        )
    else:
        cds = read_settings(issuers, feedback_db=url)
    settings = replace(settings, largest_body=_LARGEST_BODY)
    app = create_cds_app(cds=cds, settings=settings)
    settle()
    serve(settings, app=app)


def _default_db() -> str:
    state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return f"sqlite:///{Path(state) / 'corrin' / 'cds-feedback.sqlite3'}"


def _refuse(where: str, what: str, do: str) -> NoReturn:
    raise InputError([Problem(where, "cannot-use", what, do)])

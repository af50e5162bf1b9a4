"""``corrin serve``: the page and the programming interface, on this machine alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from corrin.errors import InputError, Problem, needing

_PORT = 8765  # not clinical: a port
_LAST_PORT = 65_535  # not clinical: the last port there is
_WORKERS = 4  # not clinical: processes; twice the cores of a small machine
_MOST_WORKERS = 64  # not clinical: processes


def command(  # noqa: PLR0917  the options of a command
    port: Annotated[
        int,
        typer.Option(min=0, max=_LAST_PORT, help="The port; 0 takes any that is free."),
    ] = _PORT,
    host: Annotated[
        str,
        typer.Option(help="The address to listen on; others can reach it unless it is 127.0.0.1."),
    ] = "127.0.0.1",
    allow_host: Annotated[
        list[str] | None,
        typer.Option(help="A further name it is called by, as behind a proxy.", metavar="NAME"),
    ] = None,
    workers: Annotated[
        int,
        typer.Option(min=1, max=_MOST_WORKERS, help="Processes that work out answers."),
    ] = _WORKERS,
    log_requests: Annotated[
        bool,
        typer.Option(
            "--log-requests",
            help="Write a line for each request: method, page, status and time, nothing else.",
        ),
    ] = False,
    cds: Annotated[
        bool,
        typer.Option("--cds", help="Serve CDS Hooks 2.0 to a hospital's software, not the page."),
    ] = False,
    insecure_no_jwt: Annotated[
        bool,
        typer.Option(
            "--insecure-no-jwt",
            help="With --cds: ask for no signed token. For tests on this machine alone.",
        ),
    ] = False,
    issuers: Annotated[
        Path | None,
        typer.Option(
            help="With --cds: whom to trust, see docs/reference/cds-hooks.md.", metavar="FILE"
        ),
    ] = None,
    feedback_db: Annotated[
        str | None,
        typer.Option(
            help="With --cds: where outcomes of cards are kept, sqlite:///PATH or postgresql://...",
            metavar="URL",
        ),
    ] = None,
) -> None:
    """Open the page for one's own use: answers, interview, evidence, and the API beside it.

    Says "ready" and the address on standard error; stop it with Ctrl-C.  Nothing is kept,
    and nothing leaves this machine.  Needs: pip install 'corrin[web]'
    """
    if cds:
        _cds(
            host=host,
            port=port,
            workers=workers,
            log_requests=log_requests,
            insecure_no_jwt=insecure_no_jwt,
            issuers=issuers,
            feedback_db=feedback_db,
        )
        return
    if insecure_no_jwt or issuers is not None or feedback_db is not None:
        message = "--insecure-no-jwt, --issuers and --feedback-db"
        raise InputError(
            [Problem(message, "not-together", "go with --cds.", "Add --cds, or leave them out.")]
        )
    with needing("web", "the page"):
        from corrin.interfaces.web.serving import serve
        from corrin.interfaces.web.settings import ServerSettings
    serve(
        ServerSettings(
            host=host,
            port=port,
            allowed_hosts=tuple(allow_host or ()),
            workers=workers,
            log_requests=log_requests,
        )
    )


def _cds(
    *,
    host: str,
    port: int,
    workers: int,
    log_requests: bool,
    insecure_no_jwt: bool,
    issuers: Path | None,
    feedback_db: str | None,
) -> None:
    with needing("cds", "the CDS service"):
        from corrin.interfaces.cds_hooks.starting import serve_cds
        from corrin.interfaces.web.settings import ServerSettings
    serve_cds(
        ServerSettings(host=host, port=port, workers=workers, log_requests=log_requests),
        insecure_no_jwt=insecure_no_jwt,
        issuers=issuers,
        feedback_db=feedback_db,
    )

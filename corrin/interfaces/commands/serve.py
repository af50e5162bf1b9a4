"""``corrin serve``: the page and the programming interface, on this machine alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from corrin.errors import InputError, Problem, needing

if TYPE_CHECKING:
    from corrin.interfaces.smart.settings import SmartSettings

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
    smart_issuer: Annotated[
        list[str] | None,
        typer.Option(
            help="A record (its FHIR address) the page may be opened from, see "
            "docs/reference/smart.md.",
            metavar="URL",
        ),
    ] = None,
    smart_client_id: Annotated[
        str | None,
        typer.Option(help="With --smart-issuer: the id the record gave.", metavar="ID"),
    ] = None,
    smart_redirect: Annotated[
        str | None,
        typer.Option(
            help="With --smart-issuer: where the record sends the browser back to, "
            "https://NAME/smart/callback.",
            metavar="URL",
        ),
    ] = None,
    smart_secret_file: Annotated[
        Path | None,
        typer.Option(help="With --smart-issuer: a file with the client's secret.", metavar="FILE"),
    ] = None,
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
    and nothing leaves this machine but what a record named with --smart-issuer is asked.
    Needs: pip install 'corrin[web]'
    """
    smart_options = (smart_client_id, smart_redirect, smart_secret_file)
    if cds and (smart_issuer or any(smart_options)):
        raise _apart("--cds and --smart-issuer", "are two servers.", "Start one for each.")
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
        raise _apart(message, "go with --cds.", "Add --cds, or leave them out.")
    with needing("web", "the page"):
        from corrin.interfaces.web.serving import serve
        from corrin.interfaces.web.settings import ServerSettings
    smart = _smart(
        host=host,
        allow_host=allow_host,
        issuers=smart_issuer or [],
        client_id=smart_client_id,
        redirect=smart_redirect,
        secret_file=smart_secret_file,
    )
    back_to = urlsplit(smart.redirect).hostname if smart is not None else None
    serve(
        ServerSettings(
            host=host,
            port=port,
            allowed_hosts=(*(allow_host or ()), *([back_to] if back_to else ())),
            workers=workers,
            log_requests=log_requests,
            smart=smart,
        )
    )


def _smart(
    *,
    host: str,
    allow_host: list[str] | None,
    issuers: list[str],
    client_id: str | None,
    redirect: str | None,
    secret_file: Path | None,
) -> SmartSettings | None:
    if not issuers:
        if client_id or redirect or secret_file is not None:
            message = "--smart-client-id, --smart-redirect and --smart-secret-file"
            raise _apart(message, "go with --smart-issuer.", "Name a record, or leave them out.")
        return None
    if not client_id:
        raise _apart("--smart-issuer", "goes with --smart-client-id.", "Give the record's id.")
    with needing("smart", "opening the page from a record"):
        # Asked for now: a page that cannot be opened should be known before somebody tries.
        import httpx2  # noqa: F401

        from corrin.interfaces.cds_hooks.settings import is_loopback
        from corrin.interfaces.smart.settings import read_smart_settings
    return read_smart_settings(
        client_id=client_id,
        issuers=issuers,
        redirect=redirect or "",
        secret_file=secret_file,
        reached_by_others=bool(allow_host) or not is_loopback(host),
    )


def _apart(where: str, what: str, do: str) -> InputError:
    return InputError([Problem(where, "not-together", what, do)])


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

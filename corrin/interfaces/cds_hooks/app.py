"""Puts the service together: discovery, the two services, feedback, and what guards them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any

import msgspec
from fastapi import APIRouter, FastAPI, Request
from msgspec import UNSET
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, PlainTextResponse, Response

from corrin._version import __version__
from corrin.interfaces.cds_hooks import calls, outcomes
from corrin.interfaces.cds_hooks.card_parts import Cards
from corrin.interfaces.cds_hooks.fetching import Fetch
from corrin.interfaces.cds_hooks.gate import CrossOrigin, Trusted
from corrin.interfaces.cds_hooks.gathering import entries, gather
from corrin.interfaces.cds_hooks.order_check import order_check, selected
from corrin.interfaces.cds_hooks.outcomes import HookError, Outcomes
from corrin.interfaces.cds_hooks.review import review, settle, warm
from corrin.interfaces.cds_hooks.services import REVIEW, SERVICES, discovery, templates
from corrin.interfaces.cds_hooks.settings import CdsSettings
from corrin.interfaces.cds_hooks.store import Store, StoreError
from corrin.interfaces.cds_hooks.tokens import Tokens
from corrin.interfaces.web import monitoring, problems
from corrin.interfaces.web.limits import Limits
from corrin.interfaces.web.settings import ServerSettings
from corrin.interfaces.web.worker import fault_of
from corrin.interfaces.web.working import Workers, run
from corrin.knowledge.loading import Knowledge, load

log = logging.getLogger("corrin.web")
router = APIRouter()


def create_cds_app(
    *,
    cds: CdsSettings,
    knowledge: Knowledge | None = None,
    settings: ServerSettings | None = None,
) -> FastAPI:
    """Return the service as an ASGI application; nothing is started before its lifespan.

    Raises :class:`InputError` when the feedback database is not of a known kind.
    """
    settings = settings or ServerSettings()
    figures = monitoring.Figures()
    fetch = Fetch(cds)
    store = Store(cds.feedback_db, keep_comments=cds.keep_comments)
    app = FastAPI(
        title="Corrin CDS Hooks",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
        middleware=[
            Middleware(monitoring.Watch, figures=figures, log_requests=settings.log_requests),
            Middleware(CrossOrigin, settings=cds),
            Middleware(Outcomes),
            Middleware(problems.Faults),
            Middleware(Trusted, settings=cds, tokens=Tokens(cds, fetch, store)),
            Middleware(Limits, settings=settings),
        ],
    )
    app.state.figures = figures
    app.state.fetch = fetch
    app.state.knowledge = knowledge or load()
    app.state.store = store
    app.state.workers = Workers(settings, knowledge=knowledge, warm_up=(warm, settle))
    app.state.remembering = set()
    problems.register(app)
    app.add_exception_handler(HookError, _refused)
    app.add_exception_handler(StoreError, _not_kept)
    app.include_router(router)
    return app


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    state = app.state
    await asyncio.to_thread(state.store.prepare)
    await state.workers.start()
    discovery(state.knowledge)
    try:
        yield
    finally:
        state.workers.close()
        await asyncio.gather(*state.remembering, return_exceptions=True)
        state.store.close()


@router.get("/cds-services")
async def discover(request: Request) -> Response:
    """List the services."""
    return _json(discovery(request.app.state.knowledge))


@router.post("/cds-services/{service_id}")
async def answer(request: Request, service_id: str) -> Response:
    """Answer the call of a hook."""
    service = _service(service_id)
    call = await calls.read(request, calls.Call)
    calls.check(call, service.hooks)
    state = request.app.state
    gathered = await gather(call, service, templates(state.knowledge), state.fetch)
    context = call.context
    cards: Cards
    if service.id == REVIEW:
        cards = await run(
            request.app, review, gathered.resources, gathered.missing, context.patient_id
        )
    else:
        drafts = [] if context.draft_orders is UNSET else list(entries(context.draft_orders))
        chosen = None if context.selections is UNSET else context.selections
        orders = selected(drafts, chosen if call.hook == "order-select" else None)
        cards = await run(
            request.app, order_check, gathered.resources, gathered.missing, context.patient_id,
            orders,
        )  # fmt: skip
    if cards.shown:
        _remember(request.app, service.id, cards)
    return _json(cards.answer)


@router.post("/cds-services/{service_id}/feedback")
async def feedback(request: Request, service_id: str) -> Response:
    """Keep what became of some cards; answered only when it is on disk."""
    service = _service(service_id)
    given = await calls.read(request, calls.Feedback)
    calls.check_feedback(given)
    kept = await asyncio.to_thread(request.app.state.store.keep, service.id, given.feedback)
    return _json({"received": len(given.feedback), "new": kept})


@router.get("/healthz")
async def healthz(request: Request) -> JSONResponse:
    """Answer ``ok`` with the versions; 503 while no answer can be worked out."""
    return await monitoring.healthz(request)


@router.get("/metrics")
async def metrics(request: Request) -> PlainTextResponse:
    """Return the figures of this server, and the outcomes by kind of card."""
    shown = await monitoring.metrics(request)
    counts = await asyncio.to_thread(request.app.state.store.counts)
    lines = [
        "# HELP corrin_cards_total Cards by what became of them.",
        "# TYPE corrin_cards_total counter",
        *(
            f'corrin_cards_total{{card="{card}",outcome="{what}"}} {count}'
            for (card, what), count in sorted(counts.items())
        ),
    ]
    text = bytes(shown.body).decode() + "\n".join(lines) + "\n"
    return PlainTextResponse(text, media_type=monitoring.TEXT)


def _service(id_: str) -> Any:
    if id_ not in SERVICES:
        raise HookError(HTTPStatus.NOT_FOUND, "There is no such service.")
    return SERVICES[id_]


def _json(value: Any) -> Response:
    return Response(msgspec.json.encode(value), media_type=outcomes.JSON)


def _remember(app: FastAPI, service: str, cards: Cards) -> None:
    """Write down which cards were shown, without holding up the reply."""

    async def write() -> None:
        try:
            version = app.state.knowledge.version
            await asyncio.to_thread(app.state.store.shown, service, cards.shown, version)
        except StoreError as error:
            log.error("card not counted: %s", fault_of(error))  # noqa: TRY400  no values

    task = asyncio.create_task(write())
    app.state.remembering.add(task)
    task.add_done_callback(app.state.remembering.discard)


async def _refused(request: Request, error: Exception) -> Response:
    del request
    assert isinstance(error, HookError)  # noqa: S101  what it is registered for
    return outcomes.reply(error)


async def _not_kept(request: Request, error: Exception) -> Response:
    del request
    log.error("feedback: %s", fault_of(error))
    words = "The feedback could not be kept; send it again."
    return outcomes.reply(HookError(HTTPStatus.SERVICE_UNAVAILABLE, words))

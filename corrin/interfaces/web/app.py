"""Puts the server together: pages, programming interface, limits and what watches over them."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import AsyncIterator

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from corrin._version import __version__
from corrin.interfaces.web import answers, api, description, monitoring, pages, problems
from corrin.interfaces.web.error_pages import error_page
from corrin.interfaces.web.limits import Limits
from corrin.interfaces.web.security import Guard
from corrin.interfaces.web.settings import ServerSettings
from corrin.interfaces.web.working import Workers
from corrin.knowledge.loading import Knowledge, load

_WORTH_PACKING = 1_000  # not clinical: bytes; below, packing costs more than it saves


def create_app(
    *, knowledge: Knowledge | None = None, settings: ServerSettings | None = None
) -> FastAPI:
    """Return the server as an ASGI application; nothing is started before its lifespan.

    ``knowledge`` replaces the package's own, in the workers too.
    """
    settings = settings or ServerSettings()
    figures = monitoring.Figures()
    app = FastAPI(
        title="Corrin",
        version=__version__,
        openapi_url="/openapi.json",
        # The viewers that come with the framework load their scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        middleware=[
            Middleware(monitoring.Watch, figures=figures, log_requests=settings.log_requests),
            Middleware(Guard, settings=settings),
            Middleware(problems.Faults),
            Middleware(Limits, settings=settings),
            Middleware(GZipMiddleware, minimum_size=_WORTH_PACKING),
        ],
    )
    app.state.settings = settings
    app.state.figures = figures
    app.state.workers = Workers(settings, knowledge=knowledge, warm_up=(answers.warm, pages.warm))
    app.state.error_page = error_page
    problems.register(app)
    app.include_router(api.router)
    app.include_router(monitoring.router)
    app.include_router(pages.router)
    if settings.smart is not None:
        from corrin.interfaces.web.smart_pages import add_smart

        add_smart(app, settings.smart)
    app.openapi = functools.cache(lambda: description.describe(app, knowledge or load()))  # type: ignore[method-assign]
    return app


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    workers: Workers = app.state.workers
    await workers.start()
    # Made now, so that the first reader of it does not hold up the others.
    app.openapi()
    try:
        yield
    finally:
        workers.close()

"""What the server says of itself: alive or not, and counts and times for Prometheus.

A figure is kept for a route as it is written in the code, never for an address that was
asked for; nothing of what was sent or answered is counted.
"""

from __future__ import annotations

import logging
import time
from collections import Counter, defaultdict
from http import HTTPStatus
from itertools import accumulate

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corrin._version import __version__

log = logging.getLogger("corrin.web.requests")

router = APIRouter(tags=["running"])

#: Upper ends of the histogram of times, in seconds.
_TIMES = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # not clinical: seconds
_METHODS = frozenset({"GET", "HEAD", "POST"})
TEXT = "text/plain; version=0.0.4; charset=utf-8"


class Figures:
    """Counts of replies and of the time they took, by route, since the server started."""

    def __init__(self) -> None:
        self._replies: Counter[tuple[str, str, int]] = Counter()
        self._times: dict[str, list[int]] = {}
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._started = time.time()

    def count(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """Add one reply."""
        self._replies[method, route, status] += 1
        times = self._times.setdefault(route, [0] * (len(_TIMES) + 1))
        times[next((i for i, end in enumerate(_TIMES) if seconds <= end), len(_TIMES))] += 1
        self._seconds[route] += seconds

    def text(self, gauges: dict[str, tuple[str, float]]) -> str:
        """Return every figure in Prometheus' text format; ``gauges`` is name to (help, value)."""
        lines = [
            "# HELP corrin_replies_total Replies sent, by route and status.",
            "# TYPE corrin_replies_total counter",
        ]
        lines += [
            f'corrin_replies_total{{method="{method}",route="{route}",status="{status}"}} {count}'
            for (method, route, status), count in sorted(self._replies.items())
        ]
        name = "corrin_reply_seconds"
        lines += [
            f"# HELP {name} Time from a request to the end of its reply.",
            f"# TYPE {name} histogram",
        ]
        for route, times in sorted(self._times.items()):
            ends = (*map(str, _TIMES), "+Inf")
            lines += [
                f'{name}_bucket{{route="{route}",le="{end}"}} {count}'
                for end, count in zip(ends, accumulate(times), strict=True)
            ]
            lines.append(f'{name}_sum{{route="{route}"}} {self._seconds[route]:.6f}')
            lines.append(f'{name}_count{{route="{route}"}} {sum(times)}')
        gauges = gauges | {
            "corrin_start_time_seconds": ("When the server started, Unix time.", self._started)
        }
        for gauge, (help_, value) in gauges.items():
            lines += [f"# HELP {gauge} {help_}", f"# TYPE {gauge} gauge", f"{gauge} {value:g}"]
        return "\n".join(lines) + "\n"


class Watch:
    """Counts and times every reply; with ``log_requests`` writes one line for it."""

    def __init__(self, app: ASGIApp, figures: Figures, *, log_requests: bool) -> None:
        self._app = app
        self._figures = figures
        self._log = log_requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0
        start = time.perf_counter()

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            seconds = time.perf_counter() - start
            method = scope["method"] if scope["method"] in _METHODS else "other"
            route = getattr(scope.get("route"), "path", "none")
            self._figures.count(method=method, route=route, status=status, seconds=seconds)
            if self._log:
                log.info("%s %s %s %.3f s", method, route, status, seconds)


@router.get("/healthz", summary="Whether answers can be given now")
async def healthz(request: Request) -> JSONResponse:
    """Answer ``ok`` with the versions; 503 while no answer can be worked out."""
    from corrin.knowledge.loading import load

    ready = request.app.state.workers.ready
    return JSONResponse(
        {
            "status": "ok" if ready else "not-ready",
            "software_version": __version__,
            "knowledge_version": load().version,
        },
        HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE,
    )


@router.get(
    "/metrics", summary="Counts and times, for Prometheus", response_class=PlainTextResponse
)
async def metrics(request: Request) -> PlainTextResponse:
    """Return the figures of this server since it started; no personal data is among them."""
    workers = request.app.state.workers
    text = request.app.state.figures.text(
        {
            "corrin_answers_under_way": ("Answers waiting or being worked out.", workers.under_way),
            "corrin_workers_replaced": ("Worker processes that were lost.", workers.replaced),
        }
    )
    return PlainTextResponse(text, media_type=TEXT)

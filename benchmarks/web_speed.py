"""How long people wait for a page: answers arriving at a fixed rate, other pages beside them.

The load is open: requests set out at random times whether or not earlier ones came back,
and a time counts from when a request was due.  The people are the published cases and
the examples; every answer has the full number of draws.  The load comes from this
process, on the same machine.
"""

from __future__ import annotations

import datetime as dt
import http.client
import json
import os
import random
import re
import statistics
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from corrin.assessment import assess
from corrin.errors import InputError
from corrin.interfaces.web.answers import person_of
from corrin.knowledge.loading import load

ROOT = Path(__file__).resolve().parent.parent
ANSWERS_A_SECOND = 4.0
PAGES_A_SECOND = 10.0
BESIDE_A_SECOND = 2.0
ANSWERS = 160
PAGES = 150
SEED = 1
GOALS_MS = {
    "answer_page": 1000.0,
    "api_assess": 1000.0,
    "other_pages_alone": 100.0,
    "other_pages_beside_answers": 100.0,
}
READY = re.compile(rb"http://([\d.]+):(\d+)/")
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
JSON = {"Content-Type": "application/json"}

#: Method, path, body and headers.
Asked = tuple[str, str, bytes | None, dict[str, str]]


def tables() -> list[dict[str, Any]]:
    """Return the person files, as known at the start, whose answer has a differential.

    The others are answered in a few milliseconds and would only flatter the figures.
    """
    found = []
    paths = [*(ROOT / "tests/cases").glob("*.toml"), *(ROOT / "examples").glob("*.toml")]
    for path in sorted(paths):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        now = table.get("person", table)
        table = {key: value for key, value in now.items() if not key.startswith("later_")}
        table = json.loads(json.dumps(table, default=dt.date.isoformat))
        with suppress(InputError):
            if assess(person_of(table), draws=0).twitching is not None:
                found.append(table)
    return found


@contextmanager
def server() -> Iterator[tuple[str, int]]:
    """Start ``corrin serve`` on a free port and yield where it listens."""
    process = subprocess.Popen(
        [sys.executable, "-m", "corrin", "serve", "--port", "0"], stderr=subprocess.PIPE, cwd=ROOT
    )
    written = process.stderr
    if written is None:
        raise RuntimeError("no standard error to read")
    try:
        found = READY.search(written.readline())
        if found is None:
            raise RuntimeError("corrin serve did not start")
        yield found[1].decode(), int(found[2])
    finally:
        process.terminate()
        process.wait(30)
        written.close()


def _ask(place: tuple[str, int], asked: Asked) -> tuple[int, int]:
    """Return status and size of a reply."""
    method, path, body, headers = asked
    line = http.client.HTTPConnection(*place, timeout=60)
    try:
        line.request(method, path, body, {**headers, "Accept-Encoding": "gzip"})
        reply = line.getresponse()
        return reply.status, len(reply.read())
    finally:
        line.close()


def _load(
    place: tuple[str, int], make: Callable[[int], Asked], *, rate: float, count: int, seed: int
) -> dict[str, Any]:
    """Send ``count`` requests at ``rate`` a second and return how long each took, in ms."""
    gaps = random.Random(seed)
    due, at = [], 0.0
    for _ in range(count):
        at += gaps.expovariate(rate)
        due.append(at)
    start = time.perf_counter()
    times: list[float] = []
    sizes: list[int] = []
    wrong: list[int] = []

    def one(number: int) -> None:
        status, size = _ask(place, make(number))
        times.append((time.perf_counter() - start - due[number]) * 1000)
        sizes.append(size)
        if status != http.client.OK:
            wrong.append(status)

    with ThreadPoolExecutor(64) as threads:
        for number in range(count):
            time.sleep(max(0.0, due[number] - (time.perf_counter() - start)))
            threads.submit(one, number)
    cut = statistics.quantiles(times, n=100, method="inclusive")
    return {
        "requests": count,
        "a_second": round(count / due[-1], 2),
        "p50_ms": round(cut[49]),
        "p95_ms": round(cut[94]),
        "p99_ms": round(cut[98]),
        "slowest_ms": round(max(times)),
        "largest_reply_kb": round(max(sizes) / 1000, 1),
        "not_answered": len(wrong),
    }


def _interview(number: int) -> Asked:
    """One of the first steps: nothing known, or only a little."""
    person = ({}, {"age": 40}, {"age": 40, "twitching": True})[number % 3]
    form = {"person": json.dumps(person), "steps": "[]"}
    return "POST", "/interview", urlencode(form).encode(), FORM


def _other(number: int) -> Asked:
    still = ("/", "/about", "/evidence")
    kind = number % (len(still) + 1)
    if kind == len(still):
        return _interview(number // (len(still) + 1))
    return "GET", still[kind], None, {"Accept": "text/html"}


def run() -> dict[str, Any]:
    """Return the times of answers and of other pages, and the goals that are not met."""
    people = tables()

    def answer_page(number: int) -> Asked:
        form = {"person": json.dumps(people[number % len(people)]), "steps": "[]"}
        return "POST", "/answer", urlencode(form).encode(), FORM

    def api(number: int) -> Asked:
        body = json.dumps(people[number % len(people)]).encode()
        return "POST", "/api/assess", body, JSON

    figures: dict[str, Any] = {
        "cores": len(os.sched_getaffinity(0)),
        "load_before": round(os.getloadavg()[0], 2),
        "draws": int(load().model["draws"].value),
        "people": len(people),
    }
    with server() as place:
        figures["api_assess"] = _load(place, api, rate=ANSWERS_A_SECOND, count=ANSWERS, seed=SEED)
        figures["other_pages_alone"] = _load(
            place, _other, rate=PAGES_A_SECOND, count=PAGES, seed=SEED + 1
        )
        beside: dict[str, Any] = {}
        others = threading.Thread(
            target=lambda: beside.update(
                _load(
                    place,
                    _other,
                    rate=BESIDE_A_SECOND,
                    count=round(ANSWERS * BESIDE_A_SECOND / ANSWERS_A_SECOND),
                    seed=SEED + 2,
                )
            )
        )
        others.start()
        figures["answer_page"] = _load(
            place, answer_page, rate=ANSWERS_A_SECOND, count=ANSWERS, seed=SEED + 3
        )
        others.join()
        figures["other_pages_beside_answers"] = beside
    figures["not_met"] = [
        f"{name}: p95 {figures[name]['p95_ms']} ms (goal under {goal:g})"
        for name, goal in GOALS_MS.items()
        if figures[name]["p95_ms"] >= goal or figures[name]["not_answered"]
    ]
    return figures


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))

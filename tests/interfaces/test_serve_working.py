"""The worker processes: what comes back, what happens to one that is lost, slow or overfull."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import pytest

from corrin.errors import InputError, Problem
from corrin.interfaces.web.settings import ServerSettings
from corrin.interfaces.web.working import WorkError, Workers

Result = TypeVar("Result")


def who() -> int:
    return os.getpid()


def twice(number: int) -> int:
    return 2 * number


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def leave() -> None:
    os._exit(3)


def wait(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def fail() -> None:
    raise ValueError("B12 of 1480, said by a person")


def refuse() -> None:
    error = InputError([Problem("labs[0]", "missing-unit", "has no unit.", "Which is it?")])
    error.add_note("Call your local emergency number now.")
    raise error


def fill_memory() -> int:
    return len(bytearray(8 * 1024**3))


def recurse() -> None:
    recurse()


@pytest.fixture(params=[0, 2], ids=["thread", "processes"])
def workers(request: pytest.FixtureRequest) -> Iterator[Workers]:
    made = _workers(request.param)
    yield made
    made.close()


def _workers(count: int, **settings: float) -> Workers:
    return Workers(ServerSettings(workers=count, **settings))  # type: ignore[arg-type]


def _done(work: Callable[[], Awaitable[Result]]) -> Result:
    async def do() -> Result:
        return await work()

    return asyncio.run(do())


def test_what_the_function_gives_comes_back(workers: Workers) -> None:
    assert _done(lambda: workers.run(twice, 21)) == 42


def test_problems_with_the_input_come_back_whole(workers: Workers) -> None:
    with pytest.raises(InputError) as caught:
        _done(lambda: workers.run(refuse))
    assert [str(one) for one in caught.value.problems] == ["labs[0]: has no unit. Which is it?"]
    assert caught.value.__notes__ == ["Call your local emergency number now."]


def test_a_fault_comes_back_without_its_words(workers: Workers) -> None:
    with pytest.raises(WorkError) as caught:
        _done(lambda: workers.run(fail))
    assert caught.value.code == "fault"
    assert "ValueError at test_serve_working.py" in str(caught.value)
    assert "1480" not in str(caught.value)
    assert _done(lambda: workers.run(twice, 2)) == 4


def test_work_is_done_outside_the_server() -> None:
    workers = _workers(1)
    assert _done(lambda: workers.run(who)) != os.getpid()
    workers.close()


@pytest.mark.parametrize("end", [die, leave])
def test_a_worker_that_is_lost_is_replaced(end: Callable[[], None]) -> None:
    workers = _workers(1)
    before = _done(lambda: workers.run(who))
    with pytest.raises(WorkError, match="worker-lost"):
        _done(lambda: workers.run(end))
    after = _done(lambda: workers.run(who))
    assert after not in {before, os.getpid()}
    assert workers.replaced == 1
    assert workers.ready
    workers.close()
    assert not workers.ready


def test_work_that_takes_too_long_is_cut_off_and_the_next_is_done() -> None:
    workers = _workers(1, work_seconds=4)
    try:
        _done(lambda: workers.run(who))
        start = time.monotonic()
        with pytest.raises(WorkError, match="took-too-long"):
            _done(lambda: workers.run(wait, 120.0))
        assert time.monotonic() - start < 60
        assert _done(lambda: workers.run(twice, 3)) == 6
    finally:
        workers.close()


@pytest.mark.parametrize("spoil", [fill_memory, recurse])
def test_a_worker_survives_work_that_wants_too_much(spoil: Callable[[], object]) -> None:
    workers = _workers(1)
    before = _done(lambda: workers.run(who))
    with pytest.raises(WorkError, match=r"MemoryError|RecursionError"):
        _done(lambda: workers.run(spoil))
    assert _done(lambda: workers.run(who)) == before
    workers.close()


def test_too_much_at_once_is_refused_and_the_rest_is_done() -> None:
    async def crowd(workers: Workers) -> list[object]:
        await workers.start()
        return await asyncio.gather(
            *(workers.run(wait, 0.1) for _ in range(6)), return_exceptions=True
        )

    workers = _workers(1, most_waiting=4)
    results = asyncio.run(crowd(workers))
    assert [isinstance(one, int) for one in results] == [True] * 4 + [False] * 2
    assert all(isinstance(one, WorkError) and one.code == "busy" for one in results[4:])
    assert workers.under_way == 0
    workers.close()


def test_what_has_waited_too_long_is_not_begun() -> None:
    async def crowd(workers: Workers) -> list[object]:
        await workers.start()
        return await asyncio.gather(
            *(workers.run(wait, 1.0) for _ in range(5)), return_exceptions=True
        )

    # The first begins at once; the last would have to wait four seconds and more.
    workers = _workers(1, waiting_seconds=1.8)
    try:
        results = asyncio.run(crowd(workers))
    finally:
        workers.close()
    assert isinstance(results[0], int)
    assert isinstance(results[-1], WorkError)


def test_two_workers_work_at_once() -> None:
    async def both(workers: Workers) -> tuple[float, set[object]]:
        await workers.start()
        start = time.monotonic()
        done = await asyncio.gather(workers.run(wait, 2.0), workers.run(wait, 2.0))
        return time.monotonic() - start, set(done)

    workers = _workers(2)
    seconds, processes = asyncio.run(both(workers))
    assert seconds < 3.9
    assert len(processes) == 2
    workers.close()


def test_closing_ends_the_processes_and_leaves_no_thread() -> None:
    others = set(threading.enumerate())
    workers = _workers(2)
    _done(workers.start)
    processes = workers.processes
    assert len(processes) == 2
    workers.close()
    for pid in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    with pytest.raises(WorkError, match="busy"):
        _done(lambda: workers.run(who))
    end = time.monotonic() + 30
    while any(thread.name.startswith("work_") for thread in set(threading.enumerate()) - others):
        assert time.monotonic() < end
        time.sleep(0.02)

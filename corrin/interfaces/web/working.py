"""Works out answers beside the server, in worker processes, so that pages stay quick.

Processes and not threads: the kernels hold the interpreter's lock, so that two threads
do the work of one and hold up every page meanwhile.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import pickle
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple, cast

from corrin.errors import CorrinError, InputError
from corrin.interfaces.web.settings import ServerSettings
from corrin.interfaces.web.worker import Reply, knowledge_here, reply_to, work

if TYPE_CHECKING:
    from fastapi import FastAPI

    from corrin.knowledge.loading import Knowledge

__all__ = ["WorkError", "Workers", "knowledge_here", "run"]

_START_SECONDS = 60  # not clinical: seconds for a worker to load and warm up
_END_SECONDS = 2
Given = TypeVarTuple("Given")
Answer = TypeVar("Answer")
WarmUp = tuple[Callable[[], object], ...]


class WorkError(CorrinError):
    """Work was not done: ``code`` is ``busy``, ``took-too-long``, ``worker-lost`` or ``fault``.

    ``where`` is the kind of the fault and its place in the code, never a value.
    """

    def __init__(self, code: str, where: str = "") -> None:
        self.code = code
        self.where = where
        super().__init__(f"{code} {where}".strip())


async def run(app: FastAPI, function: Callable[[*Given], Answer], *arguments: *Given) -> Answer:
    """Do a piece of work for a request, in a worker, and return what the function gives.

    ``function`` stands at the top level of a module; it, its arguments and its result can
    be pickled; it finds the server's knowledge with :func:`knowledge_here`.  Raises
    :class:`InputError` when the function does, and :class:`WorkError` when the work could
    not be done; :mod:`corrin.interfaces.web.problems` turns either into a reply, so a
    route need not catch them.
    """
    workers: Workers = app.state.workers
    return cast("Answer", await workers.run(function, *arguments))


class Workers:
    """Some processes that do work in the order it was asked for; a lost one is replaced.

    They start when they are first needed, or with :meth:`start`.  With
    ``settings.workers`` = 0 a thread of this process does the work.
    """

    def __init__(
        self,
        settings: ServerSettings,
        *,
        knowledge: Knowledge | None = None,
        warm_up: WarmUp = (),
    ) -> None:
        self._count = settings.workers
        self._settings = settings
        self._knowledge = knowledge
        self._warm_up = warm_up
        self._threads = ThreadPoolExecutor(max(1, self._count), thread_name_prefix="work")
        self._free: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        self._all: list[_Worker] = []
        self._lock = threading.Lock()
        self._closed = False
        self.under_way = 0
        self.replaced = 0

    @property
    def ready(self) -> bool:
        """Whether work can be done now."""
        if self._closed:
            return False
        return self._count == 0 or any(worker.alive for worker in self._all)

    @property
    def processes(self) -> tuple[int, ...]:
        """The ids of the processes at work."""
        return tuple(worker.id for worker in self._all if worker.alive)

    async def start(self) -> None:
        """Start every worker and wait until each is warm; :class:`WorkError` if one is not."""
        await asyncio.get_running_loop().run_in_executor(None, self._start_and_wait)

    async def run(self, function: Callable[..., object], *arguments: object) -> object:
        """Do one piece of work; see :func:`run`."""
        if self._closed or self.under_way >= self._settings.most_waiting:
            raise WorkError("busy")
        self.under_way += 1
        try:
            reply = await asyncio.get_running_loop().run_in_executor(
                self._threads, self._do, function, arguments, time.monotonic()
            )
        finally:
            self.under_way -= 1
        if reply.problems:
            error = InputError(reply.problems)
            for note in reply.notes:
                error.add_note(note)
            raise error
        if reply.fault is not None:
            raise WorkError("fault", reply.fault)
        return reply.value

    def close(self) -> None:
        """End every worker; what is still waiting is refused."""
        with self._lock:
            self._closed = True
            for worker in self._all:
                worker.end()
            self._all.clear()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _start(self) -> tuple[_Worker, ...]:
        with self._lock:
            while len(self._all) < self._count and not self._closed:
                self._add()
            return tuple(self._all)

    def _start_and_wait(self) -> None:
        for worker in self._start():
            worker.until_warm()

    def _add(self) -> None:
        worker = _Worker(self._knowledge, self._warm_up)
        self._all.append(worker)
        self._free.put(worker)

    def _do(
        self, function: Callable[..., object], arguments: tuple[object, ...], asked: float
    ) -> Reply:
        if self._closed or time.monotonic() - asked > self._settings.waiting_seconds:
            raise WorkError("busy")
        if self._count == 0:
            return reply_to(function, arguments, knowledge=self._knowledge)
        message = pickle.dumps((function, arguments))
        self._start()
        worker = self._free.get()
        try:
            reply = worker.ask(message, seconds=self._settings.work_seconds)
        except BaseException:
            self._replace(worker)
            raise
        self._free.put(worker)
        return reply

    def _replace(self, lost: _Worker) -> None:
        lost.end()
        with self._lock:
            if lost in self._all:
                self._all.remove(lost)
            if not self._closed:
                self.replaced += 1
                self._add()


class _Worker:
    """One process and our end of the line to it."""

    def __init__(self, knowledge: Knowledge | None, warm_up: WarmUp) -> None:
        # Spawn: a fork would copy the server's threads and connections, and a fork server
        # would put a socket on disk.
        context = multiprocessing.get_context("spawn")
        self._line, theirs = context.Pipe()
        self._process = context.Process(
            target=work, args=(theirs, knowledge), daemon=True, name="corrin-worker"
        )
        self._process.start()
        theirs.close()
        for function in warm_up:
            self._line.send((function, ()))
        self._cold = len(warm_up)

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    @property
    def id(self) -> int:
        return self._process.pid or 0

    def until_warm(self) -> None:
        """Wait until the process has done all that warms it up."""
        while self._cold:
            self._reply(_START_SECONDS)
            self._cold -= 1

    def ask(self, message: bytes, *, seconds: float) -> Reply:
        """Send work and wait for its reply."""
        self.until_warm()
        try:
            self._line.send_bytes(message)
        except OSError:
            raise WorkError("worker-lost") from None
        return self._reply(seconds)

    def _reply(self, seconds: float) -> Reply:
        try:
            if not self._line.poll(seconds):
                raise WorkError("took-too-long")
            return cast("Reply", self._line.recv())
        except (EOFError, OSError):
            raise WorkError("worker-lost") from None

    def end(self) -> None:
        """End the process at once: it holds nothing that could be lost."""
        self._process.kill()
        self._process.join(_END_SECONDS)

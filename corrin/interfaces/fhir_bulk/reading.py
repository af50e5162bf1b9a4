"""A FHIR bulk export (NDJSON, also gzipped) to facts, in as many processes as there are cores.

Every line is one record: used, ignored or rejected, each with why, and none is lost.  The
same export gives the same facts for any number of processes.
"""

from __future__ import annotations

import datetime as dt
import errno
import multiprocessing
import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from corrin.errors import CorrinError
from corrin.interfaces.fhir.coding import CodeMap
from corrin.interfaces.fhir.context import Context
from corrin.interfaces.fhir_bulk.lines import Piece
from corrin.interfaces.fhir_bulk.pieces import bytes_of, pieces_of, processes_here
from corrin.interfaces.fhir_bulk.working import (
    Done,
    Reader,
    bulk_context,
    medicines_of,
)
from corrin.knowledge.loading import load
from corrin.population.ending import end_with
from corrin.population.facts import SCHEMAS, FactBatch, FactKind, FactWriter, Tally

Told = Callable[[int, int], None]
_WORTH = 25_000_000  # not clinical: bytes for which it is worth to start another process
_AHEAD = 2
_OFTEN = 0.3  # not clinical: seconds between two looks at the progress


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkReading:
    """What was read: the count of records, and of parts of used records that were not used."""

    tally: Tally
    parts_not_used: Counter[str]


def read_fhir_bulk(
    source: Path,
    facts: Path,
    *,
    as_of: dt.date | None = None,
    code_map: CodeMap | None = None,
    processes: int | None = None,
    told: Told = lambda _done, _of: None,
) -> BulkReading:
    """Read an export into a folder of facts.

    ``source`` is a folder with files that end in .ndjson or .ndjson.gz, or one such file.
    ``as_of`` is the day of the assessment: what lies after it is rejected, as for one
    person; without it no day lies in the future.  ``code_map`` gives a site's own codes a
    meaning.  ``processes`` is how many work side by side, by default as many as are worth
    it.  ``told`` is given the bytes that are done, and all of them, now and again.

    Raises :class:`InputError` when there is no export, :class:`CorrinError` when the disk
    is full or a process was lost.
    """
    pieces = pieces_of(source)
    size = bytes_of(pieces)
    several = min(processes or min(processes_here(), 1 + size // _WORTH), len(pieces))
    reading = _Reading(of=size, told=told)
    try:
        with FactWriter(facts, label="fhir-rejected") as rejected:
            job = _Job(pieces=pieces, facts=facts, as_of=as_of, code_map=dict(code_map or {}))
            if several > 1:
                found = _in_processes(job, several, reading)
            else:
                found = _in_this_process(job, reading)
            for done in _in_order(found):
                reading.take(done, rejected.write)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise CorrinError(
                f"the disk of {facts.parent} is full. Make room, then run it again."
            ) from None
        raise
    reading.tally.check()
    return BulkReading(tally=reading.tally, parts_not_used=reading.parts_not_used)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """What every process is told: the pieces, and what they are read with."""

    pieces: tuple[Piece, ...]
    facts: Path
    as_of: dt.date | None
    code_map: CodeMap

    def context(self) -> Context:
        """Return what lines are read with."""
        return bulk_context(
            load(),
            as_of=self.as_of,
            code_map=self.code_map,
            medicines=medicines_of(self.pieces),
        )


@dataclass(slots=True)
class _Reading:
    """What is known while pieces are read; they are taken in their order."""

    of: int
    told: Told
    done: int = 0
    theirs: int = 0
    tally: Tally = field(default_factory=Tally)
    parts_not_used: Counter[str] = field(default_factory=Counter)
    _lines: Counter[str] = field(default_factory=Counter)

    def add_bytes(self, count: int) -> None:
        """Note bytes that are done in this process."""
        self.done += count
        self._tell()

    def theirs_done(self, count: int) -> None:
        """Note how many bytes are done in all other processes."""
        self.theirs = count
        self._tell()

    def _tell(self) -> None:
        self.told(min(self.done + self.theirs, self.of), self.of)

    def take(self, done: Done, emit: Callable[[FactBatch], None]) -> None:
        """Add what became of a piece; its rejections get the numbers of their lines."""
        self.tally.add(done.tally)
        self.parts_not_used.update(done.parts_not_used)
        before = self._lines[done.piece.name]
        self._lines[done.piece.name] += done.lines
        schema = SCHEMAS[FactKind.REJECTED]
        for batch in done.rejections:
            where = [f"{done.piece.name}:{before + line}" for line in batch["line"].to_pylist()]
            columns = [pa.array(where, pa.string()), *batch.columns[1:]]
            emit(FactBatch(FactKind.REJECTED, pa.RecordBatch.from_arrays(columns, schema=schema)))


def _in_order(found: Iterable[Done]) -> Iterator[Done]:
    """Yield pieces in their order, whatever the order in which they were done."""
    waiting: dict[int, Done] = {}
    following = 0
    for done in found:
        waiting[done.piece.number] = done
        while following in waiting:
            yield waiting.pop(following)
            following += 1


def _in_this_process(job: _Job, reading: _Reading) -> Iterator[Done]:
    reader = Reader(job.context())
    for piece in job.pieces:
        yield reader.write(piece, job.facts, reading.add_bytes)


def _in_processes(job: _Job, processes: int, reading: _Reading) -> Iterator[Done]:
    """Read in this process, which has all it needs, while the others begin, and then with them."""
    # Not forked: a fork copies locks that other threads of this process may hold.
    spawn = multiprocessing.get_context("spawn")
    theirs = spawn.Value("q", 0)
    pool = ProcessPoolExecutor(
        processes - 1, mp_context=spawn, initializer=_begin, initargs=(job, theirs, os.getpid())
    )
    waiting = deque(job.pieces)
    open_: set[Future[Done]] = set()
    try:
        while waiting and len(open_) < _AHEAD * (processes - 1):
            open_.add(pool.submit(_work, waiting.popleft()))
        mine = Reader(job.context())
        while waiting or open_:
            if waiting:
                yield mine.write(waiting.popleft(), job.facts, reading.add_bytes)
            finished, open_ = wait(
                open_, timeout=0 if waiting else _OFTEN, return_when=FIRST_COMPLETED
            )
            for each in finished:
                if waiting:
                    open_.add(pool.submit(_work, waiting.popleft()))
                yield each.result()
            reading.theirs_done(theirs.value)
    except BrokenProcessPool:
        raise CorrinError(
            "a working process was lost (killed, or out of memory). Run it again, with fewer "
            "processes if memory is short."
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


class _Worker:
    """What a working process reads with; one a process."""

    job: _Job
    reader: Reader
    bytes_done: Any


def _begin(job: _Job, bytes_done: Any, parent: int) -> None:
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    end_with(parent)
    _Worker.job, _Worker.bytes_done = job, bytes_done
    _Worker.reader = Reader(job.context())


def _work(piece: Piece) -> Done:
    return _Worker.reader.write(piece, _Worker.job.facts, _told)


def _told(count: int) -> None:
    with _Worker.bytes_done.get_lock():
        _Worker.bytes_done.value += count

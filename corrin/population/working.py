"""Answers the parts of a table in several processes, each part a file of its own.

Which process answers a part, and when, changes nothing: a person's answers have the same
bits in any batch.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pyarrow as pa

from corrin.errors import CorrinError
from corrin.population.ending import end_with
from corrin.population.kernel.answering import answer_batch
from corrin.population.parts import Part, is_done, read_part, write_part


def answer_parts(parts: Sequence[Part], folder: Path, *, processes: int) -> Iterator[Part]:
    """Write the answers of every part that is not there yet; yield each part when it is.

    Raises :class:`CorrinError` when a process is lost (killed for its memory, say); the
    parts that are finished stay.
    """
    open_ = []
    for part in parts:
        if is_done(folder / part.name, rows=part.rows):
            yield part
        else:
            open_.append(part)
    if processes == 1 or len(open_) <= 1:
        for part in open_:
            yield answer_part(part, folder)
        return
    # Not forked: a fork copies locks that other threads of this process may hold.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(
        min(processes, len(open_)),
        mp_context=context,
        initializer=_begin,
        initargs=(os.getpid(),),
    )
    try:
        for finished in as_completed([pool.submit(answer_part, part, folder) for part in open_]):
            yield finished.result()
    except BrokenProcessPool:
        raise CorrinError(
            "a working process was lost (killed, or out of memory). What was finished is kept: "
            "run the same command with --resume, with fewer --processes if memory is short."
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(parent: int) -> None:
    """Take one thread, since the processes share the cores already; end with the parent."""
    end_with(parent)
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)


def answer_part(part: Part, folder: Path) -> Part:
    """Answer one part and write its file."""
    write_part(answer_batch(read_part(part)), folder / part.name)
    return part

"""The far side of a worker process: a function and its arguments in, what it gives out.

What goes wrong comes back as a value without the words of the exception, which could
hold a person's values; only problems with the input keep their words, made for that.
"""

from __future__ import annotations

import contextlib
import contextvars
import os
import signal
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corrin.errors import InputError, Problem

if TYPE_CHECKING:
    from corrin.knowledge.loading import Knowledge

_MOST_MEMORY = 2 * 1024**3  # not clinical: bytes of address space of one worker
_KNOWLEDGE: contextvars.ContextVar[Knowledge | None] = contextvars.ContextVar(
    "knowledge", default=None
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came of one piece of work: a value, problems with the input, or a fault."""

    value: Any = None
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    fault: str | None = None


def knowledge_here() -> Knowledge:
    """Return the knowledge the server was made with; the package's own if none was given."""
    from corrin.knowledge.loading import load

    return _KNOWLEDGE.get() or load()


def reply_to(
    function: Callable[..., Any], arguments: Sequence[Any], *, knowledge: Knowledge | None
) -> Reply:
    """Do the work and return what came of it; never raises an :class:`Exception`."""
    before = _KNOWLEDGE.set(knowledge)
    try:
        return Reply(value=function(*arguments))
    except InputError as error:
        notes = tuple(map(str, getattr(error, "__notes__", ())))
        return Reply(problems=error.problems, notes=notes)
    except Exception as error:
        return Reply(fault=fault_of(error))
    finally:
        _KNOWLEDGE.reset(before)


def fault_of(error: BaseException) -> str:
    """Return the kind of an exception and where it arose, without its message."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"


def work(connection: Connection, knowledge: Knowledge | None) -> None:
    """Answer until the other end is closed.

    Nothing that reckons may be imported before this runs: hence what to do comes over
    the line and not as an argument.
    """
    # Ctrl-C reaches the whole group; the server ends its workers itself, after the last answer.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Each worker is one core's worth of work; threads of the numerical library would contend.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    _bound_memory()
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            function, arguments = connection.recv()
            connection.send(reply_to(function, arguments, knowledge=knowledge))


def _bound_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = _MOST_MEMORY if hard == resource.RLIM_INFINITY else min(hard, _MOST_MEMORY)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))

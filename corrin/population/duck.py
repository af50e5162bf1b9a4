"""DuckDB as every part of a population opens it: bounded memory, nothing installed by itself."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from corrin.errors import CorrinError, InputError, Problem


def connected(
    *, memory_limit: str, threads: int, spill: Path | None, keep_order: bool = False
) -> duckdb.DuckDBPyConnection:
    """Return a connection that holds at most ``memory_limit``; what is more goes to ``spill``.

    ``keep_order`` keeps rows in the order of their files, which takes memory.  Raises
    :class:`InputError` for a limit that is no amount.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "threads": threads,
        "preserve_insertion_order": keep_order,
        "autoinstall_known_extensions": False,
    }
    if spill is not None:
        spill.mkdir(parents=True, exist_ok=True)
        config["temp_directory"] = str(spill)
    try:
        connection = duckdb.connect(config=config)
    except duckdb.Error:
        raise InputError(
            [
                Problem(
                    "--memory",
                    "not-an-amount",
                    f"'{memory_limit}' is not an amount.",
                    "Write it as 1GB.",
                )
            ]
        ) from None
    # The bar would be written among the output.
    connection.execute("set enable_progress_bar = false")
    return connection


@contextmanager
def said(*, unreadable: str) -> Iterator[None]:
    """Raise what DuckDB cannot do as our own error, without a value of the data.

    ``unreadable`` says what it means, and what to do, when a file cannot be read.
    """
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise CorrinError(
            "the memory allowed is too little for these data. Allow more, or make room on the "
            "disk of the output folder."
        ) from None
    except (duckdb.IOException, OSError) as error:
        full = getattr(error, "errno", None) == errno.ENOSPC or "No space left" in str(error)
        if full:
            raise CorrinError("the disk of the output folder is full. Make room.") from None
        raise CorrinError(unreadable) from None
    except duckdb.InvalidInputException:
        raise CorrinError(unreadable) from None


def quoted(text: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"

"""Files that are whole or not there: how a run survives being killed at any moment.

A part is written beside its place, forced to disk and then moved there, so that a name
always stands for a complete file.  The same rows always give the same bytes.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from corrin.errors import CorrinError

_UNFINISHED = ".unfinished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One piece of work: a row group of the canonical table, and the file of its answers."""

    number: int
    file: Path
    row_group: int
    rows: int

    @property
    def name(self) -> str:
        """Return the name of the file of answers; names sort in the order of the people."""
        return f"part-{self.number:06d}.parquet"


def parts_of(canonical: Path) -> tuple[Part, ...]:
    """Return every row group of a canonical table, in the order of the people."""
    found: list[Part] = []
    for file in sorted(canonical.glob("*.parquet")):
        about = pq.ParquetFile(file).metadata
        for group in range(about.num_row_groups):
            rows = about.row_group(group).num_rows
            found.append(Part(number=len(found), file=file, row_group=group, rows=rows))
    return tuple(found)


def read_part(part: Part) -> pa.RecordBatch:
    """Return the people of one part as one batch."""
    table = pq.ParquetFile(part.file).read_row_group(part.row_group, use_threads=False)
    (batch,) = table.combine_chunks().to_batches() or [_empty(table.schema)]
    return batch


def _empty(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], schema=schema)


def is_done(file: Path, *, rows: int) -> bool:
    """Whether ``file`` is there, whole, and holds ``rows`` rows."""
    try:
        return int(pq.ParquetFile(file).metadata.num_rows) == rows
    except (OSError, pa.ArrowInvalid):
        return False


def write_part(batch: pa.RecordBatch, file: Path) -> None:
    """Write one batch as one Parquet file with one row group."""
    with whole(file) as unfinished:
        pq.write_table(
            pa.Table.from_batches([batch]),
            unfinished,
            compression="zstd",
            row_group_size=max(1, batch.num_rows),
        )


def write_json(content: Any, file: Path) -> None:
    """Write a JSON file, whole or not at all."""
    with whole(file) as unfinished:
        unfinished.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


@contextmanager
def whole(file: Path) -> Iterator[Path]:
    """Give a path to write to; move it to ``file`` when all of it is on disk.

    Raises :class:`CorrinError` when the disk is full; what was finished before is kept.
    """
    unfinished = file.with_name(f"{file.name}.{os.getpid()}{_UNFINISHED}")
    try:
        yield unfinished
        _to_disk(unfinished)
        unfinished.replace(file)
        _to_disk(file.parent)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise CorrinError(
                f"the disk of {file.parent} is full. What was finished is kept: make room, then "
                "run the same command with --resume."
            ) from None
        raise
    finally:
        unfinished.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(folder: Path) -> None:
    """Remove what a killed run left half written."""
    for left in folder.glob(f"*{_UNFINISHED}"):
        left.unlink(missing_ok=True)

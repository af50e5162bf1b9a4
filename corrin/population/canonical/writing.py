"""The canonical table on disk: row groups of a fixed number of people, whatever came how."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from corrin.population.parts import whole
from corrin.population.records import CANONICAL

#: People of one row group: one piece of work for the kernel.
GROUP = 50_000  # not clinical: people answered at once
#: Row groups of one file.
_GROUPS = 20  # not clinical: a million people a file


class Writer:
    """Writes rows that come in order; use as a context manager.  ``rows`` counts them."""

    def __init__(self, folder: Path, *, group: int = GROUP) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._group_of = group
        self._held: list[pa.RecordBatch] = []
        self._waiting = 0
        self._files = 0
        self._groups = 0
        self._open: pq.ParquetWriter | None = None
        self._file = ExitStack()
        self.rows = 0

    def write(self, batch: pa.RecordBatch) -> None:
        """Take rows; full row groups go to the disk."""
        self._held.append(batch)
        self._waiting += batch.num_rows
        while self._waiting >= self._group_of:
            self._group(self._group_of)

    def _group(self, rows: int) -> None:
        """Write one row group of the rows held."""
        table = pa.Table.from_batches(self._held, schema=CANONICAL)
        # One chunk: how the rows came must not show in the pages.
        group = table.slice(0, rows).combine_chunks()
        self._held = table.slice(rows).to_batches()
        self._waiting -= rows
        if self._open is None:
            name = f"part-{self._files:06d}.parquet"
            unfinished = self._file.enter_context(whole(self._folder / name))
            writer = pq.ParquetWriter(unfinished, CANONICAL, compression="zstd")
            self._open = self._file.enter_context(writer)
        self._open.write_table(group, row_group_size=max(1, rows))
        self.rows += rows
        self._groups += 1
        if self._groups == _GROUPS:
            self._close()

    def _close(self) -> None:
        self._file.close()
        self._open = None
        self._files += 1
        self._groups = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            # What is not whole goes, as it does after a kill.
            self._file.__exit__(kind, error, trace)
            return
        if self._waiting or not self.rows:
            self._group(self._waiting)
        self._close()

    @staticmethod
    def people(folder: Path) -> Iterator[pa.Array]:
        """Yield the ids of a table's people, in batches."""
        for file in sorted(folder.glob("part-*.parquet")):
            for batch in pq.ParquetFile(file).iter_batches(columns=["person_id"]):
                yield batch.column(0)

"""Several streams, each in the order of the people, as batches of whole people.

Only what is needed for one batch is held.  Where a batch ends depends on how the streams
come; nothing that is made of a person does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corrin.population.canonical.grouping import Index
from corrin.population.facts import FactKind

_ID = "person_id"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Some:
    """All facts of N people: their ids in order, and of each kind who each row is of.

    A kind of which these people have no rows is not there.
    """

    ids: pa.Array
    owner: Mapping[FactKind, Index]
    rows: Mapping[FactKind, pa.Table]

    def __len__(self) -> int:
        """Return how many people these are."""
        return len(self.ids)


class _Stream:
    """One stream, read as far as is needed."""

    def __init__(self, batches: Iterator[pa.RecordBatch]) -> None:
        self._batches = batches
        self._held: list[pa.RecordBatch] = []
        self.ended = False

    def fill(self) -> None:
        """Read one batch more."""
        for batch in self._batches:
            if batch.num_rows:
                self._held.append(batch)
                return
        self.ended = True

    @property
    def last(self) -> str | None:
        """Return the last person read so far."""
        found: str | None = self._held[-1].column(_ID)[-1].as_py() if self._held else None
        return found

    def before(self, person: str | None) -> pa.Table | None:
        """Return the rows before ``person`` (all when None), which are then gone from here."""
        taken, left = [], []
        for batch in self._held:
            some = batch.num_rows if person is None else _before(batch, person)
            if some:
                taken.append(batch.slice(0, some))
            if some < batch.num_rows:
                left.append(batch.slice(some))
        self._held = left
        return pa.Table.from_batches(taken) if taken else None


def _before(batch: pa.RecordBatch, person: str) -> int:
    return int(pc.sum(pc.less(batch.column(_ID), person)).as_py() or 0)


def together(streams: Mapping[FactKind, Iterator[pa.RecordBatch]]) -> Iterator[Some]:
    """Yield people with all their facts, in the order of their ids."""
    of = {kind: _Stream(batches) for kind, batches in streams.items()}
    while True:
        for stream in of.values():
            if stream.last is None and not stream.ended:
                stream.fill()
        open_ = [(stream.last, stream) for stream in of.values() if not stream.ended]
        end = min((last for last, _ in open_ if last is not None), default=None)
        some = _some({kind: rows for kind, stream in of.items() if (rows := stream.before(end))})
        if len(some):
            yield some
        if end is None:
            return
        for last, stream in open_:
            # Whoever a stream's batch ends with may go on in the next one.
            if last == end:
                stream.fill()


def _some(rows: Mapping[FactKind, pa.Table]) -> Some:
    runs = {kind: _runs(table[_ID]) for kind, table in rows.items()}
    texts = [pa.array([], pa.string()), *(ids for ids, _ in runs.values())]
    ids = pc.unique(pa.concat_arrays(texts))
    ids = ids.take(pc.sort_indices(ids))
    owner = {
        kind: np.repeat(pc.index_in(own, value_set=ids).to_numpy().astype(np.int64), lengths)
        for kind, (own, lengths) in runs.items()
    }
    return Some(ids=ids, owner=owner, rows=rows)


def _runs(column: pa.ChunkedArray) -> tuple[pa.Array, Index]:
    """Return each different person of a sorted column, and how many rows each has."""
    ids = column.combine_chunks()
    if not len(ids):
        return ids, np.empty(0, np.int64)
    new = pc.not_equal(ids[1:], ids[:-1]).to_numpy(zero_copy_only=False)
    first = np.concatenate([[0], np.flatnonzero(new) + 1]).astype(np.int64)
    return ids.take(pa.array(first)), np.diff(np.append(first, len(ids)))

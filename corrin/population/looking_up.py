"""Finds one person in the table of a run, for an answer in full."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from corrin.errors import InputError, Problem
from corrin.population.runs import Folder


def row_of(folder: Folder, person_id: str) -> Mapping[str, Any]:
    """Return one row of the canonical table; only a row group that can hold it is read.

    Raises :class:`InputError` when the folder holds no table or nobody of that id.
    """
    files = sorted(folder.canonical.glob("*.parquet"))
    if not files:
        raise InputError(
            [Problem(str(folder.out), "no-run", "holds no run.", "Give the folder after -o.")]
        )
    for file in files:
        table = pq.ParquetFile(file)
        for group in range(table.metadata.num_row_groups):
            held = table.metadata.row_group(group).column(0).statistics
            if held is not None and not held.min <= person_id <= held.max:
                continue
            rows = table.read_row_group(group)
            found = rows.filter(pc.equal(rows["person_id"], person_id)).to_pylist()
            if found:
                row: Mapping[str, Any] = found[0]
                return row
    raise InputError(
        [
            Problem(
                "PERSON-ID",
                "unknown-person",
                "is nobody in this run.",
                "The ids are in the column person_id of the answers.",
            )
        ]
    )

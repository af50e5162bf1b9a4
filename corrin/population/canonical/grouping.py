"""Numbers for rows that are alike, and the runs of sorted keys."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Index = NDArray[np.int64]


def alike(*columns: NDArray[Any]) -> Index:
    """Return a number for each row (N,), the same for rows alike in every column.

    Numbers rise with the columns, the first foremost.  NaN is like NaN.
    """
    rows = columns[0].shape[0]
    order = np.lexsort(columns[::-1])
    differs = np.zeros(rows, np.bool_)
    for column in columns:
        sorted_ = column[order]
        new = sorted_[1:] != sorted_[:-1]
        if column.dtype.kind == "f":
            new &= ~(np.isnan(sorted_[1:]) & np.isnan(sorted_[:-1]))
        differs[1:] |= new
    numbers = np.empty(rows, np.int64)
    numbers[order] = np.cumsum(differs)
    return numbers


def starts(keys: NDArray[Any]) -> Index:
    """Return where each run of equal keys begins; equal keys stand together."""
    if not keys.size:
        return np.empty(0, np.int64)
    return np.concatenate([[0], np.flatnonzero(keys[1:] != keys[:-1]) + 1]).astype(np.int64)


def place_in_run(keys: NDArray[Any]) -> Index:
    """Return the place of each row in its run of equal keys, from 0."""
    first = starts(keys)
    lengths = np.diff(np.append(first, keys.size))
    return np.arange(keys.size, dtype=np.int64) - np.repeat(first, lengths)


def repeated(keys: NDArray[Any]) -> Index:
    """Return the rows of sorted ``keys`` whose key stands in more than one row."""
    if not keys.size:
        return np.empty(0, np.int64)
    same = keys[1:] == keys[:-1]
    return np.flatnonzero(np.append(same, False) | np.insert(same, 0, False))


def offsets(owner: Index, people: int) -> Index:
    """Return list offsets (people + 1,) for rows sorted by ``owner``."""
    return np.searchsorted(owner, np.arange(people + 1)).astype(np.int64)

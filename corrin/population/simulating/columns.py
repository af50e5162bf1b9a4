"""Arrow columns from numbers: words by number, days, and numbers that may be missing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corrin.population.simulating.streams import Floats, Integers
from corrin.population.simulating.taking import NO_DAY

_ID_DIGITS = 9  # not clinical: digits, so that the order of the ids is that of the people


def words(texts: Sequence[str | None], numbers: Integers) -> pa.Array:
    """Return the text of each number; -1 gives null."""
    held = pa.array([*texts, None], pa.string())
    return held.take(pa.array(np.where(numbers < 0, len(texts), numbers)))


def decimals(values: Floats) -> pa.Array:
    """Return numbers, NaN as null."""
    return pa.array(values, pa.float64(), mask=np.isnan(values))


def dates(days: Integers) -> pa.Array:
    """Return days since 1970-01-01, ``NO_DAY`` as null."""
    missing = days == NO_DAY
    return pa.array(np.where(missing, 0, days).astype(np.int32), pa.int32(), mask=missing).cast(
        pa.date32()
    )


def person_ids(seed: int, first: int, count: int) -> pa.Array:
    """Return ``s<seed>-<number>`` for each person, in an order that is also theirs."""
    numbers = pc.utf8_lpad(
        pa.array(np.arange(first, first + count)).cast(pa.string()), _ID_DIGITS, "0"
    )
    return pc.binary_join_element_wise(pa.scalar(f"s{seed}"), numbers, "-")


def nulls(count: int, of: pa.DataType) -> pa.Array:
    """Return a column of nothing."""
    return pa.nulls(count, of)

"""Columns of the canonical table as flat arrays: one entry an item, with the row it is of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corrin.population.kernel.people import NO_DAY, Booleans, Days, Floats

Codes = NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lists:
    """A column of lists, M items in all: ``person`` (M,) is the row of each, ascending.

    ``known`` (N,) says who has a list, be it an empty one; ``count`` (N,) its length.
    ``values`` holds the items; of structs each field stands in ``fields``.
    """

    person: NDArray[np.int64]
    known: Booleans
    count: NDArray[np.int64]
    values: pa.Array
    fields: Mapping[str, pa.Array]


def lists(batch: pa.RecordBatch, name: str) -> Lists:
    """Return a column of lists."""
    column = batch.column(name)
    count = pc.list_value_length(column).fill_null(0).to_numpy(zero_copy_only=False)
    values = column.flatten()
    fields = {}
    if pa.types.is_struct(values.type):
        names = [field.name for field in values.type]
        fields = dict(zip(names, values.flatten(), strict=True))
    return Lists(
        person=np.repeat(np.arange(len(batch)), count),
        known=column.is_valid().to_numpy(zero_copy_only=False),
        count=count.astype(np.int64),
        values=values,
        fields=fields,
    )


def coded(texts: pa.Array) -> tuple[Codes, tuple[str, ...]]:
    """Return a number for each text, -1 for none, and the texts by number."""
    if texts.null_count == len(texts):
        return np.full(len(texts), -1, dtype=np.int32), ()
    encoded = texts.dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return codes, tuple(encoded.dictionary.to_pylist())


def numbers(values: pa.Array) -> Floats:
    """Return numbers, NaN for none."""
    return np.asarray(values.to_numpy(zero_copy_only=False), dtype=np.float64)


def days(dates: pa.Array) -> Days:
    """Return days since 1970-01-01, ``NO_DAY`` for none."""
    counted = dates.cast(pa.int32()).cast(pa.int64()).fill_null(NO_DAY)
    return np.asarray(counted.to_numpy(zero_copy_only=False), dtype=np.int64)


def together(
    columns: Sequence[tuple[Codes, tuple[str, ...]]],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Read columns of codes as one: the first row of each mix, and the mix of each row."""
    key = np.zeros(len(columns[0][0]), dtype=np.int64)
    size = 1
    for codes, texts in columns:
        if size * (len(texts) + 1) > np.iinfo(np.int64).max:
            first, key = _numbered(key)
            size = len(first)
        key = key * (len(texts) + 1) + codes + 1
        size *= len(texts) + 1
    return _numbered(key)


def _numbered(key: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    encoded = pa.array(key).dictionary_encode()
    number = encoded.indices.to_numpy().astype(np.int64)
    first = np.empty(len(encoded.dictionary), dtype=np.int64)
    first[number[::-1]] = np.arange(len(key))[::-1]
    return first, number


def words_by_person(
    words: Sequence[str], who: Sequence[Booleans | None], count: int
) -> pa.ListArray:
    """Return ``count`` lists of the words that hold for each person, in the order given."""
    rows = [np.flatnonzero(each) for each in who if each is not None]
    places = [place for place, each in enumerate(who) if each is not None]
    person = np.concatenate([np.empty(0, dtype=np.int64), *rows])
    number = np.repeat(np.array(places, dtype=np.int64), [len(each) for each in rows])
    order = np.argsort(person, kind="stable")
    texts = pa.array(words, pa.string())
    return list_array(person[order], texts.take(pa.array(number[order])), count)


def picked(words: Sequence[str | None], places: NDArray[np.int8]) -> pa.Array:
    """Return the word at each place, null at -1."""
    texts = pa.array([*words, None], pa.string())
    return texts.take(pa.array(np.where(places < 0, len(words), places)))


def list_array(person: NDArray[np.int64], values: pa.Array, count: int) -> pa.ListArray:
    """Return ``count`` lists of ``values``, whose rows are ``person`` (ascending)."""
    ends = np.cumsum(np.bincount(person, minlength=count))
    offsets = np.concatenate(([0], ends)).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), values)

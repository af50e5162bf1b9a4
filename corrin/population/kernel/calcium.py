"""Adjusts total calcium for albumin, as ``labs.albumin`` does, for many people."""

from __future__ import annotations

import functools
import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from corrin.knowledge.loading import Knowledge
from corrin.labs.albumin import already_adjusted, with_albumin
from corrin.population.kernel.intervals import positions
from corrin.population.kernel.people import NO_DAY, NOWHERE, UNKNOWN, Booleans, Floats, Results

Rows = NDArray[np.int64]
_KEPT = 65_536  # not clinical: the size of a cache


def adjusted(calcium: Results, albumin: Results | None, knowledge: Knowledge) -> Results:
    """Return the results of calcium, adjusted where there is an albumin for them.

    Both in the order of the table: of several albumins of a day the first counts.
    """
    if albumin is None:
        return calcium
    done = np.array([*map(already_adjusted, calcium.assays), False])[calcium.assay]
    place = _albumin_for(calcium, albumin)
    rows = np.flatnonzero((place >= 0) & ~np.isnan(calcium.low) & ~done)
    if not len(rows):
        return calcium
    level = albumin.low[place[rows]]
    low, high = calcium.low.copy(), calcium.high.copy()
    low[rows] = _shifted(calcium.low[rows], level, knowledge)
    high[rows] = _shifted(calcium.high[rows], level, knowledge)
    position = calcium.position.copy()
    position[rows] = np.where(
        calcium.interval_from[rows] == NOWHERE,
        UNKNOWN,
        positions(low[rows], high[rows], calcium.reference_low[rows], calcium.reference_high[rows]),
    )
    return replace(calcium, low=low, high=high, position=position)


def _albumin_for(calcium: Results, albumin: Results) -> Rows:
    """Return for each calcium the row of the albumin of its day, or of the only one, or -1."""
    exact = np.flatnonzero(albumin.low == albumin.high)
    days, number = np.unique(np.concatenate((calcium.day, albumin.day[exact])), return_inverse=True)
    mine = calcium.person * len(days) + number[: len(calcium.day)]
    theirs = albumin.person[exact] * len(days) + number[len(calcium.day) :]
    place = _first(mine, theirs, exact)
    count = np.bincount(albumin.person[exact], minlength=int(calcium.person.max(initial=0)) + 1)
    only = _first(calcium.person, albumin.person[exact], exact)
    undated: Booleans = (calcium.day == NO_DAY) | (albumin.day[only] == NO_DAY)
    alone = (place < 0) & (only >= 0) & (count[calcium.person] == 1) & undated
    return np.where(alone, only, place)


def _first(wanted: Rows, keys: Rows, rows: Rows) -> Rows:
    """Return for each wanted key the row of the first that has it, or -1."""
    known, first = np.unique(keys, return_index=True)
    if not len(known):
        return np.full(len(wanted), -1)
    at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[at] == wanted, rows[first[at]], -1)


def _shifted(ends: Floats, albumin: Floats, knowledge: Knowledge) -> Floats:
    """Return ends after the adjustment, each pair of numbers worked out once and exactly."""
    of_end, end = np.unique(ends, return_inverse=True)
    of_level, level = np.unique(albumin, return_inverse=True)
    pairs, number = np.unique(end * len(of_level) + level, return_inverse=True)
    worked = [
        math.inf if math.isinf(one) else _once(one, other, knowledge)
        for one, other in zip(
            of_end[pairs // len(of_level)].tolist(),
            of_level[pairs % len(of_level)].tolist(),
            strict=True,
        )
    ]
    return np.array(worked)[number]


@functools.lru_cache(maxsize=_KEPT)
def _once(end: float, albumin: float, knowledge: Knowledge) -> float:
    return with_albumin(end, albumin, knowledge)

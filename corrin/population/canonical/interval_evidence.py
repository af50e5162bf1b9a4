"""What a printed reference interval says of its unit: 180 to 914 is B12 in pg/mL.

An interval that the source prints with known units counts by how often each unit has it;
one that it never does, by how near it lies to the intervals that are known for the test.
"""

from __future__ import annotations

import numpy as np

from corrin.knowledge.loading import Knowledge
from corrin.population.canonical.scales import Scales, canonical_limit
from corrin.population.canonical.surveying import Intervals
from corrin.population.kernel.people import Booleans, Floats

#: Intervals of the source that a new one is held against, the most frequent.
_KNOWN = 50  # not clinical: bounds the work
#: Part of a unit's results that have an interval from which it is known for that unit.
_USUAL = 0.01  # not clinical: far above slips, far below the intervals of a laboratory
#: An interval like none that is known is this improbable, not impossible.
_UNLIKE = 1e-4  # not clinical: bounds what one interval can say
_OPEN = -1.0  # not clinical: stands for an open end in a key

Key = tuple[float, float]


class IntervalEvidence:
    """The log-probability of an interval under each scale of one lab (K,)."""

    def __init__(
        self, lab: int, scales: Scales, intervals: Intervals, knowledge: Knowledge
    ) -> None:
        setting = knowledge.population.setting
        self._spread = setting["interval_spread"].value
        self._logs = scales.logs(lab)
        size = self._logs.size
        self._counts: dict[Key, Floats] = {}
        ends = intervals.low, intervals.high
        rows = np.flatnonzero((intervals.lab == lab) & ~empty(*ends) & ~reversed_(*ends))
        of = scales.of[lab][intervals.unit[rows]]
        known: dict[tuple[int, Key], float] = {}
        for row, scale in zip(rows[of >= 0], of[of >= 0], strict=True):
            low, high = float(intervals.low[row]), float(intervals.high[row])
            results = float(intervals.results[row])
            self._counts.setdefault(_key(low, high), np.zeros(size))[scale] += results
            at = (_log(low) + self._logs[scale], _log(high) + self._logs[scale])
            known[int(scale), at] = known.get((int(scale), at), 0.0) + results
        counts = np.array([np.zeros(size), *self._counts.values()])
        self._of_scale = np.maximum(counts.sum(axis=0), 1)
        # What has been seen once tells how much has not been seen yet (Good and Turing).
        unseen = ((counts == 1).sum(axis=0) + 1) / (counts.sum(axis=0) + 1)
        self._new = np.minimum(setting["new_interval"].value, unseen)
        # One that a unit has but rarely may stand beside a slip of the unit.
        usual = [one for one in known if known[one] >= _USUAL * self._of_scale[one[0]]]
        likeliest = sorted(usual, key=lambda one: (-known[one], repr(one)))[:_KNOWN]
        near = [*(at for _, at in likeliest), *_of_records(scales.labs[lab], knowledge)]
        self._known = np.array(near, np.float64).reshape(-1, 2)
        self._found: dict[Key, Floats] = {}

    def of(self, low: float, high: float) -> Floats:
        """Return the log-probability under each scale; zeros when there is no interval."""
        if np.isnan(low) and np.isnan(high):
            return np.zeros(self._logs.size)
        key = _key(low, high)
        if key not in self._found:
            self._found[key] = self._work_out(low, high)
        return self._found[key]

    def elsewhere(self) -> float:
        """Return the log-probability of an interval in a unit that is not known."""
        return float(np.log(self._new.min() * _UNLIKE))

    def _work_out(self, low: float, high: float) -> Floats:
        seen = self._counts.get(_key(low, high), np.zeros(self._logs.size)) / self._of_scale
        likeness = np.full(self._logs.size, _UNLIKE)
        if self._known.size:
            ends = np.array([_log(low), _log(high)])
            here = ends[None, None, :] + self._logs[:, None, None]
            apart = (here - self._known[None, :, :]) / self._spread
            # An end that is open on either side says nothing; two that are open say too little.
            both = np.isfinite(apart)
            square = np.where(both, apart, 0.0) ** 2
            near = np.where(both.any(axis=2), np.exp(-square.sum(axis=2) / 2), 0.0)
            likeness = np.maximum(likeness, near.max(axis=1))
        found: Floats = np.log((1 - self._new) * seen + self._new * likeness)
        return found


def empty(low: Floats, high: Floats) -> Booleans:
    """Return which printed limits (NaN: open) are there and leave everything open: 0 to 0."""
    given = ~(np.isnan(low) & np.isnan(high))
    return np.asarray(given & ((low == 0) | np.isnan(low)) & ((high == 0) | np.isnan(high)))


def reversed_(low: Floats, high: Floats) -> Booleans:
    """Return which printed limits cannot be an interval: below zero, or the wrong way round."""
    return np.asarray(~empty(low, high) & ((low < 0) | (high <= 0) | (low >= high)))


def _key(low: float, high: float) -> Key:
    return (_OPEN if np.isnan(low) else low, _OPEN if np.isnan(high) else high)


def _log(end: float) -> float:
    return float(np.log(end)) if end > 0 else float("nan")


def _of_records(lab: str, knowledge: Knowledge) -> list[Key]:
    """Return the logarithms of the ends of our intervals for adults, in the canonical unit."""
    found = []
    for each in knowledge.labs[lab].reference_intervals:
        if each.age_to is not None:
            continue
        ends = [
            float("nan") if end is None else _log(canonical_limit(end, each.unit, lab, knowledge))
            for end in (each.low, each.high)
        ]
        found.append((ends[0], ends[1]))
    return found

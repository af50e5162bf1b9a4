"""Where many results lie: ``labs.positions`` on arrays, with our intervals by kind of person."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corrin.knowledge.loading import Knowledge
from corrin.labs.positions import our_spans, widest
from corrin.population.kernel.people import (
    HIGH,
    LOW,
    NORMAL,
    UNKNOWN,
    Booleans,
    Floats,
    States,
)

Numbers = NDArray[np.int64]
#: The sexes by their code plus one; unknown first.
_SEXES = (None, "female", "male")


def positions(low: Floats, high: Floats, reference_low: Floats, reference_high: Floats) -> States:
    """Return where the whole of each ``low``..``high`` lies, as ``Span.position_of`` does.

    A reference of NaN is an open end.
    """
    # NaN compares as false, so an open end is never passed.
    within = ~(low < reference_low) & ~(high > reference_high)
    found = np.where(within, NORMAL, UNKNOWN)
    found = np.where(high < reference_low, LOW, found)
    found = np.where(low > reference_high, HIGH, found)
    open_ = np.isnan(reference_low) & np.isnan(reference_high)
    return np.where(open_, UNKNOWN, found).astype(np.int8)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OurSpans:
    """Our intervals of one lab, for each of G kinds of person that they tell apart.

    ``sex`` and ``age`` (G,) describe one person of each kind.  ``low`` and ``high`` (G, 2)
    have a second interval where the sexes differ and the sex is not known; NaN is open.
    """

    cuts: Floats
    sex: tuple[str | None, ...]
    age: tuple[float | None, ...]
    known: Booleans
    two: Booleans
    low: Floats
    high: Floats
    widest_low: Floats
    widest_high: Floats

    def kind(self, sex: States, age: Floats) -> Numbers:
        """Return the kind of each person."""
        part = np.searchsorted(self.cuts, age, side="right")
        part = np.where(np.isnan(age), len(self.cuts) + 1, part)
        return np.asarray((sex.astype(np.int64) + 1) * (len(self.cuts) + 2) + part)

    def position(self, kind: Numbers, low: Floats, high: Floats) -> States:
        """Return the position that all intervals of a person agree on, else "unknown"."""
        found = positions(low, high, self.low[kind, 0], self.high[kind, 0])
        two = np.flatnonzero(self.two[kind])
        if len(two):
            of = kind[two]
            other = positions(low[two], high[two], self.low[of, 1], self.high[of, 1])
            found[two[other != found[two]]] = UNKNOWN
        return found


@functools.lru_cache(maxsize=256)
def spans_of_many(lab: str, knowledge: Knowledge) -> OurSpans:
    """Return our intervals of a lab for every kind of person."""
    record = knowledge.labs[lab]
    ends = [end for one in record.reference_intervals for end in (one.age_from, one.age_to)]
    cuts = sorted({float(end) for end in ends if end is not None})
    ages = (-math.inf, *cuts, None)
    kinds = [(sex, age) for sex in _SEXES for age in ages]
    spans = [our_spans(record, knowledge, sex=sex, age=age) for sex, age in kinds]
    covering = [widest(each) for each in spans]
    low, high = np.full((2, len(kinds), 2), np.nan)
    for kind, each in enumerate(spans):
        for place, span in enumerate(each):
            low[kind, place], high[kind, place] = _end(span.low), _end(span.high)
    return OurSpans(
        cuts=np.array(cuts, dtype=float),
        sex=tuple(sex for sex, _ in kinds),
        age=tuple(age for _, age in kinds),
        known=np.array([bool(each) for each in spans]),
        two=np.array([len(each) > 1 for each in spans]),
        low=low,
        high=high,
        widest_low=np.array([_end(each.low) for each in covering]),
        widest_high=np.array([_end(each.high) for each in covering]),
    )


def _end(end: float | None) -> float:
    return math.nan if end is None else end

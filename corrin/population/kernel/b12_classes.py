"""Which class many B12 results fall into: ``b12_status.cut_offs`` and ``classing`` on arrays."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from corrin.b12_status.cut_offs import cut_offs, guideline_for, settle
from corrin.b12_status.records import B12Class
from corrin.knowledge.loading import Knowledge
from corrin.labs.records import Measurement, Position
from corrin.population.kernel.answers import CLASSES
from corrin.population.kernel.intervals import spans_of_many
from corrin.population.kernel.people import (
    HIGH,
    LABORATORY,
    LOW,
    NORMAL,
    NOT_KNOWN,
    Booleans,
    Floats,
    People,
    Results,
    States,
)

DEFICIENT, INDETERMINATE, USUAL, RAISED, NOT_CLASSED = range(len(CLASSES))
#: Classes in the order in which a value can pass through them.
_SCALE = (B12Class.DEFICIENT, B12Class.INDETERMINATE, B12Class.NORMAL, B12Class.HIGH)
#: The class for each set of classes that a result can have, a bit for each.
_SETTLED = np.array(
    [
        CLASSES.index(settle(tuple(itertools.compress(_SCALE, bits[::-1]))))
        for bits in itertools.product((False, True), repeat=len(_SCALE))
    ],
    dtype=np.int8,
)
#: By position, the last that of "unknown".
_BY_WORD = np.array([DEFICIENT, USUAL, RAISED, NOT_CLASSED], dtype=np.int8)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Classed:
    """The class of each person's result (N,), -1 without one or without a guideline for it.

    ``disagrees`` (N,): the laboratory's own range says otherwise.
    """

    b12_class: States
    disagrees: Booleans


def class_latest(latest: Results, lab: str, people: People, knowledge: Knowledge) -> Classed:
    """Return the class of each person's one result of a lab, by guideline and laboratory."""
    found = Classed(
        b12_class=np.full(len(people), NOT_KNOWN, dtype=np.int8),
        disagrees=np.zeros(len(people), dtype=bool),
    )
    limits = _limits(lab, latest.assays, knowledge)[latest.assay]
    number = ~np.isnan(latest.low)
    own = latest.interval_from == LABORATORY
    by_number = _settled(latest, limits, _upper(latest, lab, limits, people, knowledge))
    high = (by_number == RAISED) | (own & (latest.position == HIGH))
    settled = np.where(high, RAISED, by_number)
    # Below what the laboratory printed is never simply usual.
    below = number & own & (latest.position == LOW) & (settled != DEFICIENT)
    settled = np.where(below & (settled == USUAL), INDETERMINATE, settled)
    within = number & own & (latest.position == NORMAL) & (settled == DEFICIENT)
    settled = np.where(number, settled, _BY_WORD[latest.position])
    has_guideline = ~np.isnan(limits[:, 0])
    found.b12_class[latest.person] = np.where(has_guideline, settled, NOT_KNOWN)
    found.disagrees[latest.person] = below | within
    return found


def _limits(lab: str, assays: tuple[str, ...], knowledge: Knowledge) -> Floats:
    """Return for each assay, and last for none, the limits of its guideline (A, 3)."""
    rows = []
    for assay in (*assays, None):
        result = Measurement(lab=lab, position=Position.UNKNOWN, assay=assay)
        guideline = guideline_for(result, knowledge)
        if guideline is None:
            rows.append((np.nan, np.nan, np.nan))
            continue
        cut = cut_offs(guideline, knowledge)
        high = np.nan if cut.high_above is None else cut.high_above
        rows.append((cut.deficient_below, cut.indeterminate_to, high))
    return np.array(rows)


def _upper(
    latest: Results, lab: str, limits: Floats, people: People, knowledge: Knowledge
) -> Floats:
    """Return the level above which each is high: the laboratory's, the guideline's or ours."""
    spans = spans_of_many(lab, knowledge)
    ours = spans.widest_high[spans.kind(people.sex[latest.person], people.age[latest.person])]
    own = latest.interval_from == LABORATORY
    printed = ~(np.isnan(latest.reference_low) & np.isnan(latest.reference_high))
    # What the laboratory called normal without printing an interval has no limit of ours.
    upper = np.where(own & ~printed & (latest.position == NORMAL), np.nan, ours)
    upper = np.where(np.isnan(limits[:, 2]), upper, limits[:, 2])
    return np.where(own & ~np.isnan(latest.reference_high), latest.reference_high, upper)


def _settled(latest: Results, limits: Floats, upper: Floats) -> States:
    """Return the class of results in numbers, as ``settle(CutOffs.possible(...))`` gives it."""
    low, high = latest.low, latest.high
    deficient_below, indeterminate_to = limits[:, 0], limits[:, 1]
    possible = (
        low < deficient_below,
        (high >= deficient_below) & (low <= indeterminate_to),
        high > indeterminate_to,
        high > upper,
    )
    places = sum(each.astype(np.int8) << place for place, each in enumerate(possible))
    return np.where(low > upper, RAISED, _SETTLED[places])

"""What laboratory results settle: the rules of ``picture.from_labs`` for many results."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import FromLab
from corrin.labs import positions
from corrin.labs.records import Measurement, Position
from corrin.person.records import Person
from corrin.picture.from_labs import SIDES, holds, limits_of
from corrin.population.kernel.intervals import spans_of_many
from corrin.population.kernel.people import (
    NO,
    NOT_KNOWN,
    OURS,
    UNKNOWN,
    YES,
    Floats,
    Results,
    States,
)

#: Positions by their number; the last is that of "unknown", which is -1.
_POSITIONS = (Position.LOW, Position.NORMAL, Position.HIGH, Position.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rule:
    """One rule for each of G kinds of person.

    ``worded`` (G, 4): the answer for a result in words, by its position.  ``limits``
    (G, 2): the cut-offs for a result against our interval, NaN for none; None when the
    interval itself decides.
    """

    worded: States
    limits: Floats | None


def answers(
    rule: FromLab, results: Results, sex: States, age: Floats, knowledge: Knowledge
) -> States:
    """Return whether a rule holds for each result (M,), as ``holds`` does.

    ``sex`` and ``age`` (M,) are those of the person of each result.
    """
    read = _read(rule, knowledge)
    kind = spans_of_many(rule.lab, knowledge).kind(sex, age)
    worded = np.isnan(results.low)
    if read.limits is None:
        sides = np.array([*(each in SIDES[rule.relation] for each in _POSITIONS[:-1]), False])
        found = np.where(results.position == UNKNOWN, NOT_KNOWN, sides[results.position])
    else:
        found = _by_limits(rule, results, read.limits[kind])
    if worded.any():
        found = np.where(worded, read.worded[kind, results.position], found)
    return found.astype(np.int8)


def _by_limits(rule: FromLab, results: Results, limits: Floats) -> NDArray[np.int8]:
    one, other = limits.T
    if rule.times_limit is not None and rule.limit is None:
        below = rule.relation == "below"
        printed = rule.times_limit * (results.reference_low if below else results.reference_high)
        ours = results.interval_from == OURS
        one, other = np.where(ours, one, printed), np.where(ours, other, np.nan)
    found = _beyond(rule, results, one)
    two = ~np.isnan(other)
    if two.any():
        found = np.where(two & (_beyond(rule, results, other) != found), NOT_KNOWN, found)
    return found


def _beyond(rule: FromLab, results: Results, limit: Floats) -> NDArray[np.int8]:
    """Return the answer for one limit; without a limit (NaN) nothing is known."""
    low, high = results.low, results.high
    if rule.relation == "below":
        return np.where(high < limit, YES, np.where(low >= limit, NO, NOT_KNOWN))
    return np.where(low > limit, YES, np.where(high <= limit, NO, NOT_KNOWN))


@functools.lru_cache(maxsize=512)
def _read(rule: FromLab, knowledge: Knowledge) -> _Rule:
    spans = spans_of_many(rule.lab, knowledge)
    people = [Person(sex=sex, age=age) for sex, age in zip(spans.sex, spans.age, strict=True)]
    worded = [
        [
            _state(holds(rule, _worded(rule.lab, position), person, knowledge))
            for position in _POSITIONS
        ]
        for person in people
    ]
    number = Measurement(lab=rule.lab, position=Position.UNKNOWN, interval_from=positions.OURS)
    found = [limits_of(rule, number, person, knowledge) for person in people]
    limits = None
    if None not in found:
        limits = np.full((len(people), 2), np.nan)
        for kind, each in enumerate(found):
            limits[kind, : len(each or ())] = each
    return _Rule(worded=np.array(worded, dtype=np.int8), limits=limits)


def _worded(lab: str, position: Position) -> Measurement:
    return Measurement(lab=lab, position=position, interval_from=positions.LABORATORY)


def _state(answer: bool | None) -> int:
    return NOT_KNOWN if answer is None else int(answer)

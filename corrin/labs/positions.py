"""Where a result lies: the laboratory's own interval first, ours second, and said so."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Lab, ReferenceInterval
from corrin.labs.records import Position
from corrin.labs.units import in_canonical

#: Where an interval came from, as ``Measurement.interval_from`` says it.
LABORATORY = "laboratory"
OURS = "corrin"

_SEXES = ("female", "male")


@dataclass(frozen=True, slots=True)
class Span:
    """An interval in the lab's canonical unit; a missing end is open."""

    low: float | None
    high: float | None
    source: str | None = None

    def position_of(self, low: float, high: float) -> Position:
        """Return where the whole of ``low``..``high`` lies; "unknown" when it straddles an end."""
        if self.low is None and self.high is None:
            return Position.UNKNOWN
        if self.high is not None and low > self.high:
            return Position.HIGH
        if self.low is not None and high < self.low:
            return Position.LOW
        above_low = self.low is None or low >= self.low
        below_high = self.high is None or high <= self.high
        return Position.NORMAL if above_low and below_high else Position.UNKNOWN


def our_spans(
    lab: Lab, knowledge: Knowledge, *, sex: str | None, age: float | None
) -> tuple[Span, ...]:
    """Return our interval for this person: one, one for each sex when unknown, or none.

    The records list intervals of adults first, so an unknown age is read as adult.
    """
    known = (
        _spans_of_record(lab.id, knowledge)
        if knowledge.labs.get(lab.id) is lab
        else _spans(lab, knowledge)
    )
    found = [
        next((span for each, span in known if _fits(each, one, age)), None)
        for one in ((sex,) if sex in _SEXES else _SEXES)
    ]
    return tuple(dict.fromkeys(span for span in found if span is not None))


@functools.lru_cache(maxsize=1024)
def _spans_of_record(lab: str, knowledge: Knowledge) -> tuple[tuple[ReferenceInterval, Span], ...]:
    """The same by id, worked out once: every result of a record asks it."""
    return _spans(knowledge.labs[lab], knowledge)


def _spans(lab: Lab, knowledge: Knowledge) -> tuple[tuple[ReferenceInterval, Span], ...]:
    return tuple((each, _span(each, lab, knowledge)) for each in lab.reference_intervals)


def _fits(interval: ReferenceInterval, sex: str | None, age: float | None) -> bool:
    if interval.sex not in {None, sex}:
        return False
    if age is None:
        return True
    return (interval.age_from is None or age >= interval.age_from) and (
        interval.age_to is None or age < interval.age_to
    )


def _span(interval: ReferenceInterval, lab: Lab, knowledge: Knowledge) -> Span:
    ends = [
        None if end is None else in_canonical(end, interval.unit, lab, knowledge)
        for end in (interval.low, interval.high)
    ]
    return Span(ends[0], ends[1], interval.reference or f"assumed: {interval.assumed}")


def agreed(spans: tuple[Span, ...], low: float, high: float) -> Position:
    """Return the position all spans agree on, else "unknown"."""
    positions = {span.position_of(low, high) for span in spans}
    return positions.pop() if len(positions) == 1 else Position.UNKNOWN


@functools.lru_cache(maxsize=1024)
def widest(spans: tuple[Span, ...]) -> Span:
    """Return the span that covers all of them, with the sources of each."""
    lows = [span.low for span in spans if span.low is not None]
    highs = [span.high for span in spans if span.high is not None]
    sources = dict.fromkeys(span.source for span in spans if span.source)
    return Span(
        min(lows) if len(lows) == len(spans) and spans else None,
        max(highs) if len(highs) == len(spans) and spans else None,
        ", ".join(sources) or None,
    )

"""What each picture shows, as fractions of its width; the templates do the drawing.

Every picture has a title and a description in words, and the words beside it (or its
table) say the same, so that nothing depends on seeing it or on colour.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from corrin.report.chances import Chance, Effect, Limits
from corrin.report.view import CauseView, EvidenceView, LevelView
from corrin.report.words import CLINICIAN, quantity_words

#: From an amount to its place on the axis, 0 at the left end and 1 at the right.
Place = Callable[[float], float]
#: Marks at 1, 2 and 5 of each power of ten.
_MARKS = (1, 2, 5)
#: The evidence axis spans at least this many powers of ten on either side, so that
#: slight evidence never looks strong.
_LEAST_SPAN = 2
#: Nearer to an end than this, a label is set flush with that end.
_NEAR_END = 0.1
#: No more marks than this on one axis, so that they can be read on a phone.
_MOST_MARKS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A labelled place on an axis; ``anchor`` keeps the label inside the picture."""

    at: float
    label: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A stretch of an axis between two cut-offs."""

    start: float
    end: float
    label: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChart:
    """A level on a log axis, the laboratory's range and the guideline's zones below it.

    ``open_side`` is ``right`` for "more than", ``left`` for "less than", else empty.
    ``facts`` is the same picture as a table.
    """

    title: str
    description: str
    unit: str
    value: Mark
    open_side: str
    range_name: str
    range_start: float | None
    range_end: float | None
    zones: tuple[Zone, ...]
    cut_offs: str
    marks: tuple[Mark, ...]
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChanceBar:
    """One cause on the axis of chances: a dot and its 90% interval."""

    title: str
    description: str
    dot: float
    start: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ChanceAxis:
    """The axis that the chance bars of one list share."""

    marks: tuple[Mark, ...]
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceBar:
    """One bar from the centre line: to the right for a cause, to the left against it."""

    title: str
    side: str
    start: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """All the evidence of one cause at a glance, in the order of findings shared by all causes."""

    title: str
    description: str
    bars: tuple[EvidenceBar | None, ...]


def level_chart(level: LevelView, *, reader: str) -> LevelChart | None:
    """The picture of a level, or None when there is no place to put it."""
    value = level.low if level.low is not None else level.high
    if value is None or value <= 0:
        return None
    limits = (
        level.interval_low, level.interval_high, level.deficient_below,
        level.indeterminate_below, level.high_above,
    )  # fmt: skip
    known = [limit for limit in (value, *limits) if limit is not None and limit > 0]
    start, end = _rounded_down(min(known) / 2), _rounded_up(max(known) * 2)

    def place(amount: float) -> float:
        return math.log(amount / start) / math.log(end / start)

    facts = tuple(_level_facts(level))
    return LevelChart(
        title=f"{level.lab}: {level.shown}",
        description=". ".join(f"{name}: {words}" for name, words in facts) + ".",
        unit=level.unit,
        value=_mark(place(value), level.shown),
        open_side=_open_side(level),
        range_name=_range_name(level),
        range_start=_place_or(level.interval_low, 0.0, place) if _has_range(level) else None,
        range_end=_place_or(level.interval_high, 1.0, place) if _has_range(level) else None,
        zones=tuple(_zones(level, place, clinician=reader == CLINICIAN)),
        cut_offs=_cut_offs(level, clinician=reader == CLINICIAN),
        marks=tuple(_mark(place(tick), quantity_words(tick)) for tick in _ticks(start, end)),
        facts=facts,
    )


def _place_or(amount: float | None, otherwise: float, place: Place) -> float:
    return place(amount) if amount is not None and amount > 0 else otherwise


def chance_axis(within: Limits, *, reader: str) -> ChanceAxis:
    """Chances out of 100 in even steps for a person; powers of ten for a clinician."""
    if reader == CLINICIAN:
        powers = range(math.ceil(math.log10(within.floor)), 0)
        marks = tuple(_mark(_on_log(10.0**p, within), f"{10.0**p * 100:g}%") for p in powers)
        return ChanceAxis(marks=marks, words="Probability, on a log axis")
    quarters = (0.25, 0.5, 0.75)
    marks = tuple(_mark(part, f"{part * 100:g}") for part in quarters)
    return ChanceAxis(marks=marks, words="Chance out of 100")


def chance_bar(name: str, chance: Chance, within: Limits, *, reader: str) -> ChanceBar:
    """The dot and interval of one cause."""
    clinician = reader == CLINICIAN
    interval = chance.percent_interval if clinician else chance.per_hundred_interval
    point = chance.percent if clinician else chance.per_hundred

    def place(p: float) -> float:
        return _on_log(p, within) if clinician else p

    return ChanceBar(
        title=f"{name}: {point}",
        description=interval or "no interval was worked out",
        dot=place(chance.probability),
        start=place(chance.low),
        end=place(chance.high),
    )


def _on_log(probability: float, within: Limits) -> float:
    return math.log(within.hold(probability) / within.floor) / math.log(1 / within.floor)


def evidence_span(causes: Iterable[CauseView]) -> int:
    """Powers of ten on either side of the centre line, the same for every cause shown."""
    sizes = [
        abs(item.log10_odds)
        for cause in causes
        for item in (
            *(one.effect for one in (*cause.speaks_for, *cause.speaks_against)),
            cause.remainder,
        )
    ]
    return max(_LEAST_SPAN, *(math.ceil(size) for size in sizes)) if sizes else _LEAST_SPAN


def evidence_bar(effect: Effect, span: int) -> EvidenceBar:
    """The bar of one effect; an effect near nothing is drawn as a diamond on the centre line."""
    centre = 1 / 2
    tip = centre + max(-1.0, min(1.0, effect.log10_odds / span)) / 2
    return EvidenceBar(
        title=f"{effect.words}, {effect.times}",
        side=effect.side,
        start=min(centre, tip),
        end=max(centre, tip),
    )


def evidence_axis(span: int) -> tuple[Mark, ...]:
    """Marks at the ends, the centre and between."""
    step = math.ceil(span / 2)
    powers = [power for power in range(-span, span + 1) if power % step == 0]
    return tuple(_mark((power / span + 1) / 2, _times(power)) for power in powers)


def _times(power: int) -> str:
    if power == 0:
        return "same"
    return f"{'×' if power > 0 else '÷'}{10 ** abs(power):,}"


def finding_order(causes: Sequence[CauseView]) -> tuple[tuple[str, str], ...]:
    """Finding ids and words in the order of the top cause, then as they turn up."""
    order: dict[str, str] = {}
    for cause in causes:
        for one in (*cause.speaks_for, *cause.speaks_against):
            order.setdefault(one.finding, one.words)
    return tuple(order.items())


def strip(cause: CauseView, order: Sequence[tuple[str, str]], span: int) -> Strip:
    """The evidence of one cause at a glance; a gap where a finding says nothing of it."""
    told: dict[str, EvidenceView] = {
        one.finding: one for one in (*cause.speaks_for, *cause.speaks_against)
    }
    return Strip(
        title=f"{cause.name}: {len(cause.speaks_for)} for, {len(cause.speaks_against)} against",
        description="The bars below, in small; each is in words further down.",
        bars=tuple(
            evidence_bar(told[finding].effect, span) if finding in told else None
            for finding, _ in order
        ),
    )


def _mark(at: float, label: str) -> Mark:
    anchor = "middle"
    if at < _NEAR_END:
        anchor = "start"
    elif at > 1 - _NEAR_END:
        anchor = "end"
    return Mark(at=at, label=label, anchor=anchor)


def _has_range(level: LevelView) -> bool:
    return level.interval_low is not None or level.interval_high is not None


def _bounds(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"{quantity_words(low)} to {quantity_words(high)}"
    if low is not None:
        return f"{quantity_words(low)} or more"
    return f"up to {quantity_words(high)}" if high is not None else ""


def _range_name(level: LevelView) -> str:
    if not _has_range(level):
        return ""
    return f"{level.interval_name}: {_bounds(level.interval_low, level.interval_high)}"


def _open_side(level: LevelView) -> str:
    return {">": "right", "<": "left"}.get((level.comparator or "")[:1], "")


def _cut_offs(level: LevelView, *, clinician: bool) -> str:
    if level.deficient_below is None or level.indeterminate_below is None:
        return ""
    low, unclear = map(quantity_words, (level.deficient_below, level.indeterminate_below))
    if not _has_unclear_zone(level):
        return f"Cut-off: {low}"
    if clinician:
        return f"Cut-offs: deficient < {low}, indeterminate < {unclear}"
    return f"Cut-offs: low under {low}, unclear to {unclear}"


def _has_unclear_zone(level: LevelView) -> bool:
    low, unclear = level.deficient_below, level.indeterminate_below
    return low is not None and unclear is not None and unclear > low


def _level_facts(level: LevelView) -> Iterable[tuple[str, str]]:
    yield level.lab, level.shown
    if _has_range(level):
        bounds = _bounds(level.interval_low, level.interval_high)
        yield level.interval_name or "Range", f"{bounds} {level.unit}"
    if level.deficient_below is not None and level.guideline:
        low = quantity_words(level.deficient_below)
        yield f"Low, by {level.guideline}", f"below {low} {level.unit}"
    if _has_unclear_zone(level):
        yield (
            f"Unclear, by {level.guideline}",
            f"below {quantity_words(level.indeterminate_below or 0)} {level.unit}",
        )


def _zones(level: LevelView, place: Place, *, clinician: bool) -> Iterable[Zone]:
    if level.deficient_below is None or level.indeterminate_below is None:
        return
    names = ("deficient", "indeterminate", "above") if clinician else ("low", "unclear", "not low")
    low, unclear = place(level.deficient_below), place(level.indeterminate_below)
    yield Zone(start=0.0, end=low, label=names[0], kind="low")
    if _has_unclear_zone(level):
        yield Zone(start=low, end=unclear, label=names[1], kind="unclear")
    yield Zone(start=unclear, end=1.0, label=names[2], kind="not-low")


def _ticks(start: float, end: float) -> list[float]:
    powers = range(math.floor(math.log10(start)), math.ceil(math.log10(end)) + 1)
    ticks = [mark * 10.0**power for power in powers for mark in _MARKS]
    inside = [tick for tick in ticks if start <= tick <= end]
    return inside if len(inside) <= _MOST_MARKS else [t for t in inside if _is_power(t)]


def _is_power(tick: float) -> bool:
    return math.isclose(math.log10(tick) % 1, 0, abs_tol=1 / 100)


def _rounded_down(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return max(mark * power for mark in _MARKS if mark * power <= value)


def _rounded_up(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return min(m for m in (*(mark * power for mark in _MARKS), 10 * power) if m >= value)

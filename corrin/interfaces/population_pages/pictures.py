"""The pictures of a population, as fractions of their width; the template draws them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corrin.interfaces.population_pages.small_cells import alone, shown
from corrin.population.summing import AGE_BANDS, BINS, FIRST_BIN, Flow, Level

_SEXES = ("female", "male", None)
#: Narrower segments carry no lettering; the table beside the picture has it all.
_LETTERED = 0.09  # not clinical: a share of the width


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bin of levels: where it stands, how high it is, how much of it was repaired."""

    start: float
    width: float
    height: float
    repaired: float
    title: str
    hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The levels of one sex and band of age."""

    title: str
    bars: tuple[Bar, ...]
    empty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of a bar that stands for some of the people."""

    start: float
    width: float
    label: str
    count: str
    kind: str
    lettered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ribbon:
    """One bar cut into segments, and what it divides."""

    title: str
    segments: tuple[Segment, ...]


def band_words(band: int | None) -> str:
    """Return a band of age as it is printed."""
    if band is None:
        return "age not known"
    first = AGE_BANDS[band]
    if band + 1 == len(AGE_BANDS):
        return f"{first} and over"
    return f"{first} to {AGE_BANDS[band + 1] - 1}"


def sex_words(sex: str | None) -> str:
    """Return a sex as it is printed."""
    return sex or "sex not known"


def panels(levels: Iterable[Level], *, smallest: int) -> tuple[Panel, ...]:
    """Return a panel for each band and sex that anybody has, each to its own height."""
    cells = {(one.band, one.sex, one.bin): one for one in levels}
    bands = [*range(len(AGE_BANDS)), None]
    found = []
    for band in bands:
        for sex in _SEXES:
            column = [cells.get((band, sex, place)) for place in range(BINS)]
            if any(column):
                title = f"{sex_words(sex)}, {band_words(band)}"
                found.append(_panel(title, column, smallest))
    return tuple(found)


def _panel(title: str, column: Sequence[Level | None], smallest: int) -> Panel:
    tallest = max((one.people for one in column if one is not None), default=0)
    if tallest < smallest:
        return Panel(title=title, bars=(), empty=True)
    bars = []
    for place, one in enumerate(column):
        if one is None:
            continue
        hidden = one.people < smallest
        # A hidden bar has one height, whatever its count.
        people = smallest / 2 if hidden else one.people
        repaired = 0 if hidden or one.repaired < smallest else one.repaired
        low, high = bin_ends(place)
        bars.append(
            Bar(
                start=place / BINS,
                width=1 / BINS,
                height=people / tallest,
                repaired=repaired / tallest,
                title=f"{low} to {high} pmol/L: {alone(one.people, smallest=smallest)} people",
                hidden=hidden,
            )
        )
    return Panel(title=title, bars=tuple(bars), empty=False)


def bin_ends(place: int) -> tuple[str, str]:
    """Return the ends of a bin (pmol/L) as they are printed."""
    ends = (2 ** (FIRST_BIN + place / 2), 2 ** (FIRST_BIN + (place + 1) / 2))
    return f"{ends[0]:.0f}", f"{ends[1]:.0f}"


def marks() -> tuple[tuple[float, str], ...]:
    """Return places and words of some ends of bins, for the axis."""
    every = 4  # not clinical: bins between two marks
    return tuple((place / BINS, bin_ends(place)[0]) for place in range(every, BINS, every))


_CLASS = {
    "deficient": ("Low", "low"),
    "indeterminate": ("Unclear", "unclear"),
    "normal": ("Usual", "usual"),
    "high": ("High", "high"),
    "not-classed": ("Not classed", "none"),
}
_LASTING = {
    "persistent": ("High for long", "high"),
    "single": ("High, not yet repeated far enough apart", "unclear"),
    "settled": ("High once, not now", "usual"),
}


def ribbons(flows: Sequence[Flow], *, rejected: int, smallest: int) -> tuple[Ribbon, ...]:
    """Return everybody by class, then those with a high level by what became of it."""
    by_class = {name: sum(f.people for f in flows if f.b12_class == name) for name in _CLASS}
    asked = [f for f in flows if f.without_reason is not None]
    lasting = {name: sum(f.people for f in asked if f.lasting == name) for name in _LASTING}
    without = sum(f.people for f in asked if f.without_reason)
    known = sum(f.people for f in asked) - without
    everybody = [(*_CLASS[name], people) for name, people in by_class.items()]
    return (
        _ribbon("Everybody", [*everybody, ("Rejected", "none", rejected)], smallest),
        _ribbon(
            "Those with a high level now or before",
            [(*_LASTING[name], people) for name, people in lasting.items()],
            smallest,
        ),
        _ribbon(
            "Of them, is there a reason?",
            [("A likely reason", "usual", known), ("No known reason", "high", without)],
            smallest,
        ),
    )


def _ribbon(title: str, parts: Iterable[tuple[str, str, int]], smallest: int) -> Ribbon:
    """Return a bar; parts whose count is not shown are one segment, or its width would tell."""
    given = [part for part in parts if part[-1]]
    counts = shown([people for *_, people in given], smallest=smallest)
    kept = [part for part, count in zip(given, counts, strict=True) if count is not None]
    hidden = [part for part, count in zip(given, counts, strict=True) if count is None]
    if hidden:
        names = ", ".join(label.lower() for label, *_ in hidden)
        kept.append((f"Together: {names}", "none", sum(people for *_, people in hidden)))
    whole = sum(people for *_, people in kept) or 1
    segments, start = [], 0.0
    for label, kind, people in kept:
        width = people / whole
        segments.append(
            Segment(
                start=start,
                width=width,
                label=label,
                count=alone(people, smallest=smallest),
                kind=kind,
                lettered=width >= _LETTERED,
            )
        )
        start += width
    return Ribbon(title=title, segments=tuple(segments))

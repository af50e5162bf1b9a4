"""The picture of the level over time, as fractions of its width and height, and its table."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from corrin.report.charts import Mark
from corrin.report.telling import date_words
from corrin.report.view import CurveView
from corrin.report.words import CLINICIAN, quantity_words

_UNIT = "pg/mL"
#: Places along the axis of time that get a date, and a row in the table.
_PLACES = 4
#: From this many days on, a month and year say enough on the axis.
_LONG = 200
#: Room above the highest value, so that nothing touches the frame.
_ROOM = 1.08
_STEPS = (1, 2, 5, 10)
_MOST_STEPS = 5
#: With a highest level this many times the lowest, the axis is a log axis.
_WIDE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A measured level; ``top`` is where its range ends, ``open_up`` means "more than"."""

    x: float
    y: float
    top: float
    open_up: bool
    label: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveChart:
    """Median, band and results; ``line`` and ``band`` are SVG points in a box of 100 by 100.

    ``rows`` is the same picture as a table: when, the middle, nine of ten, what was measured.
    """

    title: str
    description: str
    line: str
    band: str
    dots: tuple[Dot, ...]
    levels: tuple[Mark, ...]
    dates: tuple[Mark, ...]
    unit: str
    on_log: bool
    rows: tuple[tuple[str, str, str, str], ...]


def curve_chart(curve: CurveView, *, reader: str) -> CurveChart:
    """The picture of an expected course with the measured levels in it."""
    first, last = curve.days[0], curve.days[-1]
    span = max((last - first).days, 1)
    most = max(*curve.high, *(one.high or one.low for one in curve.measured), 1.0) * _ROOM
    least = max(min(*curve.low, *(one.low for one in curve.measured)) / _ROOM, 1.0)
    # Just after an injection levels are so high that all else would lie flat on the ground.
    on_log = most / least > _WIDE

    def across(day: dt.date) -> float:
        return min(max((day - first).days / span, 0.0), 1.0)

    def up(level: float) -> float:
        if on_log:
            return 1 - min(max(math.log(level / least) / math.log(most / least), 0.0), 1.0)
        return 1 - min(level / most, 1.0)

    def points(levels: tuple[float, ...]) -> list[str]:
        return [
            f"{across(day) * 100:.2f},{up(level) * 100:.2f}"
            for day, level in zip(curve.days, levels, strict=True)
        ]

    picked = [round(n * (len(curve.days) - 1) / _PLACES) for n in range(_PLACES + 1)]
    clinician = reader == CLINICIAN
    rows = tuple(curve_rows(curve))
    start, end = rows[0], next(row for row in reversed(rows) if row[1])
    return CurveChart(
        title="Expected B12 level over time" if clinician else "How your B12 may have run",
        description=f"{start[0]}: middle {start[1]}, nine of ten {start[2]} {_UNIT}. "
        f"{end[0]}: middle {end[1]}, nine of ten {end[2]} {_UNIT}. "
        + " ".join(f"Measured on {date_words(one.day)}: {one.words}." for one in curve.measured),
        line=" ".join(points(curve.median)),
        band=" ".join((*points(curve.high), *reversed(points(curve.low)))),
        dots=tuple(
            Dot(
                x=across(one.day),
                y=up(one.low),
                top=up(one.high if one.high is not None else one.low),
                open_up=one.high is None,
                label=one.words,
                anchor=_anchor(across(one.day)),
            )
            for one in curve.measured
        ),
        levels=tuple(
            Mark(at=up(tick), label=quantity_words(tick) if tick else "0", anchor="start")
            for tick in _ticks(least, most, on_log=on_log)
        ),
        dates=tuple(
            Mark(
                at=across(curve.days[n]),
                label=_short(curve.days[n], long=span >= _LONG),
                anchor=_anchor(across(curve.days[n])),
            )
            for n in picked
        ),
        unit=f"{_UNIT}, log axis" if on_log else _UNIT,
        on_log=on_log,
        rows=rows,
    )


def curve_rows(curve: CurveView) -> list[tuple[str, str, str, str]]:
    """The course as a few rows: when, the middle, nine of ten, what was measured."""
    count = len(curve.days) - 1
    picked = sorted({round(n * count / _PLACES) for n in range(_PLACES + 1)})
    rows = [
        (
            curve.days[n],
            quantity_words(curve.median[n]),
            f"{quantity_words(curve.low[n])} to {quantity_words(curve.high[n])}",
            "",
        )
        for n in picked
    ]
    rows += [(one.day, "", "", one.words) for one in curve.measured]
    ordered = sorted(rows, key=lambda row: row[0])
    return [(date_words(day), middle, band, seen) for day, middle, band, seen in ordered]


def _anchor(at: float) -> str:
    return "start" if at < 1 / 10 else "end" if at > 9 / 10 else "middle"


def _short(day: dt.date, *, long: bool) -> str:
    return f"{day:%b %Y}" if long else f"{day.day} {day:%b}"


def _ticks(least: float, most: float, *, on_log: bool) -> list[float]:
    if on_log:
        powers = range(math.floor(math.log10(least)), math.ceil(math.log10(most)) + 1)
        return [t for p in powers for t in (10.0**p, 3 * 10.0**p) if least <= t <= most]
    power = 10.0 ** math.floor(math.log10(most / _MOST_STEPS))
    step = next(size * power for size in _STEPS if most / (size * power) <= _MOST_STEPS)
    return [n * step for n in range(math.floor(most / step) + 1)]

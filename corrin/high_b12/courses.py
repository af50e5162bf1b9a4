"""From the phases of a label to doses at times: loading schemes, courses, what goes on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corrin.errors import Problem
from corrin.high_b12.asking import ask
from corrin.high_b12.label_text import Phase
from corrin.high_b12.records import DoseTrain
from corrin.high_b12.timing_words import Timing

#: Slack for counting doses, so that rounding neither adds nor drops one.
_SLACK = 1e-9  # not clinical: rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """When a product was taken, in days; None where it is not known (``last``: goes on).

    ``by_last`` when ``last`` is the day of a dose rather than the end of a time.
    """

    first: float | None = 0.0
    last: float | None = None
    by_last: bool = False


def doses_over_time(
    phases: Sequence[Phase], amounts: Sequence[tuple[float, float]], dates: Dates, *, where: str
) -> tuple[tuple[tuple[DoseTrain, ...], ...], tuple[Problem, ...]]:
    """Return the doses of each phase of one product.

    ``amounts`` gives dose (ug) and spread for each phase.  A later phase begins one of
    its own intervals after the last dose of the phase before it.
    """
    problems = [ask(code, where) for phase in phases for code in _faults(phase.timing)]
    problems += [ask("missing-length", where) for phase in phases[:-1] if not _ends(phase.timing)]
    if len(phases) > 1 and dates.first is None:
        problems.append(ask("missing-start", where))
    if phases[-1].timing.once and dates.first is None and dates.last is None:
        problems.append(ask("missing-date", where))
    if problems:
        return (), tuple(dict.fromkeys(problems))
    if dates.first is None or (len(phases) == 1 and dates.by_last):
        return (_counted_back(phases[0].timing, amounts[0], dates),), ()
    by_phase: list[tuple[DoseTrain, ...]] = []
    trains: list[DoseTrain] = []
    start = dates.first
    for phase, amount in zip(phases, amounts, strict=True):
        if trains:
            before = trains[-1].last
            start = (start if before is None else before) + _interval(phase.timing)
        trains = _trains(phase.timing, amount, start)
        by_phase.append(_cut(trains, dates.last))
    return tuple(by_phase), ()


def _faults(timing: Timing) -> list[str]:
    if timing.faults:
        return []  # asked already, where the words were read
    one = timing.once or timing.on_days or timing.doses == 1
    return [] if timing.every or one else ["missing-frequency"]


def _ends(timing: Timing) -> bool:
    limited = timing.lasts is not None or timing.doses is not None
    return timing.once or bool(timing.on_days) or limited


def _interval(timing: Timing) -> float:
    return timing.every[0] if timing.every else 1


def _count(timing: Timing) -> int | None:
    """How many doses; None when it goes on."""
    if timing.once:
        return 1
    if timing.doses is not None:
        return timing.doses
    if timing.lasts is None:
        return None
    return max(1, math.ceil(timing.lasts / _interval(timing) - _SLACK))


def _trains(timing: Timing, amount: tuple[float, float], start: float) -> list[DoseTrain]:
    dose, spread = amount
    if timing.on_days:
        days = [start + day for day in timing.on_days]
        return [
            DoseTrain(dose_ug=dose, dose_spread=spread, every=None, first=day, last=day)
            for day in days
        ]
    count = _count(timing)
    if count == 1:
        return [DoseTrain(dose_ug=dose, dose_spread=spread, every=None, first=start, last=start)]
    every = _interval(timing)
    last = None if count is None else start + (count - 1) * every
    return [DoseTrain(dose_ug=dose, dose_spread=spread, every=every, first=start, last=last)]


def _counted_back(
    timing: Timing, amount: tuple[float, float], dates: Dates
) -> tuple[DoseTrain, ...]:
    """Doses whose last day is known, or whose start is not."""
    dose, spread = amount
    count, every = _count(timing), _interval(timing)
    if count == 1 or timing.on_days:
        end = dates.last if dates.last is not None else dates.first
        days = (0.0,) if not timing.on_days else timing.on_days
        days = tuple(day - days[-1] + (end or 0) for day in days)
        return tuple(
            DoseTrain(dose_ug=dose, dose_spread=spread, every=None, first=day, last=day)
            for day in days
        )
    first = dates.first
    if count is not None and dates.last is not None and first is None:
        first = dates.last - (count - 1) * every
    train = DoseTrain(
        dose_ug=dose,
        dose_spread=spread,
        every=every,
        first=first,
        last=dates.last,
        by_last=dates.last is not None,
    )
    return (train,)


def _cut(trains: Sequence[DoseTrain], last: float | None) -> tuple[DoseTrain, ...]:
    """Take away what lies behind the day on which the taking ended."""
    if last is None:
        return tuple(trains)
    kept = [train for train in trains if train.first is None or train.first <= last]
    return tuple(
        train if train.last is not None and train.last <= last else replace(train, last=last)
        for train in kept
    )

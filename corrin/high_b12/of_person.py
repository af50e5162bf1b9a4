"""For one person: does what they take explain their B12, how does it run, what after stopping?"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from corrin.errors import Problem, Refusal
from corrin.high_b12.level_text import LAB, level_of
from corrin.high_b12.parameters import setting
from corrin.high_b12.predicting import after_stopping, explains, level_curve
from corrin.high_b12.records import Decline, Explained, Level, LevelCurve, Regimen
from corrin.high_b12.regimens import regimen_from_intake
from corrin.knowledge.loading import Knowledge
from corrin.picture.records import Picture

#: Findings that say that intrinsic factor is lacking.
NO_INTRINSIC_FACTOR = ("autoimmune_gastritis_pernicious", "if_antibody_positive")
KIDNEY_DISEASE = "ckd_known"
QUESTION = "high_b12"
_POINTS = 121  # not clinical: points of a curve


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseAnswer:
    """What the doses say of the latest B12 result.

    ``level`` is that result; ``explained``, ``curve`` and ``decline`` are None when there
    is no result in numbers or the intake cannot be read (then ``refusal`` asks).
    ``decline`` is None as well when nothing is being taken.
    """

    regimen: Regimen
    level: Level | None = None
    explained: Explained | None = None
    curve: LevelCurve | None = None
    decline: Decline | None = None
    refusal: Refusal | None = None


def dose_answer(
    picture: Picture,
    knowledge: Knowledge,
    *,
    today: dt.date,
    draws: int | None = None,
    curves: bool = True,
) -> DoseAnswer:
    """Return what the doses say.  Day 0 is ``today``; results without a date are today's.

    Without ``curves`` the level over time and after stopping is left out.
    """
    person = picture.person
    if person.intake is None:
        return DoseAnswer(
            regimen=Regimen(origin=today),
            refusal=Refusal(
                QUESTION,
                "intake-not-asked",
                "It is not known whether B12 is taken.",
                "Does the person take B12, a multivitamin or B12 injections? What, how much, "
                "how often, since when?",
            ),
        )
    regimen = regimen_from_intake(person.intake, knowledge, as_of=today)
    if regimen.problems:
        return DoseAnswer(regimen=regimen, refusal=_ask(regimen.problems))
    levels = _levels(picture, knowledge, today)
    if not levels:
        return DoseAnswer(
            regimen=regimen,
            refusal=Refusal(QUESTION, "no-level", "No B12 result in numbers is given.",
                            "What was the B12 result, in which unit?"),
        )  # fmt: skip
    latest, *others = levels
    intrinsic_factor = not any(picture.present(finding) for finding in NO_INTRINSIC_FACTOR)
    explained = explains(
        latest, regimen, knowledge, results=others, draws=draws,
        intrinsic_factor=intrinsic_factor,
    )  # fmt: skip
    if picture.present(KIDNEY_DISEASE):
        explained = _with_kidneys(explained)
    if not curves:
        return DoseAnswer(regimen=regimen, level=latest, explained=explained)
    days = _days(regimen, levels)
    return DoseAnswer(
        regimen=regimen,
        level=latest,
        explained=explained,
        curve=level_curve(
            regimen, knowledge, days=days, results=levels, draws=draws,
            intrinsic_factor=intrinsic_factor, reference_day=latest.day,
        ),
        decline=_decline(regimen, knowledge, levels, draws, intrinsic_factor=intrinsic_factor),
    )  # fmt: skip


def _ask(problems: Sequence[Problem]) -> Refusal:
    return Refusal(
        QUESTION,
        "intake-not-read",
        "What is taken could not be read: " + " ".join(f"{p.where} {p.what}" for p in problems),
        " ".join(dict.fromkeys(p.do for p in problems)),
    )


def _levels(picture: Picture, knowledge: Knowledge, today: dt.date) -> list[Level]:
    """Return the results in numbers, the latest first."""
    found = []
    for measurement in picture.measurements.get(LAB, ()):
        day = float((measurement.taken - today).days) if measurement.taken else 0.0
        level = level_of(measurement, knowledge, day=day)
        if level is not None:
            found.append(level)
    return sorted(found, key=lambda level: -level.day)


def _with_kidneys(explained: Explained) -> Explained:
    words = [words for words in explained.assumptions if not words.startswith("The kidneys")]
    words.append("Kidney disease keeps more B12 in the body than is reckoned with here.")
    return replace(explained, assumptions=tuple(words))


def _days(regimen: Regimen, levels: Sequence[Level]) -> list[float]:
    """Return days from the first thing known to the last result, evenly spread.

    They lie whole days apart: otherwise they would fall before and after the dose of a
    day in turn, and the curve would show steps that are not there.
    """
    firsts = [train.first for product in regimen.products for train in product.trains
              if train.first is not None]  # fmt: skip
    start = min((*firsts, *(level.day for level in levels)))
    end = max(0.0, *(level.day for level in levels))
    step = max(1, math.ceil((end - start) / _POINTS))
    count = max(1, math.floor((end - start) / step))
    return [end - step * back for back in range(count, -1, -1)]


def _decline(
    regimen: Regimen,
    knowledge: Knowledge,
    levels: Sequence[Level],
    draws: int | None,
    *,
    intrinsic_factor: bool,
) -> Decline | None:
    goes_on = any(
        train.last is None or train.last >= 0
        for product in regimen.products
        for train in product.trains
        if train.every is not None
    )
    if not goes_on:
        return None
    length = setting(knowledge, "decline_shown")
    return after_stopping(
        regimen, knowledge, stop_day=0.0, draws=draws, results=levels,
        for_days=[float(day) for day in np.linspace(0, length, _POINTS)],
        intrinsic_factor=intrinsic_factor,
    )  # fmt: skip

"""Why is B12 high, or why low?  The doses and the other sources, asked together."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from corrin.b12_status.records import B12Status
from corrin.errors import Refusal
from corrin.high_b12.of_person import DoseAnswer, dose_answer
from corrin.high_b12.predicting import explains
from corrin.high_b12.records import Level, Regimen
from corrin.high_b12.sources import answer, refusal
from corrin.high_b12.sources_records import HighB12, IntakeLevel, LevelGivenIntake
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Setting
from corrin.picture.records import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyHigh:
    """The sources of a high level, and what the doses taken say of it."""

    sources: HighB12
    dose: DoseAnswer


def why_high(
    picture: Picture,
    b12_status: B12Status | None,
    knowledge: Knowledge,
    *,
    today: dt.date,
    draws: int,
    setting: Setting,
    curves: bool = True,
) -> WhyHigh | Refusal:
    """Weigh the sources of a high level with what the dose model says, or say why not.

    ``draws`` repetitions give the intervals of the sources; the dose model draws people
    as often as its own record says.  Without ``curves`` the level over time is left out.
    """
    refused = refusal(picture, b12_status, knowledge)
    if refused is not None:
        return refused
    dose = dose_answer(picture, knowledge, today=today, curves=curves)
    sources = answer(
        picture,
        b12_status,
        knowledge,
        level_given_intake=_level_given_intake(dose, knowledge),
        draws=draws,
        setting=setting,
    )
    return sources if isinstance(sources, Refusal) else WhyHigh(sources=sources, dose=dose)


def _level_given_intake(dose: DoseAnswer, knowledge: Knowledge) -> LevelGivenIntake | None:
    """Return what the doses say of a level, or None when they are not known."""
    if dose.explained is None or dose.level is None or not dose.regimen.products:
        return None
    measured, explained = dose.level, dose.explained

    def given(level: float) -> IntakeLevel:
        same = level == measured.low
        asked: Level = measured if same else replace(measured, low=level, high=level)
        said = explained if same else explains(asked, dose.regimen, knowledge)
        nothing = Regimen(origin=dose.regimen.origin)
        return IntakeLevel(
            probability_at_least=said.probability,
            expected_low=said.expected.low,
            expected_high=said.expected.high,
            without=explains(asked, nothing, knowledge).probability,
        )

    return given

"""Where B12 lies and who takes it, so that findings, results and products agree."""

from __future__ import annotations

import numpy as np

from corrin.high_b12.sources_evidence import HIGH_DOSE, TREATED
from corrin.knowledge.loading import Knowledge
from corrin.population.simulating import levels
from corrin.population.simulating.causes import dense
from corrin.population.simulating.people import Demographics
from corrin.population.simulating.streams import (
    BLOCK,
    Booleans,
    Integers,
    Making,
    Thing,
)
from corrin.population.simulating.taking import B12Taken

LOW_FINDING, HIGH_FINDING = "lab_b12_low", "lab_b12_high"
INJECTED = "b12_injection_new"


def draw_classes(
    people: Demographics, making: Making, *, high: float | None
) -> tuple[Booleans, Booleans]:
    """Return who, of those that do not twitch, has a low and who a high B12."""
    uniform = making.stream(Thing.CLASSES).uniform(BLOCK)
    is_high = uniform >= 1.0 - (making.rate("high_b12") if high is None else high)
    is_low = (uniform < making.rate("low_b12")) & ~is_high
    return is_low & ~people.twitches, is_high & ~people.twitches


def draw_where(
    people: Demographics, making: Making, *, drawn: Booleans, low: Booleans, high: Booleans
) -> Integers:
    """Return where B12 lies: in people who twitch as their findings say.

    Both at once are drawn now and then; one result cannot be both, and a coin decides.
    """
    findings = dense(making.knowledge).findings
    is_low = drawn[:, findings.index(LOW_FINDING)]
    is_high = drawn[:, findings.index(HIGH_FINDING)]
    coin = making.stream(Thing.COINS).below(1 / 2, BLOCK)
    is_low = np.where(people.twitches, is_low & ~(is_high & coin), low)
    is_high = np.where(people.twitches, is_high & ~(is_low & is_high), high)
    return np.where(is_high, levels.HIGH, np.where(is_low, levels.LOW, levels.USUAL))


def b12_taken(drawn: Booleans, sources: levels.Sources, knowledge: Knowledge) -> B12Taken:
    """Return who takes B12: by their findings, or as drawn with the source of the level."""
    findings = dense(knowledge).findings
    high_dose, prescribed, injected = (
        drawn[:, findings.index(each)] for each in (HIGH_DOSE, *TREATED)
    )
    sourced = sources.source >= 0
    needles = [number for number, sign in enumerate(knowledge.high_b12.sign) if sign.by_needle]
    by_needle = sources.sign[:, needles].any(axis=1) & sources.taken
    needle = np.where(sourced, by_needle, injected | (prescribed & high_dose))
    low_dose = np.where(sourced, sources.low_dose, ~high_dose) & ~needle
    any_ = np.where(sourced, sources.taken, high_dose | prescribed | injected)
    return B12Taken(any=any_, needle=needle, low_dose=low_dose)


def with_b12(
    drawn: Booleans,
    b12: B12Taken,
    sources: levels.Sources,
    knowledge: Knowledge,
    *,
    where: Integers,
) -> Booleans:
    """Return the findings with those on B12 as it is taken, and its level as it lies."""
    present = drawn.copy()
    findings = dense(knowledge).findings
    sourced = sources.source >= 0
    prescribed = [
        number
        for number, sign in enumerate(knowledge.high_b12.sign)
        if sign.only_when_taken and not sign.by_needle
    ]
    given = sources.sign[:, prescribed].any(axis=1) & sources.taken
    for name in TREATED:
        told = given if name != INJECTED else np.zeros(BLOCK, dtype=bool)
        present[sourced, findings.index(name)] = told[sourced]
    present[:, findings.index(HIGH_DOSE)] = b12.any & ~b12.low_dose
    present[:, findings.index(LOW_FINDING)] = where == levels.LOW
    present[:, findings.index(HIGH_FINDING)] = where == levels.HIGH
    return present


def with_signs(present: Booleans, sources: levels.Sources, knowledge: Knowledge) -> Booleans:
    """Return the findings with what the signs of the source say of those that no lab shows.

    Of several findings that one sign stands for, the first is there when the sign is.
    """
    present = present.copy()
    findings = dense(knowledge).findings
    sourced = sources.source >= 0
    for number, sign in enumerate(knowledge.high_b12.sign):
        said = [each for each in sign.findings if not knowledge.findings[each].from_lab]
        if sign.only_when_taken or not said:
            continue
        for place, finding in enumerate(said):
            there = sources.sign[:, number] & (place == 0)
            present[sourced, findings.index(finding)] = there[sourced]
    return present

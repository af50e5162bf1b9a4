"""Who they are: age, sex, where they are seen, whether their muscles twitch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corrin.knowledge.records import Setting
from corrin.knowledge.records_of_simulation import SimulationNumbers
from corrin.population.simulating.streams import (
    BLOCK,
    Booleans,
    Integers,
    Making,
    Thing,
    pick,
)

SEXES = ("female", "male")
SETTINGS = tuple(Setting)
_YEAR = 365.25  # not clinical: days
#: Birthdays keep this far from the day of the answers, so that nobody is nearly a year older.
_APART = 20  # not clinical: days


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Demographics:
    """A block of people.  ``age`` in whole years on the day of the answers; ``sex`` and
    ``setting`` number ``SEXES`` and ``SETTINGS``; ``born`` and ``sampled`` are days since
    1970-01-01; ``denies`` marks those who were asked whether they twitch, and do not.
    """

    age: Integers
    sex: Integers
    setting: Integers
    born: Integers
    sampled: Integers
    twitches: Booleans
    denies: Booleans
    adult: Booleans


def day_of(rules: SimulationNumbers) -> int:
    """Return the day of the answers, counted from 1970-01-01."""
    return int(np.datetime64(rules.as_of, "D").astype(np.int64))


def draw_people(making: Making, *, twitching: float | None = None) -> Demographics:
    """Draw a whole block; ``twitching`` stands in for the share of the records."""
    rules = making.rules
    stream = making.stream(Thing.PEOPLE)
    band = pick([each.share for each in rules.age], stream.uniform(BLOCK))
    youngest = np.array([each.age_from for each in rules.age])[band]
    oldest = np.array([each.age_to for each in rules.age])[band]
    age = np.floor(youngest + (oldest - youngest) * stream.uniform(BLOCK)).astype(np.int64)
    shares = [rules.setting[each].value for each in SETTINGS]
    today = day_of(rules)
    since = _APART + stream.uniform(BLOCK) * (_YEAR - 2 * _APART)
    setting = pick(shares, stream.uniform(BLOCK))
    sex = (stream.uniform(BLOCK) >= making.rate("female")).astype(np.int64)
    share = making.rate("twitching") if twitching is None else twitching
    adult = age >= making.knowledge.model["adult_age"].value
    twitches = stream.below(share, BLOCK) & adult
    sampled = today - np.floor(stream.uniform(BLOCK) ** 2 * making.rate("tested_within")).astype(
        np.int64
    )
    # The day of the answers is the same however few are made.
    sampled[0] = today
    return Demographics(
        age=age,
        sex=sex,
        setting=setting,
        born=today - np.floor(age * _YEAR + since).astype(np.int64),
        sampled=sampled,
        twitches=twitches,
        denies=stream.below(making.rate("denies_twitching"), BLOCK) & ~twitches,
        adult=adult,
    )

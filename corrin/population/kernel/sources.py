"""Why is B12 high?  ``high_b12.sources`` for many people: of those alone whose level is."""

from __future__ import annotations

import functools

import numpy as np

from corrin.b12_status.records import B12Class
from corrin.high_b12.parameters import Floats, Integers
from corrin.high_b12.sources import NOT_CLASSED, SAID_HIGH
from corrin.high_b12.sources_evidence import ANSWERS, HIGH_DOSE, TREATED
from corrin.high_b12.sources_lasting import TOTAL
from corrin.high_b12.sources_numbers import CompiledSources, compile_sources
from corrin.high_b12.sources_records import Lasting, Supplements
from corrin.high_b12.weighing import SourceNumbers
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Setting
from corrin.population.kernel.age_and_sex import kinds_of
from corrin.population.kernel.answers import (
    LASTINGS,
    SOURCES_REFUSALS,
    SUPPLEMENTS,
    SourcesOfMany,
    StatusOfMany,
)
from corrin.population.kernel.lasting import lasting_of
from corrin.population.kernel.people import (
    HIGH,
    NO,
    NOT_KNOWN,
    YES,
    Booleans,
    People,
    States,
)
from corrin.population.kernel.regimens import explained_by_doses
from corrin.population.kernel.source_signs import signs_of
from corrin.population.kernel.source_weighing import KnownOfMany, shown

#: Where a person is seen when it was not said, as for a clinician.
DEFAULT_SETTING = Setting.PRIMARY_CARE
SETTINGS = tuple(Setting)
_CODES = {code: number for number, code in enumerate(SUPPLEMENTS)}
_TAKES = np.array(
    [code in {Supplements.TAKEN, Supplements.TAKEN_LOW, Supplements.REGIMEN_KNOWN}
     for code in SUPPLEMENTS]
)  # fmt: skip
_ANSWER = np.array([ANSWERS[code] for code in SUPPLEMENTS])


def weigh_sources(people: People, status: StatusOfMany, knowledge: Knowledge) -> SourcesOfMany:
    """Weigh the sources of every person whose level is high, without draws.

    A person's answer has the same bits whoever else is in the batch.
    """
    lasting = lasting_of(people, knowledge).lasting
    refused = _refused(people, status, knowledge)
    rows = np.flatnonzero(refused == NOT_KNOWN)
    level = _level(people, lasting, rows)
    results = people.results.get(TOTAL)
    low, high = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    if results is not None:
        given = level >= 0
        low[given], high[given] = results.low[level[given]], results.high[level[given]]
    doses = explained_by_doses(people, rows, low, knowledge)
    regimen = np.zeros(len(people), dtype=bool)
    regimen[rows] = doses.known
    supplements = supplements_known(people, regimen)
    said = supplements[rows]
    # Doses of which B12 is not known to be part say nothing of the level.
    dosed = said == _CODES[Supplements.REGIMEN_KNOWN]
    place = people.setting[rows].astype(np.int64)
    place[place == NOT_KNOWN] = SETTINGS.index(DEFAULT_SETTING)
    limits = compile_sources(knowledge, DEFAULT_SETTING).band_limits
    known = KnownOfMany(
        first=_band(low, limits, unknown=0),
        last=_band(high, limits, unknown=len(limits)),
        odds=_odds(people, rows, knowledge),
        signs=signs_of(people, rows, _TAKES[said], knowledge),
        answer=_ANSWER[said],
        level=np.where(np.isnan(low), 1.0, low),
        chance=np.where(dosed, doses.chance, np.nan),
        without=doses.without,
    )
    ids = tuple(sorted(knowledge.sources_of_high_b12))
    probability = np.empty((len(rows), len(ids)))
    for number in np.unique(place).tolist():
        some = np.flatnonzero(place == number)
        probability[some] = _shown(known, some, said, SETTINGS[number], knowledge)
    return SourcesOfMany(
        refused=refused,
        supplements=supplements,
        lasting=lasting,
        treated=treated(people),
        rows=rows,
        ids=ids,
        probability=probability,
    )


def supplements_known(people: People, regimen: Booleans) -> States:
    """Return what is known of B12 taken (N,), as ``SUPPLEMENTS``.

    ``regimen`` (N,): doses and times can be read, and a level stands against them.
    """
    high_dose = people.finding(HIGH_DOSE)
    by_someone = np.logical_or.reduce([people.finding(name) == YES for name in TREATED])
    something = people.intake_known & ~people.intake_none
    named = people.b12_product | by_someone | (high_dose == YES)
    low = (high_dose == NO) & ~by_someone
    found = np.select(
        [
            (named | something) & regimen,
            named & low,
            named,
            something,
            people.intake_none,
            high_dose == NO,
        ],
        [
            _CODES[code]
            for code in (
                Supplements.REGIMEN_KNOWN,
                Supplements.TAKEN_LOW,
                Supplements.TAKEN,
                Supplements.NO_HIGH_DOSE,
                Supplements.NONE_TAKEN,
                Supplements.NO_HIGH_DOSE,
            )
        ],
        _CODES[Supplements.NOT_ASKED],
    )
    return found.astype(np.int8)


def treated(people: People) -> Booleans:
    """Return who takes B12 as far as recorded (N,): on either list, or a finding says so."""
    said = [people.finding(name) == YES for name in (*TREATED, HIGH_DOSE)]
    return np.asarray(people.b12_product | np.logical_or.reduce(said))


def _refused(people: People, status: StatusOfMany, knowledge: Knowledge) -> States:
    """Return why a person is not asked about, the first reason that holds."""
    measured, high = np.zeros((2, len(people)), dtype=bool)
    results = people.results.get(TOTAL)
    if results is not None:
        measured[results.person] = True
        high[results.person[results.position == HIGH]] = True
    said = people.finding(SAID_HIGH) == YES
    child = people.age < knowledge.high_b12.setting["youngest_age"].value
    reasons = {
        "children": child,
        "not-measured": ~measured & ~said,
        "not-high": ~status.is_class(B12Class.HIGH) & ~said & ~high,
        "pregnancy": people.finding("pregnant") == YES,
    }
    return np.select(
        [reasons[code] for code in SOURCES_REFUSALS],
        list(range(len(SOURCES_REFUSALS))),
        NOT_KNOWN,
    ).astype(np.int8)


def _level(people: People, lasting: States, rows: Integers) -> Integers:
    """Return the result to explain (its place among those of total B12), -1 without any.

    The latest; or the last high one when the level has settled or was said to be high.
    """
    level, last_high = np.full((2, len(people)), NOT_KNOWN)
    results = people.results.get(TOTAL)
    if results is None:
        return np.full(len(rows), NOT_KNOWN)
    # Written in reverse, so that the first of a person's results stays.
    place = np.arange(len(results.person))[::-1]
    level[results.person[place]] = place
    high = place[results.position[place] == HIGH]
    last_high[results.person[high]] = high
    earlier = lasting == LASTINGS.index(Lasting.SETTLED)
    earlier |= people.finding(SAID_HIGH) == YES
    return np.where(earlier & (last_high >= 0), last_high, level)[rows]


def _band(level: Floats, limits: tuple[float, ...], *, unknown: int) -> Integers:
    """Return the band of each level; each begins just above its limit."""
    return np.where(np.isnan(level), unknown, np.searchsorted(limits, level))


def _odds(people: People, rows: Integers, knowledge: Knowledge) -> Floats:
    """Return what multiplies base rates for age and sex, (S, M)."""
    compiled = compile_sources(knowledge, DEFAULT_SETTING)
    conditions = [condition for _, condition, _ in compiled.modifiers]
    kind, lookups = kinds_of(conditions, people.age[rows], people.sex[rows])
    odds = np.ones((len(compiled.sources), len(lookups)))
    for number, lookup in enumerate(lookups):
        for source, condition, factor in compiled.modifiers:
            if condition.evaluate(lookup) is True:
                odds[source, number] *= factor
    return odds[:, kind]


def _shown(
    known: KnownOfMany, some: Integers, said: States, setting: Setting, knowledge: Knowledge
) -> Floats:
    compiled, numbers = _numbers(knowledge, setting)
    order = np.argsort(compiled.sources)
    probability = shown(
        numbers,
        known.take(some),
        asked=said[some] != _CODES[Supplements.NOT_ASKED],
        carried=compiled.sources.index(NOT_CLASSED),
        floor=knowledge.model["display_floor"].value,
    )
    return probability[:, order]


@functools.lru_cache(maxsize=10)
def _numbers(knowledge: Knowledge, setting: Setting) -> tuple[CompiledSources, SourceNumbers]:
    compiled = compile_sources(knowledge, setting)
    return compiled, compiled.numbers(0)

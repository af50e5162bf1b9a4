"""The level of B12: low, usual or high, and where a high level comes from.

People who do not twitch and have a high level get one source, drawn from the knowledge of
sources with its band, its signs and the answer on supplements, so that the answer to "why
is it high?" has a known truth.  Who twitches has findings of the twitching network alone:
two models cannot both rule what is found in one person, and so no source is drawn there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from corrin.high_b12.sources_numbers import CompiledSources, compile_sources
from corrin.high_b12.weighing import TAKEN, TAKEN_LOW
from corrin.knowledge.loading import Knowledge
from corrin.labs.positions import our_spans
from corrin.population.simulating.lab_limits import TOTAL
from corrin.population.simulating.lab_values import b12_factor
from corrin.population.simulating.people import SETTINGS, SEXES, Demographics
from corrin.population.simulating.streams import (
    BLOCK,
    Booleans,
    Floats,
    Integers,
    Making,
    Stream,
    Thing,
    between,
    pick_each,
)

#: Where a level lies against the limits of its site.
LOW, USUAL, HIGH = -1, 0, 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sources:
    """Why the level is high: -1 where none was drawn.  ``sign`` (N, F) is true where the
    sign is there; ``taken`` and ``low_dose`` say what is taken of B12.
    """

    source: Integers
    band: Integers
    sign: Booleans
    taken: Booleans
    low_dose: Booleans


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sites:
    """What each site prints of total B12, and the limits in use (pmol/L)."""

    low: Floats
    high: Floats
    factor: Floats
    least: Floats
    most: Floats


@lru_cache(maxsize=2)
def sites(knowledge: Knowledge) -> Sites:
    """Return the limits of every site; ours where it prints none."""
    rules = knowledge.population.simulation
    adult = knowledge.model["adult_age"].value
    (ours,) = our_spans(knowledge.labs[TOTAL], knowledge, sex=SEXES[0], age=adult)
    factor = np.array([b12_factor(each, knowledge) for each in rules.site])
    low = [each.low * by if each.prints else ours.low
           for each, by in zip(rules.site, factor.tolist(), strict=True)]  # fmt: skip
    high = [each.high * by if each.prints else ours.high
            for each, by in zip(rules.site, factor.tolist(), strict=True)]  # fmt: skip
    return Sites(
        low=np.array(low, dtype=np.float64),
        high=np.array(high, dtype=np.float64),
        factor=factor,
        least=np.array([each.least for each in rules.site]) * factor,
        most=np.array([each.most for each in rules.site]) * factor,
    )


def source_odds(compiled: CompiledSources, age: Integers, sex: Integers) -> Floats:
    """Return what multiplies the base rates (N, S) for people of these ages and sexes."""
    odds = np.ones((len(age), len(compiled.sources)))
    keys, inverse = np.unique(np.stack([age, sex], axis=1), axis=0, return_inverse=True)
    for column, condition, factor in compiled.modifiers:
        holds = [condition.evaluate({"age": a, "sex": SEXES[s]}.get) is True for a, s in keys]
        odds[np.array(holds)[inverse.reshape(-1)], column] *= factor
    return odds


def draw_sources(people: Demographics, making: Making, *, where: Booleans) -> Sources:
    """Draw the source, band, signs and intake of those in ``where``; only bands elsewhere."""
    knowledge = making.knowledge
    stream = making.stream(Thing.SOURCES)
    some = compile_sources(knowledge, SETTINGS[0])
    signs = len(some.signs)
    uniform = stream.uniform(BLOCK, 4)  # not clinical: source, band, taken, small dose
    by_sign = sign_uniform(knowledge, stream)
    source = np.zeros(BLOCK, dtype=np.int64)
    band = np.zeros(BLOCK, dtype=np.int64)
    sign = np.zeros((BLOCK, signs), dtype=bool)
    taken, low_dose = np.zeros(BLOCK, dtype=bool), np.zeros(BLOCK, dtype=bool)
    small = making.rate("takes_low_dose")
    for number, setting in enumerate(SETTINGS):
        rows = np.flatnonzero(people.setting == number)
        compiled = compile_sources(knowledge, setting)
        numbers = compiled.numbers(0)
        odds = source_odds(compiled, people.age[rows], people.sex[rows])
        source[rows] = pick_each(numbers.base * odds, uniform[rows, 0])
        mine = source[rows]
        band[rows] = pick_each(numbers.band[0][mine], uniform[rows, 1])
        sign[rows] = by_sign[rows] < numbers.sign[0][mine]
        answer = numbers.answer[0][mine]
        taken[rows] = uniform[rows, 2] < answer[:, TAKEN]
        share = np.where(numbers.by_intake[mine], answer[:, TAKEN_LOW] / answer[:, TAKEN], small)
        low_dose[rows] = uniform[rows, -1] < share
    return Sources(
        source=np.where(where, source, -1),
        band=band,
        sign=sign & where[:, None],
        taken=taken & where,
        low_dose=low_dose & taken & where,
    )


def sign_uniform(knowledge: Knowledge, stream: Stream) -> Floats:
    """Return a number for each sign (N, F); a sign is there when it lies below its share.

    Signs that are limits of one lab share a number, seen from either end, so that no lab is
    both above and below, and beyond the further limit only where beyond the nearer one:
    each is as frequent as the knowledge says, and they fit one result.
    """
    by_lab: dict[str, Floats] = {}
    columns = []
    for sign in knowledge.high_b12.sign:
        own = stream.uniform(BLOCK)
        rules = [rule for id_ in sign.findings for rule in knowledge.findings[id_].from_lab]
        rules += sign.from_lab
        labs = {rule.lab for rule in rules}
        if len(labs) == 1:
            shared = by_lab.setdefault(labs.pop(), own)
            own = shared if rules[0].relation == "below" else 1.0 - shared
        columns.append(own)
    return np.stack(columns, axis=1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Levels:
    """Results of total B12 in pmol/L before printing: the latest, then earlier ones (N, 4).

    NaN where there is none.  ``site`` numbers the sites; ``days`` (N, 4) count from
    1970-01-01.
    """

    site: Integers
    level: Floats
    days: Integers


def draw_levels(people: Demographics, making: Making, *, where: Integers, band: Integers) -> Levels:
    """Draw levels that lie as ``where`` says (LOW, USUAL, HIGH), high ones in their band.

    A band that lies below the limit of the person's site sends them to another one.
    """
    knowledge = making.knowledge
    margin = making.rate("nearest_to_limit")
    stream = making.stream(Thing.LEVELS)
    known = sites(knowledge)
    top = _band_tops(knowledge)
    floor = np.concatenate([[0.0], top[:-1]])
    site = _sites_of(people, where, top[band], knowledge, stream.uniform(BLOCK))
    low, high = known.low[site], known.high[site]
    least = np.maximum(high * (1 + margin), floor[band] * (1 + margin))
    uniform = stream.uniform(BLOCK, 4)  # not clinical: the latest and three earlier results
    usual = _usual(low * (1 + margin), high * (1 - margin), uniform, knowledge)
    above = between(least[:, None], top[band][:, None] * (1 - margin), uniform)
    below = between(making.rate("lowest_level"), low[:, None] * (1 - margin), uniform)
    was_high = np.tile(where[:, None] == HIGH, (1, 4))  # not clinical: results
    stays = stream.below(making.rate("stays_high"), BLOCK)
    was_high[:, 1:] &= stays[:, None]
    was_high[:, 1:] |= stream.below(making.rate("was_high"), BLOCK)[:, None]
    level = np.where(was_high, above, np.where(where[:, None] == LOW, below, usual))
    some = stream.below(making.rate("earlier_results"), BLOCK)
    one_to_three = 1 + np.floor(stream.uniform(BLOCK) * 3)  # not clinical: how many
    earlier = np.where(some, one_to_three, 0)
    tested = stream.below(making.rate("b12_tested"), BLOCK)
    # The first of a block makes the day of the answers the same however few are made.
    tested[0] = True
    number = np.arange(4)  # not clinical: results
    level[(number > earlier[:, None]) | ~tested[:, None]] = np.nan
    gap = making.rate("earlier_gap_least") + stream.uniform(BLOCK, 4) * (  # not clinical: results
        making.rate("earlier_gap_most") - making.rate("earlier_gap_least")
    )
    gap[:, 0] = 0
    days = people.sampled[:, None] - np.floor(np.cumsum(gap, axis=1)).astype(np.int64)
    return Levels(site=site, level=level, days=days)


def _band_tops(knowledge: Knowledge) -> Floats:
    compiled = compile_sources(knowledge, SETTINGS[0])
    highest = knowledge.population.simulation.rate["highest_level"].value
    return np.array([*compiled.band_limits, highest])


def _sites_of(
    people: Demographics,
    where: Integers,
    top: Floats,
    knowledge: Knowledge,
    uniform: Floats,
) -> Integers:
    """Return a site for each; ``top`` (N,) is the end of the band a high level lies in."""
    known = sites(knowledge)
    rules = knowledge.population.simulation
    margin = rules.rate["nearest_to_limit"].value
    weights = np.tile([each.share for each in rules.site], (len(where), 1))
    # Below the age our intervals are for, only a printed one can be held against.
    weights[~people.adult] *= [each.prints for each in rules.site]
    fits = known.high[None] * (1 + margin) < top[:, None] * (1 - margin)
    return pick_each(np.where((where == HIGH)[:, None], weights * fits, weights), uniform)


def _usual(low: Floats, high: Floats, uniform: Floats, knowledge: Knowledge) -> Floats:
    """Return levels of people tested, cut to what is neither low nor high."""
    points = knowledge.population.simulation.level
    rate = knowledge.population.simulation.rate
    shares = np.array([0.0, *(each.share for each in points), 1.0])
    ends = [rate["lowest_level"].value, *(each.below.value for each in points),
            rate["highest_level"].value]  # fmt: skip
    logs = np.log(ends)
    first, last = (np.interp(np.log(each), logs, shares)[:, None] for each in (low, high))
    return np.asarray(np.exp(np.interp(first + (last - first) * uniform, shares, logs)))

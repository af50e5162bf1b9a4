"""What is at work in them, and what it brings: the twitching network run forwards.

The priors are those of people who say that their muscles twitch: the complaint is what they
are conditioned on, and not any finding.  So everyone who twitches is drawn from the priors
as they stand, and a place of twitching is evidence like any other (decision 0010).
Findings follow by the network's own likelihood, leaks, several states and inhibition
included.  Who does not twitch has no cause at work; a low B12 is then the background state.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from corrin.knowledge.loading import Knowledge
from corrin.population.simulating.people import SETTINGS, SEXES, Demographics
from corrin.population.simulating.streams import (
    BLOCK,
    Booleans,
    Floats,
    Integers,
    Making,
    Thing,
)
from corrin.twitching.network import CompiledNetwork, compile_network

LOW_STATE = "b12_deficient_incidental"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Network:
    """The network's numbers at their modes, dense: ``link`` and ``inhibition`` (S, F)."""

    states: tuple[str, ...]
    findings: tuple[str, ...]
    variable: Integers
    leak: Floats
    link: Floats
    inhibition: Floats


@lru_cache(maxsize=2)
def dense(knowledge: Knowledge) -> Network:
    """Return what all settings share: everything but the priors."""
    compiled = compile_network(knowledge, SETTINGS[0])
    found = compiled.arrays(np.ones(len(compiled.states)), range(len(compiled.findings)))
    size = (len(compiled.states), len(compiled.findings))
    link, inhibition = np.zeros(size), np.zeros(size)
    for held, numbers in ((link, found.link), (inhibition, found.inhibition)):
        held[numbers.state, numbers.finding] = numbers.strength  # type: ignore[union-attr]
    return Network(
        states=compiled.states,
        findings=compiled.findings,
        variable=compiled.variable,
        leak=found.leak,
        link=link,
        inhibition=inhibition,
    )


@lru_cache(maxsize=4096)
def _prior(network: CompiledNetwork, age: int, sex: str) -> tuple[bytes, Floats]:
    """Return the odds factors of one age and sex (as bytes), and the priors they give."""
    odds = network.prior_odds_factor({"age": age, "sex": sex}.get)
    return odds.tobytes(), network.arrays(odds, ()).prior


def priors(people: Demographics, knowledge: Knowledge) -> tuple[Integers, list[Floats]]:
    """Return which set of priors is each person's, and the sets (S,), setting by setting."""
    kinds: dict[tuple[int, bytes], int] = {}
    sets: list[Floats] = []
    of_person = np.zeros(len(people.age), dtype=np.int64)
    keys = np.stack([people.setting, people.age, people.sex], axis=1)
    unique, inverse = np.unique(keys, axis=0, return_inverse=True)
    numbers = np.zeros(len(unique), dtype=np.int64)
    for row, (setting, age, sex) in enumerate(unique.tolist()):
        network = compile_network(knowledge, SETTINGS[setting])
        odds, prior = _prior(network, age, SEXES[sex])
        key = (setting, odds)
        if key not in kinds:
            kinds[key] = len(sets)
            sets.append(prior)
        numbers[row] = kinds[key]
    of_person[:] = numbers[inverse.reshape(-1)]
    return of_person, sets


def draw_causes(people: Demographics, making: Making, *, low: Booleans) -> Booleans:
    """Return which states are at work (N, S); ``low`` marks who has a low B12 untwitching."""
    network = dense(making.knowledge)
    stream = making.stream(Thing.CAUSES)
    uniform = stream.uniform(BLOCK, int(network.variable[-1]) + 1)[:, network.variable]
    of_person, sets = priors(people, making.knowledge)
    ends = [_ends(each, network.variable) for each in sets]
    first = np.stack([each[0] for each in ends])[of_person]
    last = np.stack([each[1] for each in ends])[of_person]
    active = (uniform >= first) & (uniform < last) & people.twitches[:, None]
    active[low & ~people.twitches, network.states.index(LOW_STATE)] = True
    return np.asarray(active)


def _ends(prior: Floats, variable: Integers) -> tuple[Floats, Floats]:
    """Return where each state's stretch of [0, 1) begins and ends, variable by variable."""
    last = prior.copy()
    for state in range(1, len(prior)):
        if variable[state] == variable[state - 1]:
            last[state] += last[state - 1]
    return last - prior, last


def draw_findings(active: Booleans, people: Demographics, making: Making) -> Booleans:
    """Return which findings are there (N, F), asked or not, by the network's likelihood.

    Who does not twitch has none of the findings that are the complaint itself.
    """
    network = dense(making.knowledge)
    absent = chance_absent(active, network)
    present = making.stream(Thing.FINDINGS).uniform(*absent.shape) >= absent
    of_complaint = [making.knowledge.findings[each].defines_twitching for each in network.findings]
    return np.asarray(present & ~(~people.twitches[:, None] & np.array(of_complaint)))


def chance_absent(active: Booleans, network: Network) -> Floats:
    """Return P(finding absent | the states at work), (N, F)."""
    kept = np.ones((len(active), len(network.findings)))
    at_work = [(state, np.flatnonzero(active[:, state])) for state in range(active.shape[1])]
    for state, rows in at_work:
        if network.inhibition[state].any() and len(rows):
            kept[rows] *= 1.0 - network.inhibition[state]
    absent = 1.0 - network.leak * kept
    for state, rows in at_work:
        columns = np.flatnonzero(network.link[state])
        if len(rows) and len(columns):
            where = np.ix_(rows, columns)
            absent[where] *= 1.0 - network.link[state, columns] * kept[where]
    return absent

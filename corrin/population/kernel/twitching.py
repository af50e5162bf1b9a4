"""What explains the twitching?  ``twitching.explaining`` for many people, without draws.

People of one setting, age band and sex share a network; each person's posterior is exact
and has the same bits in any batch.
"""

from __future__ import annotations

import functools

import numpy as np

from corrin.high_b12.parameters import Floats, Integers
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Setting
from corrin.population.kernel.age_and_sex import kinds_of
from corrin.population.kernel.answers import CAUSES_REFUSALS, CausesOfMany
from corrin.population.kernel.people import NOT_KNOWN, YES, Booleans, People, States
from corrin.population.kernel.twitch_evidence import count_evidence_of_many, weighing
from corrin.twitching import noisy_or
from corrin.twitching.network import CompiledNetwork, compile_network
from corrin.twitching.noisy_or_fast import posterior_batch

#: Where a person is seen when it was not said, as for a clinician.
DEFAULT_SETTING = Setting.PRIMARY_CARE
SETTINGS = tuple(Setting)


def weigh_causes(people: People, knowledge: Knowledge) -> CausesOfMany:
    """Weigh every cause for every person who twitches."""
    refused = _refused(people, knowledge)
    rows = np.flatnonzero(refused == NOT_KNOWN)
    setting = people.setting[rows].astype(np.int64)
    setting[setting == NOT_KNOWN] = SETTINGS.index(DEFAULT_SETTING)
    ids = tuple(cause.id for cause in knowledge.causes.values() if cause.explains)
    probability = np.empty((len(rows), len(ids)))
    counted, left_out = np.zeros((2, len(rows)), dtype=np.int16)
    reversible = np.zeros(len(rows), dtype=bool)
    for number in np.unique(setting).tolist():
        some = np.flatnonzero(setting == number)
        network = compile_network(knowledge, SETTINGS[number])
        chosen = count_evidence_of_many(
            people.findings.T[:, rows[some]],
            weighing(network, knowledge),
            maximum=_maximum(knowledge),
        )
        counted[some], left_out[some] = chosen.counted, chosen.left_out
        posterior, prior = _posterior(people, rows[some], chosen.evidence, network, knowledge)
        state = {cause: place for place, cause in enumerate(network.states)}
        probability[some] = posterior[:, [state[cause] for cause in ids]]
        reversible[some] = reversible_likely(posterior, prior, network.states, knowledge)
    return CausesOfMany(
        refused=refused,
        rows=rows,
        ids=ids,
        probability=probability,
        counted=counted,
        left_out=left_out,
        reversible=reversible,
    )


def reversible_likely(
    posterior: Floats, prior: Floats, states: tuple[str, ...], knowledge: Knowledge
) -> Booleans:
    """Return for whom (M,) a cause that can be put right is likely.

    The causes are those of ``population.toml`` and the probabilities (M, S) as shown.  A
    cause counts when what is known of the person has raised its odds ``reversible_raised``
    times or more, so that nobody is named for the base rates alone; the probabilities of
    those that count must add up to ``reversible_from`` (the number of such causes expected).
    """
    rules = knowledge.population
    raised, least = (rules.setting[name].value for name in ("reversible_raised", "reversible_from"))
    together = np.zeros(len(posterior))
    for cause in rules.reversible.causes:
        now, before = posterior[:, states.index(cause)], prior[:, states.index(cause)]
        counts = now * (1 - before) >= raised * before * (1 - now)
        together += np.where(counts, now, 0.0)
    return np.asarray(together >= least)


def _refused(people: People, knowledge: Knowledge) -> States:
    """Return why a person is not asked about, the first reason that holds."""
    reported = people.twitching == YES
    for finding in knowledge.findings.values():
        if finding.defines_twitching:
            reported |= people.finding(finding.id) == YES
    reasons = {
        "children": people.age < knowledge.model["adult_age"].value,
        "no-twitching-reported": ~reported,
    }
    return np.select(
        [reasons[code] for code in CAUSES_REFUSALS],
        list(range(len(CAUSES_REFUSALS))),
        NOT_KNOWN,
    ).astype(np.int8)


def _posterior(
    people: People,
    rows: Integers,
    evidence: States,
    network: CompiledNetwork,
    knowledge: Knowledge,
) -> tuple[Floats, Floats]:
    """Return the posterior and the prior of every state (M, S)."""
    conditions = [condition for _, condition, _ in network.modifiers]
    kind, lookups = kinds_of(conditions, people.age[rows], people.sex[rows])
    posterior, prior = np.empty((2, len(rows), len(network.states)))
    for number, lookup in enumerate(lookups):
        who = np.flatnonzero(kind == number)
        net = _network(network, network.prior_odds_factor(lookup).tobytes(), knowledge)
        answer = posterior_batch(net, evidence[who], maximum_positives=_maximum(knowledge))
        posterior[who], prior[who] = answer.posterior, net.prior
        for one in np.flatnonzero(answer.refused).tolist():
            posterior[who[one]] = _alone(net, evidence[who[one]], knowledge)
    return posterior, prior


def _alone(net: noisy_or.Network, evidence: States, knowledge: Knowledge) -> Floats:
    """Return the posterior of one person, or raise for the reason the single path gives."""
    present, absent = (np.flatnonzero(evidence == state) for state in (YES, 0))
    answer = noisy_or.posterior(
        net, present=present, absent=absent, maximum_positives=_maximum(knowledge)
    )
    return answer.posterior


@functools.lru_cache(maxsize=256)
def _network(network: CompiledNetwork, odds: bytes, knowledge: Knowledge) -> noisy_or.Network:
    """Return the net over the findings that matter, for one kind of person."""
    columns = weighing(network, knowledge).columns.tolist()
    return network.arrays(np.frombuffer(odds), columns)


def _maximum(knowledge: Knowledge) -> int:
    return int(knowledge.model["maximum_positives"].value)

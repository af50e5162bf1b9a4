"""How soon should each of many people be seen?  ``triage.urgency`` on arrays.

What was not asked and could still raise the tier is not computed for a population: it is
answered for one person at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from corrin.knowledge.conditions_of_many import holds_for
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Tier
from corrin.population.kernel.columns import words_by_person
from corrin.population.kernel.lookup import LookupOfPeople
from corrin.population.kernel.people import NO, YES, Booleans, People, States
from corrin.triage.flags import RANK
from corrin.triage.gate import QUESTIONS

TIERS = tuple(Tier)
_SELF_CARE, _ROUTINE = RANK[Tier.SELF_CARE], RANK[Tier.ROUTINE]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UrgencyOfMany:
    """``tier`` (N,) indexes ``TIERS``; ``rules`` are N lists of the flags that hold."""

    tier: States
    rules: pa.ListArray


def urgency_of_many(lookup: LookupOfPeople, knowledge: Knowledge) -> UrgencyOfMany:
    """Return the tier and the flags that hold, most urgent first, for everybody."""
    count = len(lookup.people)
    # The order of the flags in an answer: sorting keeps the rules' own within a tier.
    rules = sorted(knowledge.red_flags.values(), key=lambda rule: RANK[rule.tier])
    tier = np.full(count, len(TIERS), dtype=np.int8)
    raised: list[Booleans | None] = []
    for rule in rules:
        who = holds_for(rule.when, lookup)
        raised.append(who)
        if who is not None:
            tier[who] = np.minimum(tier[who], RANK[rule.tier])
    calm = gate_is_open(lookup.people) & ~lookup.people.not_used
    tier[(tier == len(TIERS)) | ((tier == _SELF_CARE) & ~calm)] = _ROUTINE
    # A flag of self-care is told only where it decides.
    told = [
        who & (tier == _SELF_CARE) if who is not None and rule.tier is Tier.SELF_CARE else who
        for rule, who in zip(rules, raised, strict=True)
    ]
    return UrgencyOfMany(tier=tier, rules=words_by_person([rule.id for rule in rules], told, count))


def gate_is_open(people: People) -> Booleans:
    """Return who answered every question of the gate with no."""
    is_open = np.ones(len(people), dtype=bool)
    for findings in QUESTIONS:
        states = [people.finding(each) for each in findings]
        is_open &= np.logical_or.reduce([each == NO for each in states])
        is_open &= ~np.logical_or.reduce([each == YES for each in states])
    return is_open

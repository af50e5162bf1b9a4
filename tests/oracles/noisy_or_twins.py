"""Two slow twins of the noisy-OR engine; they share no code and no algorithm with it.

``by_enumeration`` adds up the joint probability of every state of the world,
straight from the definition.  ``by_quickscore`` is Quickscore (Heckerman 1989)
in decimals of many digits, where its cancellation does no harm: it takes nets of
any size and up to about twelve present findings.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from decimal import Decimal, localcontext

from benchmarks.synthetic_network import Plain

ABSENT = -1


def _states_by_variable(net: Plain) -> list[list[int]]:
    variables: dict[int, list[int]] = {}
    for state, variable in enumerate(net.variable.tolist()):
        variables.setdefault(variable, []).append(state)
    return list(variables.values())


def by_enumeration(
    net: Plain, present: Sequence[int], absent: Sequence[int]
) -> tuple[list[float], float]:
    """Posterior of each state and the evidence, over every joint state of all variables."""
    prior, link, leak = net.prior.tolist(), net.link.tolist(), net.leak.tolist()
    inhibition = net.inhibition.tolist()
    variables = _states_by_variable(net)
    terms: list[list[float]] = [[] for _ in prior]
    everything: list[float] = []
    for world in itertools.product(*[[ABSENT, *states] for states in variables]):
        chance = 1.0
        for chosen, states in zip(world, variables, strict=True):
            chance *= 1 - math.fsum(prior[s] for s in states) if chosen == ABSENT else prior[chosen]
        active = [state for state in world if state != ABSENT]
        for finding in (*present, *absent):
            away = 1.0
            for source in (ABSENT, *active):
                path = leak[finding] if source == ABSENT else link[source][finding]
                for other in active:
                    if other != source:
                        path *= 1 - inhibition[other][finding]
                away *= 1 - path
            chance *= 1 - away if finding in present else away
        everything.append(chance)
        for state in active:
            terms[state].append(chance)
    evidence = math.fsum(everything)
    return [math.fsum(term) / evidence for term in terms], evidence


def by_quickscore(
    net: Plain, present: Sequence[int], absent: Sequence[int], *, digits: int = 90
) -> tuple[list[float], float]:
    """Posterior of each state and the natural log evidence, by inclusion and exclusion.

    The log is NaN when ``digits`` are so few that the evidence comes out negative.
    """
    with localcontext() as context:
        context.prec = digits
        return _quickscore(net, list(present), list(absent))


def _quickscore(net: Plain, present: list[int], absent: list[int]) -> tuple[list[float], float]:
    inhibiting = [s for s in range(net.prior.size) if net.inhibition[s].any()]
    variables = _states_by_variable(net)
    options = [[ABSENT, *[s for s in states if s in inhibiting]] for states in variables]
    joint = [Decimal(0)] * net.prior.size
    evidence = Decimal(0)
    # Every inhibiting variable is fixed, whether or not the person needs it.
    for world in itertools.product(*options):
        active = [state for state in world if state != ABSENT]
        allowed = [
            [chosen] if chosen != ABSENT else [ABSENT, *[s for s in states if s not in inhibiting]]
            for chosen, states in zip(world, variables, strict=True)
        ]
        kept = {}
        for finding in (*present, *absent):
            factor = Decimal(1)
            for state in active:
                factor *= 1 - Decimal(float(net.inhibition[state, finding]))
            kept[finding] = factor
        for size in range(len(present) + 1):
            for away in itertools.combinations(present, size):
                total, shares = _all_away(net, variables, allowed, kept, [*absent, *away])
                evidence += -total if size % 2 else total
                for state, share in shares.items():
                    joint[state] += -share if size % 2 else share
    log_evidence = float(evidence.ln()) if evidence > 0 else math.nan
    return [float(j / evidence) for j in joint], log_evidence


def _all_away(
    net: Plain,
    variables: list[list[int]],
    allowed: list[list[int]],
    kept: dict[int, Decimal],
    away: list[int],
) -> tuple[Decimal, dict[int, Decimal]]:
    """Probability that all of ``away`` stay away, in all and with each state."""
    total = Decimal(1)
    for finding in away:
        total *= 1 - Decimal(float(net.leak[finding])) * kept[finding]
    weights: list[dict[int, Decimal]] = []
    for states, choices in zip(variables, allowed, strict=True):
        row = {}
        for choice in choices:
            if choice == ABSENT:
                row[choice] = 1 - sum((Decimal(float(net.prior[s])) for s in states), Decimal(0))
                continue
            row[choice] = Decimal(float(net.prior[choice]))
            for finding in away:
                if net.link[choice, finding]:
                    row[choice] *= 1 - Decimal(float(net.link[choice, finding])) * kept[finding]
        weights.append(row)
        total *= sum(row.values(), Decimal(0))
    shares = {}
    for row in weights:
        inside = sum(row.values(), Decimal(0))
        for choice, weight in row.items():
            if choice != ABSENT:
                shares[choice] = total * weight / inside
    return total, shares

"""How likely is each cause, given all that was found and all that was looked for in vain?

The exact posterior of a two-layer leaky noisy-OR net (Pearl, *Probabilistic
Reasoning in Intelligent Systems*, 1988) with two additions: a variable may have
several states that exclude each other, and a state may inhibit a finding.
Given the states at work, finding f stays away with probability

    P(f = 0) = (1 - leak_f K_f) prod_s (1 - link_sf K_f),
    K_f = prod over the states i at work that inhibit f of (1 - inhibition_if),

so an inhibiting state scales down every path to f.  Given the states of the
inhibiting variables this is an ordinary noisy-OR net: it is solved once for each
combination of those states and the results are mixed by their probability with
the evidence, which is exact.  Only variables that inhibit a finding *observed
here* need it.

For one combination the absent findings are a product over states, and the n
present findings are solved by dynamic programming over the 2^n sets of them
already brought about (``noisy_or_columns``).  No term is negative.  Quickscore
(Heckerman, *A tractable inference algorithm for diagnosing multiple diseases*,
1989) instead adds and subtracts 2^n terms, which in floating point cancel.

Evidence is carried as a fraction and a power of two: it does not underflow, and
a person's posterior has the same bits alone and in any batch.  Findings are
given as indices; a finding in neither list is not known and weighs nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from corrin.errors import RefusedError
from corrin.twitching.noisy_or_mixing import Mixed, combinations, inhibiting, mixed
from corrin.twitching.noisy_or_network import Booleans, Floats, Integers, Links, Network

__all__ = [
    "MAXIMUM_POSITIVES",
    "Answer",
    "BatchAnswer",
    "Learned",
    "Links",
    "Network",
    "check_batch",
    "if_learned",
    "leave_one_out",
    "posterior",
    "posterior_batch",
    "without_evidence",
    "work",
]

# Each further present finding doubles time and memory.
MAXIMUM_POSITIVES = 16  # not clinical: a computing budget
# More combinations of inhibiting states than this are refused for the same reason.
MAXIMUM_COMBINATIONS = 1 << 12  # not clinical: a computing budget

Indices = Sequence[int] | Integers


class Answer(NamedTuple):
    """``posterior`` (S,) and natural ``log_evidence`` (); with draws (R, S) and (R,)."""

    posterior: Floats
    log_evidence: Floats


class BatchAnswer(NamedTuple):
    """``posterior`` (N, S), ``log_evidence`` (N,); NaN where ``refused`` (N,)."""

    posterior: Floats
    log_evidence: Floats
    refused: Booleans


class Learned(NamedTuple):
    """What learning each of Q candidates would say: (Q,), (Q, S), (Q, S); draws come first."""

    chance_present: Floats
    posterior_if_present: Floats
    posterior_if_absent: Floats


def posterior(
    network: Network,
    *,
    present: Indices,
    absent: Indices,
    maximum_positives: int = MAXIMUM_POSITIVES,
) -> Answer:
    """Posterior of every state for one person: (S,), or (R, S) over draws.

    Raises RefusedError above ``maximum_positives`` present findings, or when the
    net holds the evidence to be impossible; ValueError for findings that are not
    in the net or are both present and absent.
    """
    asked = _Asked.of(network, present, absent, maximum_positives)
    mix = _answered(network, asked.present[None], asked.not_there[None], asked.inhibiting)
    return Answer(
        _lead(network, mix.posterior)[..., 0, :], _lead(network, mix.log_evidence())[..., 0]
    )


def posterior_batch(
    network: Network,
    evidence: npt.NDArray[np.int8],
    *,
    maximum_positives: int = MAXIMUM_POSITIVES,
) -> BatchAnswer:
    """Posterior of every state for N persons.

    ``evidence`` (N, F): 1 present, 0 absent, -1 not known.  A person who cannot
    be answered (see ``posterior``) is marked ``refused`` and does not stop the
    others.  ``noisy_or_fast`` answers the same call many times faster.
    """
    check_batch(network, evidence)
    size = evidence.shape[0]
    answer = BatchAnswer(
        np.full((size, network.states), np.nan), np.full(size, np.nan), np.ones(size, dtype=bool)
    )
    count = (evidence == 1).sum(axis=1)
    states, active = inhibiting(network, evidence >= 0)
    for members in _alike(count, active):
        n, mine = int(count[members[0]]), states[active[members[0]]]
        if n > maximum_positives or _many(network, mine):
            continue
        present = _shared_first(
            network, np.nonzero(evidence[members] == 1)[1].reshape(members.size, n)
        )
        # Neighbours that share findings make the blocks sparse; no result depends on it.
        order = np.lexsort(present.T) if n else np.arange(members.size)
        rows = members[order]
        mix = mixed(
            network,
            present=present[order],
            absent=evidence[rows] == 0,
            inhibiting=mine.tolist(),
        )
        good = ~mix.refused[0]
        answer.posterior[rows[good]] = mix.posterior[0, good]
        answer.log_evidence[rows[good]] = mix.log_evidence()[0, good]
        answer.refused[rows] = mix.refused[0]
    return answer


def check_batch(network: Network, evidence: npt.NDArray[np.int8]) -> None:
    """Raise ValueError when a batch cannot be asked of this net."""
    if network.draws is not None:
        raise ValueError("A batch of persons takes a net without draws.")
    if evidence.ndim != 2 or evidence.shape[1] != network.findings:  # noqa: PLR2004 two axes
        raise ValueError("Evidence needs one column for each finding of the net.")
    if evidence.size and not -1 <= evidence.min() <= evidence.max() <= 1:
        raise ValueError("Evidence is 1 (present), 0 (absent) or -1 (not known).")


def leave_one_out(
    network: Network,
    *,
    present: Indices,
    absent: Indices,
    maximum_positives: int = MAXIMUM_POSITIVES,
) -> Floats:
    """Posteriors without each observed finding in turn, those present first: (P + A, S).

    The order is the one given.  Raises as ``posterior``; with draws (R, P + A, S).
    """
    asked = _Asked.of(network, present, absent, maximum_positives)
    observed = np.concatenate((_indices(present), _indices(absent)))
    if observed.size == 0:
        return _lead(network, np.empty((network.draws or 1, 0, network.states)))
    left_out = np.arange(observed.size)
    there = np.tile(asked.present, (observed.size, 1))
    there[there == observed[:, None]] = -1
    not_there = np.tile(asked.not_there, (observed.size, 1))
    not_there[left_out, observed] = False
    mix = _answered(network, there, not_there, asked.inhibiting)
    return _lead(network, mix.posterior)


def if_learned(
    network: Network,
    *,
    present: Indices,
    absent: Indices,
    candidates: Indices,
    maximum_positives: int = MAXIMUM_POSITIVES,
) -> Learned:
    """What each finding not yet known would say if it were present, and if it were absent.

    Raises as ``posterior``, also for a candidate that could not be present or could
    not be absent at all; ValueError for one already known or not in the net.
    """
    asked = _Asked.of(network, present, absent, maximum_positives)
    wanted = _indices(candidates)
    known = asked.not_there.copy()
    known[asked.present] = True
    if wanted.size and not 0 <= wanted.min() <= wanted.max() < network.findings:
        raise ValueError("A candidate is not in the net.")
    if known[wanted].any():
        raise ValueError("A candidate is a finding not yet known.")
    lead = (network.draws or 1, wanted.size)
    learned = Learned(
        np.empty(lead), np.empty((*lead, network.states)), np.empty((*lead, network.states))
    )
    observed = np.tile(known, (wanted.size, 1))
    observed[np.arange(wanted.size), wanted] = True
    states, active = inhibiting(network, observed)
    # A candidate that is inhibited itself needs more combinations than the others.
    for alike in _alike(np.zeros(wanted.size, dtype=np.int64), active):
        mine = states[active[alike[0]]]
        # Neighbours with few links keep most variables out of the largest table.
        members = alike[np.argsort(network.compiled.shared[wanted[alike]])]
        base = np.tile(asked.present, (members.size, 1))
        without = np.tile(asked.not_there, (members.size, 1))
        there = np.concatenate((base, wanted[members, None]), axis=1)
        yes = _answered(network, there, without, mine)
        without[np.arange(members.size), wanted[members]] = True
        no = _answered(network, base, without, mine)
        learned.posterior_if_present[:, members] = yes.posterior
        learned.posterior_if_absent[:, members] = no.posterior
        top = np.maximum(yes.power, no.power)
        chance = np.ldexp(yes.fraction, yes.power - top)
        learned.chance_present[:, members] = chance / (
            chance + np.ldexp(no.fraction, no.power - top)
        )
    return Learned(*[_lead(network, part) for part in learned])


def without_evidence(network: Network) -> Floats:
    """The priors as used: (S,), or (R, S) over draws."""
    prior = network.prior
    if network.draws is not None and prior.ndim == 1:
        prior = np.tile(prior, (network.draws, 1))
    return prior.copy()


def work(network: Network, *, present: Indices, absent: Indices) -> int:
    """How many numbers ``posterior`` goes through for one draw, in units of one table pass.

    Its time is about proportional: what a caller needs to decide how many draws
    it can afford.
    """
    asked = _Asked.of(network, present, absent, network.findings)
    pairs, layout = network.compiled.link, network.compiled.layout
    links = np.zeros(layout.start.size, dtype=np.int64)
    last = links.copy()
    for bit, finding in enumerate(asked.present.tolist()):
        variables = layout.variable[pairs.states_of(finding)]
        np.add.at(links, variables, 1)
        last[variables] = bit
    tables = sum(
        int(count) << int(bit + 1) for count, bit in zip(links, last, strict=True) if count > 1
    )
    columns = combinations(layout, asked.inhibiting.tolist())
    return columns * ((1 << asked.present.size) + tables)


class _Asked(NamedTuple):
    """One person's evidence, checked: present (n,) in order, absent (F,), inhibiting states."""

    present: Integers
    not_there: Booleans
    inhibiting: Integers

    @staticmethod
    def of(network: Network, present: Indices, absent: Indices, maximum: int) -> _Asked:
        there, not_there = np.unique(_indices(present)), np.unique(_indices(absent))
        given = np.concatenate((there, not_there))
        if given.size and not 0 <= given.min() <= given.max() < network.findings:
            raise ValueError("A finding is not in the net.")
        observed = np.zeros(network.findings, dtype=bool)
        observed[given] = True
        if observed.sum() < given.size:
            raise ValueError("A finding is both present and absent.")
        if there.size > maximum:
            raise RefusedError(
                f"More than {maximum} findings are present that count one by one; the exact "
                "answer would take too long. Group findings that come together so that each "
                "group counts once, or leave out those that say least."
            )
        states, active = inhibiting(network, observed[None])
        observed[there] = False
        return _Asked(_shared_first(network, there[None])[0], observed, states[active[0]])


def _shared_first(network: Network, present: Integers) -> Integers:
    """Each row with the findings that most states reach first, which is fastest."""
    order = np.argsort(network.compiled.shared[present], axis=1)
    return np.take_along_axis(present, order, axis=1)


def _indices(findings: Indices) -> Integers:
    return np.asarray(findings, dtype=np.int64).reshape(-1)


def _many(network: Network, states: Integers) -> bool:
    return combinations(network.compiled.layout, states.tolist()) > MAXIMUM_COMBINATIONS


def _answered(network: Network, present: Integers, absent: Booleans, states: Integers) -> Mixed:
    """``mixed``, or RefusedError where any answer would not be exact."""
    if _many(network, states):
        raise RefusedError(
            "Too many causes at once make the findings less likely to be answered exactly. "
            "Leave out some of the findings that they inhibit."
        )
    mix = mixed(network, present=present, absent=absent, inhibiting=states.tolist())
    if mix.refused.any():
        raise RefusedError(
            "The model holds these findings together to be impossible, or too unlikely to "
            "be computed exactly. Check that the findings are right."
        )
    return mix


def _alike(count: Integers, active: Booleans) -> list[Integers]:
    """Members of each group that shares its count and its row of ``active``."""
    groups: dict[bytes, list[int]] = defaultdict(list)
    counts = np.ascontiguousarray(count[:, None], dtype=np.int64).view(np.uint8)
    keys = np.concatenate((counts, np.packbits(active, axis=1)), axis=1)
    for member, key in enumerate(np.ascontiguousarray(keys)):
        groups[key.tobytes()].append(member)
    return [np.array(members) for members in groups.values()]


def _lead(network: Network, values: Floats) -> Floats:
    """Drop the axis of draws when nothing is drawn."""
    return values[0] if network.draws is None else values

"""The batch of ``noisy_or``, compiled: the same equations, one person at a time.

A population is many persons with a handful of findings each, so the work is
sparse: only variables that a person's findings touch are looked at, and for
each combination of inhibiting states only those it changes.  Nothing depends on
the other persons of a batch, and no sum is reordered by the compiler.

Importing this file imports numba and compiles at the first call, which takes
seconds: worth it for many persons, never for one.
"""

# ruff: noqa: PLR0917

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from numba import njit

from corrin.twitching.noisy_or import (
    MAXIMUM_COMBINATIONS,
    MAXIMUM_POSITIVES,
    BatchAnswer,
    check_batch,
)
from corrin.twitching.noisy_or_fast_combining import choose, weigh
from corrin.twitching.noisy_or_fast_lanes import ONES, explain
from corrin.twitching.noisy_or_fast_person import (
    BARE,
    BASE,
    CHANGING,
    INHIBITING,
    LARGE,
    LEFT,
    MIXTURE,
    PRESENT,
    PRIOR,
    REACH,
    REACHED,
    inhibiting,
    note_links,
    read,
    scaled,
    weigh_once,
)
from corrin.twitching.noisy_or_fast_plan import ALTOGETHER, FROM, LARGEST, plan
from corrin.twitching.noisy_or_fast_table import (
    FOLD,
    LANES,
    OFF,
    OPTIONS,
    OTHERS_OFF,
    compiled,
)
from corrin.twitching.noisy_or_mixing import EPSILON, SMALLEST
from corrin.twitching.noisy_or_network import Booleans, Compiled, Floats, Integers, Network

Evidence = npt.NDArray[np.int8]


def posterior_batch(
    network: Network, evidence: Evidence, *, maximum_positives: int = MAXIMUM_POSITIVES
) -> BatchAnswer:
    """Posterior of every state for N persons; see ``noisy_or.posterior_batch``.

    Agrees with it to 1e-12; a person's result has the same bits in any batch.
    """
    check_batch(network, evidence)
    evidence = np.ascontiguousarray(evidence, dtype=np.int8)
    persons, states, variables = (
        evidence.shape[0],
        network.states,
        network.compiled.layout.start.size,
    )
    answer = BatchAnswer(
        np.empty((persons, states)), np.empty(persons), np.empty(persons, dtype=np.bool_)
    )
    n = max(_largest(evidence, maximum_positives), 1)
    of_state, of_variable = np.zeros((MIXTURE + 1, states)), np.zeros((BARE + 1, variables))
    of_state[PRIOR], of_variable[LEFT] = network.prior, 1
    for owners, own in network.compiled.layout.ranks:
        of_variable[LEFT, owners] -= network.prior[own]
    # Rounding may take a sum of states that is 1 a hair above it.
    np.maximum(of_variable[LEFT], 0, out=of_variable[LEFT])
    net = (
        network.variable,
        np.append(network.compiled.layout.start, states),
        *_pairs(network.compiled),
        network.compiled.leak[:, 0].copy(),
        network.compiled.shared,
    )
    room = (
        np.zeros((INHIBITING + 1, max(network.findings, states) + 1), dtype=np.int64),
        np.zeros(INHIBITING + 1, dtype=np.int64),
        np.zeros((2, variables), dtype=np.int64),
        of_state,
        of_variable,
        np.zeros((FROM + 1, variables + 2 * n + 1), dtype=np.int64),
        np.zeros(variables + 1, dtype=np.int64),
        np.zeros((states, LANES)),
        np.zeros((states, LANES)),
        np.zeros((OTHERS_OFF + 1, variables, LANES)),
        np.zeros((OFF + 1, n, LANES)),
        np.zeros((states, n, LANES)),
        np.zeros((ONES + 1, LANES)),
        np.zeros((2, LANES)),
        np.zeros(LANES, dtype=np.int64),
    )
    # The row to go on with, and the room that its tables need.
    row, needs = np.zeros(1, dtype=np.int64), np.ones(LARGEST + 1, dtype=np.int64)
    while row[0] < persons:
        tables = np.empty((2 * needs[ALTOGETHER], LANES))
        larger = np.empty((FOLD + 1, 2 * needs[LARGEST], LANES))
        source = _program(
            evidence, maximum_positives, *net, *room, tables, larger, row, needs, *answer
        )
        if source != SOURCE:
            raise RuntimeError("numba ran a stale program; delete its cache (*.nbi, *.nbc).")
    return answer


def _pairs(numbers: Compiled) -> tuple[Integers, Integers, Floats]:
    """Links and inhibition in one list by finding: ``span``, ``state``, ``strength``."""
    links, inhibitions = numbers.link, numbers.inhibition
    span = np.stack((links.first, links.first)) + inhibitions.first
    span[1, :-1] = inhibitions.first[:-1] + links.first[1:]
    finding = np.concatenate(
        [
            np.repeat(np.arange(part.first.size - 1), np.diff(part.first))
            for part in (links, inhibitions)
        ]
    )
    order = np.argsort(finding, kind="stable")
    state = np.concatenate((links.state, inhibitions.state))[order]
    strength = np.concatenate((links.strength[:, 0], inhibitions.strength[:, 0]))[order]
    return span, state, strength


@compiled
def _largest(evidence: Evidence, maximum: int) -> int:
    """The largest number of present findings that is answered."""
    largest = 0
    for row in range(evidence.shape[0]):
        count = 0
        for finding in range(evidence.shape[1]):
            count += evidence[row, finding] == 1
        if largest < count <= maximum:
            largest = count
    return largest


@compiled
def _all_persons(
    evidence: Evidence,
    maximum: int,
    variable: Integers,
    start: Integers,
    span: Integers,
    state: Integers,
    strength: Floats,
    leak: Floats,
    shared: Integers,
    lists: Integers,
    size: Integers,
    note: Integers,
    of_state: Floats,
    of_variable: Floats,
    order: Integers,
    several: Integers,
    fixed: Floats,
    weights: Floats,
    variables: Floats,
    findings: Floats,
    links: Floats,
    sums: Floats,
    shares: Floats,
    powers: Integers,
    tables: Floats,
    room: Floats,
    at: Integers,
    needs: Integers,
    posterior: Floats,
    log_evidence: Floats,
    refused: Booleans,
) -> None:
    """Fill the last three arrays, from row ``at`` on; stop where ``needs`` asks for more room.

    The arrays from ``lists`` to ``room`` are worked in.
    """
    reached, reach = lists[REACHED], note[REACH]
    share, explained = shares[0], shares[1]
    for row in range(at[0], evidence.shape[0]):
        at[0] = row
        size[:] = 0
        total, lost, times, codes, mass, shift = 0.0, 0.0, 0, 0, 1.0, 0
        if read(evidence[row], shared, lists, size, maximum):
            codes = inhibiting(span, state, variable, lists, size, MAXIMUM_COMBINATIONS)
        n, steps = size[PRESENT], 0
        if codes > 0:
            note_links(variable, span, state, lists, size, note)
            mass, shift = weigh_once(
                *(variable, span, state, strength, leak, lists, size, note),
                *(of_state, of_variable),
            )
            steps = plan(reached, reach, order, several, needs, n)
            if needs[ALTOGETHER] > tables.shape[0] or needs[LARGEST] > room.shape[1]:
                return
        for first in range(0, codes, LANES):
            choose(
                *(first, codes, variable, start, lists, size, of_state, of_variable, fixed),
                *(weights, variables),
            )
            weigh(
                *(first == 0, start, span, state, strength, leak, lists, size, note, fixed),
                *(weights, variables, findings, links, sums, share, powers),
            )
            explain(
                *(start, weights, variables, findings, links, order, tables, room, sums),
                *(explained, n, steps),
            )
            for lane in range(min(LANES, codes - first)):
                part, own = scaled(share[lane], mass, powers[lane] + shift)
                part, own = scaled(part, max(explained[lane], SMALLEST), own)
                if total == 0 and lost == 0:
                    times = own
                while part > 0 and own < times:
                    times, total, lost = times - 1, total / LARGE, lost / LARGE
                    _mix(1 / LARGE, 0.0, lane, start, lists, size, weights, of_state)
                while part > 0 and own > times:
                    part, own = part / LARGE, own - 1
                if explained[lane] < SMALLEST:
                    lost += part
                else:
                    total += part
                    _mix(1.0, part, lane, start, lists, size, weights, of_state)
        refused[row] = not (total > 0 and lost <= EPSILON * total)
        _write(refused[row], total, start, lists, size, of_state, posterior[row])
        log_evidence[row] = np.nan if refused[row] else np.log(total) - times * np.log(LARGE)
    at[0] = evidence.shape[0]


@compiled
def _mix(
    keep: float,
    share: float,
    lane: int,
    start: Integers,
    lists: Integers,
    size: Integers,
    weights: Floats,
    of_state: Floats,
) -> None:
    """Add a combination to the mixture, with ``keep`` of what was there."""
    for at in range(size[CHANGING]):
        v = lists[CHANGING, at]
        for own in range(start[v], start[v + 1]):
            of_state[MIXTURE, own] *= keep
            of_state[MIXTURE, own] += share * weights[own, lane]


@compiled
def _write(
    refused: bool,
    total: float,
    start: Integers,
    lists: Integers,
    size: Integers,
    of_state: Floats,
    posterior: Floats,
) -> None:
    """Write the posterior: the mixture, or what is the same in all combinations."""
    for own in range(posterior.size):
        posterior[own] = np.nan if refused else of_state[BASE, own]
    for at in range(0 if refused else size[CHANGING]):
        v = lists[CHANGING, at]
        for own in range(start[v], start[v + 1]):
            posterior[own] = of_state[MIXTURE, own] / total


def _compiled_from(source: int) -> Callable[..., int]:
    """The whole program, cached on disk by the ``source`` it was compiled from.

    numba itself would go by the date of this one file, and run yesterday's code
    after a change in another.
    """

    def program(*arrays: Any) -> int:
        _all_persons(*arrays)
        return source

    return cast("Callable[..., int]", njit(cache=True, **OPTIONS)(program))


def _digest() -> int:
    """A number that changes with the source of the compiled functions."""
    names = (
        Path(__file__).name,
        "noisy_or_fast_combining.py",
        "noisy_or_fast_lanes.py",
        "noisy_or_fast_person.py",
        "noisy_or_fast_plan.py",
        "noisy_or_fast_table.py",
    )
    here = Path(__file__).parent
    digest = sha256(b"".join((here / name).read_bytes() for name in names)).digest()
    # As many bytes as surely fit a signed 64-bit number.
    return int.from_bytes(digest[: np.dtype(np.int64).itemsize - 1], "big")


SOURCE = _digest()
_program = _compiled_from(SOURCE)

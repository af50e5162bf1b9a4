"""From evidence to columns of numbers and back: inhibition, absent findings, mixing.

For each draw of the knowledge, each evidence and each combination of the
inhibiting states there is one column.  Its absent findings scale the weights of
the states, ``noisy_or_columns`` explains its present ones, and the columns that
differ in the combination alone are mixed by their probability with the evidence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import NamedTuple

import numpy as np

from corrin.twitching.noisy_or_columns import Sources, explain
from corrin.twitching.noisy_or_network import Booleans, Floats, Integers, Layout, Network

# A table of this many numbers outweighs the cost of a NumPy call and stays in the cache.
TABLE_ENTRIES = 1 << 15  # not clinical: array mechanics
# As many columns as keep the other arrays in the cache when the table is small.
MOST_COLUMNS = 1 << 10
# No inhibiting state of a variable.
NONE = -1
EPSILON = float(np.finfo(np.float64).eps)
# Below this a product has lost digits to underflow.
SMALLEST = float(np.finfo(np.float64).tiny) / EPSILON


class Mixed(NamedTuple):
    """Answers for R draws and E evidences.

    ``posterior`` (R, E, S); the evidence (R, E) is ``fraction`` times 2 to the
    ``power``; ``refused`` (R, E) where that is 0 or too small to be exact.
    """

    posterior: Floats
    fraction: Floats
    power: Integers
    refused: Booleans

    def log_evidence(self) -> Floats:
        """Natural logarithm of the evidence (R, E)."""
        with np.errstate(divide="ignore"):
            logarithm: Floats = np.log(self.fraction) + self.power * np.log(2)
        return logarithm


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """The C combinations of inhibiting states.

    In combination c a variable either has one of its inhibiting states, or is
    absent or in a state that inhibits nothing: ``fixed`` (S, C) says which
    states are at work, ``possible`` (S, C) and ``absence`` (V, C), 0 or 1, what
    else may be.
    """

    fixed: Booleans
    possible: Floats
    absence: Floats

    @staticmethod
    def of(layout: Layout, inhibiting: Sequence[int]) -> Choices:
        """All combinations of the ``inhibiting`` states."""
        by_variable: dict[int, list[int]] = defaultdict(list)
        for state in inhibiting:
            by_variable[int(layout.variable[state])].append(state)
        combinations = list(product(*[(NONE, *states) for states in by_variable.values()]))
        fixed = np.zeros((layout.variable.size, len(combinations)), dtype=bool)
        possible = np.ones(fixed.shape)
        absence = np.ones((layout.start.size, len(combinations)))
        for column, combination in enumerate(combinations):
            for variable, state in zip(by_variable, combination, strict=True):
                if state == NONE:
                    possible[by_variable[variable], column] = 0
                else:
                    fixed[state, column] = True
                    possible[layout.variable == variable, column] = 0
                    possible[state, column] = 1
                    absence[variable, column] = 0
        return Choices(fixed, possible, absence)


def combinations(layout: Layout, inhibiting: Sequence[int]) -> int:
    """How many combinations the ``inhibiting`` states have."""
    _, counts = np.unique(layout.variable[list(inhibiting)], return_counts=True)
    return prod(int(count) + 1 for count in counts)


def inhibiting(network: Network, observed: Booleans) -> tuple[Integers, Booleans]:
    """The I states that inhibit anything, and (N, I) which of them inhibit what is observed.

    ``observed`` (N, F) marks the findings that are present or absent.
    """
    pairs = network.compiled.inhibition
    finding = np.repeat(np.arange(network.findings), np.diff(pairs.first))
    states = np.unique(pairs.state)
    active = np.zeros((observed.shape[0], states.size), dtype=bool)
    for column, state in enumerate(states):
        active[:, column] = observed[:, finding[pairs.state == state]].any(axis=1)
    return states, active


def mixed(
    network: Network, *, present: Integers, absent: Booleans, inhibiting: Sequence[int]
) -> Mixed:
    """Answer E evidences that have n present findings and share their inhibiting states.

    ``present`` (E, n), where -1 stands for a finding left out, the most shared
    findings first; ``absent`` (E, F); ``inhibiting``: every state that inhibits
    a finding of any of them.
    """
    choices = Choices.of(network.compiled.layout, inhibiting)
    size, n = present.shape
    draws = network.draws or 1
    columns = min(TABLE_ENTRIES >> n, MOST_COLUMNS) // choices.fixed.shape[1]
    together = min(max(columns // draws, 1), size)
    rows = min(max(columns // together, 1), draws)
    answer = Mixed(
        np.empty((draws, size, network.states)),
        np.empty((draws, size)),
        np.empty((draws, size), dtype=np.int64),
        np.empty((draws, size), dtype=bool),
    )
    for row in range(0, draws, rows):
        for first in range(0, size, together):
            where = (slice(row, row + rows), slice(first, first + together))
            block = _Block(network, choices, where[0], present[where[1]], absent[where[1]])
            for whole, part in zip(answer, block.answer(), strict=True):
                whole[where] = part
    return answer


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Some draws and some evidences; arrays have the axes (..., evidence, draw, combination)."""

    network: Network
    choices: Choices
    draws: slice
    present: Integers
    absent: Booleans

    def answer(self) -> Mixed:
        """Solve the block; see ``Mixed``."""
        weight, absent, scale, power = self._weighed()
        explained = self._explain(weight, absent)
        fraction, shift = np.frexp(scale * explained)
        own = shift + power
        best = np.where(fraction > 0, own, np.iinfo(np.int32).min).max(axis=-1, keepdims=True)
        share = np.ldexp(fraction, np.where(fraction > 0, own - best, 0))
        total = _fold(share, np.add)
        known = total > 0
        # Shares and products are summed in the same order, so no posterior exceeds 1.
        posterior = np.full(weight.shape[:-1], np.nan)
        np.divide(_fold(share * weight, np.add), total, out=posterior, where=known)
        with np.errstate(over="ignore"):
            lost = np.ldexp(scale * SMALLEST, np.where(scale > 0, power - best, 0))
        doubtful = (explained < SMALLEST) & (lost > EPSILON * total[..., None])
        fraction, shift = np.frexp(total)
        return Mixed(
            posterior=posterior.transpose(2, 1, 0),
            fraction=fraction.T,
            power=(shift + best[..., 0]).T,
            refused=(~known | doubtful.any(axis=-1)).T,
        )

    def _drawn(self, numbers: Floats) -> Floats:
        """This block's draws, on the last axis."""
        return numbers if numbers.shape[-1] == 1 else numbers[..., self.draws]

    def _kept(self, finding: int) -> Floats:
        """K of a finding, (draw, combination): what its inhibiting states leave of its paths."""
        pairs = self.network.compiled.inhibition
        kept = np.ones((1, 1))
        for pair in range(int(pairs.first[finding]), int(pairs.first[finding + 1])):
            strength = self._drawn(pairs.strength[pair])[:, None]
            kept = kept * np.where(self.choices.fixed[pairs.state[pair]], 1 - strength, 1)
        return kept

    def _paths(self, finding: int) -> tuple[Integers, Floats, Floats]:
        """States linked to a finding, their links (k, draw, combination), its leak."""
        numbers, kept = self.network.compiled, self._kept(finding)
        pairs = numbers.link.of(finding)
        link = self._drawn(numbers.link.strength[pairs])[:, :, None] * kept
        leak = self._drawn(numbers.leak[finding])[:, None] * kept
        return numbers.link.state[pairs], link, leak

    def _weighed(self) -> tuple[Floats, Floats, Floats, Integers]:
        """Weights of states and of absence given the absent findings, and their scale.

        The scale, as fraction and power, is the probability of the combination
        and of the absent findings; the weights of a variable add up to 1.
        """
        layout, choices = self.network.compiled.layout, self.choices
        prior = np.atleast_2d(self.network.prior).T
        prior = self._drawn(prior)[:, None, :, None]
        draws = self.network.draws or 1
        size = (self.present.shape[0], len(range(*self.draws.indices(draws))))
        shape = (*size, choices.fixed.shape[1])
        left = np.ones((layout.start.size, *prior.shape[1:]))
        for variables, states in layout.ranks:
            left[variables] -= prior[states]
        # Rounding may take a sum of states that is 1 a hair above it.
        absence = np.broadcast_to(
            np.maximum(left, 0) * choices.absence[:, None, None], (layout.start.size, *shape)
        ).copy()
        weight = np.broadcast_to(
            prior * choices.possible[:, None, None], (layout.variable.size, *shape)
        ).copy()
        quiet, power = np.ones(shape), np.zeros(shape, dtype=np.int64)
        for finding in np.flatnonzero(self.absent.any(axis=0)):
            who = np.flatnonzero(self.absent[:, finding])
            states, link, leak = self._paths(int(finding))
            weight[states[:, None], who] *= (1 - link)[:, None]
            quiet[who], shift = np.frexp(quiet[who] * (1 - leak))
            power[who] += shift
        total = absence.copy()
        for variables, states in layout.ranks:
            total[variables] += weight[states]
        np.divide(absence, total, out=absence, where=total > 0)
        spread = total[layout.variable]
        np.divide(weight, spread, out=weight, where=spread > 0)
        fraction, shift = _product(total)
        return weight, absence, fraction * quiet, power + shift

    def _explain(self, weight: Floats, absence: Floats) -> Floats:
        """Turn ``weight`` into the posterior given the present findings; their probability."""
        layout = self.network.compiled.layout
        shape = weight.shape[1:]
        n = self.present.shape[1]
        paths = {int(f): self._paths(int(f)) for f in np.unique(self.present) if f >= 0}
        reached = np.zeros(layout.start.size, dtype=bool)
        for states, _, _ in paths.values():
            reached[layout.variable[states]] = True
        rows = np.flatnonzero(reached[layout.variable])
        place = np.zeros(layout.variable.size, dtype=np.int64)
        place[rows] = np.arange(rows.size)
        link = np.zeros((rows.size, n, *shape))
        leak = np.ones((n, *shape))
        for finding, (states, links, leaks) in paths.items():
            who, bit = np.nonzero(self.present == finding)
            link[place[states][:, None], bit, who] = links[:, None]
            leak[bit, who] = leaks
        columns = int(np.prod(shape))
        sources = Sources(
            weight=weight[rows].reshape(rows.size, columns),
            absent=absence[reached].reshape(int(reached.sum()), columns),
            link=link.reshape(rows.size, n, columns),
            leak=leak.reshape(n, columns),
            layout=Layout.of(layout.variable[rows]),
        )
        posterior, explained = explain(sources)
        weight[rows] = posterior.reshape(rows.size, *shape)
        return explained.reshape(shape)


def _fold(values: Floats, join: Callable[[Floats, Floats], Floats]) -> Floats:
    """Join along the last axis in a fixed order (a NumPy reduction's order depends on shape)."""
    while values.shape[-1] > 1:
        half = values.shape[-1] // 2
        joined = join(values[..., :half], values[..., half : 2 * half])
        values = np.concatenate((joined, values[..., 2 * half :]), axis=-1)
    return values[..., 0]


def _product(values: Floats) -> tuple[Floats, Integers]:
    """Product over the first axis as fraction and power of two; it cannot underflow."""
    fraction, shift = np.frexp(values)
    power = shift.sum(axis=0, dtype=np.int64)
    while fraction.shape[0] > 1:
        half = fraction.shape[0] // 2
        joined, shift = np.frexp(fraction[:half] * fraction[half : 2 * half])
        power += shift.sum(axis=0)
        fraction = np.concatenate((joined, fraction[2 * half :]))
    return fraction[0], power

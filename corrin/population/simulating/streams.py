"""Random numbers by counter, so that person i of a seed is the same however many are made.

People come in blocks of a fixed size.  A block has a stream for each thing drawn, keyed by
the seed, the block and the thing; it is always drawn whole and cut afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records_of_simulation import SimulationNumbers

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

#: People in a block.  Another number would give other people.
BLOCK = 4096  # not clinical: a block of work


class Thing(IntEnum):
    """What a stream of numbers is for; a new one never moves the others."""

    PEOPLE = 1
    CAUSES = 2
    FINDINGS = 3  # not clinical: the number of a stream
    ASKED = 4  # not clinical: the number of a stream
    LABS = 5  # not clinical: the number of a stream
    LEVELS = 6  # not clinical: the number of a stream
    SOURCES = 7  # not clinical: the number of a stream
    TAKING = 8  # not clinical: the number of a stream
    MESS = 9  # not clinical: the number of a stream
    LISTS = 11  # not clinical: the number of a stream
    CLASSES = 12  # not clinical: the number of a stream
    COINS = 13  # not clinical: the number of a stream
    STUDY = 14  # not clinical: the number of a stream


class Stream:
    """Uniform numbers in [0, 1), for one thing of one block."""

    def __init__(self, seed: int, block: int, thing: Thing) -> None:
        self._numbers = np.random.Generator(
            np.random.Philox(
                key=np.array([seed, block], dtype=np.uint64),
                counter=np.array([0, 0, 0, thing], dtype=np.uint64),
            )
        )

    def uniform(self, *shape: int) -> Floats:
        """Return numbers in [0, 1) in this shape."""
        return self._numbers.random(shape)

    def below(self, share: float, *shape: int) -> Booleans:
        """Return true in ``share`` of the places."""
        return self.uniform(*shape) < share


@dataclass(frozen=True, slots=True)
class Making:
    """The block that is being made: by which knowledge, of which seed, and its number."""

    knowledge: Knowledge
    seed: int
    number: int

    @property
    def rules(self) -> SimulationNumbers:
        """Return what a population is drawn from beside the knowledge."""
        return self.knowledge.population.simulation

    def rate(self, name: str) -> float:
        """Return one number of the records by its name."""
        return self.rules.rate[name].value

    def stream(self, thing: Thing) -> Stream:
        """Return the numbers for one thing."""
        return Stream(self.seed, self.number, thing)


def pick(shares: npt.ArrayLike, uniform: Floats) -> Integers:
    """Return which of several each number falls on; ``shares`` need not sum to one."""
    ends = np.cumsum(np.asarray(shares, dtype=np.float64))
    place = np.searchsorted(ends / ends[-1], uniform, side="right")
    return np.asarray(np.minimum(place, len(ends) - 1), dtype=np.int64)


def pick_each(weights: Floats, uniform: Floats) -> Integers:
    """Return a column for each row of ``weights`` (N, K), by its own weights."""
    ends = np.cumsum(weights, axis=1)
    chosen = (uniform[:, None] * ends[:, -1:] >= ends).sum(axis=1)
    return np.asarray(np.minimum(chosen, weights.shape[1] - 1), dtype=np.int64)


def between(low: npt.ArrayLike, high: npt.ArrayLike, uniform: Floats) -> Floats:
    """Return numbers between two ends, even on a logarithmic scale."""
    first, last = np.log(low), np.log(high)
    return np.asarray(np.exp(first + (last - first) * uniform))

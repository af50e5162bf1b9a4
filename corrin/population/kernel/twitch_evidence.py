"""Which findings count as evidence on the twitching: ``twitching.evidence`` for many people."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corrin.high_b12.parameters import Integers
from corrin.knowledge.loading import Knowledge
from corrin.population.kernel.people import NO, NOT_KNOWN, YES, Booleans, States
from corrin.twitching.evidence import tells
from corrin.twitching.network import CompiledNetwork


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountedOfMany:
    """``evidence`` (M, C): 1 present, 0 absent, -1 not counted, for the columns that matter.

    ``counted`` (M,) is how many findings count, ``left_out`` (M,) how many present ones
    were more than the exact computation holds.
    """

    evidence: States
    counted: NDArray[np.int16]
    left_out: NDArray[np.int16]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """Places of the members among the columns, most telling first, and how many count."""

    present: tuple[int, ...]
    absent: tuple[int, ...]
    counts: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weighing:
    """What decides which findings count, for one network.

    ``columns`` (C,) are the findings some cause is linked to; ``order`` (C,) their places,
    the most telling first.
    """

    columns: Integers
    order: Integers
    groups: tuple[_Group, ...]


@functools.lru_cache(maxsize=8)
def weighing(network: CompiledNetwork, knowledge: Knowledge) -> Weighing:
    """Return what decides for one network."""
    reach, lift = tells(network)
    names = [finding for finding in network.findings if reach[finding] > 0]
    place = {finding: number for number, finding in enumerate(names)}

    def by(weight: Mapping[str, float], members: Iterable[str]) -> tuple[int, ...]:
        known = [finding for finding in members if finding in place]
        return tuple(place[each] for each in sorted(known, key=lambda f: (-weight[f], f)))

    return Weighing(
        columns=np.flatnonzero([reach[finding] > 0 for finding in network.findings]),
        order=np.array(by(lift, names)),
        groups=tuple(
            _Group(
                present=by(lift, group.members),
                absent=by(reach, group.members),
                counts=group.counts,
            )
            for group in knowledge.groups.values()
        ),
    )


def count_evidence_of_many(states: States, weighed: Weighing, *, maximum: int) -> CountedOfMany:
    """Choose the evidence from the states (F, M) of all findings.

    Of each group of correlated findings no more count than it says, and of present ones
    no more than ``maximum``: the least telling are left out.
    """
    # Finding by finding: each is one run of numbers over the people.
    known = states[weighed.columns]
    present, absent = known == YES, known == NO
    dropped = np.zeros_like(present)
    for group in weighed.groups:
        _drop(present, group.present, group.counts, dropped)
        _drop(absent, group.absent, group.counts, dropped)
    present &= ~dropped
    absent &= ~dropped
    number = present.sum(axis=0)
    left_out = np.maximum(number - maximum, 0)
    many = np.flatnonzero(left_out)
    if len(many):
        telling = present[weighed.order][:, many]
        kept = telling & (np.cumsum(telling, axis=0) <= maximum)
        present[np.ix_(weighed.order, many)] = kept
    evidence = np.where(present, YES, np.where(absent, NO, NOT_KNOWN)).astype(np.int8)
    return CountedOfMany(
        evidence=np.ascontiguousarray(evidence.T),
        counted=(number - left_out + absent.sum(axis=0)).astype(np.int16),
        left_out=left_out.astype(np.int16),
    )


def _drop(found: Booleans, members: tuple[int, ...], counts: int, dropped: Booleans) -> None:
    """Mark what a group has beyond the number that counts."""
    seen = np.zeros(found.shape[1], dtype=np.int16)
    for member in members:
        here = found[member]
        if here.any():
            dropped[member] |= here & (seen >= counts)
            seen += here

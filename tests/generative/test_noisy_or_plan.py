"""The plan of the compiled batch: every finding is in the table while it is needed, no longer."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from corrin.twitching.noisy_or_fast_plan import (
    ALONE,
    ALTOGETHER,
    DROP,
    FROM,
    JOIN,
    KIND,
    LARGEST,
    PASS,
    WITH,
    plan,
)


def _masks(seed: int) -> tuple[int, list[int]]:
    rng = np.random.default_rng(seed)
    n, variables = int(rng.integers(1, 17)), int(rng.integers(0, 40))
    sizes = rng.integers(1, min(n, int(rng.integers(1, 9))) + 1, variables)
    return n, [sum(1 << bit for bit in rng.choice(n, size, replace=False)) for size in sizes]


@pytest.mark.parametrize("seed", range(150))
def test_findings_join_before_they_are_needed_and_leave_after(seed: int) -> None:
    n, masks = _masks(seed)
    count = len(masks)
    reached = np.array([*range(count), -1])
    order = np.zeros((FROM + 1, count + 2 * n + 1), dtype=np.int64)
    needs = np.zeros(LARGEST + 1, dtype=np.int64)
    several = np.zeros(count + 1, dtype=np.int64)
    steps = plan(reached, np.array([*masks, 0]), order, several, needs, n)
    inside: set[int] = set()
    joined, passed, numbers, largest = [], [], 0, 1
    for kind, what in zip(order[KIND, :steps].tolist(), order[WITH, :steps].tolist(), strict=True):
        numbers += 1 << len(inside)
        if kind == JOIN:
            joined.append(what)
            inside.add(what)
        elif kind == PASS:
            passed.append(what)
            assert all(bit in inside for bit in range(n) if masks[what] >> bit & 1)
        else:
            assert kind == DROP
            inside.remove(what)
            left = [mask for place, mask in enumerate(masks) if place not in passed]
            assert not any(mask >> what & 1 and mask & (mask - 1) for mask in left)
        largest = max(largest, 1 << len(inside))
    wanted = [place for place, mask in enumerate(masks) if mask & (mask - 1)]
    assert sorted(passed) == wanted
    assert len(set(joined)) == len(joined)
    assert not inside
    # The table after the last step holds one number more.
    assert numbers + 1 <= needs[ALTOGETHER]
    assert largest == needs[LARGEST]
    ends = order[FROM, : n + 1].tolist()
    for bit, (first, last) in enumerate(itertools.pairwise(ends)):
        alone = [place for place, mask in enumerate(masks) if mask == 1 << bit]
        assert order[ALONE, first:last].tolist() == alone


def test_a_chain_needs_two_findings_at_a_time() -> None:
    masks = [3 << bit for bit in range(15)]
    order = np.zeros((FROM + 1, len(masks) + 2 * 16 + 1), dtype=np.int64)
    needs, several = np.zeros(2, dtype=np.int64), np.zeros(len(masks) + 1, dtype=np.int64)
    reached = np.array([*np.random.default_rng(1).permutation(len(masks)), -1])
    plan(reached, np.array(masks), order, several, needs, 16)
    assert needs[LARGEST] <= 8

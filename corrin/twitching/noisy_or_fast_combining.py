"""The combinations of inhibiting states of one person, LANES of them at once.

The arrays are those of ``noisy_or_fast_person``, and with a lane for each combination those
of ``noisy_or_fast_table``.  ``fixed`` (S, LANES) is 1 for an inhibiting state at work.
"""

# ruff: noqa: PLR0917

from __future__ import annotations

from corrin.twitching.noisy_or_fast_lanes import KEPT, TOTAL
from corrin.twitching.noisy_or_fast_person import (
    BARE,
    BASE,
    CHANGING,
    INHIBITING,
    INHIBITIONS,
    LINKS,
    PRESENT,
    REACHED,
    SPECIAL,
    VARIES,
    scaled,
)
from corrin.twitching.noisy_or_fast_table import LANES, LEAK, NONE, compiled, inlined
from corrin.twitching.noisy_or_network import Floats, Integers


@compiled
def choose(
    first: int,
    codes: int,
    variable: Integers,
    start: Integers,
    lists: Integers,
    size: Integers,
    of_state: Floats,
    of_variable: Floats,
    fixed: Floats,
    weight: Floats,
    lanes_of_variable: Floats,
) -> None:
    """Combinations from number ``first`` on: for each variable no inhibiting state, or one.

    Lanes beyond the last combination repeat it.
    """
    for at in range(size[CHANGING]):
        v = lists[CHANGING, at]
        for lane in range(LANES):
            lanes_of_variable[NONE, v, lane] = of_variable[BARE, v]
        for own in range(start[v], start[v + 1]):
            for lane in range(LANES):
                weight[own, lane] = of_state[BASE, own]
    for lane in range(LANES):
        code, begin = min(first + lane, codes - 1), 0
        while begin < size[INHIBITING]:
            v, end = variable[lists[INHIBITING, begin]], begin
            while end < size[INHIBITING] and variable[lists[INHIBITING, end]] == v:
                fixed[lists[INHIBITING, end], lane] = 0.0
                end += 1
            chosen = code % (end - begin + 1)
            code //= end - begin + 1
            if chosen == 0:
                for at in range(begin, end):
                    weight[lists[INHIBITING, at], lane] = 0.0
            else:
                only = lists[INHIBITING, begin + chosen - 1]
                fixed[only, lane] = 1.0
                lanes_of_variable[NONE, v, lane] = 0.0
                for own in range(start[v], start[v + 1]):
                    if own != only:
                        weight[own, lane] = 0.0
            begin = end


@compiled
def weigh(
    at_first: bool,
    start: Integers,
    span: Integers,
    state: Integers,
    strength: Floats,
    leak: Floats,
    lists: Integers,
    size: Integers,
    note: Integers,
    fixed: Floats,
    weight: Floats,
    of_variable: Floats,
    of_finding: Floats,
    link: Floats,
    sums: Floats,
    share: Floats,
    powers: Integers,
) -> None:
    """Weights, links and leaks of the combinations chosen; what each adds to the probability.

    Links and leaks change with the combination only where a present finding is inhibited;
    the others are written ``at_first``.
    """
    kept, whole = sums[KEPT], sums[TOTAL]
    if at_first:
        _clear(start, lists, size, link)
    for bit in range(size[PRESENT]):
        finding = lists[PRESENT, bit]
        if at_first or span[INHIBITIONS, finding] < span[LINKS, finding + 1]:
            _keep(finding, span, state, strength, fixed, kept)
            _link(finding, bit, span, state, strength, leak, kept, of_finding, link)
    share[:] = 1.0
    powers[:] = 0
    for at in range(size[SPECIAL]):
        finding = lists[SPECIAL, at]
        _keep(finding, span, state, strength, fixed, kept)
        for lane in range(LANES):
            away = 1 - leak[finding] * kept[lane]
            share[lane], powers[lane] = scaled(share[lane], away, powers[lane])
        for pair in range(span[LINKS, finding], span[INHIBITIONS, finding]):
            for lane in range(LANES):
                weight[state[pair], lane] *= 1 - strength[pair] * kept[lane]
    for at in range(size[CHANGING]):
        v = lists[CHANGING, at]
        if note[VARIES, v]:
            _bring_to_one(start[v], start[v + 1], weight, of_variable[NONE, v], whole)
            for lane in range(LANES):
                share[lane], powers[lane] = scaled(share[lane], whole[lane], powers[lane])


@inlined
def _bring_to_one(first: int, last: int, weight: Floats, none: Floats, whole: Floats) -> None:
    """Divide the weights of a variable by their sum ``whole``, unless that is 0."""
    for lane in range(LANES):
        whole[lane] = none[lane]
    for own in range(first, last):
        for lane in range(LANES):
            whole[lane] += weight[own, lane]
    for lane in range(LANES):
        none[lane] /= whole[lane] if whole[lane] > 0 else 1.0
    for own in range(first, last):
        for lane in range(LANES):
            weight[own, lane] /= whole[lane] if whole[lane] > 0 else 1.0


@inlined
def _link(
    finding: int,
    bit: int,
    span: Integers,
    state: Integers,
    strength: Floats,
    leak: Floats,
    kept: Floats,
    of_finding: Floats,
    link: Floats,
) -> None:
    for lane in range(LANES):
        of_finding[LEAK, bit, lane] = leak[finding] * kept[lane]
    for pair in range(span[LINKS, finding], span[INHIBITIONS, finding]):
        for lane in range(LANES):
            link[state[pair], bit, lane] = strength[pair] * kept[lane]


@compiled
def _clear(start: Integers, lists: Integers, size: Integers, link: Floats) -> None:
    for at in range(size[REACHED]):
        v = lists[REACHED, at]
        for own in range(start[v], start[v + 1]):
            for bit in range(size[PRESENT]):
                for lane in range(LANES):
                    link[own, bit, lane] = 0.0


@inlined
def _keep(
    finding: int, span: Integers, state: Integers, strength: Floats, fixed: Floats, kept: Floats
) -> None:
    """K: what the states at work leave of the paths to a finding."""
    for lane in range(LANES):
        kept[lane] = 1.0
    for pair in range(span[INHIBITIONS, finding], span[LINKS, finding + 1]):
        for lane in range(LANES):
            kept[lane] *= 1 - strength[pair] * fixed[state[pair], lane]

"""One person's evidence, compiled: what it touches and how it weighs, for ``noisy_or_fast``.

Arrays are passed one by one (see ``noisy_or_fast_table``).  The pairs of finding
f are ``span[LINKS, f]:span[INHIBITIONS, f]`` for links and from there to
``span[LINKS, f + 1]`` for inhibition; ``state`` and ``strength`` belong to the
pairs.  ``lists`` has a row for each name below and ``size`` the length of each.
A product that falls below 1 / LARGE is multiplied by LARGE, and that is counted.
"""

# ruff: noqa: PLR0917

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from corrin.twitching.noisy_or_fast_table import compiled, inlined
from corrin.twitching.noisy_or_network import Floats, Integers

LARGE = 2.0**300  # not clinical: a power of two well inside a float

# Rows of ``lists``: findings; those absent and inhibited; variables that combinations or
# present findings change, that reach a present finding (ended by -1); states that inhibit
# an observed finding, in order.
PRESENT, ABSENT, SPECIAL, CHANGING, REACHED, INHIBITING = range(6)  # not clinical: rows
# Rows of ``of_state``: the prior, the weight before combinations, the sum over combinations.
PRIOR, BASE, MIXTURE = range(3)  # not clinical: rows
# Rows of ``of_variable``: weight of absence, its prior, its weight before combinations.
NONE, LEFT, BARE = range(3)  # not clinical: rows
# Rows of ``span``.
LINKS, INHIBITIONS = range(2)
# Rows of ``note`` (2, V): whether a variable's weights differ between combinations; a bit
# for each present finding it reaches.
VARIES, REACH = range(2)


@inlined
def scaled(product: float, factor: float, times: int) -> tuple[float, int]:
    """``product`` times ``factor``, kept from underflow; how often LARGE came in."""
    while 0 < factor < 1 / LARGE:
        factor *= LARGE
        times += 1
    product *= factor
    while 0 < product < 1 / LARGE:
        product *= LARGE
        times += 1
    return product, times


@compiled
def read(
    evidence: npt.NDArray[np.int8], shared: Integers, lists: Integers, size: Integers, maximum: int
) -> bool:
    """List the findings, present ones most shared first; False if more than ``maximum`` are."""
    for finding in range(evidence.size):
        if evidence[finding] < 0:
            continue
        if evidence[finding] == 0:
            lists[ABSENT, size[ABSENT]] = finding
            size[ABSENT] += 1
        else:
            at = size[PRESENT]
            while at > 0 and shared[lists[PRESENT, at - 1]] > shared[finding]:
                lists[PRESENT, at] = lists[PRESENT, at - 1]
                at -= 1
            lists[PRESENT, at] = finding
            size[PRESENT] += 1
    return bool(size[PRESENT] <= maximum)


@compiled
def inhibiting(
    span: Integers, state: Integers, variable: Integers, lists: Integers, size: Integers, most: int
) -> int:
    """List the inhibiting states; how many combinations they have, 0 for more than ``most``."""
    for row in (PRESENT, ABSENT):
        for at in range(size[row]):
            finding = lists[row, at]
            for pair in range(span[INHIBITIONS, finding], span[LINKS, finding + 1]):
                _insert(state[pair], lists, size)
    count, here = 1, 0
    for at in range(size[INHIBITING]):
        here += 1
        v = variable[lists[INHIBITING, at]]
        if at + 1 == size[INHIBITING] or variable[lists[INHIBITING, at + 1]] != v:
            count *= here + 1
            here = 0
        if count > most:
            return 0
    return count


@inlined
def _insert(own: int, lists: Integers, size: Integers) -> None:
    """Insert a state among the inhibiting ones unless it is there."""
    at = size[INHIBITING]
    while at > 0 and lists[INHIBITING, at - 1] > own:
        at -= 1
    if at == 0 or lists[INHIBITING, at - 1] != own:
        for later in range(size[INHIBITING], at, -1):
            lists[INHIBITING, later] = lists[INHIBITING, later - 1]
        lists[INHIBITING, at] = own
        size[INHIBITING] += 1


@compiled
def note_links(
    variable: Integers,
    span: Integers,
    state: Integers,
    lists: Integers,
    size: Integers,
    note: Integers,
) -> None:
    """Note which variables the combinations change, and which reach a present finding."""
    note[:] = 0
    for at in range(size[INHIBITING]):
        note[VARIES, variable[lists[INHIBITING, at]]] = 1
    for at in range(size[ABSENT]):
        finding = lists[ABSENT, at]
        if span[INHIBITIONS, finding] < span[LINKS, finding + 1]:
            lists[SPECIAL, size[SPECIAL]] = finding
            size[SPECIAL] += 1
            for pair in range(span[LINKS, finding], span[INHIBITIONS, finding]):
                note[VARIES, variable[state[pair]]] = 1
    for bit in range(size[PRESENT]):
        finding = lists[PRESENT, bit]
        for pair in range(span[LINKS, finding], span[INHIBITIONS, finding]):
            note[REACH, variable[state[pair]]] |= 1 << bit


@compiled
def weigh_once(
    variable: Integers,
    span: Integers,
    state: Integers,
    strength: Floats,
    leak: Floats,
    lists: Integers,
    size: Integers,
    note: Integers,
    of_state: Floats,
    of_variable: Floats,
) -> tuple[float, int]:
    """Weights given the absent findings that nothing inhibits; their probability, times LARGE.

    All variables are gone through: they are fewer than the branches it would
    take to find out which of them the findings touch.
    """
    for own in range(variable.size):
        of_state[BASE, own] = of_state[PRIOR, own]
        of_state[MIXTURE, own] = 0
    mass, times = 1.0, 0
    for at in range(size[ABSENT]):
        finding = lists[ABSENT, at]
        if span[INHIBITIONS, finding] == span[LINKS, finding + 1]:
            mass, times = scaled(mass, 1 - leak[finding], times)
            for pair in range(span[LINKS, finding], span[INHIBITIONS, finding]):
                of_state[BASE, state[pair]] *= 1 - strength[pair]
    for v in range(of_variable.shape[1]):
        of_variable[NONE, v] = of_variable[LEFT, v]
    for own in range(variable.size):
        of_variable[NONE, variable[own]] += of_state[BASE, own]
    for v in range(of_variable.shape[1]):
        mass, times = scaled(mass, of_variable[NONE, v], times)
        if of_variable[NONE, v] == 0:
            of_variable[NONE, v] = 1
        of_variable[BARE, v] = of_variable[LEFT, v] / of_variable[NONE, v]
        lists[REACHED, size[REACHED]] = lists[CHANGING, size[CHANGING]] = v
        size[REACHED] += note[REACH, v] > 0
        size[CHANGING] += note[REACH, v] + note[VARIES, v] > 0
    lists[REACHED, size[REACHED]] = -1
    for own in range(variable.size):
        of_state[BASE, own] /= of_variable[NONE, variable[own]]
    return mass, times

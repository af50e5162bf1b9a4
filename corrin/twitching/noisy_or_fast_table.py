"""The present findings of one column, compiled: ``noisy_or_columns.explain`` for ``noisy_or_fast``.

Folding, table, reverse pass and their order are those of ``noisy_or_columns``.
Sums over the table are folded in a fixed order, so results do not depend on the
width of the processor's vectors.

Compiled functions take their arrays one by one: taking them out of a tuple would
cost more than the work.  V variables,
S states, n present findings; ``start`` (V + 1,) are the states of each variable,
``reached`` lists the variables that reach a present finding and ``reach`` (V,)
has a bit for each finding they reach.  ``of_state`` (4, S), ``of_variable``
(7, V) and ``of_finding`` (3, n) hold the rows named below.
"""

# ruff: noqa: PLR0917

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit

from corrin.twitching.noisy_or_network import Floats, Integers

Function = TypeVar("Function", bound=Callable[..., Any])

# No reference counts: every array outlives the call, and counting takes most of the time.
OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
# numba checks signed indices for being negative, which keeps loops from being vectorised.
U = np.uint64
# Rows of ``of_state``: the weight in this column; the others are for ``noisy_or_fast_person``.
WEIGHT, PRIOR, BASE, MIXTURE = range(4)  # not clinical: rows
# Rows of ``of_variable``: weight of absence; its own part in a folded leak, and the others'.
NONE, LEFT, BARE, OWN_ON, OWN_OFF, OTHERS_ON, OTHERS_OFF = range(7)  # not clinical: rows
# Rows of ``of_finding``: the leak; the leak with all that is folded into it.
LEAK, ON, OFF = range(3)  # not clinical: rows
# Rows of ``order``: variables of the table; the last finding of each; where findings stand.
STEPS, LAST, PLACE = range(3)  # not clinical: rows
# Rows of ``room``: tables of the reverse pass, two to change in turn, one to fold.
MISSING, EARLIER, ACTIVE, SPARE, FOLD = range(5)  # not clinical: rows


def compiled(function: Function) -> Function:
    """Compile a function when it is first called with given types."""
    return cast(Function, njit(**OPTIONS)(function))


def inlined(function: Function) -> Function:
    """Compile a function into its callers, where the call itself would cost most."""
    return cast(Function, njit(**OPTIONS, forceinline=True)(function))


@compiled
def explain(
    start: Integers,
    reached: Integers,
    reach: Integers,
    of_state: Floats,
    of_variable: Floats,
    of_finding: Floats,
    link: Floats,
    order: Integers,
    tables: Floats,
    room: Floats,
    n: int,
) -> float:
    """Turn the weights into posteriors; the probability of the present findings.

    ``link`` (S, n); ``order`` (3, V + n), ``tables`` (V + n, 2^n) and ``room``
    (5, 2^n) are worked in.  ``reached`` ends with -1.
    """
    several, needed = 0, 0
    at = 0
    while reached[at] >= 0:
        mask = reach[reached[at]]
        if mask & (mask - 1):
            several += 1
            needed |= mask
        at += 1
    explained = 1.0
    for bit in range(n):
        _fold(bit, start, reached, reach, of_state, of_variable, of_finding, link)
        if not needed >> bit & 1:
            # The rest of the evidence is the same for all states here, and cancels.
            _unfold(bit, start, reached, reach, of_state, of_variable, link, 0.0, 1.0)
            explained *= float(of_finding[ON, bit])
    if several == 0:
        return explained
    table, size, steps = 0, 1, 0
    tables[0, 0] = 1.0
    for bit in range(n):
        if not needed >> bit & 1:
            continue
        order[PLACE, bit] = size
        _join(tables[table], of_finding[OFF, bit], of_finding[ON, bit], size, tables[table + 1])
        table, size = table + 1, 2 * size
        at = 0
        while reached[at] >= 0:
            v = reached[at]
            at += 1
            if reach[v] >> bit == 1 and reach[v] != 1 << bit:
                order[STEPS, steps], order[LAST, steps] = v, bit
                steps += 1
                _forward(
                    v, bit, start, of_state, of_variable, link, order, size, table, tables, room
                )
                table += 1
    explained *= float(tables[table, size - 1])
    missing, earlier = room[MISSING], room[EARLIER]
    missing[:size] = 0
    missing[size - 1] = 1
    for bit in range(n - 1, -1, -1):
        if not needed >> bit & 1:
            continue
        while steps and order[LAST, steps - 1] == bit:
            steps, table = steps - 1, table - 1
            v = order[STEPS, steps]
            _backward(
                v,
                bit,
                start,
                of_state,
                of_variable,
                link,
                order,
                size,
                tables[table],
                room,
                missing,
                earlier,
            )
            missing, earlier = earlier, missing
        table, size = table - 1, size // 2
        if_off = _together(missing, tables[table], size, room[FOLD])
        if_on = _together(missing[size:], tables[table], size, room[FOLD])
        _unfold(bit, start, reached, reach, of_state, of_variable, link, if_off, if_on)
        _leave(missing, of_finding[OFF, bit], of_finding[ON, bit], size)
    return explained


@compiled
def _fold(
    bit: int,
    start: Integers,
    reached: Integers,
    reach: Integers,
    of_state: Floats,
    of_variable: Floats,
    of_finding: Floats,
    link: Floats,
) -> None:
    """Fold the variables that reach only finding ``bit`` into its leak."""
    on = of_finding[LEAK, bit]
    off = 1 - on
    at = 0
    while reached[at] >= 0:
        v = reached[at]
        at += 1
        if reach[v] == 1 << bit:
            own_on, own_off = 0.0, of_variable[NONE, v]
            for state in range(start[v], start[v + 1]):
                own_on += of_state[WEIGHT, state] * link[state, bit]
                own_off += of_state[WEIGHT, state] * (1 - link[state, bit])
            of_variable[OWN_ON, v], of_variable[OWN_OFF, v] = own_on, own_off
            of_variable[OTHERS_ON, v], of_variable[OTHERS_OFF, v] = on, off
            on += off * own_on
            off *= own_off
    of_finding[ON, bit], of_finding[OFF, bit] = on, off
    on, off = 0.0, 1.0
    while at > 0:
        at -= 1
        v = reached[at]
        if reach[v] == 1 << bit:
            of_variable[OTHERS_ON, v] += of_variable[OTHERS_OFF, v] * on
            of_variable[OTHERS_OFF, v] *= off
            on += off * of_variable[OWN_ON, v]
            off *= of_variable[OWN_OFF, v]


@compiled
def _unfold(
    bit: int,
    start: Integers,
    reached: Integers,
    reach: Integers,
    of_state: Floats,
    of_variable: Floats,
    link: Floats,
    if_off: float,
    if_on: float,
) -> None:
    """Posteriors of the variables folded into the leak of finding ``bit``."""
    at = 0
    while reached[at] >= 0:
        v = reached[at]
        at += 1
        if reach[v] == 1 << bit:
            others_on, others_off = of_variable[OTHERS_ON, v], of_variable[OTHERS_OFF, v]
            total = of_variable[NONE, v] * (others_on * if_on + others_off * if_off)
            for state in range(start[v], start[v + 1]):
                on = others_on + others_off * link[state, bit]
                off = others_off * (1 - link[state, bit])
                of_state[WEIGHT, state] *= on * if_on + off * if_off
                total += of_state[WEIGHT, state]
            if total > 0:
                for state in range(start[v], start[v + 1]):
                    of_state[WEIGHT, state] /= total


@compiled
def _forward(
    v: int,
    last: int,
    start: Integers,
    of_state: Floats,
    of_variable: Floats,
    link: Floats,
    order: Integers,
    size: int,
    table: int,
    tables: Floats,
    room: Floats,
) -> None:
    """One variable, from ``tables[table]`` to the next."""
    before, after = tables[table], tables[table + 1]
    active, spare = room[ACTIVE], room[SPARE]
    for state in range(start[v], start[v + 1]):
        weight, source = of_state[WEIGHT, state], before
        for bit in range(last + 1):
            if link[state, bit] > 0:
                _bring_about(source, weight, link[state, bit], order[PLACE, bit], size, active)
                weight, source = 1.0, active
                active, spare = spare, active
        if state == start[v]:
            _mixture(before, of_variable[NONE, v], source, weight, size, after)
        else:
            _add(source, weight, size, after)


@compiled
def _backward(
    v: int,
    last: int,
    start: Integers,
    of_state: Floats,
    of_variable: Floats,
    link: Floats,
    order: Integers,
    size: int,
    before: Floats,
    room: Floats,
    missing: Floats,
    earlier: Floats,
) -> None:
    """The same variable in reverse: fills ``earlier``, writes the posteriors."""
    active, spare = room[ACTIVE], room[SPARE]
    total = of_variable[NONE, v] * _together(missing, before, size, room[FOLD])
    for state in range(start[v], start[v + 1]):
        weight, source = of_state[WEIGHT, state], missing
        for bit in range(last + 1):
            if link[state, bit] > 0:
                _ask_for(source, weight, link[state, bit], order[PLACE, bit], size, active)
                weight, source = 1.0, active
                active, spare = spare, active
        if state == start[v]:
            _mixture(missing, of_variable[NONE, v], source, weight, size, earlier)
        else:
            _add(source, weight, size, earlier)
        of_state[WEIGHT, state] = weight * _together(source, before, size, room[FOLD])
        total += of_state[WEIGHT, state]
    if total > 0:
        for state in range(start[v], start[v + 1]):
            of_state[WEIGHT, state] /= total


@compiled
def _bring_about(
    table: Floats, weight: float, on: float, half: int, size: int, out: Floats
) -> None:
    """``weight`` times the table after a source brings about the finding at ``half``."""
    off, step = 1 - on, U(half)
    for start in range(U(0), U(size), U(2) * step):
        for a in range(start, start + step):
            without = weight * table[a]
            out[a + step] = weight * table[a + step] + on * without
            out[a] = off * without


@compiled
def _ask_for(table: Floats, weight: float, on: float, half: int, size: int, out: Floats) -> None:
    """The transpose of ``_bring_about``, for the reverse pass."""
    off, step = 1 - on, U(half)
    for start in range(U(0), U(size), U(2) * step):
        for a in range(start, start + step):
            with_it = weight * table[a + step]
            out[a] = off * (weight * table[a]) + on * with_it
            out[a + step] = with_it


@compiled
def _mixture(one: Floats, share: float, other: Floats, rest: float, size: int, out: Floats) -> None:
    for a in range(size):
        out[a] = share * one[a] + rest * other[a]


@compiled
def _add(table: Floats, weight: float, size: int, out: Floats) -> None:
    for a in range(size):
        out[a] += weight * table[a]


@compiled
def _join(table: Floats, off: float, on: float, size: int, out: Floats) -> None:
    """A finding joins the table with its leak."""
    for a in range(size):
        out[a] = off * table[a]
        out[a + size] = on * table[a]


@compiled
def _leave(table: Floats, off: float, on: float, size: int) -> None:
    """The transpose of ``_join``, in place."""
    for a in range(size):
        table[a] = off * table[a] + on * table[a + size]


@compiled
def _together(one: Floats, other: Floats, size: int, room: Floats) -> float:
    """Sum over the sets of the products, folding the table in half again and again."""
    half = size // 2
    if half == 0:
        return float(one[0] * other[0])
    for a in range(half):
        room[a] = one[a] * other[a] + one[a + half] * other[a + half]
    while half > 1:
        half //= 2
        for a in range(half):
            room[a] += room[a + half]
    return float(room[0])

"""The present findings of a few columns at once, compiled: ``noisy_or_columns.explain``.

Folding, table and reverse pass are those of ``noisy_or_columns``.  Here a finding also
leaves the table as soon as no variable to come reaches it: it is present, so the half
without it is dropped (``noisy_or_fast_plan``).  The columns, LANES of them, are the
combinations of inhibiting states of one person: they differ in numbers and not in shape,
so each step is taken for all of them.  Every lane is worked out by itself and sums over
the table are folded in a fixed order, so results do not depend on the width of the
processor's vectors.

Compiled functions take their arrays one by one: taking them out of a tuple would cost more
than the work.  V variables, S states, n present findings; ``start`` (V + 1,) are the states
of each variable; ``order`` is the plan; ``weight`` (S, LANES), ``of_variable`` (5, V,
LANES), ``of_finding`` (3, n, LANES) and ``link`` (S, n, LANES) hold the rows named below.
"""

# ruff: noqa: PLR0917

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit

from corrin.twitching.noisy_or_network import Floats

Function = TypeVar("Function", bound=Callable[..., Any])

# No reference counts: every array outlives the call, and counting takes most of the time.
OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
# numba checks signed indices for being negative, which keeps loops from being vectorised.
U = np.uint64
#: Columns that are worked out side by side: as many as fill a register of a usual processor.
LANES = 4  # not clinical: array mechanics
# Rows of ``of_variable``: weight of absence; its own part in a folded leak, and the others'.
NONE, OWN_ON, OWN_OFF, OTHERS_ON, OTHERS_OFF = range(5)  # not clinical: rows
# Rows of ``of_finding``: the leak; the leak with all that is folded into it.
LEAK, ON, OFF = range(3)  # not clinical: rows
# Rows of ``room``: tables of the reverse pass, two to change in turn, one to fold.
MISSING, EARLIER, ACTIVE, SPARE, FOLD = range(5)  # not clinical: rows


def compiled(function: Function) -> Function:
    """Compile a function when it is first called with given types."""
    return cast(Function, njit(**OPTIONS)(function))


def inlined(function: Function) -> Function:
    """Compile a function into its callers, where the call itself would cost most."""
    return cast(Function, njit(**OPTIONS, forceinline=True)(function))


@compiled
def bring_about(
    table: Floats, weight: Floats, on: Floats, half: int, size: int, out: Floats
) -> None:
    """``weight`` times the table after a source brings about the finding at ``half``."""
    step = U(half)
    for start in range(U(0), U(size), U(2) * step):
        for a in range(start, start + step):
            for lane in range(LANES):
                without = weight[lane] * table[a, lane]
                out[a + step, lane] = weight[lane] * table[a + step, lane] + on[lane] * without
                out[a, lane] = (1 - on[lane]) * without


@compiled
def ask_for(table: Floats, weight: Floats, on: Floats, half: int, size: int, out: Floats) -> None:
    """The transpose of ``bring_about``, for the reverse pass."""
    step = U(half)
    for start in range(U(0), U(size), U(2) * step):
        for a in range(start, start + step):
            for lane in range(LANES):
                with_it = weight[lane] * table[a + step, lane]
                without = (1 - on[lane]) * (weight[lane] * table[a, lane])
                out[a, lane] = without + on[lane] * with_it
                out[a + step, lane] = with_it


@compiled
def mixture(
    one: Floats, share: Floats, other: Floats, rest: Floats, size: int, out: Floats
) -> None:
    """``share`` times one table and ``rest`` times the other."""
    for a in range(U(size)):
        for lane in range(LANES):
            out[a, lane] = share[lane] * one[a, lane] + rest[lane] * other[a, lane]


@compiled
def add(table: Floats, weight: Floats, size: int, out: Floats) -> None:
    """Add ``weight`` times a table."""
    for a in range(U(size)):
        for lane in range(LANES):
            out[a, lane] += weight[lane] * table[a, lane]


@compiled
def join(table: Floats, off: Floats, on: Floats, size: int, out: Floats) -> None:
    """A finding joins the table with its leak."""
    for a in range(U(size)):
        for lane in range(LANES):
            whole = table[a, lane]
            out[a, lane] = off[lane] * whole
            out[a + U(size), lane] = on[lane] * whole


@compiled
def leave(table: Floats, off: Floats, on: Floats, size: int) -> None:
    """The transpose of ``join``, in place."""
    for a in range(U(size)):
        for lane in range(LANES):
            without, with_it = table[a, lane], table[a + U(size), lane]
            table[a, lane] = off[lane] * without + on[lane] * with_it


@compiled
def drop(table: Floats, half: int, size: int, out: Floats) -> None:
    """A finding leaves the table: the half without it, which is present, is dropped."""
    step = U(half)
    to = U(0)
    for start in range(step, U(size), U(2) * step):
        for a in range(start, start + step):
            for lane in range(LANES):
                out[to, lane] = table[a, lane]
            to += U(1)


@compiled
def bring_back(table: Floats, half: int, size: int, out: Floats) -> None:
    """The transpose of ``drop``."""
    step = U(half)
    source = U(0)
    for start in range(U(0), U(size), U(2) * step):
        for a in range(start, start + step):
            for lane in range(LANES):
                out[a, lane] = 0.0
                out[a + step, lane] = table[source, lane]
            source += U(1)


@compiled
def together(one: Floats, other: Floats, size: int, room: Floats, out: Floats) -> None:
    """Sum over the sets of the products, folding the table in half again and again."""
    half = size // 2
    if half == 0:
        for lane in range(LANES):
            out[lane] = one[0, lane] * other[0, lane]
        return
    for a in range(U(half)):
        b = a + U(half)
        for lane in range(LANES):
            low = one[a, lane] * other[a, lane]
            room[a, lane] = low + one[b, lane] * other[b, lane]
    while half > 1:
        half //= 2
        for a in range(U(half)):
            for lane in range(LANES):
                room[a, lane] += room[a + U(half), lane]
    for lane in range(LANES):
        out[lane] = room[0, lane]

"""The order in which variables pass the table of present findings, planned once for a person.

A variable that reaches two present findings or more passes the table; a finding joins
before the first of them and leaves after the last.  Next is always the variable that
leaves the fewest findings in the table, so that sixteen present findings seldom need a
table of 2^16 numbers.
"""

# ruff: noqa: PLR0917

from __future__ import annotations

from corrin.twitching.noisy_or_fast_table import compiled, inlined
from corrin.twitching.noisy_or_network import Integers

# Rows of ``order``: what is done, step by step (one of JOIN, PASS, DROP), and with which
# finding or variable; where the table of each step begins; where a finding stood that was
# dropped; where findings stand in the table now, 0 for those outside; the variables that
# reach one present finding alone, by finding, and where those of each finding begin.
KIND, WITH, BEGINS, STOOD, PLACE, ALONE, FROM = range(7)  # not clinical: rows
JOIN, PASS, DROP = range(3)  # not clinical: kinds of step
# Bits, as every second, every second two, four of every eight; for findings below the 32nd.
_PAIRS, _FOURS, _EIGHTS = 0x55555555, 0x33333333, 0x0F0F0F0F  # not clinical: bits
_ONES, _FOUR, _LAST, _BYTE = 0x01010101, 4, 24, 0xFF  # not clinical: bits
# Entries of ``needs``: numbers in all tables together, and in the largest.
ALTOGETHER, LARGEST = range(2)


@compiled
def plan(
    reached: Integers, reach: Integers, order: Integers, several: Integers, needs: Integers, n: int
) -> int:
    """Note the steps in ``order`` and their room in ``needs``; how many steps there are.

    ``several`` (V,) is worked in.
    """
    left = _sort(reached, reach, order, several, n)
    steps, inside = 0, 0
    size, needs[ALTOGETHER], needs[LARGEST] = 1, 1, 1
    while left:
        once = _reached_once(several, reach, left)
        chosen = _cheapest(several, reach, left, inside, once, n)
        v = several[chosen]
        mask = reach[v]
        steps = _note(JOIN, mask & ~inside, order, steps, n)
        order[KIND, steps], order[WITH, steps] = PASS, v
        steps = _note(DROP, mask & once, order, steps + 1, n)
        new, gone = _count(mask & ~inside), _count(mask & once)
        inside = (inside | mask) & ~(mask & once)
        size <<= new
        # Joining doubled the table each time and dropping halves it: twice the largest, with
        # that of the variable itself, and once more for what stands between.
        needs[ALTOGETHER] += size * 2 * 2
        needs[LARGEST] = max(needs[LARGEST], size)
        size >>= gone
        left -= 1
        for place in range(chosen, left):
            several[place] = several[place + 1]
    return steps


@compiled
def _sort(reached: Integers, reach: Integers, order: Integers, several: Integers, n: int) -> int:
    """List the variables that reach one finding, by finding, and those that reach several."""
    alone, left = 0, 0
    for bit in range(n):
        order[FROM, bit] = alone
        at = 0
        while reached[at] >= 0:
            if reach[reached[at]] == 1 << bit:
                order[ALONE, alone] = reached[at]
                alone += 1
            at += 1
    order[FROM, n] = alone
    at = 0
    while reached[at] >= 0:
        mask = reach[reached[at]]
        if mask & (mask - 1):
            several[left] = reached[at]
            left += 1
        at += 1
    return left


@compiled
def _reached_once(several: Integers, reach: Integers, left: int) -> int:
    """The findings that a single one of the variables left reaches."""
    once, more = 0, 0
    for place in range(left):
        mask = reach[several[place]]
        more |= once & mask
        once |= mask
    return once & ~more


@compiled
def _cheapest(several: Integers, reach: Integers, left: int, inside: int, once: int, n: int) -> int:
    """The variable with the smallest table; of two alike the one that leaves less in it."""
    best, chosen = n << n << 1, 0
    for place in range(left):
        mask = reach[several[place]]
        during = inside | mask
        cost = (_count(during) << n) + _count(during & ~(once & mask))
        if cost < best:
            best, chosen = cost, place
    return chosen


@inlined
def _note(kind: int, findings: int, order: Integers, steps: int, n: int) -> int:
    for bit in range(n):
        if findings >> bit & 1:
            order[KIND, steps], order[WITH, steps] = kind, bit
            steps += 1
    return steps


@inlined
def _count(bits: int) -> int:
    """How many bits are set: sums of neighbours in pairs, in fours, in bytes, in all."""
    pairs = bits - (bits >> 1 & _PAIRS)
    fours = (pairs & _FOURS) + (pairs >> 2 & _FOURS)
    return (fours + (fours >> _FOUR) & _EIGHTS) * _ONES >> _LAST & _BYTE

"""Counts so small that they could point to a person are not shown."""

from __future__ import annotations

from collections.abc import Sequence


def shown(counts: Sequence[int], *, smallest: int) -> list[int | None]:
    """Return the counts of one column whose sum is known; None where one is not shown.

    Counts from 1 to ``smallest`` - 1 are left out.  The sum gives away what the hidden ones
    come to together, so the next smallest is left out too until there are two of them and
    they come to ``smallest`` or more.
    """
    hidden = {place for place, count in enumerate(counts) if 0 < count < smallest}
    others = sorted((count, place) for place, count in enumerate(counts) if count >= smallest)
    for _, place in others:
        if not hidden or (len(hidden) > 1 and sum(counts[one] for one in hidden) >= smallest):
            break
        hidden.add(place)
    return [None if place in hidden else count for place, count in enumerate(counts)]


def words(count: int | None) -> str:
    """Return a count as it is printed; one left out is said to be so."""
    return "not shown" if count is None else f"{count:,}"


def alone(count: int, *, smallest: int) -> str:
    """Return one count that belongs to no known sum."""
    return f"fewer than {smallest}" if 0 < count < smallest else f"{count:,}"

"""The small language of rules (:mod:`corrin.knowledge.conditions`) read for many people at once.

The same terms and the same three values: 1 yes, 0 no, -1 not known.  Of a term it is
asked who makes it true, or who makes it false; both stay sets of people, and an empty set
is ``None``, so that what nobody has costs nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corrin.errors import KnowledgeError
from corrin.knowledge.terms import COMPARE, AtLeast, Compare, Name, Not, Term, term_of

Booleans = NDArray[np.bool_]
States = NDArray[np.int8]

_NO, _YES, _NOT_KNOWN = 0, 1, -1  # not clinical: states


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """A number for each person, NaN where it is not known."""

    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """A word for each person: its place in ``words``, -1 where it is not known."""

    places: NDArray[np.int8]
    words: tuple[str, ...]


#: What is known of a name, for each person; None when nothing is known of anybody.
LookupOfMany = Callable[[str], States | Numbers | Words | None]


def holds_for(text: str, lookup: LookupOfMany) -> Booleans | None:
    """Return for whom a condition holds, None when for nobody.

    Raises :class:`KnowledgeError` when ``lookup`` gives another kind than the condition reads.
    """
    return _who(text, _term(text), lookup, wanted=True)


def evaluate(text: str, lookup: LookupOfMany, count: int) -> States:
    """Return for each of ``count`` people whether a condition holds, -1 when it is not known."""
    found = np.full(count, _NOT_KNOWN, dtype=np.int8)
    for wanted, state in ((True, _YES), (False, _NO)):
        who = _who(text, _term(text), lookup, wanted=wanted)
        if who is not None:
            found[who] = state
    return found


def _who(text: str, term: Term, lookup: LookupOfMany, *, wanted: bool) -> Booleans | None:
    """Return for whom ``term`` has the value ``wanted``."""
    match term:
        case Not(member):
            return _who(text, member, lookup, wanted=not wanted)
        case AtLeast(count, members):
            # To fail, so many members must fail that too few are left.
            needed = count if wanted else len(members) - count + 1
            return _enough(text, needed, members, lookup, wanted=wanted)
        case Name(name):
            return _anybody(_named(text, name, lookup(name), wanted=wanted))
        case Compare():
            return _anybody(_compared(text, term, lookup(term.name), wanted=wanted))


def _enough(
    text: str, needed: int, members: tuple[Term, ...], lookup: LookupOfMany, *, wanted: bool
) -> Booleans | None:
    """Return for whom ``needed`` or more members have the value ``wanted``."""
    found: list[Booleans] = []
    for left, member in zip(range(len(members), 0, -1), members, strict=True):
        if len(found) + left < needed:
            return None
        who = _who(text, member, lookup, wanted=wanted)
        if who is not None:
            found.append(who)
    if len(found) < needed:
        return None
    if needed == 1:
        return functools.reduce(np.logical_or, found)
    if needed == len(found):
        return _anybody(functools.reduce(np.logical_and, found))
    return _anybody(np.asarray(np.sum(found, axis=0, dtype=np.int16) >= needed))


def _named(
    text: str, name: str, known: States | Numbers | Words | None, *, wanted: bool
) -> Booleans | None:
    if isinstance(known, Numbers | Words):
        raise KnowledgeError(
            f"The condition '{text}' uses '{name}' as yes or no; compare it with a value."
        )
    return None if known is None else np.equal(known, _YES if wanted else _NO)


def _compared(
    text: str, term: Compare, known: States | Numbers | Words | None, *, wanted: bool
) -> Booleans | None:
    compare = COMPARE[term.operator]
    if known is None:
        return None
    if isinstance(known, Numbers) and isinstance(term.constant, float):
        holds = compare(known.values, term.constant)
        return np.asarray((holds == wanted) & ~np.isnan(known.values))
    if isinstance(known, Words) and isinstance(term.constant, str):
        # The last place is that of a word that is not known.
        each = [compare(word, term.constant) is wanted for word in known.words]
        return np.array([*each, False])[known.places]
    raise KnowledgeError(
        f"The condition '{text}' compares '{term.name}' with another kind of value."
    )


def _anybody(who: Booleans | None) -> Booleans | None:
    return who if who is not None and who.any() else None


@functools.cache
def _term(text: str) -> Term:
    return term_of(text)

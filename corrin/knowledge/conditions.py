"""The small language of rules: three-valued, so that "not asked" is never "absent".

``rx_lithium and (tremor or ataxia)``, ``age >= 40``, ``sex == 'male'``,
``at_least(2, tremor, sweating, palpitations)``, ``not objective_weakness``: names,
``and``, ``or``, ``not``, comparisons with a constant, ``any_of``, ``all_of`` and
``at_least``.  Anything else is refused (:mod:`corrin.knowledge.terms`).

Values follow Kleene's strong three-valued logic (S. C. Kleene, *Introduction to
Metamathematics*, 1952, section 64).  ``and``, ``or`` and ``at_least`` are one thing
here, "at least n of these hold", with n all, one, or as written.
"""

from __future__ import annotations

import ast
import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from corrin.errors import KnowledgeError
from corrin.knowledge.terms import (
    AtLeast,
    Compare,
    Name,
    Not,
    Term,
    WrongKindError,
    leaves,
    term_of,
)

T = TypeVar("T")

Value = bool | float | str | None
#: What is known of a name: true or false, a number or a word, or None for not known.
Lookup = Callable[[str], Value]


@dataclass(frozen=True, slots=True)
class Condition:
    """A parsed rule.  Two conditions are equal when their texts are."""

    text: str
    _term: Term

    @staticmethod
    def parse(text: str) -> Condition:
        """Return the condition ``text`` stands for.

        Raises :class:`KnowledgeError` naming the text when it holds anything that is
        not in the language.
        """
        return _parse(text)

    def names(self) -> frozenset[str]:
        """Return every name the condition asks about (``critical.x`` is one name)."""
        return frozenset(leaf.name for leaf in leaves(self._term))

    def compared(self) -> Mapping[str, type]:
        """Return the names compared with a constant, with what they must be: float or str."""
        compared = (leaf for leaf in leaves(self._term) if isinstance(leaf, Compare))
        return {leaf.name: type(leaf.constant) for leaf in compared}

    def evaluate(self, lookup: Lookup) -> bool | None:
        """Return whether the condition holds, or None when too little is known to say.

        ``lookup`` must give a bool or None for a plain name; for a compared name a
        number, a word or None.  Raises :class:`KnowledgeError` when it gives another kind.
        """
        try:
            return self._term.value(lookup)
        except WrongKindError as error:
            raise self._wrong(error) from None

    def rests_on(self, lookup: Lookup) -> tuple[str, ...]:
        """Return the names whose values make the condition hold, in order; () if it does not.

        Every branch that holds is counted, also where one would have been enough.
        """
        if self.evaluate(lookup) is not True:
            return ()
        try:
            return tuple(dict.fromkeys(_support(self._term, lookup, wanted=True)))
        except WrongKindError as error:
            raise self._wrong(error) from None

    def raising_sets(self, lookup: Lookup) -> tuple[tuple[str, ...], ...]:
        """Return the smallest sets of names, not known now, that could make it hold.

        Only an unknown condition has any.  Each set is enough together with what is
        known, and none holds another; fewest names first.  The answer that counts is
        yes; under ``not`` it is no, and for ``age`` or ``sex`` a value that fits.
        """
        if self.evaluate(lookup) is not None:
            return ()
        # Every member of an open term was asked: none of another kind is left.
        found = _raising(self._term, lookup, wanted=True)
        return tuple(_smallest([tuple(dict(answers)) for answers in found]))

    def could_raise(self, lookup: Lookup) -> tuple[str, ...]:
        """Return the names of :meth:`raising_sets`, those that are enough alone first."""
        return tuple(dict.fromkeys(name for names in self.raising_sets(lookup) for name in names))

    def alone_enough(self, lookup: Lookup) -> tuple[str, ...]:
        """Return the names of which one answer is enough, given what is known."""
        return tuple(names[0] for names in self.raising_sets(lookup) if len(names) == 1)

    def _wrong(self, error: WrongKindError) -> KnowledgeError:
        return KnowledgeError(f"The condition '{self.text}' {error}")


#: One answer: a name with whether it must hold; for a comparison, which one as well.
_Answer = tuple[str, bool | tuple[bool, type[ast.cmpop], float | str]]


def _support(term: Term, lookup: Lookup, *, wanted: bool) -> Iterator[str]:
    """Yield the names that give ``term`` the value ``wanted``, which it has."""
    match term:
        case Not(member):
            yield from _support(member, lookup, wanted=not wanted)
        case AtLeast(_, members):
            for member in members:
                if member.value(lookup) is wanted:
                    yield from _support(member, lookup, wanted=wanted)
        case Name(name) | Compare(name):
            yield name


def _raising(term: Term, lookup: Lookup, *, wanted: bool) -> list[tuple[_Answer, ...]]:
    """Return the smallest sets of answers that make an unknown ``term`` be ``wanted``."""
    match term:
        case Not(member):
            return _raising(member, lookup, wanted=not wanted)
        case AtLeast(count, members):
            # To fail, so many members must fail that too few are left.
            needed = count if wanted else len(members) - count + 1
            values = [member.value(lookup) for member in members]
            open_members = [m for m, value in zip(members, values, strict=True) if value is None]
            sets = [_raising(member, lookup, wanted=wanted) for member in open_members]
            missing = needed - values.count(wanted)
            combined: list[tuple[_Answer, ...]] = []
            for chosen in itertools.combinations(sets, missing):
                for parts in itertools.product(*chosen):
                    answers = tuple(dict.fromkeys(itertools.chain.from_iterable(parts)))
                    if not _contradicts(answers):
                        combined.append(answers)
            return _smallest(combined)
        case Name(name):
            return [((name, wanted),)]
        case Compare(name, operator_, constant):
            return [((name, (wanted, operator_, constant)),)]


def _contradicts(answers: tuple[_Answer, ...]) -> bool:
    held = set(answers)
    return any(isinstance(yes, bool) and (name, not yes) in held for name, yes in answers)


def _smallest(sets: Iterable[tuple[T, ...]]) -> list[tuple[T, ...]]:
    """Return the sets that hold no other set, fewest first, each once."""
    kept: list[frozenset[T]] = []
    smallest: list[tuple[T, ...]] = []
    for members in sorted(sets, key=len):
        held = frozenset(members)
        if not any(other <= held for other in kept):
            kept.append(held)
            smallest.append(members)
    return smallest


@functools.cache
def _parse(text: str) -> Condition:
    return Condition(text, term_of(text))

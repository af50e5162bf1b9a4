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
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from corrin.errors import KnowledgeError
from corrin.knowledge.terms import AtLeast, Compare, Name, Not, Term, leaves, term_of

T = TypeVar("T")

Value = bool | float | str | None
#: What is known of a name: true or false, a number or a word, or None for not known.
Lookup = Callable[[str], Value]

_COMPARE: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = MappingProxyType(
    {
        ast.Lt: operator.lt,
        ast.LtE: operator.le,
        ast.Gt: operator.gt,
        ast.GtE: operator.ge,
        ast.Eq: operator.eq,
        ast.NotEq: operator.ne,
    }
)


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
        return _Reading(self.text, lookup).value(self._term)

    def rests_on(self, lookup: Lookup) -> tuple[str, ...]:
        """Return the names whose values make the condition hold, in order; () if it does not.

        Every branch that holds is counted, also where one would have been enough.
        """
        reading = _Reading(self.text, lookup)
        if reading.value(self._term) is not True:
            return ()
        return tuple(dict.fromkeys(reading.support(self._term, wanted=True)))

    def raising_sets(self, lookup: Lookup) -> tuple[tuple[str, ...], ...]:
        """Return the smallest sets of names, not known now, that could make it hold.

        Only an unknown condition has any.  Each set is enough together with what is
        known, and none holds another; fewest names first.  The answer that counts is
        yes; under ``not`` it is no, and for ``age`` or ``sex`` a value that fits.
        """
        reading = _Reading(self.text, lookup)
        if reading.value(self._term) is not None:
            return ()
        found = reading.raising(self._term, True)
        return tuple(_smallest([tuple(dict(answers)) for answers in found]))

    def could_raise(self, lookup: Lookup) -> tuple[str, ...]:
        """Return the names of :meth:`raising_sets`, those that are enough alone first."""
        return tuple(dict.fromkeys(name for names in self.raising_sets(lookup) for name in names))

    def alone_enough(self, lookup: Lookup) -> tuple[str, ...]:
        """Return the names of which one answer is enough, given what is known."""
        return tuple(names[0] for names in self.raising_sets(lookup) if len(names) == 1)


#: One answer: a name with whether it must hold; for a comparison, which one as well.
_Answer = tuple[str, bool | tuple[bool, type[ast.cmpop], float | str]]


@dataclass(frozen=True, slots=True)
class _Reading:
    """A condition read against what is known of one person."""

    text: str
    lookup: Lookup

    def value(self, term: Term) -> bool | None:
        match term:
            case Name(name):
                return self._plain(name)
            case Compare():
                return self._compared(term)
            case Not(member):
                value = self.value(member)
                return None if value is None else not value
            case AtLeast(count, members):
                values = [self.value(member) for member in members]
                if values.count(True) >= count:
                    return True
                return False if values.count(True) + values.count(None) < count else None

    def support(self, term: Term, *, wanted: bool) -> Iterator[str]:
        """Yield the names that give ``term`` the value ``wanted``, which it has."""
        match term:
            case Not(member):
                yield from self.support(member, wanted=not wanted)
            case AtLeast(_, members):
                for member in members:
                    if self.value(member) is wanted:
                        yield from self.support(member, wanted=wanted)
            case Name(name) | Compare(name):
                yield name

    def raising(self, term: Term, wanted: bool) -> list[tuple[_Answer, ...]]:
        """Return the smallest sets of answers that make an unknown ``term`` be ``wanted``."""
        match term:
            case Not(member):
                return self.raising(member, not wanted)
            case AtLeast(count, members):
                # To fail, so many members must fail that too few are left.
                needed = count if wanted else len(members) - count + 1
                values = [self.value(member) for member in members]
                open_members = [
                    m for m, value in zip(members, values, strict=True) if value is None
                ]
                sets = [self.raising(member, wanted) for member in open_members]
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

    def _plain(self, name: str) -> bool | None:
        value = self.lookup(name)
        if value is None or isinstance(value, bool):
            return value
        raise KnowledgeError(
            f"The condition '{self.text}' uses '{name}' as yes or no; compare it with a value."
        )

    def _compared(self, term: Compare) -> bool | None:
        value = self.lookup(term.name)
        if value is None:
            return None
        same_kind = isinstance(value, str) == isinstance(term.constant, str)
        if isinstance(value, bool) or not same_kind:
            raise KnowledgeError(
                f"The condition '{self.text}' compares '{term.name}' with another kind of value."
            )
        return _COMPARE[term.operator](value, term.constant)


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

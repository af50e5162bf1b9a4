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

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

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

    def _wrong(self, error: WrongKindError) -> KnowledgeError:
        return KnowledgeError(f"The condition '{self.text}' {error}")


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


@functools.cache
def _parse(text: str) -> Condition:
    return Condition(text, term_of(text))

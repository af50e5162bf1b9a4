"""The terms of a rule, and the parser that refuses everything else.

Written in Python's syntax and read with Python's own parser, but never run.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from corrin.errors import KnowledgeError

#: What is known of a name.
Known = Callable[[str], bool | float | str | None]

#: What each relation of the language does.
COMPARE: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = MappingProxyType(
    {
        ast.Lt: operator.lt,
        ast.LtE: operator.le,
        ast.Gt: operator.gt,
        ast.GtE: operator.ge,
        ast.Eq: operator.eq,
        ast.NotEq: operator.ne,
    }
)
_RELATIONS = tuple(COMPARE)


class WrongKindError(Exception):
    """A name was found to have a value of another kind than its term reads."""


@dataclass(frozen=True, slots=True)
class Name:
    """Holds when the name does."""

    name: str

    def value(self, lookup: Known) -> bool | None:
        """Return what is known; :class:`WrongKindError` for a number or a word."""
        value = lookup(self.name)
        if value is None or isinstance(value, bool):
            return value
        raise WrongKindError(f"uses '{self.name}' as yes or no; compare it with a value.")


@dataclass(frozen=True, slots=True)
class Compare:
    """Holds when the name's value stands in this relation to the constant."""

    name: str
    operator: type[ast.cmpop]
    constant: float | str

    def value(self, lookup: Known) -> bool | None:
        """Return what is known; :class:`WrongKindError` for a value of another kind."""
        value = lookup(self.name)
        if value is None:
            return None
        same_kind = isinstance(value, str) == isinstance(self.constant, str)
        if isinstance(value, bool) or not same_kind:
            raise WrongKindError(f"compares '{self.name}' with another kind of value.")
        return COMPARE[self.operator](value, self.constant)


@dataclass(frozen=True, slots=True)
class Not:
    """Holds when its member fails."""

    member: Term

    def value(self, lookup: Known) -> bool | None:
        """Return the contrary of what is known of the member."""
        value = self.member.value(lookup)
        return None if value is None else not value


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Holds when ``count`` or more of its members do: ``and`` (all) and ``or`` (one) too."""

    count: int
    members: tuple[Term, ...]

    def value(self, lookup: Known) -> bool | None:
        """Return what is known, without asking further members once it is certain."""
        needed, spare = self.count, len(self.members) - self.count
        for member in self.members:
            value = member.value(lookup)
            if value:
                needed -= 1
                if not needed:
                    return True
            elif value is False:
                if not spare:
                    return False
                spare -= 1
        return None


Term = Name | Compare | Not | AtLeast


def leaves(term: Term) -> Iterator[Name | Compare]:
    """Yield every name and comparison of a term, in order."""
    match term:
        case Not(member):
            yield from leaves(member)
        case AtLeast(_, members):
            for member in members:
                yield from leaves(member)
        case _:
            yield term


def term_of(text: str) -> Term:
    """Return the term ``text`` stands for; :class:`KnowledgeError` when it is not a rule."""
    builder = _Builder(text)
    try:
        term = builder.term(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise KnowledgeError(f"The condition '{text}' cannot be read.") from None
    builder.check_kinds(term)
    return term


@dataclass(frozen=True, slots=True)
class _Builder:
    """Turns Python's syntax tree into ours, refusing what is not in the language."""

    text: str

    def term(self, tree: ast.expr) -> Term:
        match tree:
            case ast.Name() | ast.Attribute():
                return Name(self.name_of(tree))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(self.term(operand))
            case ast.BoolOp(op=op, values=values):
                return AtLeast(
                    len(values) if isinstance(op, ast.And) else 1, tuple(map(self.term, values))
                )
            case ast.Compare():
                return self._compare(tree)
            case ast.Call(func=ast.Name(id=function), args=args, keywords=[]):
                return self._call(function, args)
            case _:
                raise self._refusal(f"'{ast.unparse(tree)}' is not in the language")

    def name_of(self, tree: ast.expr) -> str:
        match tree:
            case ast.Name(id=name):
                return name
            case ast.Attribute(value=ast.Name(id=first), attr=second):
                return f"{first}.{second}"
            case _:
                raise self._refusal(f"'{ast.unparse(tree)}' is not a name")

    def _call(self, function: str, args: list[ast.expr]) -> Term:
        if function == "at_least" and args:
            count, *args = args
        elif function in {"any_of", "all_of"} and args:
            count = ast.Constant(1 if function == "any_of" else len(args))
        else:
            raise self._refusal(f"'{function}' is not any_of, all_of or at_least with terms")
        match count:
            case ast.Constant(value=bool()):
                pass
            case ast.Constant(value=int(number)) if 1 <= number <= len(args):
                return AtLeast(number, tuple(map(self.term, args)))
        raise self._refusal("at_least wants a whole number, then at least as many terms")

    def _compare(self, tree: ast.Compare) -> Term:
        if len(tree.ops) != 1:
            raise self._refusal("compare two things at a time and join them with 'and'")
        name, relation = self.name_of(tree.left), type(tree.ops[0])
        match tree.comparators[0]:
            case ast.Name(id=word):
                raise self._refusal(f"write a word in quotes: '{word}'")
            case ast.Constant(value=bool()):
                raise self._refusal("write a name alone, or 'not' before it, for True and False")
            case ast.Constant(value=str(word)) if relation in (ast.Eq, ast.NotEq):
                return Compare(name, relation, word)
            case ast.Constant(value=str()):
                raise self._refusal("a word can only be equal or not equal")
            case ast.Constant(value=int() | float() as number) if relation in _RELATIONS:
                return Compare(name, relation, float(number))
            case _:
                raise self._refusal("compare a name with a number or a word in quotes")

    def check_kinds(self, term: Term) -> None:
        """Refuse a name used in two ways: as yes or no, as a number, as a word."""
        kinds: dict[str, object] = {}
        for leaf in leaves(term):
            kind = type(leaf.constant) if isinstance(leaf, Compare) else bool
            if kinds.setdefault(leaf.name, kind) is not kind:
                raise self._refusal(f"'{leaf.name}' is used as two kinds of value")

    def _refusal(self, reason: str) -> KnowledgeError:
        return KnowledgeError(f"The condition '{self.text}' is refused: {reason}.")

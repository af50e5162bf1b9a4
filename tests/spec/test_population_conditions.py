"""A rule read for many people at once says of each what it says of one."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from corrin.errors import KnowledgeError
from corrin.knowledge.conditions import Condition
from corrin.knowledge.conditions_of_many import (
    LookupOfMany,
    Numbers,
    Words,
    evaluate,
    holds_for,
)
from corrin.knowledge.loading import load

_STATES = {None: -1, False: 0, True: 1}
_VALUES = {-1: None, 0: False, 1: True}
_SEXES = ("female", "male")


def _of(table: dict[str, list[object]], name: str) -> np.ndarray | Numbers | Words:
    column = table[name]
    if name == "age":
        return Numbers(np.array([np.nan if value is None else value for value in column]))
    if name == "sex":
        places = [-1 if value is None else _SEXES.index(value) for value in column]
        return Words(np.array(places, dtype=np.int8), _SEXES)
    return np.array([_STATES[value] for value in column], dtype=np.int8)


def _lookup(table: dict[str, list[object]]) -> LookupOfMany:
    return lambda name: _of(table, name)


def _alone(text: str, table: dict[str, list[object]], count: int) -> list[bool | None]:
    condition = Condition.parse(text)
    return [
        condition.evaluate(lambda name, place=place: table[name][place]) for place in range(count)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "not a",
        "a and b",
        "a or b",
        "not (a and not b)",
        "at_least(2, a, b, c)",
        "not at_least(2, a, b, c)",
        "any_of(a, all_of(b, c)) and not (a and c)",
        "at_least(3, a, b, c, not a)",
    ],
)
def test_every_combination_of_three_values(text: str) -> None:
    combinations = list(itertools.product((None, False, True), repeat=3))
    columns = zip(*combinations, strict=True)
    table: dict[str, list[object]] = dict(zip("abc", map(list, columns), strict=True))
    expected = _alone(text, table, len(combinations))
    found = evaluate(text, _lookup(table), len(combinations))
    assert [_VALUES[state] for state in found.tolist()] == expected
    holds = holds_for(text, _lookup(table))
    assert ([False] * len(expected) if holds is None else holds.tolist()) == [
        value is True for value in expected
    ]


def test_every_rule_of_the_knowledge() -> None:
    chance = random.Random(1)
    count = 200
    knowledge = load()
    texts = [rule.when for rule in knowledge.red_flags.values()]
    texts += [each.when for cause in knowledge.causes.values() for each in cause.prior_modifiers]
    values: dict[type, tuple[object, ...]] = {
        float: (None, 1.0, 2.0, 17.9, 18.0, 39.0, 40.0, 50.0, 51.0, 80.0),
        str: (None, *_SEXES),
    }
    differed = set()
    for text in texts:
        kinds = Condition.parse(text).compared()
        table: dict[str, list[object]] = {
            name: [chance.choice(values.get(kinds.get(name, bool), (None, False, True)))
                   for _ in range(count)]
            for name in sorted(Condition.parse(text).names())
        }  # fmt: skip
        expected = _alone(text, table, count)
        found = evaluate(text, _lookup(table), count)
        assert [_VALUES[state] for state in found.tolist()] == expected, text
        differed.update(expected)
    assert differed == {None, False, True}


def test_a_name_of_which_nothing_is_known_holds_for_nobody() -> None:
    assert holds_for("a or not a", {}.get) is None
    assert evaluate("a", {}.get, 2).tolist() == [-1, -1]


@pytest.mark.parametrize("text", ["age", "age == 'x'", "sex > 1", "a > 1"])
def test_a_value_of_another_kind_is_refused_by_name(text: str) -> None:
    table: dict[str, list[object]] = {"age": [1.0], "sex": ["male"], "a": [True]}
    with pytest.raises(KnowledgeError, match=text.split(maxsplit=1)[0]):
        holds_for(text, _lookup(table))

"""How rules are read: what is not asked stays unknown until it cannot matter."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrin.errors import KnowledgeError
from corrin.knowledge.conditions import Condition

ASKED = {"lithium": True, "tremor": None, "ataxia": False, "age": 70.0, "sex": "female"}


def lookup(known):
    return known.get


# --- The rules of three-valued logic, as in Kleene's tables. T true, F false, u not known.

KLEENE = """
a b | not_a  and  or
T T |  F      T    T
T u |  F      u    T
T F |  F      F    T
u T |  u      u    T
u u |  u      u    u
u F |  u      F    u
F T |  T      F    T
F u |  T      F    u
F F |  T      F    F
"""
VALUES = {"T": True, "F": False, "u": None}


@pytest.mark.parametrize("row", KLEENE.strip().splitlines()[1:])
def test_a_table_of_truth(row):
    inputs, outputs = row.split("|")
    known = dict(zip("ab", (VALUES[v] for v in inputs.split()), strict=True))
    expected = [VALUES[v] for v in outputs.split()]
    texts = ("not a", "a and b", "a or b")
    assert [Condition.parse(text).evaluate(lookup(known)) for text in texts] == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("lithium", True),
        ("tremor", None),
        ("never_heard_of", None),
        ("lithium and (tremor or ataxia)", None),
        ("lithium or tremor", True),
        ("ataxia and tremor", False),
        ("any_of(ataxia, lithium)", True),
        ("all_of(lithium, tremor)", None),
        ("at_least(2, lithium, tremor, ataxia)", None),
        ("at_least(1, lithium, tremor, ataxia)", True),
        ("at_least(3, lithium, tremor, ataxia)", False),
        ("age >= 70", True),
        ("age > 70", False),
        ("age < 40 or lithium", True),
        ("sex == 'female'", True),
        ("sex != 'female'", False),
        ("height > 2", None),
        ("critical.potassium_low or b12.deficient", None),
    ],
)
def test_what_a_rule_says_of_one_person(text, value):
    assert Condition.parse(text).evaluate(lookup(ASKED)) is value


def test_the_names_a_rule_asks_about():
    condition = Condition.parse("a and (critical.b or not c) and age > 3")
    assert condition.names() == {"a", "critical.b", "c", "age"}
    assert condition.compared() == {"age": float}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("lithium or tremor", ("lithium",)),
        ("lithium and not ataxia", ("lithium", "ataxia")),
        ("age >= 40 and lithium", ("age", "lithium")),
        ("not (ataxia and tremor)", ("ataxia",)),
        ("at_least(2, sex == 'female', tremor, lithium)", ("sex", "lithium")),
        ("tremor", ()),
        ("ataxia", ()),
    ],
)
def test_what_a_rule_that_holds_rests_on(text, names):
    assert Condition.parse(text).rests_on(lookup(ASKED)) == names


# --- What is not in the language.


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a and",
        "a; b",
        "__import__('os').system('true')",
        "a if b else c",
        "lambda: a",
        "a + b > 2",
        "f(a)",
        "any_of()",
        "any_of(*a)",
        "any_of(a, key=b)",
        "at_least(a, b)",
        "at_least(0, a)",
        "at_least(3, a, b)",
        "at_least(True, a)",
        "at_least()",
        "1 <= age < 3",
        "sex == male",
        "sex < 'male'",
        "a == True",
        "True",
        "2",
        "'a'",
        "a.b.c",
        "a[0]",
        "age in (1, 2)",
        "age is 1",
        "age == None",
        "-a",
        "a and a > 2",
        "a > 2 and a == 'x'",
        "not " * 5000 + "a",
        "(a := b)",
        "a == b''",
        "a > 2j",
    ],
)
def test_anything_else_is_refused_with_the_rule_named(text):
    with pytest.raises(KnowledgeError) as caught:
        Condition.parse(text)
    assert text in str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"), [("a", 3.0), ("a", "x"), ("a > 2", "x"), ("a > 2", True)]
)
def test_a_value_of_another_kind_is_an_error_that_hides_the_value(text, value):
    with pytest.raises(KnowledgeError) as caught:
        Condition.parse(text).evaluate(lambda _: value)
    assert f"'{text}'" in str(caught.value)
    assert "3.0" not in str(caught.value)


# --- Any rule at all, against the truth table of Python itself.

NAMES = "abcde"


def rules(leaf):
    def grow(inner):
        several = st.lists(inner, min_size=2, max_size=3)
        counted = several.flatmap(
            lambda parts: st.integers(1, len(parts)).map(
                lambda count: f"at_least({count}, {', '.join(parts)})"
            )
        )
        return st.one_of(
            inner.map(lambda part: f"not ({part})"),
            several.map(lambda parts: " and ".join(f"({part})" for part in parts)),
            several.map(lambda parts: " or ".join(f"({part})" for part in parts)),
            counted,
        )

    return st.recursive(leaf, grow, max_leaves=6)


def truth(text, values):
    """The oracle: Python runs the very text, with everything known."""
    tools = {"at_least": lambda count, *members: sum(members) >= count}
    return bool(eval(text, {"__builtins__": {}}, {**tools, **values}))  # noqa: S307


def completions(known):
    unknown = [name for name in NAMES if known[name] is None]
    for answers in itertools.product((False, True), repeat=len(unknown)):
        yield {**known, **dict(zip(unknown, answers, strict=True))}


KNOWN = st.fixed_dictionaries({name: st.sampled_from((True, False, None)) for name in NAMES})


@settings(max_examples=300)
@given(rules(st.sampled_from(NAMES)), KNOWN)
def test_a_settled_rule_stays_settled_whatever_is_answered_later(text, known):
    value = Condition.parse(text).evaluate(lookup(known))
    outcomes = {truth(text, complete) for complete in completions(known)}
    if value is not None:
        assert outcomes == {value}


@settings(max_examples=300)
@given(st.data(), KNOWN)
def test_a_rule_that_asks_each_name_once_is_settled_exactly_when_it_can_be(data, known):
    text = data.draw(rules(st.just("#")).filter(lambda text: text.count("#") <= len(NAMES)))
    for name in NAMES[: text.count("#")]:
        text = text.replace("#", name, 1)
    outcomes = {truth(text, complete) for complete in completions(known)}
    expected = outcomes.pop() if len(outcomes) == 1 else None
    assert Condition.parse(text).evaluate(lookup(known)) is expected


@settings(max_examples=300)
@given(rules(st.sampled_from(NAMES)), KNOWN)
def test_what_a_rule_rests_on_is_enough(text, known):
    condition = Condition.parse(text)
    rests_on = condition.rests_on(lookup(known))
    only = {name: known[name] if name in rests_on else None for name in NAMES}
    assert (condition.evaluate(lookup(known)) is True) == (condition.evaluate(lookup(only)) is True)

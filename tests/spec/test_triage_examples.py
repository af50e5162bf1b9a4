"""Every red-flag record carries worked examples; they are run here and printed on its page."""

from __future__ import annotations

import pytest

from corrin.knowledge.loading import load
from corrin.knowledge.records import Example, RedFlag, Tier
from corrin.triage.urgency import urgency
from tests.people import line, person_of, read

FLAGS = list(load().red_flags.values())
EXAMPLES = [(flag, example) for flag in FLAGS for example in flag.example]
NOT_RAISED = "not raised"


@pytest.mark.parametrize(
    ("flag", "example"), EXAMPLES, ids=[f"{f.id}-{i}" for i, (f, _) in enumerate(EXAMPLES)]
)
def test_the_example_comes_out_as_it_says(flag: RedFlag, example: Example) -> None:
    said = " ".join(name if present else f"-{name}" for name, present in example.given.items())
    person = person_of(said, labs=example.labs, age=example.age, sex=example.sex)
    picture, status = read(person)
    answer = urgency(picture, status, load())
    raised = {one.rule: one.tier for one in answer.because}
    if example.expect == NOT_RAISED:
        assert flag.id not in raised
    else:
        assert raised.get(flag.id) is flag.tier is Tier(example.expect)
        assert list(Tier).index(answer.tier) <= list(Tier).index(flag.tier)
    assert all(line(text).lab in load().labs for text in example.labs)


@pytest.mark.parametrize("flag", FLAGS, ids=lambda flag: flag.id)
def test_every_rule_has_someone_who_meets_it_and_someone_who_does_not(flag: RedFlag) -> None:
    expected = [example.expect for example in flag.example]
    assert flag.tier.value in expected
    assert NOT_RAISED in expected


@pytest.mark.parametrize("flag", FLAGS, ids=lambda flag: flag.id)
def test_every_rule_has_a_source_or_says_that_it_is_assumed(flag: RedFlag) -> None:
    references = {flag.reference, *flag.references} - {None}
    assert references or flag.assumed
    assert references <= set(load().references)


def test_every_critical_value_is_watched_by_a_rule_of_its_tier_or_above() -> None:
    order = list(Tier)
    for value in load().critical_values.values():
        watching = [flag.tier for flag in FLAGS if f"critical.{value.id}" in flag.when]
        assert watching, value.id
        assert min(map(order.index, watching)) <= order.index(value.tier), value.id

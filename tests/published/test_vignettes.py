"""No red-flag vignette is answered less urgently than its source demands.

The vignettes are made from source statements that were written down before the rules
were read (tests/vignettes); over-triage is printed by ``python -m checks.vignettes``.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from functools import lru_cache

import pytest

from checks.vignettes import figures, under_triaged
from corrin.knowledge.loading import load
from tests.vignettes.answering import Answered, answer, answer_all
from tests.vignettes.generate import ORDER, Vignette, vignettes
from tests.vignettes.lines import WAYS
from tests.vignettes.records import background, limits, sources, statements

AT_LEAST = 400
AT_LEAST_BENIGN = 80
URGENT = ("emergency", "same-day", "two-weeks")
#: Where the decision page on triage sets another limit than one of the sources prints.
DEPARTURES = {"limit:ck > 500 U/L"}


@lru_cache(maxsize=1)
def made() -> tuple[Vignette, ...]:
    return vignettes(load())


@lru_cache(maxsize=1)
def answered() -> tuple[Answered, ...]:
    return answer_all(made(), load())


def test_no_vignette_is_under_triaged() -> None:
    assert under_triaged(answered()) == []


def test_there_are_enough_of_them_and_each_statement_has_its_people() -> None:
    urgent = [each for each in made() if each.urgent]
    assert len(urgent) >= AT_LEAST
    assert sum(not each.urgent for each in made()) >= AT_LEAST_BENIGN
    people = Counter(each.statement for each in urgent)
    assert set(people) == {s.id for s in statements()} | {limit.id for limit in limits()}
    assert min(people.values()) >= len(WAYS)


@pytest.mark.parametrize("tier", URGENT)
def test_every_tier_meets_every_age_sex_setting_and_distractor(tier: str) -> None:
    some = [each for each in made() if each.urgent and each.tier == tier]
    said = background()
    assert {each.person.get("age") for each in some} >= {*said.ages, None}
    assert {each.person.get("sex") for each in some} == {*said.sexes, None}
    assert {each.person.get("setting") for each in some} == {*said.settings, None}
    assert {each.person.get("twitching") for each in some} == {True, False, None}
    assert {name for each in some for name in each.distractors} == {
        each.name for each in said.distractor
    }
    assert any(False in each.person["findings"].values() for each in some)


def test_dangers_are_found_from_findings_results_and_medicines_alone() -> None:
    held = Counter(each.danger_from for each in made() if each.urgent)
    assert held["findings"] > AT_LEAST / 2
    assert held["labs"] > AT_LEAST / 2
    assert sum(count for said, count in held.items() if "drugs" in said) > AT_LEAST_BENIGN / 2
    assert {each.way for each in made() if each.danger_from == "labs"} >= set(WAYS)


def test_every_statement_names_a_source_that_is_on_record() -> None:
    known = load().references.keys() | sources().keys()
    cited = {name for each in made() for name in each.references}
    assert cited <= known
    assert not sources().keys() & load().references.keys()
    assert sources().keys() <= cited
    assert all(source["read"] != "not read" for source in sources().values())


def test_the_same_tables_give_the_same_people() -> None:
    assert vignettes(load()) == made()


def test_only_the_stated_departures_stand_outside_the_bar() -> None:
    departing = {each.statement for each in made() if each.departs}
    assert departing == DEPARTURES


def test_the_bar_can_fail() -> None:
    """A person whose danger is taken away is under-triaged, and said to be."""
    first = made()[0]
    harmless = dataclasses.replace(
        first, person={key: first.person[key] for key in ("as_of",)} | {"findings": {}}
    )
    found = under_triaged([answer(harmless, load())])
    assert len(found) == 1 and first.id in found[0]


def test_the_figures_name_every_tier_and_its_interval() -> None:
    lines = figures(answered())
    for tier in ORDER:
        assert any(line.split()[0] == tier and "%" in line for line in lines)

"""What explains the twitching, weighed for many people at once: what each is answered alone."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from corrin.errors import Refusal
from corrin.knowledge.loading import load
from corrin.knowledge.records import Setting
from corrin.picture.building import clinical_picture
from corrin.picture.records import Picture
from corrin.population.kernel.age_and_sex import kinds_of
from corrin.population.kernel.answers import CAUSES_REFUSALS, CausesOfMany
from corrin.population.kernel.reading_batch import read_batch
from corrin.population.kernel.twitching import reversible_likely, weigh_causes
from corrin.population.rows import person_of_row
from corrin.twitching import noisy_or
from corrin.twitching.evidence import CountedEvidence, count_evidence
from corrin.twitching.explaining import explain
from corrin.twitching.network import compile_network
from tests.population_people import Row, batch_of, rows

KNOWLEDGE = load()
#: As far as the two ways of computing a probability may differ.
NEAR = 1e-9
MOST = int(KNOWLEDGE.model["maximum_positives"].value)


def _people(count: int, *, seed: int, present: int, absent: int) -> list[Row]:
    """Return people who twitch, with so many more findings present and absent."""
    chance = random.Random(seed)
    names = list(KNOWLEDGE.findings)
    people = []
    for row in rows(count, seed=seed):
        found = {*row["present"], *chance.sample(names, present)}
        missing = {*row["absent"], *chance.sample(names, absent)} - found
        people.append(row | {"twitching": True, "present": sorted(found),
                             "absent": sorted(missing)})  # fmt: skip
    return list(batch_of(people).to_pylist())


def _weighed(given: list[Row]) -> CausesOfMany:
    return weigh_causes(read_batch(batch_of(given), KNOWLEDGE), KNOWLEDGE)


def _picture(row: Row) -> tuple[Picture, Setting]:
    setting = Setting(row["setting"] or Setting.PRIMARY_CARE)
    return clinical_picture(person_of_row(row), KNOWLEDGE), setting


def _counted(row: Row) -> CountedEvidence:
    picture, setting = _picture(row)
    return count_evidence(picture, compile_network(KNOWLEDGE, setting), KNOWLEDGE)


@pytest.fixture(scope="module")
def people() -> list[Row]:
    # As they come, some of whom do not twitch or are children; and a few with more to tell.
    return [*batch_of(rows(260, seed=41)).to_pylist(), *_people(60, seed=42, present=3, absent=30)]


@pytest.fixture(scope="module")
def weighed(people: list[Row]) -> CausesOfMany:
    return _weighed(people)


def test_everybody_has_the_answer_they_have_alone(people: list[Row], weighed: CausesOfMany) -> None:
    place = {row: number for number, row in enumerate(weighed.rows.tolist())}
    for number, row in enumerate(people):
        picture, setting = _picture(row)
        alone = explain(picture, KNOWLEDGE, setting=setting, draws=0, questions=False)
        if isinstance(alone, Refusal):
            assert CAUSES_REFUSALS[weighed.refused[number]] == alone.code, row["person_id"]
            continue
        assert weighed.refused[number] < 0
        at = place[number]
        found = dict(zip(weighed.ids, weighed.probability[at].tolist(), strict=True))
        wanted = {each.id: each.probability for each in alone.causes}
        assert found == pytest.approx(wanted, abs=NEAR), row["person_id"]
        counted = _counted(row)
        assert weighed.counted[at] == len(counted.present) + len(counted.absent)
        assert weighed.left_out[at] == len(alone.left_out)
    assert set(weighed.refused.tolist()) == {-1, *range(len(CAUSES_REFUSALS))}


def test_more_findings_than_can_be_held_leave_out_the_same_ones() -> None:
    people = _people(40, seed=43, present=22, absent=20)
    people = [row | {"age": 50.0, "labs": [], "setting": None} for row in people]
    counted = [_counted(row) for row in people]
    weighed = _weighed(people)
    assert weighed.left_out.tolist() == [len(each.left_out) for each in counted]
    assert any(weighed.left_out.tolist())
    assert weighed.counted.tolist() == [len(each.present) + len(each.absent) for each in counted]
    # One of them in full, since sixteen findings cost the single person seconds.
    number = next(place for place, each in enumerate(counted) if each.left_out)
    network = compile_network(KNOWLEDGE, Setting.PRIMARY_CARE)
    about: dict[str, Any] = {"age": 50.0, "sex": people[number]["sex"]}
    names = (*counted[number].present, *counted[number].absent)
    columns = [network.findings.index(name) for name in names]
    net = network.arrays(network.prior_odds_factor(about.get), columns)
    first = len(counted[number].present)
    assert first == MOST
    wanted, _ = noisy_or.posterior(
        net, present=list(range(first)), absent=list(range(first, len(names)))
    )
    states = [network.states.index(id_) for id_ in weighed.ids]
    assert weighed.probability[number] == pytest.approx(wanted[states], abs=NEAR)


def test_neither_the_batch_nor_the_order_changes_a_bit(
    people: list[Row], weighed: CausesOfMany
) -> None:
    def bits(found: CausesOfMany, row: int) -> Any:
        at = np.flatnonzero(found.rows == row)
        parts = (found.probability, found.counted, found.left_out, found.reversible)
        return found.refused[row], *(part[at].tobytes() for part in parts)

    order = list(range(len(people)))
    random.Random(6).shuffle(order)
    shuffled = _weighed([people[place] for place in order])
    for row, place in enumerate(order):
        assert bits(shuffled, row) == bits(weighed, place)
    for first, last in ((0, 1), (1, 90), (260, 320)):
        part = _weighed(people[first:last])
        for row in range(last - first):
            assert bits(part, row) == bits(weighed, first + row)


def test_people_of_one_kind_are_alike_to_every_condition() -> None:
    network = compile_network(KNOWLEDGE, Setting.PRIMARY_CARE)
    conditions = [condition for _, condition, _ in network.modifiers]
    ages = [np.nan, 0.0, 1.99, 2.0, 29.9, 30.0, 39.99, 40.0, 40.01, 59.9, 60.0, 60.5, 110.0]
    age = np.repeat(ages, 3)
    sex = np.tile(np.array([-1, 0, 1], dtype=np.int8), len(ages))
    kind, lookups = kinds_of(conditions, age, sex)
    words = (None, "female", "male")
    for each, years, which in zip(kind.tolist(), age.tolist(), sex.tolist(), strict=True):
        known = {"age": None if np.isnan(years) else years, "sex": words[which + 1]}
        for condition in conditions:
            assert condition.evaluate(known.get) is condition.evaluate(lookups[each])


def test_reversible_takes_causes_that_were_raised_and_none_for_its_base_rate() -> None:
    states = ("hypokalaemia", "hypocalcaemia", "bfs")
    rules = KNOWLEDGE.population
    others = [id_ for id_ in rules.reversible.causes if id_ not in states]
    least = rules.setting["reversible_from"].value

    def likely(potassium: float, calcium: float, benign: float, *, before: float) -> bool:
        rest = np.zeros((1, len(others)))
        prior = np.hstack([[[before, before, before]], rest + 0.001])
        now = np.hstack([[[potassium, calcium, benign]], rest + 0.001])
        return bool(reversible_likely(now, prior, (*states, *others), KNOWLEDGE)[0])

    assert likely(least + 0.01, 0.01, 0.9, before=0.01)
    assert likely(least / 2, least / 2 + 0.01, 0.0, before=0.01)
    assert not likely(0.01, 0.01, 0.9, before=0.01)
    assert not likely(least / 2, least / 2 - 0.01, 0.0, before=0.01)
    # As likely as before: nothing known of the person speaks for it.
    assert not likely(least + 0.01, 0.01, 0.0, before=least)


def test_the_causes_that_count_as_reversible_are_causes_that_explain() -> None:
    for id_ in KNOWLEDGE.population.reversible.causes:
        assert KNOWLEDGE.causes[id_].explains, id_

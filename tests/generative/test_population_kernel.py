"""Many people read at once have the picture, status and urgency that each has alone."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Iterator

import numpy as np
import pytest

from corrin.b12_status.records import B12Class, Trust
from corrin.high_b12.sources_lasting import persistence
from corrin.knowledge.loading import load
from corrin.labs.records import Measurement
from corrin.population.kernel.answers import (
    CLASSES,
    COMPARATORS,
    LASTINGS,
    TRUSTS,
    WHY_NOT_CLASSED,
    StatusOfMany,
)
from corrin.population.kernel.b12_status import class_b12_of_many
from corrin.population.kernel.lasting import LastingOfMany, lasting_of
from corrin.population.kernel.lookup import LookupOfPeople
from corrin.population.kernel.people import NO_DAY, People, Results
from corrin.population.kernel.reading_batch import read_batch
from corrin.population.kernel.triage import TIERS, UrgencyOfMany, urgency_of_many
from corrin.population.records import WhyNotClassed
from tests.population_oracle import Row, Seen, plain_answers, see
from tests.population_people import batch_of, rows

COUNT = 3000
KNOWLEDGE = load()
_EPOCH = dt.date(1970, 1, 1)


class Asked:
    """People who were read, classed and triaged together."""

    def __init__(self, given: list[Row]) -> None:
        self.batch = batch_of(given)
        self.people: People = read_batch(self.batch, KNOWLEDGE)
        self.status: StatusOfMany = class_b12_of_many(self.people, KNOWLEDGE)
        self.lasting: LastingOfMany = lasting_of(self.people, KNOWLEDGE)
        self.lookup = LookupOfPeople(
            people=self.people, status=self.status, lasting=self.lasting, knowledge=KNOWLEDGE
        )
        self.urgency: UrgencyOfMany = urgency_of_many(self.lookup, KNOWLEDGE)


@pytest.fixture(scope="module")
def asked() -> Asked:
    return Asked(rows(COUNT, seed=7))


@pytest.fixture(scope="module")
def alone(asked: Asked) -> list[Seen]:
    # The rows as the table holds them, so that both paths read the same numbers.
    return [see(row, KNOWLEDGE) for row in asked.batch.to_pylist()]


def _bool(state: int) -> bool | None:
    return None if state < 0 else bool(state)


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _day(day: int) -> dt.date | None:
    return None if day == NO_DAY else _EPOCH + dt.timedelta(days=int(day))


def _measured(results: Results, place: int) -> tuple[object, ...]:
    return (
        _number(results.low[place]),
        _number(results.high[place]),
        ("low", "normal", "high", "unknown")[results.position[place]],
        _number(results.reference_low[place]),
        _number(results.reference_high[place]),
        ("laboratory", "corrin", None)[results.interval_from[place]],
        _day(results.day[place]),
        None if results.assay[place] < 0 else results.assays[results.assay[place]],
    )


def _alone(one: Measurement) -> tuple[object, ...]:
    return (one.low, one.high, one.position.value, one.reference_low, one.reference_high,
            one.interval_from, one.taken, one.assay)  # fmt: skip


def _results_by_person(asked: Asked) -> Iterator[dict[str, list[tuple[object, ...]]]]:
    found: list[dict[str, list[tuple[object, ...]]]] = [{} for _ in range(len(asked.people))]
    for lab, results in asked.people.results.items():
        for place, person in enumerate(results.person.tolist()):
            found[person].setdefault(lab, []).append(_measured(results, place))
    yield from found


def test_results_are_those_of_one_person(asked: Asked, alone: list[Seen]) -> None:
    for found, seen in zip(_results_by_person(asked), alone, strict=True):
        expected = {
            lab: [_alone(one) for one in results]
            for lab, results in seen.picture.measurements.items()
        }
        assert found == expected, seen.row["person_id"]


def test_findings_are_those_of_one_person(asked: Asked, alone: list[Seen]) -> None:
    names = list(asked.people.finding_column)
    for states, seen in zip(asked.people.findings.tolist(), alone, strict=True):
        found = {name: bool(state) for name, state in zip(names, states, strict=True) if state >= 0}
        expected = {name: state.present for name, state in seen.picture.findings.items()}
        assert found == expected, seen.row["person_id"]


def test_status_and_urgency_are_those_of_one_person(asked: Asked, alone: list[Seen]) -> None:
    status, twitching = asked.status, asked.lookup.twitching()
    rules = asked.urgency.rules.to_pylist()
    for place, seen in enumerate(alone):
        expected = plain_answers(seen, KNOWLEDGE)
        answered = bool(status.refused[place] < 0)
        assert answered is (seen.known is not None)
        found = {
            "b12_class": CLASSES[status.b12_class[place]].value if answered else None,
            "b12_pmol_l": _number(status.level[place]),
            "b12_comparator": COMPARATORS[status.comparator[place]] or None,
            "b12_taken": _day(status.day[place]),
            "b12_trust": TRUSTS[status.trust[place]].value if answered else None,
            "functional_deficiency": _bool(status.functional[place]),
            "twitching": _bool(twitching[place]),
            "b12_not_classed": (
                None
                if status.why_not_classed[place] < 0
                else WHY_NOT_CLASSED[status.why_not_classed[place]].value
            ),
            "tier": TIERS[asked.urgency.tier[place]].value,
            "rules": rules[place],
        }
        assert found == {name: expected[name] for name in found}, seen.row["person_id"]


def test_what_was_left_out_is_noted_as_for_one_person(asked: Asked, alone: list[Seen]) -> None:
    watched = {f"labs.{value.lab}" for value in KNOWLEDGE.critical_values.values()}
    notes = {"albumin-not-given", "albumin-adjusted"}
    for found, seen in zip(asked.people.not_used.tolist(), alone, strict=True):
        left_out = [each for each in seen.picture.not_used if each.code not in notes]
        assert found == any(each.question in watched for each in left_out), seen.row["person_id"]


def test_lasting_is_that_of_one_person(asked: Asked, alone: list[Seen]) -> None:
    for place, seen in enumerate(alone):
        results = seen.picture.measurements.get("serum_b12", ())
        expected = persistence(results, KNOWLEDGE).lasting if results else None
        found = asked.lasting.lasting[place]
        assert (None if found < 0 else LASTINGS[found]) is expected, seen.row["person_id"]


def test_the_people_are_nasty_enough(asked: Asked) -> None:
    raised = {rule for rules in asked.urgency.rules.to_pylist() for rule in rules}
    assert raised == set(KNOWLEDGE.red_flags)
    assert {CLASSES[place] for place in asked.status.b12_class if place >= 0} == set(B12Class)
    assert {TRUSTS[place] for place in asked.status.trust if place >= 0} == set(Trust)
    assert {WHY_NOT_CLASSED[place] for place in asked.status.why_not_classed if place >= 0} == (
        # A word always has a position, so far.
        set(WHY_NOT_CLASSED) - {WhyNotClassed.WORD_ONLY}
    )
    assert set(asked.people.results) == set(KNOWLEDGE.labs)
    assert {-1, 0, 1} == set(np.unique(asked.status.functional).tolist())
    assert {-1, 0, 1, 2} == set(np.unique(asked.lasting.lasting).tolist())
    assert set(asked.urgency.tier.tolist()) == set(range(len(TIERS)))
    states = asked.people.findings
    for name, column in asked.people.finding_column.items():
        assert {0, 1} <= set(np.unique(states[:, column]).tolist()), name
    assert asked.people.not_used.any()
    assert not asked.people.not_used.all()


def _bits(asked: Asked) -> list[tuple[object, ...]]:
    status = asked.status
    columns = [getattr(status, name).tolist() for name in status.__slots__ if name != "level"]
    level = [number.hex() for number in status.level.tolist()]
    urgency = (asked.urgency.tier.tolist(), asked.urgency.rules.to_pylist())
    findings = [row.tobytes() for row in np.ascontiguousarray(asked.people.findings)]
    rest = (asked.lasting.lasting.tolist(), asked.people.not_used.tolist())
    return list(zip(findings, level, *columns, *urgency, *rest, strict=True))


def test_neither_the_batch_nor_the_order_changes_a_bit() -> None:
    given = rows(400, seed=11)
    together = _bits(Asked(given))
    order = list(range(len(given)))
    random.Random(3).shuffle(order)
    shuffled = _bits(Asked([given[place] for place in order]))
    assert [together[place] for place in order] == shuffled
    parts = [given[:1], given[1:100], given[100:107], given[107:]]
    assert [row for part in parts for row in _bits(Asked(part))] == together


def test_a_slice_of_a_batch_is_read_as_a_batch() -> None:
    given = rows(150, seed=12)
    whole, part = Asked(given), read_batch(batch_of(given).slice(50, 60), KNOWLEDGE)
    assert np.array_equal(part.findings, whole.people.findings[50:110])
    status = class_b12_of_many(part, KNOWLEDGE)
    assert np.array_equal(status.b12_class, whole.status.b12_class[50:110])
    assert np.array_equal(status.day, whole.status.day[50:110])


def test_nobody_at_all() -> None:
    assert len(Asked([]).people) == 0

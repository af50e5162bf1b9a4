"""Why B12 is high, weighed for many people at once: what each is answered alone."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import numpy as np
import pytest

from corrin.b12_status.classing import class_b12
from corrin.b12_status.records import B12Status
from corrin.errors import Refusal
from corrin.high_b12.answering import WhyHigh, why_high
from corrin.high_b12.sources_records import Supplements
from corrin.knowledge.loading import load
from corrin.knowledge.records import Setting
from corrin.picture.building import clinical_picture
from corrin.population.kernel.answers import (
    LASTINGS,
    SOURCES_REFUSALS,
    SUPPLEMENTS,
    SourcesOfMany,
)
from corrin.population.kernel.b12_status import class_b12_of_many
from corrin.population.kernel.reading_batch import read_batch
from corrin.population.kernel.sources import weigh_sources
from corrin.population.rows import person_of_row
from tests.population_people import AS_OF, Row, batch_of, rows

KNOWLEDGE = load()
#: As far as the two ways of computing a probability may differ.
NEAR = 1e-9
_DOSES = (
    {"substance": "cyanocobalamin", "route": "oral", "dose": "1000 ug", "every": "1 day"},
    {"substance": "cyanocobalamin", "route": "oral", "dose": "50 ug", "every": "1 day"},
    {"substance": "hydroxocobalamin", "route": "intramuscular", "dose": "1 mg", "every": "8 weeks"},
    {"substance": "multivitamin", "every": "1 day"},
    {"substance": "vitamin B12", "dose": "some"},
    {"substance": "magnesium", "route": "oral", "dose": "200 mg", "every": "1 day"},
)


def _b12(value: float, taken: dt.date | None, comparator: str | None) -> Row:
    line: Row = dict.fromkeys(
        ("value", "comparator", "unit", "word", "reference_low", "reference_high", "assay")
    )
    return line | {"lab": "serum_b12", "value": value, "unit": "pmol/L", "taken": taken,
                   "comparator": comparator}  # fmt: skip


def _dose(chance: random.Random) -> Row:
    names = ("substance", "route", "dose", "every", "since", "until", "last_dose", "duration",
             "product")  # fmt: skip
    since = AS_OF - dt.timedelta(days=chance.randint(30, 2500))
    dates = {"since": since if chance.random() < 0.6 else None}
    return dict.fromkeys(names) | dict(chance.choice(_DOSES)) | dates


def _made_high(row: Row, chance: random.Random) -> Row:
    """Give a person one to four results of B12, most of them high, and often doses."""
    taken: dt.date | None = AS_OF - dt.timedelta(days=chance.choice((0, 5, 100)))
    lines = []
    for _ in range(chance.choice((1, 1, 2, 3, 4))):
        comparator = chance.choice((None, None, None, None, ">", "<"))
        value = round(chance.choice((400, 800, 1100, 2600)) * chance.uniform(0.8, 1.3), 1)
        day = None if chance.random() < 0.1 else taken
        lines.append(_b12(value, day, comparator))
        taken = taken and taken - dt.timedelta(days=chance.choice((3, 27, 28, 200)))
    others = [line for line in row["labs"] if line["lab"] != "serum_b12"]
    intake = row["intake"]
    if chance.random() < 0.5:
        intake = [_dose(chance) for _ in range(chance.choice((1, 1, 2)))]
    age = row["age"] if chance.random() < 0.3 else float(chance.randint(16, 90))
    ordered = sorted(lines, key=lambda line: line["taken"] or dt.date.min, reverse=True)
    return {**row, "labs": [*others, *ordered], "intake": intake, "age": age}


def _people(count: int, *, seed: int) -> list[Row]:
    chance = random.Random(seed)
    made = [_made_high(row, chance) for row in rows(count, seed=seed)]
    # As the table holds them, so that both paths read the same numbers.
    return list(batch_of(made).to_pylist())


def _weighed(given: list[Row]) -> SourcesOfMany:
    people = read_batch(batch_of(given), KNOWLEDGE)
    return weigh_sources(people, class_b12_of_many(people, KNOWLEDGE), KNOWLEDGE)


def _alone(row: Row) -> WhyHigh | Refusal:
    picture = clinical_picture(person_of_row(row), KNOWLEDGE)
    status = class_b12(picture, KNOWLEDGE)
    return why_high(
        picture,
        status if isinstance(status, B12Status) else None,
        KNOWLEDGE,
        today=row["as_of"],
        draws=0,
        setting=Setting(row["setting"] or Setting.PRIMARY_CARE),
        curves=False,
    )


@pytest.fixture(scope="module")
def people() -> list[Row]:
    return _people(900, seed=31)


@pytest.fixture(scope="module")
def weighed(people: list[Row]) -> SourcesOfMany:
    return _weighed(people)


@pytest.fixture(scope="module")
def alone(people: list[Row]) -> list[WhyHigh | Refusal]:
    return [_alone(row) for row in people]


def test_everybody_has_the_answer_they_have_alone(
    people: list[Row], weighed: SourcesOfMany, alone: list[WhyHigh | Refusal]
) -> None:
    place = {row: number for number, row in enumerate(weighed.rows.tolist())}
    for number, (row, wanted) in enumerate(zip(people, alone, strict=True)):
        if isinstance(wanted, Refusal):
            assert SOURCES_REFUSALS[weighed.refused[number]] == wanted.code, row["person_id"]
            assert number not in place
            continue
        assert weighed.refused[number] < 0, row["person_id"]
        sources = {each.id: each.probability for each in wanted.sources.sources}
        found = dict(zip(weighed.ids, weighed.probability[place[number]].tolist(), strict=True))
        assert found == pytest.approx(sources, abs=NEAR), row["person_id"]
        assert SUPPLEMENTS[weighed.supplements[number]] is wanted.sources.supplements
        if row["labs"]:
            assert LASTINGS[weighed.lasting[number]] is wanted.sources.persistence.lasting


def test_the_people_bring_out_every_answer(
    weighed: SourcesOfMany, alone: list[WhyHigh | Refusal]
) -> None:
    answered = [each for each in alone if isinstance(each, WhyHigh)]
    assert len(answered) == len(weighed.rows) > 400
    assert {each.sources.supplements for each in answered} == set(Supplements)
    assert set(weighed.lasting[weighed.rows].tolist()) == set(range(len(LASTINGS)))
    assert set(weighed.refused.tolist()) - {-1} == set(range(len(SOURCES_REFUSALS))) - {1}
    assert {each.sources.elevation.comparator for each in answered} == {None, ">"}
    used = {each.dose.explained.results_used for each in answered
            if each.dose.explained is not None}  # fmt: skip
    assert {0, 1, 2} <= used
    # The level to explain is not always the latest one: then the doses speak alone.
    earlier = [
        each for each in answered
        if each.dose.level is not None and each.sources.supplements is Supplements.REGIMEN_KNOWN
        and each.sources.elevation.value_pg_ml != each.dose.level.low
    ]  # fmt: skip
    assert earlier


def test_neither_the_batch_nor_the_order_changes_a_bit(
    people: list[Row], weighed: SourcesOfMany
) -> None:
    def bits(found: SourcesOfMany, row: int) -> Any:
        at = np.flatnonzero(found.rows == row)
        share = found.probability[at].tobytes()
        return share, *(getattr(found, name)[row] for name in ("refused", "supplements", "lasting",
                                                               "treated"))  # fmt: skip

    order = list(range(len(people)))
    random.Random(2).shuffle(order)
    shuffled = _weighed([people[place] for place in order])
    for row, place in enumerate(order):
        assert bits(shuffled, row) == bits(weighed, place)
    for first, last in ((0, 1), (1, 8), (8, 250)):
        part = _weighed(people[first:last])
        for row in range(last - first):
            assert bits(part, row) == bits(weighed, first + row)


def test_more_taken_explains_more() -> None:
    base = _people(1, seed=3)[0] | {
        "age": 50.0, "present": [], "absent": [], "drugs": None, "setting": None,
        "labs": [_b12(900.0, AS_OF, None)],
    }  # fmt: skip
    names = dict.fromkeys(("substance", "route", "dose", "every", "since", "until", "last_dose",
                           "duration", "product"))  # fmt: skip
    tablet = names | _DOSES[0] | {"since": AS_OF - dt.timedelta(days=400)}
    small = names | {"substance": "multivitamin", "every": "1 day"}
    weighed = _weighed([base | {"intake": each} for each in ([], None, [small], [tablet])])
    intake = weighed.probability[:, weighed.ids.index("intake")]
    assert intake[0] < intake[2] < intake[3]
    assert intake[3] > 0.5
    not_classed = weighed.probability[:, weighed.ids.index("not_classed")]
    assert not_classed[1] == max(not_classed)


def test_nobody_high_is_nobody_weighed() -> None:
    row = _people(1, seed=3)[0] | {"labs": [], "present": [], "absent": []}
    weighed = _weighed([row])
    assert weighed.probability.shape == (0, len(weighed.ids))
    assert SOURCES_REFUSALS[weighed.refused[0]] in {"not-measured", "children"}

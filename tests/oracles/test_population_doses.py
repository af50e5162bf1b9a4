"""What the doses say of many levels at once is what the dose model says of each alone."""

from __future__ import annotations

import datetime as dt
import math
import random
from dataclasses import dataclass

import numpy as np
import pytest

from corrin.high_b12.predicting import explains
from corrin.high_b12.records import Level, Regimen
from corrin.high_b12.regimens import regimen_from_intake
from corrin.knowledge.loading import load
from corrin.person.records import Intake
from corrin.population.kernel.dose_asking import Ask, ask_many, from_sample, trains_of

KNOWLEDGE = load()
TODAY = dt.date(2026, 6, 30)
#: As far as the two ways of computing a probability may differ.
NEAR = 1e-9
_KINDS: tuple[dict[str, str], ...] = (
    {"substance": "cyanocobalamin", "route": "oral", "dose": "1000 ug", "every": "1 day"},
    {"substance": "cyanocobalamin", "route": "oral", "dose": "50 ug", "every": "12 hours"},
    {"substance": "methylcobalamin", "route": "sublingual", "dose": "1 mg", "every": "8 hours"},
    {"substance": "cyanocobalamin", "route": "nasal", "dose": "500 ug", "every": "week"},
    {
        "substance": "hydroxocobalamin",
        "route": "intramuscular",
        "dose": "1 mg",
        "every": "12 weeks",
    },
    {"substance": "hydroxocobalamin", "route": "intramuscular", "dose": "1 mg", "every": "month"},
    {"substance": "cyanocobalamin", "route": "intramuscular", "dose": "1 mg", "every": "once"},
    {"product": "multivitamin", "every": "1 day"},
)


@dataclass(frozen=True)
class Case:
    """A regimen and a level on a day, with other results and whether the gut works."""

    regimen: Regimen
    level: Level
    others: tuple[Level, ...]
    intrinsic: bool

    def ask(self) -> Ask:
        others = [(one.day - self.level.day, one.low, one.high) for one in self.others]
        return Ask(
            trains=from_sample(trains_of(self.regimen, KNOWLEDGE), self.level.day),
            intrinsic=self.intrinsic,
            low=self.level.low,
            results=np.array(others).reshape(-1, 3),
        )

    def alone(self) -> float:
        return explains(
            self.level, self.regimen, KNOWLEDGE, results=self.others,
            intrinsic_factor=self.intrinsic,
        ).probability  # fmt: skip


def _past(chance: random.Random, least: int, most: int) -> dt.date:
    return TODAY - dt.timedelta(days=chance.randint(least, most))


def _entry(chance: random.Random) -> Intake:
    kind = dict(chance.choice(_KINDS))
    dates: dict[str, dt.date | str] = {}
    told = chance.random()
    if told < 0.5:
        dates["since"] = _past(chance, 60, 3000)
    elif told < 0.6:
        dates["duration"] = chance.choice(("3 months", "2 years"))
    if kind.get("route") == "intramuscular" and chance.random() < 0.5:
        dates["last_dose"] = _past(chance, 0, 40)
    elif chance.random() < 0.2:
        dates["until"] = _past(chance, 0, 50)
    return Intake(**kind, **dates)  # type: ignore[arg-type]


def _other(chance: random.Random, day: float) -> Level:
    value = chance.choice((300, 900, 1500, 4000)) * chance.uniform(0.7, 1.4)
    earlier = day - chance.randint(1, 900)
    low, high = chance.choice(
        ((value, value), (value, value), (value, value), (value, math.inf), (0.0, value))
    )
    return Level(day=earlier, low=low, high=high)


def _case(chance: random.Random) -> Case:
    while True:
        entries = [_entry(chance) for _ in range(chance.choice((1, 1, 2)))]
        regimen = regimen_from_intake(entries, KNOWLEDGE, as_of=TODAY)
        if regimen.products and not regimen.problems:
            break
    injected = [train.last for each in regimen.products for train in each.trains if train.by_last]
    same_day = injected and injected[0] is not None and chance.random() < 0.5
    day = float(injected[0] or 0) if same_day else -float(chance.choice((0, 0, 7, 200)))
    low = chance.choice((600, 900, 1500, 3000, 90000)) * chance.uniform(0.8, 1.3)
    return Case(
        regimen=regimen,
        level=Level(day=day, low=low, high=low),
        others=tuple(_other(chance, day) for _ in range(chance.choice((0, 0, 1, 2)))),
        intrinsic=chance.random() < 0.8,
    )


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    chance = random.Random(8)
    return [_case(chance) for _ in range(220)]


def test_each_answer_is_that_of_one_person(cases: list[Case]) -> None:
    found = ask_many([case.ask() for case in cases], KNOWLEDGE)
    assert found.given == pytest.approx([case.alone() for case in cases], abs=NEAR)
    nothing = [explains(case.level, Regimen(), KNOWLEDGE).probability for case in cases]
    assert found.without == pytest.approx(nothing, abs=NEAR)


def test_the_cases_go_every_way(cases: list[Case]) -> None:
    found = ask_many([case.ask() for case in cases], KNOWLEDGE)
    weighed = sum(bool(case.others) for case in cases)
    assert 20 < found.drawn_anew < weighed - 10
    trains = [train for case in cases for each in case.regimen.products for train in each.trains]
    assert {train.first is None for train in trains} == {True, False}
    assert any(train.every is None for train in trains)
    assert any(train.by_last and train.last == case.level.day for case in cases
               for each in case.regimen.products for train in each.trains)  # fmt: skip
    assert any(not explains(case.level, case.regimen, KNOWLEDGE, results=case.others).results_fit
               for case in cases[:120] if case.others)  # fmt: skip


def test_a_regimen_is_worked_out_once_for_all_its_levels() -> None:
    regimen = regimen_from_intake([Intake(**_KINDS[0])], KNOWLEDGE, as_of=TODAY)
    levels = np.linspace(500, 3000, 40).tolist()
    asks = [
        Case(regimen, Level(day=0.0, low=low, high=low), (), intrinsic=True).ask() for low in levels
    ]
    found = ask_many(asks, KNOWLEDGE)
    assert found.regimens == 1
    assert (np.diff(found.given) < 0).all()
    assert (found.given > found.without).all()


def test_an_answer_has_the_same_bits_whoever_else_is_asked(cases: list[Case]) -> None:
    asks = [case.ask() for case in cases]
    together = ask_many(asks, KNOWLEDGE).given
    order = list(range(len(asks)))
    random.Random(4).shuffle(order)
    shuffled = ask_many([asks[place] for place in order], KNOWLEDGE).given
    assert np.array_equal(together[order], shuffled)
    alone = [ask_many([ask], KNOWLEDGE).given[0] for ask in asks[:60]]
    assert np.array_equal(together[:60], alone)

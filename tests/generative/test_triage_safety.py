"""A red flag that is present is never answered below its tier, whatever else is said.

The flags are the rows of the spec (written from the guidance), not the rules under
test: each generated person meets one row, and anything else at all is added.
"""

from __future__ import annotations

import dataclasses
import functools
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from corrin.b12_status.records import B12Class, B12Status
from corrin.knowledge.loading import load
from corrin.knowledge.records import Setting, Tier
from corrin.labs.records import Measurement, Position
from corrin.person.records import Person
from corrin.picture.records import FindingState, Origin, Picture
from corrin.triage.flags import raised_flags
from corrin.triage.lookup import SUPPLEMENTS, PictureLookup
from corrin.triage.records import Urgency
from corrin.triage.results import reaches
from corrin.triage.urgency import urgency
from tests.people import person_of, read
from tests.spec.test_triage_emergencies import BY_FINDINGS, BY_RESULT
from tests.spec.test_triage_tiers import ROWS

KNOWLEDGE = load()
RANK = {tier: place for place, tier in enumerate(Tier)}
FINDINGS = sorted(KNOWLEDGE.findings)
LABS = sorted(KNOWLEDGE.labs)
GATE = ("objective_weakness", "atrophy", "dysarthria", "dysphagia")

#: Every row whose rule nothing can take back: a rule with "not" asks for an absence.
PRESENT = [
    *((rule, Tier.EMERGENCY, said, ()) for rule, said, _ in BY_FINDINGS),
    *((rule, Tier.EMERGENCY, said, (lab,)) for rule, said, lab, _ in BY_RESULT),
    *((row[0], row[1], row[2], tuple(row[3])) for row in ROWS),
]
TAKEN_BACK = {id_ for id_, rule in KNOWLEDGE.red_flags.items() if "not " in rule.when}
FLAGGED = [row for row in PRESENT if row[0] not in TAKEN_BACK]


@functools.cache
def flagged(place: int) -> tuple[Tier, Picture, B12Status | None]:
    """Return the person of one row, read once by the package's own pipeline."""
    _, tier, said, labs = FLAGGED[place]
    picture, status = read(person_of(said, labs=labs, age=None))
    return tier, picture, status


def anything(chance: random.Random) -> Picture:
    """Return a person about whom anything at all is said, also what makes no sense."""
    known = chance.sample(FINDINGS, chance.choice((0, 1, 3, 8, 20, 60, len(FINDINGS))))
    likely = chance.choice((0.0, 0.1, 0.5, 1.0))
    person = Person(
        age=chance.choice((None, 0.0, 3.0, 17.0, 35.0, 51.0, 80.0, 118.0)),
        sex=chance.choice((None, "female", "male")),
        setting=chance.choice((None, *Setting)),
        twitching=chance.choice((None, True, False)),
        intake=chance.choice((None, ())),
    )
    labs = chance.sample(LABS, chance.choice((0, 0, 2, 6, len(LABS))))
    return Picture(
        person=person,
        findings={name: FindingState(chance.random() < likely, Origin.SAID) for name in known},
        measurements={lab: (result(lab, chance),) for lab in labs},
    )


def result(lab: str, chance: random.Random) -> Measurement:
    """Return any result of a lab: a number, an interval, or a word."""
    position = chance.choice(tuple(Position))
    if chance.random() < 0.2:
        return Measurement(lab=lab, position=position)
    low = chance.choice((0.0, 0.3, 1.0, 2.0, 5.0, 40.0, 150.0, 900.0, 5000.0))
    high = chance.choice((low, low, low * 3, float("inf")))
    unit = KNOWLEDGE.labs[lab].canonical_unit
    return Measurement(lab=lab, position=position, low=low, high=high, unit=unit, seen="?")


def any_status(chance: random.Random) -> B12Status | None:
    b12_class = chance.choice((None, *B12Class))
    functional = chance.choice((None, True, False))
    return b12_class and B12Status(b12_class=b12_class, functional_deficiency=functional)


def answered(picture: Picture, status: B12Status | None) -> Urgency:
    return urgency(picture, status, KNOWLEDGE)


def urgent_enough(answer: Urgency, tier: Tier) -> bool:
    return RANK[answer.tier] <= RANK[tier]


@settings(max_examples=10_000)
@given(place=st.integers(0, len(FLAGGED) - 1), seed=st.integers(0, 2**32))
def test_a_red_flag_is_never_answered_below_its_tier(place: int, seed: int) -> None:
    tier, person, status = flagged(place)
    other = anything(random.Random(seed))
    everything = Picture(
        person=dataclasses.replace(
            other.person, twitching=person.person.twitching, labs=person.person.labs
        ),
        findings={**other.findings, **person.findings},
        measurements={**other.measurements, **person.measurements},
    )
    answer = answered(everything, status)
    assert urgent_enough(answer, tier)
    assert FLAGGED[place][0] in {flag.rule for flag in answer.because}


@settings(max_examples=3_000)
@given(seed=st.integers(0, 2**32))
def test_the_tier_is_that_of_the_most_urgent_flag_and_self_care_needs_the_gate(seed: int) -> None:
    chance = random.Random(seed)
    picture = anything(chance)
    answer = answered(picture, any_status(chance))
    tiers = [RANK[flag.tier] for flag in answer.because]
    assert tiers == sorted(tiers)
    assert RANK[answer.tier] == min(tiers, default=RANK[Tier.ROUTINE])
    breathing = {picture.present("orthopnoea"), picture.present("breathless_rest")}
    no_breathing = picture.absent("orthopnoea") or picture.absent("breathless_rest")
    gate = all(map(picture.absent, GATE)) and no_breathing and breathing == {False}
    if answer.tier is Tier.SELF_CARE or answer.may_say_benign:
        assert gate
    if not gate:
        assert urgent_enough(answer, Tier.ROUTINE)


@settings(max_examples=2_000)
@given(seed=st.integers(0, 2**32), name=st.sampled_from(FINDINGS), present=st.booleans())
def test_one_more_answer_never_lowers_what_a_flag_asks_for(
    seed: int, name: str, present: bool
) -> None:
    # Taking B12 explains a high level: the one answer that may take a flag back.
    if name in SUPPLEMENTS:
        return
    chance = random.Random(seed)
    before, status = anything(chance), any_status(chance)
    if name in before.findings:
        return
    more = {**before.findings, name: FindingState(present, Origin.SAID)}
    after = answered(dataclasses.replace(before, findings=more), status)
    was = answered(before, status)
    assert urgent_enough(after, was.tier) or was.tier is Tier.ROUTINE
    assert urgent_enough(after, Tier.ROUTINE) or not present or name not in GATE


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32))
def test_what_was_not_asked_is_what_one_answer_could_raise(seed: int) -> None:
    """The slow twin: give every answer that was not given, and see what it does."""
    chance = random.Random(seed)
    picture, status = anything(chance), any_status(chance)
    answer = answered(picture, status)
    said = {item.finding: RANK[item.would_raise_to] for item in answer.not_asked}
    assert list(said.values()) == sorted(said.values())
    for name in FINDINGS:
        if name in picture.findings:
            continue
        reached = min(
            rank_of(with_answer(picture, name, present), status) for present in (True, False)
        )
        if reached < RANK[answer.tier]:
            assert said.pop(name) == reached
    assert not said


def rank_of(picture: Picture, status: B12Status | None) -> int:
    flags = raised_flags(PictureLookup(picture, status, KNOWLEDGE), country=None)
    return min((RANK[flag.tier] for flag in flags), default=RANK[Tier.ROUTINE])


def with_answer(picture: Picture, name: str, present: bool) -> Picture:
    follows = {name: present}
    open_ = [name] if present else []
    while open_:
        for implied in KNOWLEDGE.findings[open_.pop()].implies:
            if implied not in follows and implied not in picture.findings:
                follows[implied] = True
                open_.append(implied)
    states = {one: FindingState(value, Origin.SAID) for one, value in follows.items()}
    return dataclasses.replace(picture, findings={**picture.findings, **states})


@settings(max_examples=2_000)
@given(
    limit=st.sampled_from(sorted(KNOWLEDGE.critical_values)),
    value=st.floats(0, 6000, allow_nan=False),
    below=st.floats(0, 1000),
    above=st.floats(0, 1000),
)
def test_an_interval_that_holds_a_critical_value_is_critical(
    limit: str, value: float, below: float, above: float
) -> None:
    critical = KNOWLEDGE.critical_values[limit]

    def measured(low: float, high: float) -> Measurement:
        return Measurement(lab=critical.lab, position=Position.UNKNOWN, low=low, high=high)

    if reaches(critical, measured(value, value), KNOWLEDGE):
        wider = measured(max(0.0, value - below), value + above)
        assert reaches(critical, wider, KNOWLEDGE)

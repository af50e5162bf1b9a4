"""Class, trust and function of B12 for many people, as ``b12_status.classing`` gives them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corrin.b12_status.classing import ACTIVE, TOTAL, lowest_in_pregnancy, youngest_age
from corrin.b12_status.records import Trust
from corrin.knowledge.loading import Knowledge
from corrin.population.kernel.answers import TRUSTS, WHY_NOT_CLASSED, StatusOfMany
from corrin.population.kernel.b12_classes import (
    DEFICIENT,
    INDETERMINATE,
    NOT_CLASSED,
    RAISED,
    USUAL,
    Classed,
    class_latest,
)
from corrin.population.kernel.functional import functional_deficiency
from corrin.population.kernel.lab_results import latest
from corrin.population.kernel.people import (
    NO_DAY,
    NO_LINE,
    NO_UNIT,
    NOT_KNOWN,
    YES,
    Booleans,
    Floats,
    People,
    States,
)
from corrin.population.kernel.standing import Latest, latest_of, present
from corrin.population.kernel.trust import judge
from corrin.population.records import WhyNotClassed

_LIMITED, _NOT_RELIABLE = (TRUSTS.index(each) for each in (Trust.LIMITED, Trust.NOT_RELIABLE))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Read:
    """Everybody's latest result of one lab, and its class."""

    latest: Latest
    classed: Classed


def class_b12_of_many(people: People, knowledge: Knowledge) -> StatusOfMany:
    """Return class, trust and function for everybody; ``level`` is that of total B12."""
    total, active = (_read(people, lab, knowledge) for lab in (TOTAL, ACTIVE))
    pregnant = present(people, "pregnant")
    by_active = active.latest.has & (~total.latest.has | pregnant)
    found = np.where(by_active, active.classed.b12_class, total.classed.b12_class)
    disagrees = np.where(by_active, active.classed.disagrees, total.classed.disagrees)
    measured = found != NOT_KNOWN
    trust = judge(people, found, total=total.latest, active=active.latest, by_active=by_active,
                  knowledge=knowledge)  # fmt: skip
    # In pregnancy the total falls: by its number alone it is not called deficient.
    falls = measured & ~by_active & pregnant & (found != USUAL) & (found != RAISED)
    below_all = total.latest.high < lowest_in_pregnancy(knowledge)
    found = np.where(falls, np.where(below_all, INDETERMINATE, NOT_CLASSED), found)
    found, trust = _beside_active(found, trust, np.where(by_active, NOT_KNOWN,
                                                         active.classed.b12_class))  # fmt: skip
    trust = _at_least(trust, _LIMITED, disagrees)
    functional = functional_deficiency(people, knowledge)
    usual = (found == USUAL) | (found == RAISED)
    trust = _at_least(trust, _NOT_RELIABLE, usual & (functional == YES))
    refused = _too_young(people, knowledge)
    answered = ~refused
    level, comparator = _value(total.latest)
    return StatusOfMany(
        refused=np.where(refused, 0, NOT_KNOWN).astype(np.int8),
        b12_class=_where(answered, np.where(measured, found, NOT_CLASSED)),
        trust=_where(answered, np.where(measured, trust, TRUSTS.index(Trust.NONE))),
        functional=_where(answered, functional),
        level=np.where(answered, level, np.nan),
        comparator=np.where(answered, comparator, 0).astype(np.int8),
        day=np.where(answered, total.latest.day, NO_DAY),
        why_not_classed=_why_not_classed(
            people,
            refused=refused,
            classed=measured & (found != NOT_CLASSED),
            measured=measured,
            falls=falls,
            number=~np.isnan(np.where(by_active, active.latest.low, total.latest.low)),
        ),
    )


def _why_not_classed(
    people: People,
    *,
    refused: Booleans,
    classed: Booleans,
    measured: Booleans,
    falls: Booleans,
    number: Booleans,
) -> States:
    """Return why there is no class: by the result that was used, else by the latest line."""
    reasons = (
        (refused, WhyNotClassed.CHILD),
        (falls, WhyNotClassed.PREGNANCY),
        (measured & number, WhyNotClassed.OPEN_RANGE),
        (measured, WhyNotClassed.WORD_ONLY),
        (people.b12_line == NO_LINE, WhyNotClassed.NOT_MEASURED),
        (people.b12_line == NO_UNIT, WhyNotClassed.UNIT_NOT_KNOWN),
    )
    found = np.select(
        [who for who, _ in reasons],
        [WHY_NOT_CLASSED.index(why) for _, why in reasons],
        WHY_NOT_CLASSED.index(WhyNotClassed.NOT_READABLE),
    )
    return np.where(classed & ~refused, NOT_KNOWN, found).astype(np.int8)


def _read(people: People, lab: str, knowledge: Knowledge) -> _Read:
    results = people.results.get(lab)
    if results is None:
        count = len(people)
        nothing = Classed(
            b12_class=np.full(count, NOT_KNOWN, dtype=np.int8),
            disagrees=np.zeros(count, dtype=bool),
        )
        return _Read(latest=latest_of(people, lab), classed=nothing)
    classed = class_latest(latest(results), lab, people, knowledge)
    return _Read(latest=latest_of(people, lab), classed=classed)


def _where(answered: Booleans, states: States) -> States:
    return np.where(answered, states, NOT_KNOWN).astype(np.int8)


def _at_least(trust: States, lowest: int, who: Booleans) -> States:
    """Return trust, which only falls, lowered for some."""
    return np.where(who, np.maximum(trust, lowest), trust)


def _beside_active(found: States, trust: States, active: States) -> tuple[States, States]:
    """Return class and trust with active B12 held against the total it was measured beside."""
    low = (active == DEFICIENT) & (found != DEFICIENT) & (found != NOT_KNOWN)
    high = found == RAISED
    trust = _at_least(trust, _NOT_RELIABLE, low & high)
    trust = _at_least(trust, _LIMITED, low & ~high)
    not_low = (found == DEFICIENT) & ((active == USUAL) | (active == RAISED))
    trust = _at_least(trust, _LIMITED, not_low)
    return np.where(low & ~high, DEFICIENT, found), trust


def _too_young(people: People, knowledge: Knowledge) -> Booleans:
    youngest = youngest_age(knowledge)
    if youngest is None:
        return np.zeros(len(people), dtype=bool)
    return np.asarray(people.age < youngest)


def _value(total: Latest) -> tuple[Floats, States]:
    """Return total B12 (pmol/L) rounded for show, and its comparator."""
    above = np.isinf(total.high)
    below = ~above & (total.low < total.high)
    # Each number is rounded once, and by Python, which rounds the decimal and not the double.
    levels, number = np.unique(np.where(below, total.high, total.low), return_inverse=True)
    rounded = np.array([round(level, 1) for level in levels.tolist()])
    return rounded[number], np.where(above, 1, np.where(below, 2, 0)).astype(np.int8)

"""Classes a B12 result: by guideline, by the laboratory's own range, and with what speaks against.

Total B12 first, active B12 where there is no total and in pregnancy.  A normal or high
total never rules deficiency out; MMA and homocysteine are read beside it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from corrin.b12_status.cut_offs import (
    by_other_guidelines,
    cut_offs,
    guideline_for,
    settle,
    upper_limit,
)
from corrin.b12_status.functional import HCY, MMA, Functional, read_markers
from corrin.b12_status.records import B12Class, B12Status, Reason, Trust
from corrin.b12_status.trust import Verdict, b12_taken, judge
from corrin.b12_status.words_class import (
    below_printed,
    other_classes,
    pregnancy_limits,
    why_class,
    why_high,
    within_printed,
)
from corrin.b12_status.words_trust import TRUST
from corrin.errors import Refusal
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Guideline
from corrin.labs.positions import LABORATORY
from corrin.labs.records import Measurement, Position
from corrin.labs.units import in_canonical, out_of_canonical
from corrin.person.records import Person
from corrin.picture.records import Picture

TOTAL = "serum_b12"
ACTIVE = "active_b12"
_BY_WORD = {
    Position.LOW: B12Class.DEFICIENT,
    Position.NORMAL: B12Class.NORMAL,
    Position.HIGH: B12Class.HIGH,
    Position.UNKNOWN: B12Class.NOT_CLASSED,
}
#: In pregnancy the total falls, so these two hold there as well.
_NOT_LOW = (B12Class.NORMAL, B12Class.HIGH)
#: Reasons that lower trust: the laboratory's own range says otherwise.
_DISAGREE = {"within-printed-range", "below-printed-limit"}
_CB12_NEEDS = 3  # not clinical: markers from which the combined indicator can be formed


def class_b12(picture: Picture, knowledge: Knowledge) -> B12Status | Refusal:
    """Return the class of the latest B12 result, how far to trust it, and why.

    ``value_pmol_l`` and ``value_pg_ml`` are those of total B12 (pmol/L; pg/mL = ng/L).
    Refused below the age the cut-offs are for.  Without any B12 result the class is
    "not-classed", and MMA and homocysteine are read all the same.
    """
    total, active = picture.latest(TOTAL), picture.latest(ACTIVE)
    used = (
        active if active is not None and (total is None or picture.present("pregnant")) else total
    )
    guideline = None if used is None else guideline_for(used, knowledge)
    if (refused := _too_young(picture, knowledge)) is not None:
        return refused
    markers = read_markers(picture, knowledge, b12_taken=b12_taken(picture))
    if used is None or guideline is None:
        return _not_measured(picture, markers)
    found, why = _class(used, guideline, picture.person, knowledge)
    verdict = judge(picture, used, found, knowledge)
    if used.lab == TOTAL and picture.present("pregnant") and found not in _NOT_LOW:
        found, why = _in_pregnancy(used, knowledge)
    found = _beside_active(
        found,
        used=used,
        active=active,
        verdict=verdict,
        person=picture.person,
        knowledge=knowledge,
    )
    if any(one.code in _DISAGREE for one in why):
        verdict.lower(Trust.LIMITED)
    if markers.deficient and found in _NOT_LOW:
        verdict.say("markers-against-number", Trust.NOT_RELIABLE)
    value = _value(total, knowledge)
    asked = dict.fromkeys((*verdict.ask_for, *markers.ask_for))
    return B12Status(
        b12_class=found,
        value_pmol_l=value.pmol_l,
        value_pg_ml=value.pg_ml,
        comparator=value.comparator,
        trust=verdict.trust,
        functional_deficiency=markers.deficient,
        reasons=(*why, *verdict.reasons, *markers.reasons, *_combined_indicator(picture)),
        ask_for=tuple(one for one in asked if _is_open(one, picture)),
        guideline=guideline.id,
    )


def _is_open(asked: str, picture: Picture) -> bool:
    """Whether a lab or a finding that would help is not known yet."""
    return picture.latest(asked) is None and asked not in picture.findings


def youngest_age(knowledge: Knowledge) -> float | None:
    """Return the age from which a total B12 can be classed, None when it always can."""
    default = next(g for g in knowledge.guidelines.values() if g.default and g.lab == TOTAL)
    return default.age_from


def _too_young(picture: Picture, knowledge: Knowledge) -> Refusal | None:
    age = picture.person.age
    youngest = youngest_age(knowledge)
    if age is None or youngest is None or age >= youngest:
        return None
    return Refusal(
        "b12_status",
        "children",
        f"The limits for vitamin B12 used here are for people of {youngest:g} and over. "
        "For a child, the range the laboratory printed and a doctor should judge.",
    )


def _not_measured(picture: Picture, markers: Functional) -> B12Status:
    asked = dict.fromkeys((ACTIVE if picture.present("pregnant") else TOTAL, *markers.ask_for))
    return B12Status(
        b12_class=B12Class.NOT_CLASSED,
        trust=Trust.NONE,
        functional_deficiency=markers.deficient,
        reasons=(TRUST["not-measured"], *markers.reasons),
        ask_for=tuple(asked),
    )


def _class(
    measured: Measurement, guideline: Guideline, person: Person, knowledge: Knowledge
) -> tuple[B12Class, list[Reason]]:
    """Return the class by the guideline, and what the laboratory and other limits say beside it."""
    if measured.low is None or measured.high is None:
        return _BY_WORD[measured.position], []
    upper = upper_limit(measured, guideline, knowledge, person=person)
    limits = cut_offs(guideline, knowledge, high_above=upper.level)
    found = settle(limits.possible(measured.low, measured.high))
    by_laboratory = measured.position if measured.interval_from == LABORATORY else None
    if found is B12Class.HIGH or by_laboratory is Position.HIGH:
        found, why = B12Class.HIGH, [why_high(measured, upper, knowledge)]
    else:
        why = [why_class(found, measured, limits, guideline, knowledge)]
    others = by_other_guidelines(measured, guideline, knowledge, high_above=upper.level)
    if by_laboratory is Position.LOW and found is not B12Class.DEFICIENT:
        found = B12Class.INDETERMINATE if found is B12Class.NORMAL else found
        why.append(below_printed(measured, guideline, knowledge))
    if by_laboratory is Position.NORMAL and found is B12Class.DEFICIENT:
        why.append(within_printed(measured, guideline, knowledge))
    differ = other_classes(found, others)
    return found, why if differ is None else [*why, differ]


def _in_pregnancy(measured: Measurement, knowledge: Knowledge) -> tuple[B12Class, list[Reason]]:
    """Return the class in pregnancy of a total that would be low or unclear outside it.

    It is not called deficient by its number alone: "not-classed", or "indeterminate"
    when it lies below the lower limit of every trimester.
    """
    below_all = measured.high is not None and measured.high < lowest_in_pregnancy(knowledge)
    found = B12Class.INDETERMINATE if below_all else B12Class.NOT_CLASSED
    return found, [pregnancy_limits(found, knowledge)]


def lowest_in_pregnancy(knowledge: Knowledge) -> float:
    """Return the lower limit of total B12 (canonical) that is the lowest of any trimester."""
    lab = knowledge.labs[TOTAL]
    return min(
        in_canonical(limit.value, limit.unit, lab, knowledge)
        for name, limit in lab.constants.items()
        if name.startswith("pregnancy_low")
    )


def _beside_active(
    found: B12Class,
    *,
    used: Measurement,
    active: Measurement | None,
    verdict: Verdict,
    person: Person,
    knowledge: Knowledge,
) -> B12Class:
    """Return the class with active B12 held against the total it was measured beside."""
    if active is None or used is active:
        return found
    guideline = guideline_for(active, knowledge)
    if guideline is None:
        return found
    by_active, _ = _class(active, guideline, person, knowledge)
    if by_active is B12Class.DEFICIENT and found is not B12Class.DEFICIENT:
        high = found is B12Class.HIGH
        verdict.say("active-low", Trust.NOT_RELIABLE if high else Trust.LIMITED, (MMA, HCY))
        return found if high else B12Class.DEFICIENT
    if found is B12Class.DEFICIENT and by_active in {B12Class.NORMAL, B12Class.HIGH}:
        verdict.say("active-not-low", Trust.LIMITED, (MMA, HCY))
    return found


def _combined_indicator(picture: Picture) -> tuple[Reason, ...]:
    markers = [picture.latest(lab) for lab in (TOTAL, ACTIVE, MMA, HCY)]
    known = [one for one in markers if one is not None and one.low is not None]
    return (TRUST["combined-indicator-refused"],) if len(known) >= _CB12_NEEDS else ()


@dataclass(frozen=True, slots=True)
class _Value:
    """Total B12 in both units, rounded for show; with a comparator, its limit."""

    pmol_l: float | None = None
    pg_ml: float | None = None
    comparator: str | None = None


def _value(total: Measurement | None, knowledge: Knowledge) -> _Value:
    if total is None or total.low is None or total.high is None:
        return _Value()
    comparator = ">" if math.isinf(total.high) else "<" if total.low < total.high else None
    level = total.low if comparator != "<" else total.high
    mass = out_of_canonical(level, "pg/mL", knowledge.labs[TOTAL], knowledge)
    return _Value(round(level, 1), round(mass, 1), comparator)

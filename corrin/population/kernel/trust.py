"""How far the number of many people can be taken at its word: ``b12_status.trust`` on arrays."""

from __future__ import annotations

import numpy as np

from corrin.b12_status.classing import ACTIVE, TOTAL
from corrin.b12_status.records import Trust
from corrin.b12_status.trust import SIGNS, TAKEN
from corrin.knowledge.loading import Knowledge
from corrin.labs.units import in_canonical
from corrin.population.kernel.answers import TRUSTS
from corrin.population.kernel.b12_classes import INDETERMINATE, RAISED, USUAL
from corrin.population.kernel.people import HIGH, NO_DAY, Booleans, Days, People, States
from corrin.population.kernel.standing import Latest, any_present, latest_of, present

_LIMITED, _NOT_RELIABLE = (TRUSTS.index(each) for each in (Trust.LIMITED, Trust.NOT_RELIABLE))


def b12_taken(people: People) -> Booleans:
    """Return whether any B12 is or was taken, by finding, supplement or medicine."""
    return any_present(people, TAKEN) | people.b12_product


def judge(
    people: People,
    found: States,
    *,
    total: Latest,
    active: Latest,
    by_active: Booleans,
    knowledge: Knowledge,
) -> States:
    """Return how far each class in ``found`` (N,) can be trusted, by place in ``TRUSTS``.

    ``by_active`` says whose class is that of active B12.
    """
    usual, high = found == USUAL, found == RAISED
    unclear = found == INDETERMINATE
    limited = _the_number_itself(total, active, by_active, knowledge)
    limited |= ~high & present(people, "black_ethnicity_family_background")
    limited |= (usual | high | unclear) & any_present(people, SIGNS)
    day = np.where(by_active, active.day, total.day)
    soon = _soon_after_injection(people, day, knowledge)
    looks_high = usual | high | unclear
    unreliable = looks_high & (_antibody(people) | present(people, "macro_b12_known"))
    unreliable |= looks_high & (present(people, "nitrous_use") | soon)
    limited |= looks_high & (present(people, "biotin_high_dose") | b12_taken(people))
    looks_low = ~usual & ~high
    limited |= looks_low & any_present(people, ("oral_contraceptive", "pregnant"))
    return np.where(unreliable, _NOT_RELIABLE, np.where(limited, _LIMITED, 0))


def _the_number_itself(
    total: Latest, active: Latest, by_active: Booleans, knowledge: Knowledge
) -> Booleans:
    """Return whose result is a word only, or so high that its unit should be checked."""
    low = np.where(by_active, active.low, total.low)
    limits = {}
    for lab in (TOTAL, ACTIVE):
        record = knowledge.labs[lab]
        limit = record.constants["check_unit_above"]
        limits[lab] = in_canonical(limit.value, limit.unit, record, knowledge)
    return np.asarray(np.isnan(low) | (low > np.where(by_active, limits[ACTIVE], limits[TOTAL])))


def _antibody(people: People) -> Booleans:
    measured = latest_of(people, "intrinsic_factor_antibody").position == HIGH
    return np.asarray(measured | present(people, "if_antibody_positive"))


def _soon_after_injection(people: People, day: Days, knowledge: Knowledge) -> Booleans:
    """Return whose blood was drawn within the days in which a shot still shows."""
    span = knowledge.labs[TOTAL].constants["injection_counts_for"].value
    drawn = day[people.shot_person]
    dated = drawn != NO_DAY
    since = np.where(dated, drawn, people.shot_day) - people.shot_day
    soon = np.zeros(len(people), dtype=bool)
    soon[people.shot_person[dated & (since >= 0) & (since <= span)]] = True
    return soon

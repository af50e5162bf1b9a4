"""Do MMA and homocysteine show that cells lack B12?  ``b12_status.functional`` for many."""

from __future__ import annotations

import numpy as np

from corrin.b12_status.functional import HCY, MMA, marker_constant
from corrin.knowledge.loading import Knowledge
from corrin.population.kernel.intervals import positions, spans_of_many
from corrin.population.kernel.people import (
    HIGH,
    LOW,
    NO,
    NORMAL,
    NOT_KNOWN,
    UNKNOWN,
    YES,
    Booleans,
    People,
    States,
)
from corrin.population.kernel.standing import Latest, any_present, latest_of, present

#: A marker that is raised for another reason settles nothing, but leaves the question open.
_OPEN = 2  # not clinical: a state


def functional_deficiency(people: People, knowledge: Knowledge) -> States:
    """Return whether the markers point to too little B12 in the cells (N,)."""
    if MMA not in people.results and HCY not in people.results:
        return np.full(len(people), NOT_KNOWN, dtype=np.int8)
    weak = _weak_kidneys(people, knowledge)
    mma = _mma(people, weak, knowledge)
    hcy = _homocysteine(people, weak, knowledge)
    yes = (mma == YES) | (hcy == YES)
    no = (mma == NO) | (hcy == NO)
    open_ = (mma == _OPEN) | (hcy == _OPEN)
    # MMA rises for fewer other reasons; nitrous oxide acts through homocysteine first.
    settled = (mma == YES) | present(people, "nitrous_use")
    found = np.where(no & ~open_, NO, NOT_KNOWN)
    return np.where(yes, np.where(~no | settled, YES, NOT_KNOWN), found).astype(np.int8)


def _weak_kidneys(people: People, knowledge: Knowledge) -> Booleans:
    """Return whose kidneys are known to be weak enough to raise the markers."""
    egfr, creatinine = latest_of(people, "egfr"), latest_of(people, "creatinine")
    below = marker_constant(knowledge, "egfr", "raises_mma_below")
    above = marker_constant(knowledge, "creatinine", "raises_mma_from")
    said = any_present(people, ("ckd_known", "lab_egfr_low"))
    return np.asarray(said | (egfr.high < below) | (creatinine.low >= above))


def _verdict(marker: Latest, *, open_: Booleans) -> States:
    """Return NO for a marker that is not raised, else YES or, for another reason, open."""
    raised = np.where(open_, _OPEN, YES)
    found = np.where(marker.position == HIGH, raised, NO)
    return np.where(marker.position == UNKNOWN, NOT_KNOWN, found).astype(np.int8)


def _mma(people: People, weak: Booleans, knowledge: Knowledge) -> States:
    marker = latest_of(people, MMA)
    spans = spans_of_many(MMA, knowledge)
    kind = spans.kind(people.sex, people.age)
    low, high = spans.widest_low[kind], spans.widest_high[kind]
    usual = positions(marker.low, marker.high, low, high) == NORMAL
    usual &= ~np.isnan(marker.low) & _older(people, MMA, knowledge)
    return _verdict(marker, open_=weak | usual)


def _homocysteine(people: People, weak: Booleans, knowledge: Knowledge) -> States:
    marker, folate = latest_of(people, HCY), latest_of(people, "serum_folate")
    mild = marker.high <= marker_constant(knowledge, HCY, "highest_cut_off")
    other = (folate.position == UNKNOWN) | (folate.position == LOW)
    other |= weak | (mild & _older(people, HCY, knowledge))
    return _verdict(marker, open_=other & ~present(people, "nitrous_use"))


def _older(people: People, lab: str, knowledge: Knowledge) -> Booleans:
    return np.asarray(people.age >= knowledge.labs[lab].constants["older_from"].value)

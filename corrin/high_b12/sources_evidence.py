"""What a picture says about the source: the level, the supplements, the signs.

Three-valued: what was not asked or not measured weighs nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from corrin.high_b12.sources_numbers import CompiledSources
from corrin.high_b12.sources_records import (
    EvidenceKind,
    IntakeLevel,
    LevelGivenIntake,
    Supplements,
)
from corrin.high_b12.weighing import (
    NO_HIGH_DOSE,
    NONE_TAKEN,
    NOT_ASKED,
    TAKEN,
    TAKEN_LOW,
    PeopleKnown,
)
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records_of_high_b12 import Sign
from corrin.labs.records import Measurement
from corrin.labs.units import out_of_canonical
from corrin.person.records import Intake
from corrin.picture.from_intake import b12_products, injected
from corrin.picture.from_labs import holds
from corrin.picture.records import Picture

TOTAL = "serum_b12"
HIGH_DOSE = "b12_supplement"
#: Findings that say B12 is given by a doctor or nurse.
TREATED = ("b12_treatment_prescribed", "b12_injection_new")
ANSWERS = {
    Supplements.NOT_ASKED: NOT_ASKED,
    Supplements.NONE_TAKEN: NONE_TAKEN,
    Supplements.NO_HIGH_DOSE: NO_HIGH_DOSE,
    Supplements.TAKEN_LOW: TAKEN_LOW,
    Supplements.TAKEN: TAKEN,
    Supplements.REGIMEN_KNOWN: TAKEN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing known that bears on the source; ``sign`` is its column, if it is a sign."""

    kind: EvidenceKind
    id: str
    ids: tuple[str, ...]
    present: bool
    sign: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everything known of one person that bears on the source.

    ``low`` and ``high`` bound the level (pmol/L), None when only "high" is known;
    ``weights`` are (present, absent) for each sign in ``items``.
    """

    low: float | None
    high: float | None
    supplements: Supplements
    intake: IntakeLevel | None
    treated: bool | None
    items: tuple[Item, ...]
    weights: tuple[float, ...]
    odds: tuple[float, ...]


def supplements_known(picture: Picture, *, regimen: bool) -> Supplements:
    """Return what is known of B12 taken; ``regimen``: doses and times can be read."""
    person = picture.person
    products = b12_products(person.intake, person.drugs)
    treated = any(map(picture.present, TREATED))
    if products or treated or picture.present(HIGH_DOSE):
        if regimen:
            return Supplements.REGIMEN_KNOWN
        low = picture.absent(HIGH_DOSE) and not treated
        return Supplements.TAKEN_LOW if low else Supplements.TAKEN
    if person.intake:
        # Something is taken that is not B12 by name: a multivitamin, or nothing to do with it.
        return Supplements.REGIMEN_KNOWN if regimen else Supplements.NO_HIGH_DOSE
    if person.intake == ():
        return Supplements.NONE_TAKEN
    return Supplements.NO_HIGH_DOSE if picture.absent(HIGH_DOSE) else Supplements.NOT_ASKED


def treated_by_someone(picture: Picture) -> bool | None:
    """Return whether B12 is given by a doctor or nurse; None when not known."""
    drugs = b12_products(None, picture.person.drugs)
    if drugs or any(map(picture.present, TREATED)):
        return True
    return False if picture.absent(TREATED[0]) else None


def gather(
    picture: Picture,
    level: Measurement | None,
    compiled: CompiledSources,
    knowledge: Knowledge,
    *,
    level_given_intake: LevelGivenIntake | None,
) -> Known:
    """Return everything in the picture that bears on the source of ``level``."""
    low, high = (None, None) if level is None else (level.low, level.high)
    regimen = level_given_intake is not None and low is not None
    supplements = supplements_known(picture, regimen=regimen)
    intake = None
    if level_given_intake is not None and supplements is Supplements.REGIMEN_KNOWN and low:
        mass = out_of_canonical(low, "pg/mL", knowledge.labs[TOTAL], knowledge)
        intake = IntakeLevel(*level_given_intake(mass))
    treated = treated_by_someone(picture)
    taken = supplements in {Supplements.TAKEN, Supplements.TAKEN_LOW, Supplements.REGIMEN_KNOWN}
    items = [_level_item(), *_intake_item(supplements, picture)]
    for column, sign in enumerate(knowledge.high_b12.sign):
        if sign.only_when_taken and not taken:
            continue
        read = _read_sign(sign, picture, treated, knowledge)
        if read is not None:
            present, ids = read
            items.append(
                Item(kind=EvidenceKind.SIGN, id=sign.id, ids=ids, present=present, sign=column)
            )
    return Known(
        low=low,
        high=high,
        supplements=supplements,
        intake=intake,
        treated=treated,
        items=tuple(items),
        weights=_weights(items, knowledge),
        odds=_odds(picture, compiled),
    )


def _level_item() -> Item:
    return Item(kind=EvidenceKind.LEVEL, id="level", ids=(TOTAL,), present=True)


def _intake_item(supplements: Supplements, picture: Picture) -> Iterable[Item]:
    if supplements is Supplements.NOT_ASKED:
        return ()
    taken = supplements not in {Supplements.NONE_TAKEN, Supplements.NO_HIGH_DOSE}
    ids = tuple(name for name in (HIGH_DOSE, *TREATED) if name in picture.findings)
    return (Item(kind=EvidenceKind.INTAKE, id="supplements", ids=ids, present=taken),)


def _read_sign(
    sign: Sign, picture: Picture, treated: bool | None, knowledge: Knowledge
) -> tuple[bool, tuple[str, ...]] | None:
    """Return (present, what it was read from), or None when it is not known.

    Present when anything says yes; absent only when everything that could say yes says no.
    """
    if sign.by_needle:
        return _needle(b12_products(picture.person.intake, picture.person.drugs))
    if sign.only_when_taken:
        ids = tuple(name for name in sign.findings if name in picture.findings)
        return None if treated is None else (treated, ids)
    present = tuple(name for name in sign.findings if picture.present(name))
    if present:
        return True, present
    answers = {
        rule.lab: holds(rule, measured, picture.person, knowledge)
        for rule in sign.from_lab
        if (measured := picture.latest(rule.lab)) is not None
    }
    if True in answers.values():
        return True, tuple(lab for lab, answer in answers.items() if answer)
    known = all(picture.absent(name) for name in sign.findings)
    known = known and all(answers.get(rule.lab) is False for rule in sign.from_lab)
    return (False, (*sign.findings, *answers)) if known else None


def _needle(products: Sequence[Intake]) -> tuple[bool, tuple[str, ...]] | None:
    if any(map(injected, products)):
        return True, ("intake",)
    said = products and all(product.route for product in products)
    return (False, ("intake",)) if said else None


def _weights(items: Sequence[Item], knowledge: Knowledge) -> tuple[float, ...]:
    """Return what each item weighs: signs of one group share what the group may weigh."""
    groups = {member: group for group in knowledge.high_b12.group for member in group.members}
    counts: dict[tuple[str, bool], int] = {}
    for item in items:
        if item.id in groups:
            key = (groups[item.id].id, item.present)
            counts[key] = counts.get(key, 0) + 1
    return tuple(
        min(1.0, groups[item.id].counts / counts[groups[item.id].id, item.present])
        if item.id in groups
        else 1.0
        for item in items
    )


def _odds(picture: Picture, compiled: CompiledSources) -> tuple[float, ...]:
    person = picture.person
    about = {"age": person.age, "sex": person.sex}
    odds = [1.0] * len(compiled.sources)
    for row, condition, factor in compiled.modifiers:
        if condition.evaluate(about.get) is True:
            odds[row] *= factor
    return tuple(odds)


def bands_of(low: float | None, high: float | None, limits: Sequence[float]) -> tuple[int, ...]:
    """Return the bands that a level between ``low`` and ``high`` (pmol/L) can lie in.

    A band begins just above its limit.  None: nothing is known, so all of them.
    """
    if low is None or high is None:
        return tuple(range(len(limits) + 1))
    first = sum(low > limit for limit in limits)
    last = len(limits) if math.isinf(high) else sum(high > limit for limit in limits)
    return tuple(range(first, last + 1))


def as_arrays(known: Known, compiled: CompiledSources) -> PeopleKnown:
    """Return the person as rows for the kernel: all known, then each item left out in turn.

    Row 0 has everything; row 1 + i is without ``known.items[i]``; the last two rows
    answer the question on supplements with yes and no.
    """
    rows = len(known.items) + 3  # not clinical: all, taken, not taken
    bands = np.zeros((rows, len(compiled.band_ids)))
    bands[:, list(bands_of(known.low, known.high, compiled.band_limits))] = 1.0
    present = np.zeros((rows, len(compiled.signs)))
    absent = np.zeros_like(present)
    answer = np.full(rows, ANSWERS[known.supplements])
    answer[-2:] = TAKEN, NONE_TAKEN
    tail = np.full(rows, np.nan if known.intake is None else known.intake.probability_at_least)
    without = np.full(rows, np.nan)
    if known.intake is not None and known.intake.without is not None:
        without[:] = known.intake.without
    for place, (item, weight) in enumerate(zip(known.items, known.weights, strict=True), 1):
        match item.kind:
            case EvidenceKind.LEVEL:
                bands[place] = 1.0
                tail[place] = np.nan
            case EvidenceKind.INTAKE:
                answer[place] = NOT_ASKED
                tail[place] = np.nan
            case EvidenceKind.SIGN:
                side = present if item.present else absent
                side[:, item.sign] = weight
                side[place, item.sign] = 0.0
    tail[-2:] = np.nan
    level = np.full(rows, 1.0 if known.low is None else known.low)
    return PeopleKnown(
        bands=bands,
        odds=np.tile(known.odds, (rows, 1)),
        present=present,
        absent=absent,
        answer=answer,
        level=level,
        tail=tail,
        tail_without=without,
    )

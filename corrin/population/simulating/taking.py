"""What they take: B12 in products with doses and dates, and medicines by name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from corrin.knowledge.loading import Knowledge
from corrin.picture.from_drugs import classes_of
from corrin.population.simulating.causes import dense
from corrin.population.simulating.people import Demographics
from corrin.population.simulating.streams import (
    BLOCK,
    Booleans,
    Floats,
    Integers,
    Making,
    Stream,
    Thing,
    between,
    pick,
)

NO_DAY = np.iinfo(np.int64).min
#: Names of a class from which one is drawn.
_NAMES = 6  # not clinical: names


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Taken:
    """``regimen`` (N,) numbers the regimens, -1 where no B12 is taken; ``since``, ``until``
    and ``last_dose`` are days (``NO_DAY``: not said); ``intake_asked``: the list of
    supplements is known; ``as_medicine``: it stands among the medicines.  ``drug_person`` and
    ``drug`` list medicines by their number in ``medicine_names``; ``list_complete``: there
    are no more.
    """

    regimen: Integers
    since: Integers
    until: Integers
    last_dose: Integers
    intake_asked: Booleans
    as_medicine: Booleans
    drug_person: Integers
    drug: Integers
    list_complete: Booleans


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class B12Taken:
    """Who takes B12 at all, who by needle, and who in small doses only (N,)."""

    any: Booleans
    needle: Booleans
    low_dose: Booleans


@lru_cache(maxsize=2)
def medicine_names(knowledge: Knowledge) -> tuple[tuple[str, ...], dict[str, tuple[int, ...]]]:
    """Return every name used, and the numbers of each class's own names.

    Only names of that one class, so that a name never says more than was drawn.
    """
    names: list[str] = []
    of_class: dict[str, tuple[int, ...]] = {}
    for drug_class in knowledge.drug_classes.values():
        own = [each for each in drug_class.names
               if classes_of(each, knowledge) == (drug_class.id,)][:_NAMES]  # fmt: skip
        of_class[drug_class.id] = tuple(range(len(names), len(names) + len(own)))
        names += own
    of_class[""] = tuple(
        range(len(names), len(names) + len(knowledge.population.simulation.other_medicines))
    )
    return (*names, *knowledge.population.simulation.other_medicines), of_class


def draw_taken(
    people: Demographics,
    b12: B12Taken,
    making: Making,
    *,
    known: Booleans,
    may_stop: Booleans,
) -> Taken:
    """Draw products and medicines that say what was drawn, and no more.

    ``known`` (N, F) marks findings known to be there, of which those on medicines come as
    names.  ``may_stop`` marks whose B12 may have been stopped.
    """
    rules, knowledge = making.rules, making.knowledge
    stream = making.stream(Thing.TAKING)
    drawn = stream.uniform(6, BLOCK)  # not clinical: numbers for each person
    which, how_long, stops, how_far, listed, others = drawn
    regimen = np.full(BLOCK, -1, dtype=np.int64)
    kinds = ((b12.needle, True, False), (~b12.needle & b12.low_dose, False, True),
             (~b12.needle & ~b12.low_dose, False, False))  # fmt: skip
    for chosen, needle, low_dose in kinds:
        fitting = [number for number, each in enumerate(rules.regimen)
                   if (each.needle, each.low_dose) == (needle, low_dose)]  # fmt: skip
        rows = np.flatnonzero(chosen & b12.any)
        shares = [rules.regimen[number].share for number in fitting]
        regimen[rows] = np.array(fitting)[pick(shares, which[rows])]
    length = np.floor(
        between(making.rate("shortest_course"), making.rate("longest_course"), how_long)
    )
    since = people.sampled - length.astype(np.int64)
    stopped = may_stop & b12.any & (stops < making.rate("stopped"))
    until = np.where(stopped, since + np.floor(length * how_far).astype(np.int64), NO_DAY)
    # Of some injections only the day of the last one is known.
    last_known = b12.any & b12.needle & ~stopped & (how_far < making.rate("last_dose_only"))
    back = np.floor(how_long * making.rate("last_dose_within")).astype(np.int64)
    asked_intake = intake_asked(making)
    as_medicine = b12.needle & asked_intake & (listed < making.rate("on_medicine_list"))
    drug_person, drug = _medicines(known, knowledge, stream)
    other = np.flatnonzero(others < making.rate("other_medicine"))
    _, of_class = medicine_names(knowledge)
    chosen_other = np.array(of_class[""])[
        np.floor(stream.uniform(BLOCK)[other] * len(of_class[""])).astype(np.int64)
    ]
    drug_person = np.concatenate([drug_person, other])
    drug = np.concatenate([drug, chosen_other])
    order = np.lexsort((drug, drug_person))
    return Taken(
        regimen=regimen,
        since=np.where(last_known, NO_DAY, since),
        until=until,
        last_dose=np.where(last_known, people.sampled - back, NO_DAY),
        intake_asked=asked_intake & ~as_medicine,
        as_medicine=as_medicine,
        drug_person=drug_person[order],
        drug=drug[order],
        list_complete=list_complete(making),
    )  # fmt: skip


def intake_asked(making: Making) -> Booleans:
    """Return of whom it is known what supplements they take."""
    return np.asarray(_of_lists(making)[:, 0] < making.rate("intake_asked"))


def list_complete(making: Making) -> Booleans:
    """Return whose list of medicines is complete."""
    return np.asarray(_of_lists(making)[:, 1] < making.rate("medicines_complete"))


def _of_lists(making: Making) -> Floats:
    return making.stream(Thing.LISTS).uniform(BLOCK, 2)


def _medicines(known: Booleans, knowledge: Knowledge, stream: Stream) -> tuple[Integers, Integers]:
    """Return person and name of a medicine for each finding known to be there (N, F)."""
    _, of_class = medicine_names(knowledge)
    persons, names = [], []
    for column, finding in enumerate(dense(knowledge).findings):
        classes = knowledge.findings[finding].from_drugs
        uniform = stream.uniform(BLOCK) if classes else None
        if uniform is None:
            continue
        own = np.array([number for each in classes for number in of_class[each]])
        rows = np.flatnonzero(known[:, column])
        persons.append(rows)
        names.append(own[np.floor(uniform[rows] * len(own)).astype(np.int64)])
    return np.concatenate(persons), np.concatenate(names)

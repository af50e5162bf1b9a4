"""The signs that tell sources of a high level apart, read for many people at once.

As ``high_b12.sources_evidence``: present when anything says yes, absent only when
everything that could say yes says no.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corrin.high_b12.parameters import Floats, Integers
from corrin.high_b12.sources_evidence import TREATED
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records_of_high_b12 import Sign
from corrin.population.kernel.columns import lists
from corrin.population.kernel.lab_results import latest, take
from corrin.population.kernel.lab_rules import answers
from corrin.population.kernel.medicines import medicines, supplements
from corrin.population.kernel.people import (
    NO,
    NOT_KNOWN,
    YES,
    Booleans,
    People,
    Results,
    States,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SignsOfMany:
    """How much each sign weighs, present and absent: (F, M) each, 0 when it is not known."""

    present: Floats
    absent: Floats


def signs_of(people: People, rows: Integers, taken: Booleans, knowledge: Knowledge) -> SignsOfMany:
    """Read every sign of the people in ``rows`` (M,), of whom ``taken`` (M,) take B12."""
    states = np.full((len(knowledge.high_b12.sign), len(rows)), NOT_KNOWN, dtype=np.int8)
    place = np.full(len(people), -1)
    place[rows] = np.arange(len(rows))
    found: dict[str, Results] = {}
    for column, sign in enumerate(knowledge.high_b12.sign):
        for rule in sign.from_lab:
            if rule.lab in people.results and rule.lab not in found:
                found[rule.lab] = _of_people(people.results[rule.lab], place)
        if sign.only_when_taken:
            who = np.flatnonzero(taken)
            read = needle if sign.by_needle else treated_by_someone
            states[column, who] = read(people, rows[who], knowledge)
        else:
            states[column] = _read(
                sign, people, rows, place=place, found=found, knowledge=knowledge
            )
    return _weighed(states, knowledge)


def treated_by_someone(people: People, rows: Integers, _: Knowledge) -> States:
    """Return whether B12 is given by a doctor or nurse."""
    said = [people.finding(name)[rows] for name in TREATED]
    yes = people.drugs_b12[rows] | np.logical_or.reduce([each == YES for each in said])
    return np.where(yes, YES, np.where(said[0] == NO, NO, NOT_KNOWN)).astype(np.int8)


def needle(people: People, rows: Integers, knowledge: Knowledge) -> States:
    """Return whether B12 is given by needle: no when the way of every product is said."""
    batch = people.batch.select(["intake", "drugs"]).take(pa.array(rows))
    count = len(rows)
    intake = supplements(batch, people.as_of[rows], knowledge)
    drugs = medicines(batch, people.as_of[rows], knowledge).taken
    route = lists(batch, "intake").fields["route"]
    said = pc.fill_null(pc.greater(pc.utf8_length(route), 0), False)
    silent = intake.b12 & ~said.to_numpy(zero_copy_only=False)
    state = np.full(count, NOT_KNOWN, dtype=np.int8)
    for each in (intake, drugs):
        state[each.person[each.b12]] = NO
    state[intake.person[silent]] = NOT_KNOWN
    for each in (intake, drugs):
        state[each.person[each.b12 & each.by_needle]] = YES
    return state


def _of_people(results: Results, place: Integers) -> Results:
    """Return the latest results of the people who have a place."""
    newest = latest(results)
    return take(newest, np.flatnonzero(place[newest.person] >= 0))


def _read(
    sign: Sign,
    people: People,
    rows: Integers,
    *,
    place: Integers,
    found: dict[str, Results],
    knowledge: Knowledge,
) -> States:
    said = [people.finding(name)[rows] for name in sign.findings]
    by_lab: dict[str, States] = {}
    for rule in sign.from_lab:
        by_lab[rule.lab] = np.full(len(rows), NOT_KNOWN, dtype=np.int8)
        if rule.lab in found:
            results = found[rule.lab]
            about = people.sex[results.person], people.age[results.person]
            by_lab[rule.lab][place[results.person]] = answers(rule, results, *about, knowledge)
    every = [*said, *by_lab.values()]
    yes = np.logical_or.reduce([each == YES for each in every])
    no = np.logical_and.reduce([each == NO for each in every])
    return np.where(yes, YES, np.where(no, NO, NOT_KNOWN)).astype(np.int8)


def _weighed(states: States, knowledge: Knowledge) -> SignsOfMany:
    """Return what each sign weighs: those of one group share what the group may weigh."""
    column = {sign.id: place for place, sign in enumerate(knowledge.high_b12.sign)}
    group_of = {member: group for group in knowledge.high_b12.group for member in group.members}
    sides = []
    for side in (YES, NO):
        weight = (states == side).astype(np.float64)
        for group in knowledge.high_b12.group:
            members = [column[name] for name in column if group_of.get(name) is group]
            several = np.add.reduce([weight[member] for member in members])
            share = np.minimum(1.0, group.counts / np.maximum(several, 1))
            for member in members:
                weight[member] *= share
        sides.append(weight)
    return SignsOfMany(present=sides[0], absent=sides[1])

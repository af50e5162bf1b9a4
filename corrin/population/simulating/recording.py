"""What is recorded of a block: findings said, results as printed, products and medicines.

Everything reads back to what was drawn.  Two things a record cannot hold are left out: that
something is absent which follows from what is present, and of two findings that exclude
each other the one that says "only".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from corrin.high_b12.sources_evidence import HIGH_DOSE
from corrin.knowledge.loading import Knowledge
from corrin.labs.units import exact
from corrin.population.simulating.causes import dense
from corrin.population.simulating.drawing import Block
from corrin.population.simulating.lab_limits import TOTAL, labs, limits
from corrin.population.simulating.lab_values import (
    draw_values,
    in_canonical_unit,
    printed,
    site_units,
)
from corrin.population.simulating.levels import sites
from corrin.population.simulating.standing import HIGH_FINDING, LOW_FINDING
from corrin.population.simulating.streams import Booleans, Floats, Integers
from corrin.population.simulating.taking import medicine_names

NO_WORD, NEGATIVE, POSITIVE = range(3)  # not clinical: words
WORDS = (None, "negative", "positive")
_ALBUMIN, _CALCIUM = "albumin", "calcium"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Results:
    """M results, by person, then lab, then latest first.

    ``value``, ``low`` and ``high`` as printed in ``unit`` (a number in ``units``), NaN where
    there is none; ``canonical`` is the value in the lab's own unit; ``version`` counts the
    results of one lab of one person from 0, the latest.
    """

    person: Integers
    lab: Integers
    value: Floats
    canonical: Floats
    unit: Integers
    low: Floats
    high: Floats
    canonical_low: Floats
    canonical_high: Floats
    word: Integers
    day: Integers
    version: Integers
    site: Integers

    def take(self, rows: Integers) -> Results:
        """Return these rows, in this order."""
        return Results(**{name: getattr(self, name)[rows] for name in self.__slots__})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Recorded:
    """What is recorded of the first ``size`` people of a block.

    ``said`` (N, F) is 1 present, 0 absent, -1 not said; ``drug_person`` and ``drug`` are the
    medicines by number in ``medicine_names``; ``intake_known`` and ``drugs_known`` mark
    lists that are complete.
    """

    block: Block
    size: int
    said: np.ndarray[tuple[int, int], np.dtype[np.int8]]
    results: Results
    drug_person: Integers
    drug: Integers
    intake_known: Booleans
    drugs_known: Booleans
    on_list: Booleans


@lru_cache(maxsize=2)
def names(knowledge: Knowledge) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return every lab and every unit used, in the order of their numbers."""
    units = sorted({unit for unit, _ in site_units(knowledge).values()}
                   | {each.b12_unit for each in knowledge.population.simulation.site})  # fmt: skip
    return (*labs(knowledge), TOTAL), tuple(units)


def record(block: Block, size: int, knowledge: Knowledge) -> Recorded:
    """Return what is recorded of the first ``size`` people of a block."""
    drugs = block.taken.drug_person < size
    medicines = np.bincount(block.taken.drug_person[drugs], minlength=size) > 0
    medicines |= block.taken.as_medicine[:size]
    complete = block.taken.list_complete[:size] & ~_more_than_listed(block, size, knowledge)
    return Recorded(
        block=block,
        size=size,
        said=_said(block, size, complete & ~medicines, knowledge),
        results=_results(block, size, knowledge),
        drug_person=block.taken.drug_person[drugs],
        drug=block.taken.drug[drugs],
        intake_known=block.taken.intake_asked[:size],
        drugs_known=complete,
        on_list=medicines,
    )


def _more_than_listed(block: Block, size: int, knowledge: Knowledge) -> Booleans:
    """Return who is known to take a medicine that follows from another answer alone."""
    findings = dense(knowledge).findings
    known = (block.present & block.asked)[:size]
    more = np.zeros(size, dtype=bool)
    for column, finding in enumerate(findings):
        for other in knowledge.findings[finding].implies:
            if knowledge.findings[other].from_drugs:
                more |= known[:, column] & ~known[:, findings.index(other)]
    return more


def _said(
    block: Block, size: int, none_taken: Booleans, knowledge: Knowledge
) -> np.ndarray[tuple[int, int], np.dtype[np.int8]]:
    """Return the answers that stand in the record as such (N, F)."""
    findings = dense(knowledge).findings
    place = {finding: column for column, finding in enumerate(findings)}
    present, asked = block.present[:size], block.asked[:size]
    said = np.where(asked, present, -1).astype(np.int8)
    for column, finding in enumerate(findings):
        record_ = knowledge.findings[finding]
        by_lab = record_.from_lab or finding in {LOW_FINDING, HIGH_FINDING}
        if by_lab or finding == HIGH_DOSE:
            said[:, column] = -1
        elif record_.from_drugs:
            said[(said[:, column] == 1) | none_taken, column] = -1
    known = asked & present
    for column, finding in enumerate(findings):
        rows = known[:, column]
        for other in knowledge.findings[finding].implies:
            said[rows & (said[:, place[other]] == 0), place[other]] = -1
        for other in _yields_to(finding, knowledge):
            said[rows & known[:, place[other]] & (said[:, column] == 1), column] = -1
    return said


def _yields_to(finding: str, knowledge: Knowledge) -> tuple[str, ...]:
    """Return the findings that stand in the record where both were drawn.

    Of two that exclude each other the one that excludes more is the narrower.
    """
    mine = knowledge.findings[finding].excludes
    return tuple(other for other in mine
                 if len(knowledge.findings[other].excludes) < len(mine))  # fmt: skip


def _results(block: Block, size: int, knowledge: Knowledge) -> Results:
    parts = [_b12(block, size, knowledge)]
    albumin: Floats = np.full(size, np.nan)
    for column, lab in enumerate(labs(knowledge)):
        rows = np.flatnonzero(block.measured[:size, column])
        part, canonical = _of_lab(block, rows, lab, knowledge, column=column, albumin=albumin)
        parts.append(part)
        if lab == _ALBUMIN:
            albumin[rows] = canonical
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in Results.__slots__
    }
    every = Results(**joined)
    by_name = np.argsort(np.argsort(np.array(names(knowledge)[0])))
    return every.take(np.lexsort((every.version, by_name[every.lab], every.person)))


def _b12(block: Block, size: int, knowledge: Knowledge) -> Results:
    level = block.levels.level[:size]
    person, version = np.nonzero(~np.isnan(level))
    site = block.levels.site[person]
    rules = knowledge.population.simulation
    all_labs, units = names(knowledge)
    unit_of_site = np.array([units.index(each.b12_unit) for each in rules.site])
    value = printed(level[person, version] / sites(knowledge).factor[site])
    canonical = np.empty(len(person))
    for number, unit in enumerate(units):
        rows = unit_of_site[site] == number
        canonical[rows] = in_canonical_unit(TOTAL, unit, value[rows], knowledge)
    ends = {}
    for name in ("low", "high"):
        seen = np.array([getattr(each, name) if each.prints else np.nan for each in rules.site])
        ends[name] = seen[site]
        ends[f"canonical_{name}"] = np.array([
            in_canonical_unit(TOTAL, each.b12_unit, seen[[place]], knowledge)[0]
            for place, each in enumerate(rules.site)
        ])[site]  # fmt: skip
    return Results(
        person=person,
        lab=np.full(len(person), all_labs.index(TOTAL)),
        value=value,
        canonical=canonical,
        unit=unit_of_site[site],
        word=np.zeros(len(person), dtype=np.int64),
        day=block.levels.days[person, version],
        version=version,
        site=site,
        **ends,
    )


def _of_lab(
    block: Block, rows: Integers, lab: str, knowledge: Knowledge, *, column: int, albumin: Floats
) -> tuple[Results, Floats]:
    """Return the results of one lab, and their values in its own unit."""
    known = limits(knowledge)[lab]
    rules = knowledge.population.simulation
    grade = block.grade[rows, column]
    low, high = known.ends(block.people.sex[rows], block.people.age[rows])
    count = len(rows)
    word = np.where(grade > 0, POSITIVE, NEGATIVE) if known.presence else np.full(count, NO_WORD)
    if known.presence:
        value = np.full(count, np.nan)
    else:
        value = draw_values(
            known,
            grade,
            block.lab_uniform[rows, column],
            low=low,
            high=high,
            margin=rules.rate["nearest_to_limit"].value,
        )  # fmt: skip
    if lab == _CALCIUM:
        constants = knowledge.labs[lab].constants
        slope, usual = (float(exact(constants[f"albumin_{name}"].value))
                        for name in ("slope", "usual"))  # fmt: skip
        # What is printed is the total; it is read as adjusted for the albumin beside it.
        value = value - np.nan_to_num(slope * (usual - albumin[rows]))
    return _as_printed(block, rows, lab, knowledge, value=value, low=low, high=high, word=word)


def _as_printed(
    block: Block,
    rows: Integers,
    lab: str,
    knowledge: Knowledge,
    *,
    value: Floats,
    low: Floats,
    high: Floats,
    word: Integers,
) -> tuple[Results, Floats]:
    rules = knowledge.population.simulation
    site = block.levels.site[rows]
    all_labs, units = names(knowledge)
    conventional = np.array([each.conventional for each in rules.site])[site]
    prints = np.array([each.prints for each in rules.site])[site]
    unit = np.zeros(len(rows), dtype=np.int64)
    seen = {"value": value, "low": np.where(prints, low, np.nan),
            "high": np.where(prints, high, np.nan)}  # fmt: skip
    turned = {name: np.full(len(rows), np.nan) for name in seen}
    for mass in (False, True):
        mine = conventional == mass
        text, by = site_units(knowledge)[lab, mass]
        unit[mine] = units.index(text)
        for name, numbers in seen.items():
            numbers[mine] = printed(numbers[mine] / by)
            turned[name][mine] = in_canonical_unit(lab, text, numbers[mine], knowledge)
    found = Results(
        person=rows,
        lab=np.full(len(rows), all_labs.index(lab)),
        value=seen["value"],
        canonical=turned["value"],
        unit=unit,
        low=seen["low"],
        high=seen["high"],
        canonical_low=turned["low"],
        canonical_high=turned["high"],
        word=word,
        day=block.people.sampled[rows],
        version=np.zeros(len(rows), dtype=np.int64),
        site=site,
    )
    return found, turned["value"]


def medicine_texts(knowledge: Knowledge) -> tuple[str, ...]:
    """Return what a medicine of each number is called in a list."""
    return medicine_names(knowledge)[0]

"""Where the results of each lab must lie for the findings and signs that rest on them.

Every limit that a finding or a sign goes by is a *cut* of its lab.  A result's *grade* says
how many of them it lies beyond: 0 inside all, -1 beyond the nearest lower one, +2 beyond
two upper ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import FromLab, Lab
from corrin.knowledge.records_of_simulation import LabShape
from corrin.labs.lines import PRESENCE
from corrin.labs.positions import our_spans
from corrin.labs.units import in_canonical
from corrin.population.simulating.people import SEXES
from corrin.population.simulating.streams import Floats

TOTAL = "serum_b12"
_SIDES = {"below": (-1,), "above": (1,), "outside": (-1, 1)}


@dataclass(frozen=True, slots=True)
class Cut:
    """A limit in the canonical unit, or ``times`` the end of the interval in use."""

    fixed: float | None = None
    times: float = 1.0

    def at(self, end: Floats) -> Floats:
        """Return the limit of each person, whose interval ends at ``end``."""
        return np.full(len(end), self.fixed) if self.fixed is not None else self.times * end


@dataclass(frozen=True, slots=True)
class Place:
    """A lab, and the grade from which on a finding or sign holds."""

    lab: str
    grade: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Limits:
    """One lab: our interval by sex and age (2, A), its cuts, nearest first, and its shape."""

    lab: str
    presence: bool
    low: Floats
    high: Floats
    ages: tuple[float, ...]
    below: tuple[Cut, ...]
    above: tuple[Cut, ...]
    shape: LabShape

    def ends(self, sex: npt.NDArray[np.int64], age: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Return the ends of our interval (N,), NaN where it is open."""
        column = np.searchsorted(self.ages, age, side="right")
        return self.low[sex, column], self.high[sex, column]


_ORDINARY = LabShape(lab="", assumed="")


@lru_cache(maxsize=2)
def limits(knowledge: Knowledge) -> dict[str, Limits]:
    """Return the limits of every lab but total B12, which has a part of its own."""
    shapes = {each.lab: each for each in knowledge.population.simulation.lab}
    adult = knowledge.model["adult_age"].value
    found = {}
    for lab in knowledge.labs.values():
        if lab.id == TOTAL:
            continue
        edges = {
            edge
            for each in lab.reference_intervals
            for edge in (each.age_from, each.age_to)
            if edge is not None and edge > adult
        }
        ages = tuple(sorted(edges))
        ends = [[_ends(lab, knowledge, sex, age) for age in (adult, *ages)] for sex in SEXES]
        low, high = (np.array([[one[side] for one in row] for row in ends]) for side in (0, 1))
        cuts = {
            (_cut(rule, lab, knowledge), side)
            for rule in _rules(lab.id, knowledge)
            for side in _SIDES[rule.relation]
        }
        below = [cut for cut, side in cuts if side < 0]
        above = [cut for cut, side in cuts if side > 0]
        found[lab.id] = Limits(
            lab=lab.id,
            presence=lab.quantity == PRESENCE,
            low=low,
            high=high,
            ages=ages,
            below=tuple(sorted(below, key=lambda cut: -cut.at(low[0, :1])[0])),
            above=tuple(sorted(above, key=lambda cut: cut.at(high[0, :1])[0])),
            shape=shapes.get(lab.id, _ORDINARY),
        )
    return found


@lru_cache(maxsize=2)
def labs(knowledge: Knowledge) -> tuple[str, ...]:
    """Return every lab but total B12, in the order of the columns of a block."""
    return tuple(limits(knowledge))


def places(rules: tuple[FromLab, ...], knowledge: Knowledge) -> tuple[Place, ...]:
    """Return every lab and grade that makes what rests on ``rules`` hold."""
    known = limits(knowledge)
    found = []
    for rule in rules:
        if rule.lab == TOTAL:
            continue
        cut = _cut(rule, knowledge.labs[rule.lab], knowledge)
        for side in _SIDES[rule.relation]:
            cuts = known[rule.lab].below if side < 0 else known[rule.lab].above
            found.append(Place(rule.lab, side * (cuts.index(cut) + 1)))
    return tuple(found)


def _rules(lab: str, knowledge: Knowledge) -> list[FromLab]:
    """Return every rule on a lab; the interval's own ends come in where a rule names none."""
    of_findings = [rule for each in knowledge.findings.values() for rule in each.from_lab]
    of_signs = [rule for each in knowledge.high_b12.sign for rule in each.from_lab]
    return [rule for rule in (*of_findings, *of_signs) if rule.lab == lab]


def _cut(rule: FromLab, lab: Lab, knowledge: Knowledge) -> Cut:
    if rule.limit is not None:
        return Cut(fixed=in_canonical(rule.limit.value, rule.limit.unit, lab, knowledge))
    return Cut(times=rule.times_limit or 1.0)


def _ends(lab: Lab, knowledge: Knowledge, sex: str, age: float) -> tuple[float, float]:
    spans = our_spans(lab, knowledge, sex=sex, age=age)
    low, high = (spans[0].low, spans[0].high) if spans else (None, None)
    return (np.nan if low is None else low), (np.nan if high is None else high)

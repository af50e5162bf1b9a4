"""Made-up rows of the canonical table for the tests of the population: seeded and nasty.

Every finding, every lab around every limit that any record has for it (on it and just
beside it), comparators, words that fit and do not, missing units, printed intervals of
every shape, all ages and none, medicines of every class and of none, supplements that can
be read and not, several B12 results dated and not.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import math
import random
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from corrin.errors import KnowledgeError
from corrin.knowledge.conditions import Condition
from corrin.knowledge.loading import Knowledge, load
from corrin.knowledge.records import Lab, Setting
from corrin.labs.units import in_canonical
from corrin.population.records import CANONICAL

AS_OF = dt.date(2026, 6, 30)
Row = dict[str, Any]

_ASSAYS = (None, None, None, None, "ruh bath", "Severn Pathology ", "adjusted calcium", "x")
_COMPARATORS = (None, None, None, None, None, "<", ">", "<=", ">=")
_WORDS = ("low", "normal", "high", "positive", "negative", "abnormal")
#: Findings that are drawn for the sake of rules that need several at once.
_TWITCHY = ("dist_generalised", "dist_calf_foot", "cramps", "tongue_fasciculation")
_GATE = ("objective_weakness", "atrophy", "dysarthria", "dysphagia", "orthopnoea")
_PRODUCTS = (
    {"substance": "cyanocobalamin", "route": "oral", "dose": "1000 ug", "every": "1 day"},
    {"substance": "cyanocobalamin", "route": "oral", "dose": "50 ug", "every": "day"},
    {"substance": "vitamin B12", "route": "oral", "dose": "2.5 ug", "every": "1 day"},
    {"substance": "methylcobalamin", "route": "sublingual", "dose": "5 mg", "every": "1 week"},
    {
        "substance": "hydroxocobalamin",
        "route": "intramuscular",
        "dose": "1 mg",
        "every": "12 weeks",
    },
    {"substance": "cyanocobalamin", "route": "injection", "dose": "1 mg", "every": "4 weeks"},
    {"substance": "B12", "route": None, "dose": "some", "every": None},
    {"substance": "vitamin b 12", "route": "oral", "dose": "1,000 ug", "every": "day"},
    {
        "substance": None,
        "route": "oral",
        "dose": "1 tablet",
        "every": "day",
        "product": "B-12 forte",
    },
    {"substance": "multivitamin", "route": "oral", "dose": None, "every": "day"},
    {"substance": "magnesium", "route": "oral", "dose": "200 mg", "every": "day"},
)
_DRUGS = (
    "Vitamin B12 1 mg injection",
    "cyanocobalamin 50 micrograms",
    "hydroxocobalamin",
    "nothing known",
    "paracetamol 500 mg",
)


def rows(count: int, *, seed: int, knowledge: Knowledge | None = None) -> list[Row]:
    """Return ``count`` people; the same for the same seed."""
    draw = _Draw(random.Random(seed), knowledge or load())
    return [draw.person(number) for number in range(count)]


def batch_of(people: Sequence[Row]) -> pa.RecordBatch:
    """Return people as a batch of the canonical table."""
    return pa.RecordBatch.from_pylist(list(people), schema=CANONICAL)


@functools.cache
def limits_of(lab: str, knowledge: Knowledge) -> tuple[float, ...]:
    """Return every number (canonical) that any record holds against results of a lab."""
    record = knowledge.labs[lab]
    return tuple(sorted(set(_limits(record, knowledge))))


def _limits(lab: Lab, knowledge: Knowledge) -> Iterator[float]:
    def canonical(value: float, unit: str) -> float:
        return in_canonical(value, unit, lab, knowledge)

    intervals = [lab.plausible, *lab.reference_intervals]
    ends = [(end, each.unit) for each in intervals for end in (each.low, each.high)]
    yield from (canonical(end, unit) for end, unit in ends if end is not None)
    for value in knowledge.critical_values.values():
        if value.lab == lab.id:
            yield canonical(value.limit.value, value.limit.unit)
    for finding in knowledge.findings.values():
        for rule in finding.from_lab:
            if rule.lab == lab.id and rule.limit is not None:
                yield canonical(rule.limit.value, rule.limit.unit)
            if rule.lab == lab.id and rule.times_limit is not None:
                yield from (rule.times_limit * canonical(end, unit)
                            for end, unit in ends if end is not None)  # fmt: skip
    for guideline in knowledge.guidelines.values():
        if guideline.lab == lab.id:
            for end in (guideline.deficient_below, guideline.indeterminate_below,
                        guideline.high_above):  # fmt: skip
                if end is not None:
                    yield canonical(end, guideline.unit)
    for constant in lab.constants.values():
        # Doses, days and ages are constants too, and no levels.
        with contextlib.suppress(KnowledgeError):
            yield canonical(constant.value, constant.unit)


class _Draw:
    """Draws people one after the other from one seeded source of chance."""

    def __init__(self, chance: random.Random, knowledge: Knowledge) -> None:
        self.chance = chance
        self.knowledge = knowledge
        self.findings = list(knowledge.findings)
        self.labs = list(knowledge.labs)
        self.rules = list(knowledge.red_flags.values())
        self.names = sorted(
            {name for each in knowledge.drug_classes.values() for name in each.names}
        )

    def person(self, number: int) -> Row:
        chance = self.chance
        present, absent = self._findings(number)
        # Those who may look after themselves have no result that is at fault or critical.
        calm = chance.random() < 0.03
        if calm:
            present, absent = self._calm()
        return {
            "person_id": f"p{number:07d}",
            "as_of": AS_OF,
            "age": self._age(),
            "sex": chance.choice(("female", "male", "female", "male", None)),
            "setting": chance.choice((None, None, *(each.value for each in Setting))),
            "country": chance.choice((None, "GB")),
            "twitching": chance.choice((None, None, None, True, False)),
            "present": sorted(present),
            "absent": sorted(absent),
            "labs": [] if calm and chance.random() < 0.8 else self._results(number),
            "intake": self._intake(),
            "drugs": None if calm else self._drugs(),
            "problems": [{"where": "labs", "code": "x"}] if chance.random() < 0.05 else [],
        }

    def _age(self) -> float | None:
        chance = self.chance
        cuts = (1.0, 2.0, 11.0, 12.0, 16.0, 18.0, 40.0, 50.0, 60.0, 65.0, 75.0)
        kind = chance.random()
        if kind < 0.1:
            return None
        if kind < 0.3:
            return chance.choice(cuts) + chance.choice((-0.01, 0.0, 0.01))
        return float(chance.randint(18, 110)) if kind < 0.9 else round(chance.uniform(0, 18), 1)

    def _findings(self, number: int) -> tuple[set[str], set[str]]:
        chance = self.chance
        present = set(chance.sample(self.findings, chance.choice((0, 1, 2, 3, 4, 6))))
        # Everybody has one finding in turn, so that none is left to chance.
        present.add(self.findings[number % len(self.findings)])
        if chance.random() < 0.2:
            present.add(chance.choice(_TWITCHY))
        if chance.random() < 0.06:
            present.add("pregnant")
        # So has every rule, in turn, some of the findings that it names.
        rule = self.rules[number % len(self.rules)]
        named = [each for each in self._named(rule.when) if each in self.knowledge.findings]
        present.update(chance.sample(named, min(len(named), chance.choice((0, 2, 3, 4)))))
        absent = set(chance.sample(self.findings, chance.choice((0, 0, 2, 8, 60))))
        if chance.random() < 0.1:
            present, absent = present.difference(_GATE), absent.union(_GATE)
        if chance.random() < 0.05:
            return set(), absent
        return present, absent - present

    def _calm(self) -> tuple[set[str], set[str]]:
        """Findings with which the gate is open, as a rule."""
        place = self.chance.choice(("dist_eyelid_only", "dist_calf_foot"))
        trigger = self.chance.choice(("poor_sleep", "caffeine_high", "exercise_recent", "fatigue"))
        absent = {*_GATE, "duration_gt_3mo"}
        absent -= {self.chance.choice((*_GATE, None, None, None, None))}
        return {place, trigger}, absent

    @staticmethod
    @functools.cache
    def _named(when: str) -> tuple[str, ...]:
        return tuple(sorted(Condition.parse(when).names()))

    def _results(self, number: int) -> list[Row]:
        chance = self.chance
        labs = set(chance.sample(self.labs, chance.choice((0, 2, 4, 8))))
        labs.add(self.labs[number % len(self.labs)])
        if chance.random() < 0.6:
            labs.add("serum_b12")
        if chance.random() < 0.2:
            labs.update(("methylmalonic_acid", "homocysteine"))
        if "calcium" in labs and chance.random() < 0.7:
            labs.add("albumin")
        if chance.random() < 0.04:
            labs.clear()
        return [line for lab in sorted(labs) for line in self._lines(lab)]

    def _lines(self, lab: str) -> list[Row]:
        chance = self.chance
        several = 0.5 if lab == "serum_b12" else 0.1 if lab in {"calcium", "albumin"} else 0.04
        count = chance.choice((2, 3, 4)) if chance.random() < several else 1
        lines = [self._line(lab) for _ in range(count)]
        # As the table has them: latest first, undated last.
        return sorted(lines, key=lambda line: line["taken"] or dt.date.min, reverse=True)

    def _line(self, lab: str) -> Row:
        chance = self.chance
        record = self.knowledge.labs[lab]
        line: Row = dict.fromkeys(
            ("value", "comparator", "unit", "word", "reference_low", "reference_high", "assay")
        )
        line |= {"lab": lab, "taken": self._day(), "assay": chance.choice(_ASSAYS)}
        if chance.random() < 0.12:
            return line | {"word": self._word(), **self._printed(lab, 1.0)}
        if chance.random() < 0.03:
            return line
        value = self._value(lab)
        line |= {"value": value, "comparator": chance.choice(_COMPARATORS)}
        if chance.random() < 0.92:
            line["unit"] = record.canonical_unit
        if chance.random() < 0.1:
            line["word"] = self._word()
        return line | self._printed(lab, value)

    def _value(self, lab: str) -> float:
        chance = self.chance
        limits = limits_of(lab, self.knowledge)
        kind = chance.random()
        limit = chance.choice(limits)
        if kind < 0.2:
            return limit
        if kind < 0.4:
            return math.nextafter(limit, chance.choice((0.0, math.inf)))
        if kind < 0.6:
            return max(0.0, round(limit * chance.uniform(0.9, 1.1), 2))
        if kind < 0.62:
            return chance.choice((0.0, -1.0, 1e9, math.inf, math.nan))
        low, high = chance.sample(limits, 2) if len(limits) > 1 else (limit, limit)
        return round(math.exp(chance.uniform(math.log(low + 0.1), math.log(high + 0.1))), 2)

    def _word(self) -> str:
        return self.chance.choice(_WORDS)

    def _printed(self, lab: str, value: float) -> Row:
        chance = self.chance
        if chance.random() < 0.6:
            return {}
        limits = sorted(chance.choices(limits_of(lab, self.knowledge), k=2))
        low, high = chance.choice(
            (tuple(limits), (None, limits[1]), (limits[0], None), (0.0, 0.0), (value, value),
             (limits[1], limits[0]))
        )  # fmt: skip
        ends = {"reference_low": low, "reference_high": high}
        return {name: end for name, end in ends.items() if end is None or math.isfinite(end)}

    def _day(self) -> dt.date | None:
        chance = self.chance
        kind = chance.random()
        if kind < 0.25:
            return None
        if kind < 0.28:
            return AS_OF + dt.timedelta(days=chance.randint(1, 30))
        if kind < 0.6:
            return AS_OF - dt.timedelta(days=chance.choice((0, 1, 7)))
        return AS_OF - dt.timedelta(days=chance.randint(0, 900))

    def _intake(self) -> list[Row] | None:
        chance = self.chance
        kind = chance.random()
        if kind < 0.5:
            return None
        if kind < 0.7:
            return []
        return [self._product() for _ in range(chance.choice((1, 1, 2)))]

    def _product(self) -> Row:
        chance = self.chance
        empty = dict.fromkeys(("substance", "route", "dose", "every", "since", "until",
                               "last_dose", "duration", "product"))  # fmt: skip
        since = self._past(2000)
        until = self._past(400) if chance.random() < 0.3 else None
        last = self._last_dose() if chance.random() < 0.5 else None
        dates = {
            "since": since if chance.random() < 0.7 else None,
            "until": until,
            "last_dose": last,
        }
        return {**empty, **chance.choice(_PRODUCTS), **dates}

    def _last_dose(self) -> dt.date:
        """A day on which a shot may still show in the blood, on the edge of it or beyond."""
        span = int(self.knowledge.labs["serum_b12"].constants["injection_counts_for"].value)
        return AS_OF - dt.timedelta(days=self.chance.choice((0, 7, span, span, span + 1, span + 7)))

    def _past(self, days: int) -> dt.date:
        return AS_OF - dt.timedelta(days=self.chance.randint(0, days))

    def _drugs(self) -> list[Row] | None:
        chance = self.chance
        kind = chance.random()
        if kind < 0.4:
            return None
        if kind < 0.55:
            return []
        names = [self._drug() for _ in range(chance.choice((1, 2, 4)))]
        return [
            {
                "name": name,
                "since": None,
                "until": chance.choice((None, None, None, AS_OF, self._past(30))),
            }
            for name in names
        ]

    def _drug(self) -> str:
        chance = self.chance
        kind = chance.random()
        if kind < 0.15:
            return chance.choice(_DRUGS)
        name = chance.choice(self.names)
        return chance.choice((name, name.title(), f"{name} 20 mg", f"{name.upper()} tablets"))

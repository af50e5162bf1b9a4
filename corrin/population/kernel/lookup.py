"""What is known of many people, by the names that the rules use: ``PictureLookup`` on arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from corrin.b12_status.records import B12Class
from corrin.knowledge.conditions_of_many import Numbers, Words
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import CriticalValue
from corrin.population.kernel.answers import CLASSES, StatusOfMany
from corrin.population.kernel.b12_classes import NOT_CLASSED
from corrin.population.kernel.lasting import LastingOfMany
from corrin.population.kernel.people import (
    HIGH,
    LOW,
    NO,
    NOT_KNOWN,
    UNKNOWN,
    YES,
    Booleans,
    People,
    Results,
    States,
)
from corrin.population.kernel.reading_batch import SETTINGS, SEXES
from corrin.population.kernel.standing import standing
from corrin.triage.lookup import SUPPLEMENTS
from corrin.triage.results import SAME, critical_limit

_POSITIONS = {"low": LOW, "high": HIGH}
_Known = States | Numbers | Words | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LookupOfPeople:
    """Answers names for everybody; call it with a name.  None: nothing is known of anybody."""

    people: People
    status: StatusOfMany
    lasting: LastingOfMany
    knowledge: Knowledge
    _answers: dict[str, _Known] = field(default_factory=dict)
    _standing: dict[str, Results] = field(default_factory=dict)

    def __call__(self, name: str) -> _Known:
        """Return what is known of ``name``."""
        if name not in self._answers:
            self._answers[name] = self._answer(name)
        return self._answers[name]

    def twitching(self) -> States:
        """A finding that is twitching outweighs a "no" to the complaint."""
        states = self.people.twitching.copy()
        for finding, record in self.knowledge.findings.items():
            if record.defines_twitching:
                states[self.people.finding(finding) == YES] = YES
        return states

    def _answer(self, name: str) -> _Known:
        kind, dot, rest = name.partition(".")
        if not dot:
            return self._fact(name)
        values = self.knowledge.critical_values
        match kind:
            case "critical" if rest in values:
                return self._critical(values[rest], self._results(values[rest].lab))
            case "as_printed" if rest in values:
                printed = self.people.as_printed.get(values[rest].lab)
                results = None if printed is None else standing(printed)
                return self._critical(values[rest], results or self._results(values[rest].lab))
            case "b12":
                return self._b12(rest)
            case "lab":
                lab, _, asked = rest.rpartition("_")
                return self._lab(lab, asked)
        return None

    def _fact(self, name: str) -> _Known:
        people = self.people
        facts: dict[str, Callable[[], _Known]] = {
            "age": lambda: Numbers(people.age),
            "sex": lambda: Words(people.sex, SEXES),
            "setting": lambda: Words(people.setting, SETTINGS),
            "twitching": self.twitching,
            "supplement_known": lambda: np.where(self._taken() == NOT_KNOWN, NO, YES).astype(
                np.int8
            ),
            "supplement_taken": self._taken,
        }
        if name in facts:
            return facts[name]()
        return people.finding(name) if name in people.finding_column else None

    def _taken(self) -> States:
        """One kind of intake that is present says yes; one denied, with none present, no."""
        known = [self.people.finding(each) for each in SUPPLEMENTS]
        states = np.maximum.reduce([*known])
        none = (states == NOT_KNOWN) & self.people.intake_none
        return np.where(none, NO, states).astype(np.int8)

    def _b12(self, asked: str) -> States:
        if asked == "functionally_deficient":
            return self.status.functional
        if asked == "persistently_high":
            return self.lasting.persistently_high
        wanted = CLASSES.index(B12Class(asked.replace("_", "-")))
        found = self.status.b12_class
        known = (found != NOT_KNOWN) & ((found != NOT_CLASSED) | (wanted == NOT_CLASSED))
        return np.where(known, found == wanted, NOT_KNOWN).astype(np.int8)

    def _results(self, lab: str) -> Results | None:
        if lab not in self._standing and lab in self.people.results:
            self._standing[lab] = standing(self.people.results[lab])
        return self._standing.get(lab)

    def _lab(self, lab: str, asked: str) -> States | None:
        results = self._results(lab)
        if asked == "known":
            states = np.full(len(self.people), NO, dtype=np.int8)
            if results is not None:
                states[results.person[~np.isnan(results.low)]] = YES
            return states
        if results is None:
            return None
        states = self._nobody()
        states[results.person[results.position != UNKNOWN]] = NO
        states[results.person[results.position == _POSITIONS[asked]]] = YES
        return states

    def _critical(self, value: CriticalValue, results: Results | None) -> States | None:
        """Return whether any result is, or could be, beyond a critical limit."""
        if results is None:
            return None
        worded = np.isnan(results.low)
        below = value.relation == "below"
        open_word = (results.position == UNKNOWN) | (results.position == (LOW if below else HIGH))
        yes = ~worded & _beyond(value, results, self.knowledge)
        states = self._nobody()
        states[results.person] = NO
        states[results.person[worded & open_word]] = NOT_KNOWN
        states[results.person[yes]] = YES
        return states

    def _nobody(self) -> States:
        return np.full(len(self.people), NOT_KNOWN, dtype=np.int8)


def _beyond(value: CriticalValue, results: Results, knowledge: Knowledge) -> Booleans:
    """Return which results in numbers are, or could be, beyond the limit."""
    limit = critical_limit(value, knowledge)
    below = value.relation == "below"
    end = results.low if below else results.high
    apart = np.abs(end - limit)
    # As ``math.isclose`` has it; an infinite end is close to nothing.
    close = ((apart <= abs(SAME * limit)) | (apart <= np.abs(SAME * end))) & np.isfinite(end)
    open_ = results.low != results.high
    past = end < limit if below else end > limit
    return np.asarray(np.where(close, value.inclusive | open_, past))

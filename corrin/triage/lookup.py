"""What is known of one person, by the names that the rules use.

Three-valued: None is not known, and never stands for "no".

===================================  =====================================================
``<finding id>``                     present, absent, or not asked
``critical.<critical value id>``     the current result is, or could be, beyond the limit
``as_printed.<critical value id>``   the same for the result before any adjustment
``lab.<lab id>_low``, ``_high``      the current result against the interval used
``lab.<lab id>_known``               a number is known, not only a word
``b12.<class>``                      the class of the B12 result
``b12.functionally_deficient``       MMA or homocysteine point to too little B12 in the cells
``b12.persistently_high``            high in tests as far apart as ``persistent_after`` asks
``supplement_known``                 B12 intake was asked about
``supplement_taken``                 any B12 by mouth or injection
``twitching``                        the complaint, or a finding that is one
``age``, ``sex``, ``setting``        as said
===================================  =====================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from corrin.b12_status.records import B12Class, B12Status
from corrin.high_b12.sources_lasting import TOTAL, persistence
from corrin.high_b12.sources_records import Lasting
from corrin.knowledge.conditions import Lookup, Value
from corrin.knowledge.loading import Knowledge
from corrin.labs.records import Measurement, Position
from corrin.picture.records import Picture
from corrin.triage.results import any_reaches, as_printed, current

#: Findings that say B12 is taken.
SUPPLEMENTS = ("b12_supplement", "b12_treatment_prescribed", "b12_injection_new")
_POSITIONS = {"low": Position.LOW, "high": Position.HIGH}


@dataclass(frozen=True, slots=True, eq=False)
class PictureLookup:
    """Answers names from a picture and a B12 status; call it with a name.

    A name that no rule may use is None.
    """

    picture: Picture
    status: B12Status | None
    knowledge: Knowledge
    _answers: dict[str, Value] = field(default_factory=dict)

    def __call__(self, name: str) -> Value:
        """Return what is known of ``name``: a bool, a number, a word, or None."""
        if name not in self._answers:
            self._answers[name] = self._answer(name)
        return self._answers[name]

    def supposing(self, answers: Mapping[str, bool]) -> Lookup:
        """Return the same person with these findings answered as well."""
        others: dict[str, Value] = dict(answers)
        if any(present and self._is_twitching(name) for name, present in answers.items()):
            others["twitching"] = True
        intake = [answers[name] for name in SUPPLEMENTS if name in answers]
        if intake:
            others["supplement_known"] = True
            others["supplement_taken"] = True in intake or self("supplement_taken") is True
        return lambda name: others[name] if name in others else self(name)

    def finding(self, name: str) -> bool | None:
        """Return whether a finding is present, absent (False) or not asked (None)."""
        state = self.picture.findings.get(name)
        return None if state is None else state.present

    def results(self, lab: str) -> tuple[Measurement, ...]:
        """Return the results of one lab that stand now."""
        return current(self.picture.measurements.get(lab, ()))

    def _answer(self, name: str) -> Value:
        kind, dot, rest = name.partition(".")
        if not dot:
            return self._fact(name)
        match kind:
            case "critical" if rest in self.knowledge.critical_values:
                value = self.knowledge.critical_values[rest]
                return any_reaches(value, self.results(value.lab), self.knowledge)
            case "as_printed" if rest in self.knowledge.critical_values:
                value = self.knowledge.critical_values[rest]
                printed = as_printed(self.picture, value.lab, self.knowledge)
                return any_reaches(value, printed, self.knowledge)
            case "b12":
                return self._b12(rest)
            case "lab":
                lab, _, asked = rest.rpartition("_")
                return self._lab(lab, asked)
        return None

    def _fact(self, name: str) -> Value:
        if name in {"age", "sex", "setting"}:
            about: Value = getattr(self.picture.person, name)
            return about
        match name:
            case "twitching":
                return self._twitching()
            case "supplement_known":
                return self._supplement_taken() is not None
            case "supplement_taken":
                return self._supplement_taken()
        return self.finding(name)

    def _twitching(self) -> bool | None:
        """A finding that is twitching outweighs a "no" to the complaint."""
        findings = self.picture.findings.items()
        if any(state.present and self._is_twitching(name) for name, state in findings):
            return True
        return self.picture.person.twitching

    def _is_twitching(self, name: str) -> bool:
        record = self.knowledge.findings.get(name)
        return record is not None and record.defines_twitching

    def _supplement_taken(self) -> bool | None:
        """One kind of intake that is present says yes; one denied, with none present, no."""
        answers = [self.finding(name) for name in SUPPLEMENTS]
        if True in answers:
            return True
        if False in answers:
            return False
        # Something is taken, but no finding says what: the amount is not known.
        return False if self.picture.person.intake == () else None

    def _b12(self, asked: str) -> bool | None:
        if asked == "functionally_deficient":
            return None if self.status is None else self.status.functional_deficiency
        if asked == "persistently_high":
            return self._persistently_high()
        wanted = B12Class(asked.replace("_", "-"))
        if self.status is None:
            return None
        if self.status.b12_class is B12Class.NOT_CLASSED:
            return True if wanted is B12Class.NOT_CLASSED else None
        return self.status.b12_class is wanted

    def _persistently_high(self) -> bool | None:
        """The same rule as in the answer to why it is high; too few dated results say nothing."""
        results = self.picture.measurements.get(TOTAL, ())
        found = persistence(results, self.knowledge)
        if found.lasting is Lasting.PERSISTENT:
            return True
        dated = found.results - found.undated
        return False if found.lasting is Lasting.SETTLED or dated > 1 else None

    def _lab(self, lab: str, asked: str) -> bool | None:
        results = self.results(lab)
        if asked == "known":
            return any(one.low is not None for one in results)
        positions = {one.position for one in results} - {Position.UNKNOWN}
        return _POSITIONS[asked] in positions if positions else None

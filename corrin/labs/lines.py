"""One line of a laboratory report: its number, unit, interval and words, read together."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass
from fractions import Fraction

from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Lab
from corrin.labs.faults import Fault
from corrin.labs.numbers import Reading, read_number
from corrin.labs.positions import LABORATORY, OURS, Span, agreed, our_spans, widest
from corrin.labs.records import Measurement, Position
from corrin.labs.units import exact, factor_of, in_canonical, to_canonical
from corrin.person.records import LabResult

#: What the words of a laboratory mean; "positive" and "negative" belong to presence tests.
WORDS = {
    "low": Position.LOW,
    "normal": Position.NORMAL,
    "high": Position.HIGH,
    "negative": Position.NORMAL,
    "positive": Position.HIGH,
}
PRESENCE = "presence"
_PRESENCE_WORDS = {"positive", "negative"}


def word_fits(word: str, lab: Lab) -> bool:
    """Return whether a laboratory's word is one of ours and belongs to this kind of test."""
    return word in WORDS and (lab.quantity == PRESENCE or word not in _PRESENCE_WORDS)


@dataclass(frozen=True, slots=True)
class Line:
    """One result with everything needed to read it."""

    result: LabResult
    lab: Lab
    knowledge: Knowledge
    sex: str | None
    age: float | None

    def read(self, as_of: dt.date | None) -> tuple[Measurement | None, list[Fault]]:
        """Return what was measured, if anything, and every fault of the line."""
        taken = self.result.taken
        if as_of is not None and taken is not None and taken > as_of:
            late = "lies after the day of the assessment."
            return None, [Fault("taken", "future-date", late, "Check the year.")]
        value, word = self.result.value, self.result.interpretation
        if isinstance(value, str) and (said := value.strip().lower()) in WORDS:
            return self._in_words(word or said)
        if value is None:
            return self._in_words(word)
        number = read_number(value)
        by = factor_of(self.result.unit, self.lab, self.knowledge)
        if isinstance(number, Reading) and isinstance(by, Fraction):
            return self._in_numbers(number, by, word)
        faults = [each for each in (number, by) if isinstance(each, Fault)]
        if isinstance(number, Reading) and self.result.unit is None:
            likely = self._likely_units(number)
            ask = f"Is it {likely}?" if likely else faults[0].do
            faults = [Fault("unit", faults[0].code, faults[0].what, ask)]
        return self._without_value(number, word), faults

    def is_clear(self, as_of: dt.date | None) -> bool:
        """Return whether :meth:`read` gives a measurement in numbers; False may be either."""
        value, taken = self.result.value, self.result.taken
        if isinstance(value, str) or value is None or (as_of and taken and taken > as_of):
            return False
        number = read_number(value)
        by = factor_of(self.result.unit, self.lab, self.knowledge)
        return (
            isinstance(number, Reading)
            and isinstance(by, Fraction)
            and self._plausible(number.times(by))
        )

    def _in_numbers(
        self, number: Reading, by: Fraction, word: str | None
    ) -> tuple[Measurement | None, list[Fault]]:
        if not self._plausible(number.times(by)):
            likely = self._likely_units(number)
            ask = f"Is the unit {likely}?" if likely else "Check the number and the unit."
            fault = Fault("value", "impossible-value", "is not possible in this unit.", ask)
            return self._without_value(number, word), [fault]
        low, high = number.bounds(by)
        position, span, origin = self._position(low, high, by, word)
        found = self._measurement(
            position=position,
            low=low,
            high=high,
            unit=self.lab.canonical_unit,
            span=span,
            origin=origin,
        )
        return found, []

    def _position(
        self, low: float, high: float, by: Fraction, word: str | None
    ) -> tuple[Position, Span, str | None]:
        printed = self.result.reference_interval
        if printed is not None:
            span = Span(_times(printed.low, by), _times(printed.high, by))
            return span.position_of(low, high), span, LABORATORY
        spans = our_spans(self.lab, self.knowledge, sex=self.sex, age=self.age)
        if word is not None and word_fits(word, self.lab):
            return WORDS[word], Span(None, None), LABORATORY
        if not spans:
            return Position.UNKNOWN, Span(None, None), None
        return agreed(spans, low, high), widest(spans), OURS

    def _in_words(self, word: str | None) -> tuple[Measurement | None, list[Fault]]:
        if word is None:
            missing = "is missing, and so is an interpretation."
            ask = "What did the laboratory print?"
            return None, [Fault("value", "missing-value", missing, ask)]
        if not word_fits(word, self.lab):
            ask = 'Use "low", "normal" or "high", or give the value and its unit.'
            wrong = "does not fit this test."
            return None, [Fault("interpretation", "wrong-word", wrong, ask)]
        return self._worded(WORDS[word], word), []

    def _without_value(self, number: Reading | Fault, word: str | None) -> Measurement | None:
        """Return what is still known when the value cannot be turned into our unit.

        The laboratory's word stands; and a number can be held against the interval
        printed beside it without knowing the unit they share.
        """
        if word is not None and word_fits(word, self.lab):
            return self._worded(WORDS[word], word)
        printed = self.result.reference_interval
        if printed is None or isinstance(number, Fault) or self.result.unit is not None:
            return None
        position = Span(printed.low, printed.high).position_of(*number.bounds(Fraction(1)))
        if position is Position.UNKNOWN:
            return None
        return self._worded(position, f"{self._seen()} (no unit)")

    def _worded(self, position: Position, seen: str) -> Measurement:
        return self._measurement(
            position=position, span=Span(None, None), origin=LABORATORY, seen=seen
        )

    def _measurement(
        self,
        *,
        position: Position,
        span: Span,
        origin: str | None,
        low: float | None = None,
        high: float | None = None,
        unit: str | None = None,
        seen: str | None = None,
    ) -> Measurement:
        return Measurement(
            lab=self.lab.id,
            position=position,
            low=low,
            high=high,
            unit=unit,
            seen=self._seen() if seen is None else seen,
            unit_seen=self.result.unit,
            reference_low=span.low,
            reference_high=span.high,
            interval_from=origin,
            interval_reference=span.source,
            taken=self.result.taken,
            assay=self.result.assay,
        )

    def _seen(self) -> str:
        value = self.result.value
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return str(value).strip()

    def _plausible(self, canonical: Fraction) -> bool:
        if self.knowledge.labs.get(self.lab.id) is self.lab:
            low, high = _limits_of_record(self.lab.id, self.knowledge)
        else:
            low, high = _limits(self.lab, self.knowledge)
        return (low is None or canonical >= low) and (high is None or canonical <= high)

    def _likely_units(self, number: Reading) -> str:
        """Return the units in which the number would be possible, as a question lists them."""
        likely = []
        for id_ in self.lab.shown_units:
            by = to_canonical(self.knowledge.units[id_], self.lab, self.knowledge)
            if by is not None and self._plausible(number.times(by)):
                likely.append(f'"{id_}"')
        return " or ".join(likely)


@functools.lru_cache(maxsize=1024)
def _limits_of_record(lab: str, knowledge: Knowledge) -> tuple[Fraction | None, Fraction | None]:
    """The same by id, worked out once: every number of a record is held against them."""
    return _limits(knowledge.labs[lab], knowledge)


def _limits(lab: Lab, knowledge: Knowledge) -> tuple[Fraction | None, Fraction | None]:
    """Return between which values a result is possible, in the lab's canonical unit."""
    low, high = (
        None if end is None else exact(in_canonical(end, lab.plausible.unit, lab, knowledge))
        for end in (lab.plausible.low, lab.plausible.high)
    )
    return low, high


def _times(limit: float | None, by: Fraction) -> float | None:
    return None if limit is None else float(exact(limit) * by)

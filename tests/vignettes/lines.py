"""How a result is written: just beyond a limit, in other units and spellings, as a comparator."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from corrin.knowledge.loading import Knowledge
from tests.vignettes.records import Background, LabLimit, OtherUnit

FAR = Decimal("0.1")
WAYS = ("just beyond", "well beyond", "another unit", "comparator")


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes results of the background's units with names and spellings drawn from ``dice``."""

    knowledge: Knowledge
    background: Background
    dice: random.Random

    def row(self, text: str) -> dict[str, Any]:
        """Read ``lab value unit``; ``low`` or ``high`` in place of the value is a word."""
        lab, value, *unit = text.split()
        if value in {"low", "high"}:
            return {"lab": self._name(lab), "interpretation": value}
        return self._row(lab, value if value[0] in "<>" else float(value), unit[0])

    def beyond(self, limit: LabLimit, way: str) -> dict[str, Any]:
        """Return a result that lies beyond ``limit``, written in one of ``WAYS``."""
        if way == "comparator":
            return self._row(limit.lab, f"{limit.sign[0]}{limit.value:g}", limit.unit)
        value = self.value(limit, way)
        other = self._other(limit) if way == "another unit" else None
        if other is None:
            return self._number(limit.lab, value, limit.unit)
        places = Decimal(1).scaleb(-other.places)
        converted = value * Decimal(str(other.factor))
        return self._number(limit.lab, _rounded(converted, places, low=is_low(limit)), other.to)

    def value(self, limit: LabLimit, way: str) -> Decimal:
        """Return the number beyond ``limit``, in its unit: one step, or a tenth of it."""
        value, step = Decimal(str(limit.value)), self._step(limit)
        low = is_low(limit)
        if way == "well beyond":
            return _rounded(value * (1 - FAR if low else 1 + FAR), step, low=low)
        if limit.sign.endswith("="):
            return value
        return value - step if low else value + step

    def in_unit(self, lab: str, value: Decimal, unit: str, wanted: str) -> Decimal | None:
        """Return ``value`` in another unit, or None where the background has no factor."""
        if unit == wanted:
            return value
        for other in self.background.unit:
            if lab in other.labs and (other.unit, other.to) == (unit, wanted):
                return value * Decimal(str(other.factor))
            if lab in other.labs and (other.to, other.unit) == (unit, wanted):
                return value / Decimal(str(other.factor))
        return None

    def _step(self, limit: LabLimit) -> Decimal:
        step = Decimal(str(self.background.steps[limit.lab]))
        for other in self.background.unit:
            if limit.lab in other.labs and limit.unit == other.to:
                return Decimal(1).scaleb(-other.places)
        return step

    def _other(self, limit: LabLimit) -> OtherUnit | None:
        fitting = [
            other
            for other in self.background.unit
            if limit.lab in other.labs and other.unit == limit.unit
        ]
        return self.dice.choice(fitting) if fitting else None

    def _number(self, lab: str, value: Decimal, unit: str) -> dict[str, Any]:
        number = int(value) if value == value.to_integral() else float(value)
        return self._row(lab, str(number) if self.dice.random() < FAR else number, unit)

    def _row(self, lab: str, value: float | str, unit: str) -> dict[str, Any]:
        spellings = (unit, *self.background.spellings.get(unit, ()))
        return {"lab": self._name(lab), "value": value, "unit": self.dice.choice(spellings)}

    def _name(self, lab: str) -> str:
        return self.dice.choice((lab, *self.knowledge.labs[lab].aliases))


def _rounded(value: Decimal, step: Decimal, *, low: bool) -> Decimal:
    """Round to ``step`` away from the limit, so that the result still lies beyond it."""
    direction = ROUND_FLOOR if low else ROUND_CEILING
    return (value / step).to_integral_value(direction) * step


def is_low(limit: LabLimit) -> bool:
    """Return whether results below the limit are the dangerous ones."""
    return limit.sign.startswith("<")


def lies_beyond(value: Decimal, limit: LabLimit) -> bool:
    """Return whether a value, in the limit's unit, lies beyond it."""
    bound = Decimal(str(limit.value))
    if value == bound:
        return limit.sign.endswith("=")
    return (value < bound) is is_low(limit)


def lab_of(text: str) -> str:
    """Return the laboratory id of ``lab value unit``."""
    return text.split(maxsplit=1)[0]

"""Vitamin B6 that comes along with B12: how much a day, and the limits it lies above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corrin.high_b12.records import LimitPassed, VitaminB6
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records_of_intake import Nutrient


@dataclass(frozen=True, slots=True, kw_only=True)
class B6Said:
    """B6 in one entry: milligrams at once (None when only named), days between, guessed or not."""

    mg: float | None
    every: float | None
    guessed: bool


def total_b6(
    entries: Sequence[B6Said], knowledge: Knowledge
) -> tuple[VitaminB6 | None, tuple[str, ...]]:
    """Return the B6 of a day from all products, and what was assumed of it."""
    if not entries:
        return None, ()
    counted = [entry for entry in entries if entry.mg is not None and entry.every]
    words = []
    if len(counted) < len(entries):
        words.append("Vitamin B6 is in it, but how much a day is not known: look at the label.")
    if any(entry.guessed for entry in counted):
        words.append("How much vitamin B6 is in it was not given: a usual content is assumed.")
    if not counted:
        return None, tuple(words)
    daily = sum((entry.mg or 0) / (entry.every or 1) for entry in counted)
    above = [
        LimitPassed(
            value_mg=limit.value, who=limit.who, reference=limit.reference, assumed=limit.assumed
        )
        for substance in knowledge.substances.values()
        if substance.nutrient is Nutrient.B6
        for limit in substance.limits
        if daily > limit.value
    ]
    guessed = any(entry.guessed for entry in counted)
    return VitaminB6(mg_a_day=daily, guessed=guessed, above=tuple(above)), tuple(words)

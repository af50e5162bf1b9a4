"""Dose, route and timing of a FHIR Dosage, in the words of the person file; nothing is guessed."""

from __future__ import annotations

import functools
import re
from fractions import Fraction

from corrin.high_b12.label_words import any_of, even_out
from corrin.interfaces.fhir.elements import NotUsedError, Resource, number, rows, table, text
from corrin.interfaces.fhir.elements import names as names_of
from corrin.knowledge.loading import Knowledge
from corrin.labs.units import exact, units_spelt

#: Units of time of FHIR and their words.
PERIODS = {"min": "minute", "h": "hour", "d": "day", "wk": "week", "mo": "month", "a": "year"}
#: HL7's abbreviations of timing: times, and each how many days or weeks.
_TIMINGS = {
    "QD": "1 day", "AM": "1 day", "PM": "1 day", "BED": "1 day", "BID": "2 times a day",
    "TID": "3 times a day", "QID": "4 times a day", "QOD": "2 days", "WK": "1 week",
    "MO": "1 month",
}  # fmt: skip
_PIECES = {"tablet", "tablets", "tab", "tbl", "capsule", "capsules", "cap", "1", "ampule",
           "ampoule", "vial", "dose", "lozenge", "drop", "drops", "spray"}  # fmt: skip
_STRENGTH = re.compile(
    r"(?P<n>\d+(?:[.,]\d+)*)\s*(?P<unit>[a-zµμ]+)(?:\s*/\s*(?P<of>\d+(?:\.\d+)?)?\s*(?P<per>[a-z]+))?",
    re.IGNORECASE,
)


def dose_of(dosage: Resource, said: list[str], knowledge: Knowledge) -> str | None:
    """Return one dose in micrograms, from its amount or from pieces of a stated strength."""
    amount = table(dosage, "dose")
    for one in rows(dosage, "doseAndRate"):
        if "doseRange" in one:
            return None
        amount = amount or table(one, "doseQuantity")
    value = number(amount)
    if value is None:
        return None
    if value <= 0:
        raise NotUsedError("Its dose is not above zero.", "impossible-dose")
    unit = text(amount, "code") or text(amount, "unit")
    by = _micrograms(unit, knowledge) or _micrograms(text(amount, "unit"), knowledge)
    if by is not None:
        return _in_micrograms(exact(value) * by)
    pieces = {text(amount, key).strip("{}").lower() for key in ("code", "unit")}
    volume = bool(pieces & {"ml"})
    if not volume and not pieces & _PIECES:
        return None
    strength = _strength(said, knowledge, per_volume=volume)
    return None if strength is None else _in_micrograms(exact(value) * strength)


def _in_micrograms(amount: Fraction) -> str:
    whole = amount.denominator == 1
    return f"{amount.numerator if whole else float(amount)} ug"


def _micrograms(unit: str, knowledge: Knowledge) -> Fraction | None:
    sizes = {exact(one.factor) for one in units_spelt(unit, knowledge) if one.dimension == "mass"}
    return sizes.pop() if unit and len(sizes) == 1 else None


def _strength(said: list[str], knowledge: Knowledge, *, per_volume: bool) -> Fraction | None:
    """Return what one piece, or one millilitre, holds, when the name says one amount."""
    found: set[Fraction] = set()
    for name in said:
        for match in _STRENGTH.finditer(name):
            by = _micrograms(match["unit"], knowledge)
            digits = match["n"].replace(",", "") if match["n"].endswith(",000") else match["n"]
            if by is None or "," in digits:
                continue
            per = (match["per"] or "").lower()
            if per_volume and per == "ml":
                found.add(exact(float(digits)) * by / exact(float(match["of"] or 1)))
            elif not per_volume and not per:
                found.add(exact(float(digits)) * by)
    return found.pop() if len(found) == 1 else None


def every_of(dosage: Resource) -> tuple[str | None, int | None]:
    """Return how often, and how many doses in all when that was said."""
    if dosage.get("asNeededBoolean") is True or "asNeededCodeableConcept" in dosage:
        return None, None
    timing = table(dosage, "timing")
    repeat = table(timing, "repeat")
    count = repeat.get("count")
    times = count if isinstance(count, int) and not isinstance(count, bool) and count > 0 else None
    period, unit = number(repeat, "period"), text(repeat, "periodUnit")
    often = number(repeat, "frequency")
    often = 1 if often is None else often
    if period is not None and unit in PERIODS and period > 0 and often >= 1:
        if {"frequencyMax", "periodMax"} & repeat.keys():
            return None, times
        return _spelt(exact(period), exact(often), PERIODS[unit]), times
    for one in rows(table(timing, "code"), "coding"):
        if (found := _TIMINGS.get(text(one, "code"))) is not None:
            return found, times
    return None, times


def _spelt(period: Fraction, often: Fraction, unit: str) -> str | None:
    if often == 1:
        return f"{period.numerator if period.denominator == 1 else float(period)} {unit}"
    if period == 1:
        return f"{often} times a {unit}"
    between = period / often
    return f"{between} {unit}s" if between.denominator == 1 else None


def route_of(dosage: Resource, said: list[str], knowledge: Knowledge) -> str | None:
    """Return the way in, when the route or the name of the medicine says one way."""
    for words in (names_of(table(dosage, "route")), [text(dosage, "text"), *said]):
        for forms in (False, True):
            found = {
                one.id
                for one in knowledge.pharmacokinetics.route
                if _says(words, one.forms if forms else one.spellings)
            }
            if len(found) == 1:
                return found.pop()
    return _injectable(said)


def _says(words: list[str], spellings: tuple[str, ...]) -> bool:
    pattern = _pattern(spellings)
    return bool(spellings) and any(re.search(pattern, even_out(word)) for word in words)


@functools.lru_cache(maxsize=32)
def _pattern(spellings: tuple[str, ...]) -> str:
    return any_of(spellings)


def _injectable(said: list[str]) -> str | None:
    return "injection" if any("inject" in name.lower() for name in said) else None

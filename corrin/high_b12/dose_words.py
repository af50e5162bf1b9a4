"""How much: the amounts on a label, in micrograms of B12 and milligrams of B6."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from corrin.high_b12.label_words import (
    NUMBER,
    Ambiguous,
    any_of,
    mass_units,
    number,
    take,
)
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records_of_intake import Nutrient

_FORMS = (
    r"(?:tablets?|tabs?|capsules?|caps?|pills?|gumm(?:y|ies)|softgels?|caplets?|lozenges?|melts?|"
    r"chewables?|drops?|sprays?|squirts?|puffs?|ampoules?|ampules?|vials?|injections?|shots?|"
    r"jabs?|cans?|bottles?|glass(?:es)?|bowls?|cups?|servings?|portions?|scoops?|pieces?)"
)
_OTHER_UNITS = r"(?:iu|i\.u\.|units?|%|percent|nrv|mmol|umol|nmol|pmol|ml|l|kg|oz|drops)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """What a text says of how much: one dose, and how many of them are taken at once.

    ``dose_ug`` holds every different dose that was said; ``faults`` are codes of what has
    to be asked.
    """

    dose_ug: tuple[float, ...] = ()
    count: float | None = None
    faults: tuple[str, ...] = ()


def read_amount(text: str, knowledge: Knowledge) -> tuple[Amount, str]:
    """Return what a text says of how much B12, and the text without it."""
    units = mass_units(knowledge)
    unit = any_of(units).replace("(?<![a-z0-9])", "")
    faults: list[str] = []
    text = re.sub(r"\bhalf an? ", "half ", text)
    found, text = take(rf"(?<!\S)-{NUMBER}", text)
    faults += ["impossible-dose"] * bool(found)
    found, text = take(rf"{NUMBER} ?(?:-|to|or) ?{NUMBER} ?{unit}", text)
    faults += ["range-of-doses"] * bool(found)
    solved, volume_faults, text = _of_a_volume(text, unit, units)
    faults += volume_faults
    many = rf"(?:(?P<n>{NUMBER}|an?) ?(?:x|{_FORMS}(?: of)?(?: x)?) ?(?:of )?)?"
    each = rf"(?P<d>{NUMBER}) ?-?(?P<u>{unit})"
    found, text = take(rf"(?<![\w.,])(?P<n>{NUMBER}|an?) {each} {_FORMS}\b", text)
    more, text = take(rf"(?<![\w.,]){many}{each}(?: each)?", text)
    doses: list[Fraction] = list(solved)
    counts: list[Fraction] = []
    for match in (*found, *more):
        dose, count = number(match["d"]), number(match["n"] or "one")
        if isinstance(dose, Ambiguous) or isinstance(count, Ambiguous):
            faults.append("ambiguous-number")
            continue
        doses.append(dose * units[match["u"]])
        if match["n"]:
            counts.append(count)
    more, text = take(rf"(?<![\w.,])(?P<n>{NUMBER}|an?) {_FORMS}\b(?! (?:a|per|in|over)\b)", text)
    daily, text = take(
        rf"(?<![\w.,])(?P<n>{NUMBER}|an?) (?:tablets?|tabs?|capsules?|caps?|pills?|gumm(?:y|ies)"
        rf"|softgels?|lozenges?|drops?|sprays?|puffs?|cans?|bottles?|servings?|portions?|bowls?"
        rf"|glass(?:es)?|cups?|scoops?)\b",
        text,
    )
    for match in (*more, *daily):
        count = number(match["n"])
        if isinstance(count, Ambiguous):
            faults.append("ambiguous-number")
        else:
            counts.append(count)
    found, text = take(rf"{NUMBER} ?{_OTHER_UNITS}(?![a-z0-9])", text)
    faults += ["wrong-unit"] * bool(found)
    distinct = {*counts} - {Fraction(1)}
    if len(distinct) > 1:
        faults.append("several-counts")
    return (
        Amount(
            dose_ug=tuple(dict.fromkeys(float(dose) for dose in doses)),
            count=float(max(counts)) if counts else None,
            faults=tuple(dict.fromkeys(faults)),
        ),
        text,
    )


def _of_a_volume(
    text: str, unit: str, units: Mapping[str, Fraction]
) -> tuple[list[Fraction], list[str], str]:
    """Read "1000 mcg/mL, 1 mL": a strength and a volume make a dose."""
    pattern = rf"(?P<d>{NUMBER}) ?(?P<u>{unit}) ?(?:/|per|in) ?(?P<v>{NUMBER})? ?ml\b"
    strengths, text = take(pattern, text)
    if not strengths:
        return [], [], text
    volumes, text = take(rf"(?P<v>{NUMBER}) ?ml\b(?: of)?", text)
    if len(strengths) > 1 or len(volumes) != 1:
        return [], ["dose-of-volume"], text
    strength = strengths[0]
    parts = [number(strength["d"]), number(strength["v"] or "one"), number(volumes[0]["v"])]
    if any(isinstance(part, Ambiguous) or part == 0 for part in parts):
        return [], ["ambiguous-number"], text
    amount, per, volume = (part for part in parts if isinstance(part, Fraction))
    return [amount * units[strength["u"]] / per * volume], [], text


def read_vitamin_b6(text: str, knowledge: Knowledge) -> tuple[float | None, bool, str]:
    """Return milligrams of vitamin B6 in one dose, whether B6 is named, and the rest.

    The amount may stand before or after the name; None when none is given.
    """
    units = mass_units(knowledge)
    unit = any_of(units).replace("(?<![a-z0-9])", "")
    names = any_of(
        spelling
        for substance in knowledge.substances.values()
        if substance.nutrient is Nutrient.B6
        for spelling in substance.spellings
    )
    amount = rf"(?P<d>{NUMBER}) ?(?P<u>{unit})"
    link = r"(?:\b(?:with|and|plus|including|incl|contains?)\b|\+|&)? ?"
    for pattern in (rf"{link}{amount} (?:of )?{names}", rf"{link}{names}:? ?{amount}"):
        found, rest = take(pattern, text)
        if found:
            dose = number(found[0]["d"])
            if not isinstance(dose, Ambiguous):
                milligrams = dose * units[found[0]["u"]] / units["mg"]
                return float(milligrams), True, _without(names, rest)
    named = re.search(names, text) is not None
    return None, named, _without(rf"{link}{names}", text)


def _without(pattern: str, text: str) -> str:
    return take(pattern, text)[1]

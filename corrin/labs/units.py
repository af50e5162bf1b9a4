"""Which unit was meant, and by how much to multiply: exact, and never a guess."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction

from corrin.errors import KnowledgeError
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Lab, Unit
from corrin.labs.faults import Fault
from corrin.person.vocabulary import nearest

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_RAISED = re.compile(r"(?<=[0-9A-Za-z])([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)")
_PER = re.compile(r"\s+per\s+", re.IGNORECASE)
_LITRE = re.compile(r"lit(?:re|er)s?\b", re.IGNORECASE)


def exact(number: float) -> Fraction:
    """Return the decimal fraction a record's number was written as (0.1 is 1/10)."""
    return Fraction(Decimal(repr(number)))


def _molar_mass(lab: Lab) -> Fraction | None:
    return exact(lab.molar_mass.value) if lab.molar_mass else None


def _charge(lab: Lab) -> Fraction | None:
    return Fraction(lab.charge) if lab.charge else None


def _inverse(number: Fraction | None) -> Fraction | None:
    return None if number is None else 1 / number


def _ratio(charge: Fraction | None, lab: Lab) -> Fraction | None:
    mass = _molar_mass(lab)
    return None if charge is None or mass is None else charge / mass


#: How the size of one unit carries over to another dimension of the same lab; None
#: when the lab's record does not say (no molar mass, no charge).
_BRIDGES: Mapping[tuple[str, str], Callable[[Lab], Fraction | None]] = {
    ("mass-concentration", "substance-concentration"): lambda lab: _inverse(_molar_mass(lab)),
    ("substance-concentration", "mass-concentration"): _molar_mass,
    ("charge-concentration", "substance-concentration"): lambda lab: _inverse(_charge(lab)),
    ("substance-concentration", "charge-concentration"): _charge,
    ("mass-concentration", "charge-concentration"): lambda lab: _ratio(_charge(lab), lab),
    ("charge-concentration", "mass-concentration"): lambda lab: _inverse(_ratio(_charge(lab), lab)),
    # Names of one thing: laboratories print U for IU with hormones, IU for U with enzymes.
    ("enzyme-activity", "international-units"): lambda _: Fraction(1),
    ("international-units", "enzyme-activity"): lambda _: Fraction(1),
    ("katal", "enzyme-activity"): lambda _: Fraction(1),
    ("enzyme-activity", "katal"): lambda _: Fraction(1),
}


def even_out(text: str) -> str:
    """Return a unit's text with spaces, micro signs, superscripts and words made alike."""
    text = text.strip().replace("\u00b5", "u").replace("\u03bc", "u").replace("×", "x")
    text = _RAISED.sub(lambda raised: "^" + raised[1].translate(_SUPERSCRIPTS), text)
    text = _LITRE.sub("L", _PER.sub("/", text))
    return "".join(text.split())


def _means(text: str, spelling: str) -> bool:
    """Whether ``text`` is ``spelling`` in an allowed case: an M is no m, except in capitals."""
    # In UCUM's all-capitals form M is milli (mega is MA).
    if text.upper() == text:
        return True
    return all((a == "M") == (b == "M") for a, b in zip(text, spelling, strict=True))


@functools.lru_cache(maxsize=2)
def _spellings(knowledge: Knowledge) -> dict[str, list[tuple[str, Unit, bool]]]:
    """Return (spelling, unit, only as printed) by case-folded spelling."""
    index: dict[str, list[tuple[str, Unit, bool]]] = {}
    for unit in knowledge.units.values():
        for spellings, printed in (
            ((unit.id, *unit.spellings), False),
            (unit.exact_spellings, True),
        ):
            for spelling in map(even_out, spellings):
                index.setdefault(spelling.casefold(), []).append((spelling, unit, printed))
    return index


def units_spelt(text: str, knowledge: Knowledge) -> tuple[Unit, ...]:
    """Return every unit that ``text`` can stand for, whatever the lab."""
    known = text in _of_records(knowledge)
    return _units_of_record(text, knowledge) if known else _units_of(text, knowledge)


@functools.lru_cache(maxsize=2)
def _of_records(knowledge: Knowledge) -> frozenset[str]:
    """Return the spellings as the records write them: what most results are written in.

    What they stand for is worked out once; no other text is remembered.
    """
    return frozenset(
        spelling
        for unit in knowledge.units.values()
        for spelling in (unit.id, *unit.spellings, *unit.exact_spellings)
    )


@functools.lru_cache(maxsize=4096)
def _units_of_record(text: str, knowledge: Knowledge) -> tuple[Unit, ...]:
    return _units_of(text, knowledge)


def _units_of(text: str, knowledge: Knowledge) -> tuple[Unit, ...]:
    text = even_out(text)
    found = {
        unit.id: unit
        for spelling, unit, printed in _spellings(knowledge).get(text.casefold(), ())
        if text == spelling or (not printed and _means(text, spelling))
    }
    return tuple(found.values())


def factor(source: Unit, target: Unit, lab: Lab) -> Fraction | None:
    """Return what to multiply a value in ``source`` by to have it in ``target``.

    Exact.  None when the two do not convert for this lab: another kind of quantity,
    or the lab's record gives no molar mass or charge to cross with.
    """
    sizes = exact(source.factor) / exact(target.factor)
    if source.dimension == target.dimension:
        return sizes if source.base == target.base else None
    bridge = _BRIDGES.get((source.dimension, target.dimension))
    crossing = bridge(lab) if bridge else None
    return None if crossing is None else sizes * crossing


def to_canonical(unit: Unit, lab: Lab, knowledge: Knowledge) -> Fraction | None:
    """Return what turns a value in ``unit`` into the lab's canonical unit, or None."""
    if knowledge.units.get(unit.id) is unit and knowledge.labs.get(lab.id) is lab:
        return _between_records(unit.id, lab.id, knowledge)
    return factor(unit, knowledge.units[lab.canonical_unit], lab)


@functools.lru_cache(maxsize=4096)
def _between_records(unit: str, lab: str, knowledge: Knowledge) -> Fraction | None:
    """The same by ids, worked out once: two hundred results ask it thousands of times."""
    record = knowledge.labs[lab]
    return factor(knowledge.units[unit], knowledge.units[record.canonical_unit], record)


def factor_of(text: str | None, lab: Lab, knowledge: Knowledge) -> Fraction | Fault:
    """Return what turns a number in the unit spelt ``text`` into the lab's canonical unit.

    A text that is missing, unknown, or of another kind of quantity gives the fault
    that asks for the unit.
    """
    if text is None or not text.strip():
        return Fault("unit", "missing-unit", "is missing.", f"Which is it: {_shown(lab)}?")
    if text in _of_records(knowledge) and knowledge.labs.get(lab.id) is lab:
        return _factor_of_record(text, lab.id, knowledge)
    return _factor_spelt(text, lab, knowledge)


@functools.lru_cache(maxsize=4096)
def _factor_of_record(text: str, lab: str, knowledge: Knowledge) -> Fraction | Fault:
    return _factor_spelt(text, knowledge.labs[lab], knowledge)


def _factor_spelt(text: str, lab: Lab, knowledge: Knowledge) -> Fraction | Fault:
    found = units_spelt(text, knowledge)
    fitting = {by for unit in found if (by := to_canonical(unit, lab, knowledge)) is not None}
    if len(fitting) == 1:
        return fitting.pop()
    if found and not fitting:
        return Fault(
            "unit",
            "wrong-unit",
            f"is not one that {lab.name} is measured in.",
            f"Use one of {_shown(lab)}.{_like(text, lab)}",
        )
    return Fault(
        "unit",
        "unknown-unit",
        "is not a known unit.",
        f"Use one of {_shown(lab)}.{_like(text, lab)}",
    )


def in_canonical(number: float, unit: str, lab: Lab, knowledge: Knowledge) -> float:
    """Return a record's number (``unit`` is its UCUM code) in the lab's canonical unit.

    Raises :class:`KnowledgeError` when the two do not convert: the record is wrong.
    """
    if knowledge.labs.get(lab.id) is lab:
        return _number_of_record(number, unit, lab.id, knowledge)
    return _converted(number, unit, lab, knowledge)


@functools.lru_cache(maxsize=4096)
def _number_of_record(number: float, unit: str, lab: str, knowledge: Knowledge) -> float:
    return _converted(number, unit, knowledge.labs[lab], knowledge)


def _converted(number: float, unit: str, lab: Lab, knowledge: Knowledge) -> float:
    by = to_canonical(knowledge.units[unit], lab, knowledge) if unit in knowledge.units else None
    if by is None:
        raise KnowledgeError(f"{lab.id}: '{unit}' does not convert to '{lab.canonical_unit}'.")
    return float(exact(number) * by)


def out_of_canonical(number: float, unit: str, lab: Lab, knowledge: Knowledge) -> float:
    """Return a finite number in the lab's canonical unit in another unit (a UCUM code).

    Raises :class:`KnowledgeError` when the two do not convert.
    """
    by = to_canonical(knowledge.units[unit], lab, knowledge)
    if by is None:
        raise KnowledgeError(f"{lab.id}: '{unit}' does not convert to '{lab.canonical_unit}'.")
    return float(exact(number) / by)


def _shown(lab: Lab) -> str:
    *others, last = (f'"{unit}"' for unit in lab.shown_units or (lab.canonical_unit,))
    return f"{', '.join(others)} or {last}" if others else last


def _like(text: str, lab: Lab) -> str:
    near = nearest(even_out(text), lab.shown_units, limit=1)
    return f" The nearest is {near[0]!r}." if near else ""

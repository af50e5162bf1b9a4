"""Checks on units: each is known, and a limit's unit can be turned into its lab's unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from corrin.knowledge.facts import Knowledge
from corrin.knowledge.issues import Issue, error
from corrin.knowledge.records import Lab, Unit

#: Amounts of one substance: turned into one another with its molar mass or its charge.
_AMOUNTS = frozenset({"mass-concentration", "substance-concentration", "charge-concentration"})
#: Laboratories print U for IU with hormones, and IU for U with enzymes.
_ONE_NAME = frozenset({"enzyme-activity", "international-units"})


def check_units(knowledge: Knowledge) -> Iterator[Issue]:
    """Yield what is wrong with units."""
    yield from _table(knowledge)
    known_units = knowledge.units
    for lab_record in knowledge.labs.values():
        for name, constant in lab_record.constants.items():
            if constant.unit not in known_units:
                yield _not_a_unit(f"labs/{lab_record.id}: constants.{name}", constant.unit)
    for where, lab, unit in _used(knowledge):
        known = knowledge.labs.get(lab)
        if known is None:
            continue  # said by the check of ids
        if unit not in known_units:
            yield _not_a_unit(where, unit)
        elif known.canonical_unit in known_units and not _converts(
            known_units[unit], known_units[known.canonical_unit], known
        ):
            yield error(
                where,
                f"'{unit}' cannot be turned into '{known.canonical_unit}', the unit of '{lab}'.",
                "Use a unit of the same kind, or give the lab its molar mass or charge.",
            )


def _not_a_unit(where: str, unit: str) -> Issue:
    return error(where, f"the unit '{unit}' is not in units.toml.", "Add it, or mend it.")


def _converts(unit: Unit, other: Unit, lab: Lab) -> bool:
    if unit.base == other.base:
        return True
    kinds = {unit.dimension, other.dimension}
    if kinds == _ONE_NAME:
        return True
    if not kinds <= _AMOUNTS:
        return False
    known_mass = lab.molar_mass is not None or "mass-concentration" not in kinds
    known_charge = lab.charge is not None or "charge-concentration" not in kinds
    return known_mass and known_charge


def _used(knowledge: Knowledge) -> Iterator[tuple[str, str, str]]:
    """Yield where a unit stands, the lab it measures, and the unit."""
    for lab in knowledge.labs.values():
        where = f"labs/{lab.id}"
        yield f"{where}: canonical_unit", lab.id, lab.canonical_unit
        yield f"{where}: plausible", lab.id, lab.plausible.unit
        for unit in lab.shown_units:
            yield f"{where}: shown_units", lab.id, unit
        for interval in lab.reference_intervals:
            yield f"{where}: reference_intervals", lab.id, interval.unit
        for code in lab.codes:
            if code.unit is not None:
                yield f"{where}: codes", lab.id, code.unit
    for value in knowledge.critical_values.values():
        yield f"critical_values/{value.id}", value.lab, value.limit.unit
    for guideline in knowledge.guidelines.values():
        yield f"guidelines/{guideline.id}", guideline.lab, guideline.unit
    for finding in knowledge.findings.values():
        for rule in finding.from_lab:
            if rule.limit is not None:
                yield f"findings/{finding.id}: from_lab", rule.lab, rule.limit.unit


def _table(knowledge: Knowledge) -> Iterator[Issue]:
    bases: dict[str, set[str]] = defaultdict(set)
    spellings: dict[str, list[str]] = defaultdict(list)
    for unit in knowledge.units.values():
        bases[unit.dimension].add(unit.base)
        for spelling in {unit.id, *unit.spellings, *unit.exact_spellings}:
            spellings[spelling].append(unit.id)
        if unit.factor <= 0:
            yield error(f"units/{unit.id}", "its factor is not above 0.", "Give its size.")
        base = knowledge.units.get(unit.base)
        if base is not None and base.factor != 1:
            yield error(
                f"units/{unit.id}", f"its base '{unit.base}' is not a base.", "Name a unit of 1."
            )
    for spelling, ids in spellings.items():
        if len(ids) > 1:
            yield error(
                f"units/{ids[0]}",
                f"'{spelling}' also spells '{', '.join(ids[1:])}'.",
                "One spelling must mean one unit.",
            )
    for dimension, found in bases.items():
        if len(found) > 1:
            yield error("units", f"{dimension} has {len(found)} bases.", "Keep one base.")

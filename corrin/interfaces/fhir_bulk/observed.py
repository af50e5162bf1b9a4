"""What an Observation, or a component of one, says: the same as for one person, as printed.

The reader of one person turns a result into the form of the person file and measures it;
here the number, its unit and its range stay as they were printed, whatever they are: units
are settled over the whole population.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from corrin.interfaces.fhir import observations as for_one
from corrin.interfaces.fhir.coding import HPO, OWN, finding_of
from corrin.interfaces.fhir.context import Context
from corrin.interfaces.fhir.elements import (
    NotUsedError,
    Resource,
    codings,
    names,
    number,
    rows,
    table,
    text,
)
from corrin.interfaces.fhir_bulk.subjects import is_id
from corrin.interfaces.lab_reports.fhir_values import OTHER_STATUSES, STANDING
from corrin.labs.faults import Fault
from corrin.labs.numbers import read_number

_ORGANISATION = "Organization/"
_NOT_UNDERSTOOD = "its range was not understood and was left out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A laboratory result but for its number, person, id and day."""

    lab: str
    comparator: str | None
    unit: str | None
    word: str | None
    low: float | None
    high: float | None
    status: str
    assay: str | None
    problem: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A finding, present or absent."""

    finding: str
    present: bool


def lab_or_finding(concept: Resource, context: Context) -> bool:
    """Return whether a code is of a test or a finding of ours."""
    found, said = codings(concept, context.code_map), names(concept)
    if not found and not said:
        raise NotUsedError("It does not say what was observed.", "missing-code")
    if for_one.lab_meant(found, said, context) is not None:
        return True
    finding = finding_of(found, said, context.knowledge)
    return finding is not None and any(system in {OWN, HPO} for system, _ in found)


def observed(
    part: Resource, whole: Resource, context: Context
) -> tuple[Result | Finding, float | None]:
    """Return what a part says, and its number.

    Raises :class:`NotUsedError` with the reason for one that says nothing of ours.
    """
    concept = table(part, "code")
    found, said = codings(concept, context.code_map), names(concept)
    if not found and not said:
        raise NotUsedError("It does not say what was observed.", "missing-code")
    status = _status(whole)
    lab = for_one.lab_meant(found, said, context)
    if lab is None:
        seen = for_one.read_part(part, whole, context)
        for_one.check_status(whole)
        return Finding(finding=seen.name, present=seen.value), None
    return _result(lab, part, status, context)


def _status(whole: Resource) -> str:
    status = text(whole, "status")
    if status not in STANDING | OTHER_STATUSES:
        raise NotUsedError("It has no status, or one that FHIR does not know.", "wrong-status")
    return status


def _result(lab: str, part: Resource, status: str, context: Context) -> tuple[Result, float | None]:
    value, unit = for_one.value_and_unit(part, lab, context)
    word = for_one.word_said(part)
    if table(part, "dataAbsentReason") and value is not None:
        raise NotUsedError("It holds a value and a reason for having none.", "obs-6")
    amount, sign, problem = _amount(part, value)
    if value is None and word is None:
        if part.get("valueString") is not None and text(part, "valueString"):
            problem = "not-a-number"
        elif status in STANDING:
            raise NotUsedError("It holds no value.")
    low, high = _limits(part, unit, lab, context)
    return Result(
        lab=lab,
        comparator=sign,
        unit=unit,
        word=word,
        low=low,
        high=high,
        status=status,
        assay=next(iter(names(table(part, "method"))), None),
        problem=problem,
    ), amount


def _amount(
    part: Resource, value: float | str | None
) -> tuple[float | None, str | None, str | None]:
    """Return the number, its comparator, and a code when the text is no number."""
    sign: str | None = None
    given: float | None
    if isinstance(value, str) and part.get("valueQuantity") is not None:
        quantity = table(part, "valueQuantity")
        given, sign = number(quantity), text(quantity, "comparator") or None
    elif isinstance(value, str):
        reading = read_number(value)
        if isinstance(reading, Fault):
            return None, None, reading.code
        given, sign = float(reading.number), reading.comparator.value or None
    else:
        given = value
    if given is None:
        return None, None, None
    try:
        given = float(given)
    except OverflowError:
        given = math.inf
    if not math.isfinite(given):
        raise NotUsedError("Its value is not a number.", "wrong-type")
    return given, sign, None


def _limits(
    part: Resource, unit: str | None, lab: str, context: Context
) -> tuple[float | None, float | None]:
    """Return the range as printed, also one that makes no sense (0 to 0)."""
    notes: list[str] = []
    limits = for_one.interval_printed(part, unit, lab, context, notes)
    if limits is None:
        if _NOT_UNDERSTOOD not in notes:
            return None, None
        only = rows(part, "referenceRange")[0]
        limits = {
            side: limit
            for side in ("low", "high")
            if (limit := number(table(only, side))) is not None
        }
    found = [limits.get(side) for side in ("low", "high")]
    if any(one is not None and not _finite(one) for one in found):
        return None, None
    low, high = (None if one is None else float(one) for one in found)
    return low, high


def _finite(one: float) -> bool:
    try:
        return math.isfinite(one)
    except OverflowError:
        return False


def read_parts(
    one: Resource, context: Context
) -> Iterator[tuple[str, Result | Finding, float | None] | NotUsedError]:
    """Yield what an Observation says with the place of each part, as for one person.

    A component that is not used is its reason.  Raises :class:`NotUsedError` when the
    whole is not used.
    """
    _status(one)
    components = rows(one, "component")
    if not components or any(key.startswith("value") for key in one):
        yield "", *observed(one, one, context)
    for place, component in enumerate(components, start=1):
        try:
            yield f"#{place}", *observed(component, one, context)
        except NotUsedError as reason:
            yield reason


def site_of(performers: Any) -> str | None:
    """Return the laboratory: the first organisation among those who made a result."""
    for one in performers if isinstance(performers, list) else []:
        reference = one.get("reference") if isinstance(one, Mapping) else None
        if isinstance(reference, str):
            _, found, id_ = reference.rpartition(_ORGANISATION)
            if found and is_id(id_):
                return id_
    return None

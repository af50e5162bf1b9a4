"""An Observation as a line of the person file: a laboratory result, or a finding."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from corrin.errors import InputError
from corrin.interfaces.fhir.coding import HPO, LOINC, OWN, UCUM, finding_of
from corrin.interfaces.fhir.context import Context, Part
from corrin.interfaces.fhir.elements import (
    NotUsedError,
    Resource,
    codings,
    day,
    names,
    number,
    rows,
    table,
    text,
)
from corrin.interfaces.lab_reports.fhir_values import (
    OTHER_STATUSES,
    SIGNS,
    STANDING,
    in_text,
    labs_of,
    only_mark,
    signed,
)
from corrin.knowledge.lab_names import exactly
from corrin.labs.reading import is_clear, measure
from corrin.labs.records import DAYS_OF_A_YEAR
from corrin.labs.units import factor_of
from corrin.person.entries import Entries
from corrin.person.records import LabResult

_WORDS = {
    "positive": "positive", "negative": "negative", "detected": "positive",
    "not detected": "negative", "high": "high", "low": "low", "normal": "normal",
}  # fmt: skip


def read_observation(one: Resource, context: Context) -> Iterator[Part | tuple[str, NotUsedError]]:
    """Yield what an Observation gives; a component that is not used comes with its place.

    Raises :class:`NotUsedError` when the whole of it is not used.
    """
    check_status(one)
    components = rows(one, "component")
    has_value = any(key.startswith("value") for key in one)
    if not components or has_value:
        yield read_part(one, one, context)
        if not components:
            return
    used = 0
    for place, component in enumerate(components, start=1):
        try:
            yield read_part(component, one, context)
            used += 1
        except NotUsedError as reason:
            yield f"component {place}", reason


def check_status(one: Resource) -> None:
    """Raise :class:`NotUsedError` when the observation does not count: only a final one does."""
    status = text(one, "status")
    if status in STANDING:
        return
    if status in OTHER_STATUSES:
        raise NotUsedError(f"Its status is {status}, not that of a result.")
    raise NotUsedError("It has no status, or one that FHIR does not know.", "wrong-status")


def read_part(part: Resource, whole: Resource, context: Context) -> Part:
    """Return what an observation, or a component of it, says."""
    concept = table(part, "code")
    found, said = codings(concept, context.code_map), names(concept)
    if not found and not said:
        raise NotUsedError("It does not say what was observed.", "missing-code")
    lab = lab_meant(found, said, context)
    if lab is not None:
        return _result(lab, part, whole, context)
    finding = finding_of(found, said, context.knowledge)
    if finding is not None and any(system in {OWN, HPO} for system, _ in found):
        return _finding(finding, part)
    if any(system == LOINC for system, _ in found) and any(
        exactly(name, context.knowledge) for name in said
    ):
        raise NotUsedError(
            "Its LOINC code is not one that Corrin knows, though its name is like a test of "
            "Corrin's. A code map can say what it is."
        )
    raise NotUsedError("It is not a test that Corrin uses.")


def lab_meant(found: list[tuple[str, str]], said: list[str], context: Context) -> str | None:
    """Return the lab that codes or names stand for; None when it is none of ours."""
    knowledge = context.knowledge
    own = {code for system, code in found if system == OWN and code in knowledge.labs}
    labs = own | labs_of(found, knowledge)
    if not labs and not any(system == LOINC for system, _ in found):
        labs = {lab for name in said if (lab := exactly(name, knowledge))}
    if len(labs) > 1:
        raise NotUsedError("Its codes or names mean more than one test.", "several-tests")
    return labs.pop() if labs else None


def _result(lab: str, part: Resource, whole: Resource, context: Context) -> Part:
    absent = table(part, "dataAbsentReason")
    value, unit = value_and_unit(part, lab, context)
    word = word_said(part)
    if absent and value is not None:
        raise NotUsedError("It holds a value and a reason for having none.", "obs-6")
    if value is None and word is None:
        why = ", ".join(names(absent)[:1]) or text((rows(absent, "coding") or [{}])[0], "code")
        raise NotUsedError(f"It holds no value{f' ({why})' if why else ''}.")
    taken = _taken(whole, context)
    notes: list[str] = []
    row: dict[str, Any] = {"lab": lab, "taken": taken, "interpretation": word, "value": value}
    if value is not None:
        row |= {
            "unit": unit,
            "reference_interval": interval_printed(part, unit, lab, context, notes),
        }
    row["assay"] = next(iter(names(table(part, "method"))), None)
    if taken is None:
        notes.append("its day is not known")
    row = {key: each for key, each in row.items() if each is not None}
    row = _checked(row, notes, context)
    more = f" ({'; '.join(notes)})" if notes else ""
    return Part(key="labs", name=lab, value=row, as_=f"labs: {lab}{more}", order=_order(whole))


def _order(whole: Resource) -> str:
    when = text(whole, "effectiveDateTime") or text(whole, "effectiveInstant")
    return f"{when} {text(whole, 'issued')}"


def value_and_unit(
    part: Resource, lab: str, context: Context
) -> tuple[float | str | None, str | None]:
    """Return the value as the person file has it, and its unit."""
    given = [key for key in part if key.startswith("value") and part[key] is not None]
    if len(given) > 1:
        raise NotUsedError("It holds more than one value.", "several-values")
    if not given:
        return None, None
    kind = given[0]
    if kind == "valueQuantity":
        quantity = table(part, "valueQuantity")
        return _number(quantity), _unit(quantity, lab, context)
    if kind in {"valueInteger", "valueDecimal"}:
        return number(part, kind), None
    if kind == "valueString":
        record = context.knowledge.labs[lab]
        value, unit, worded = in_text(text(part, kind), record, context.knowledge)
        return (None, None) if worded else (value, unit)
    if kind in {"valueCodeableConcept", "valueBoolean"}:
        return None, None
    raise NotUsedError(
        f"Corrin does not read a {kind.removeprefix('value').lower()}.", "wrong-kind"
    )


def _number(quantity: Resource) -> float | str | None:
    value, sign = number(quantity), text(quantity, "comparator") or None
    if sign is None or value is None:
        return value
    if sign not in SIGNS:
        raise NotUsedError("Its comparator is not one of FHIR's.", "wrong-comparator")
    return signed(value, sign)


def _unit(quantity: Resource, lab: str, context: Context) -> str | None:
    """Return the unit: its code in UCUM, else as printed; two that differ are no unit."""
    code, shown = text(quantity, "code"), text(quantity, "unit")
    system = text(quantity, "system")
    if not code or (system and system != UCUM):
        return shown or code or None
    if code == shown:
        return code
    record = context.knowledge.labs[lab]
    sizes = {
        factor
        for one in (code, shown)
        if one and not hasattr(factor := factor_of(one, record, context.knowledge), "what")
    }
    if len(sizes) > 1:
        raise NotUsedError("Its unit as a code and its unit in words differ.", "units-differ")
    return code


def word_said(part: Resource) -> str | None:
    """Return what the laboratory's mark says, when its marks say one thing."""
    answer = table(part, "valueCodeableConcept")
    marks = [
        text(coding, "code")
        for concept in (*rows(part, "interpretation"), answer)
        for coding in rows(concept, "coding")
    ]
    said = [*names(answer), text(part, "valueString") if "valueString" in part else ""]
    return only_mark(marks, (_WORDS.get(one.lower()) for one in said))


def _taken(whole: Resource, context: Context) -> dt.date | None:
    taken = (
        day(whole, "effectiveDateTime", today=context.today)
        or day(whole, "effectiveInstant", today=context.today)
        or day(table(whole, "effectivePeriod"), "start", today=context.today)
    )
    oldest = context.knowledge.model["oldest_result"]
    if taken is not None and (context.today - taken).days > oldest.value * DAYS_OF_A_YEAR:
        raise NotUsedError(f"It is of {taken.isoformat()}, more than {oldest.value:g} years ago.")
    return taken


def interval_printed(
    part: Resource, unit: str | None, lab: str, context: Context, notes: list[str]
) -> dict[str, float] | None:
    """Return the laboratory's range when there is one, for everybody and in the same unit."""
    ranges = []
    for one in rows(part, "referenceRange"):
        kind = {text(coding, "code") for coding in rows(table(one, "type"), "coding")}
        if not kind or "normal" in kind:
            ranges.append(one)
    if not ranges:
        return None
    if len(ranges) > 1 or rows(ranges[0], "appliesTo"):
        notes.append("its ranges are for several groups and were left out")
        return None
    limits: dict[str, float] = {}
    for side in ("low", "high"):
        end = table(ranges[0], side)
        limit = number(end)
        if limit is None:
            continue
        of = _unit(end, lab, context)
        if of and unit and not _same(of, unit, lab, context):
            notes.append("its range is in another unit and was left out")
            return None
        limits[side] = limit
    if not limits or limits.get("low", 0.0) < 0:
        return None
    if "low" in limits and "high" in limits and limits["low"] >= limits["high"]:
        notes.append("its range was not understood and was left out")
        return None
    return limits


def _same(one: str, other: str, lab: str, context: Context) -> bool:
    record, knowledge = context.knowledge.labs[lab], context.knowledge
    return one == other or factor_of(one, record, knowledge) == factor_of(other, record, knowledge)


def _checked(row: dict[str, Any], notes: list[str], context: Context) -> dict[str, Any]:
    """Return a row that can be read; the laboratory's word alone when its number cannot.

    Raises :class:`NotUsedError` when neither can.
    """
    problems: list[Any] = []
    entries = Entries(vocabulary=context.vocabulary, today=context.today)
    results: tuple[LabResult, ...] = entries.labs([row], problems)
    if problems or not results:
        first = problems[0]
        raise NotUsedError(f"Its {_part(first.where)} {first.what}", first.code)
    if is_clear(results[0], context.knowledge, as_of=context.today):
        return row
    measured, faults, refused = _measured(results, context)
    if not faults and (measured or refused):
        return row
    if not faults:
        raise NotUsedError("It could not be read.", "not-read")
    if measured and (position := measured[0].position.value) in _WORDS:
        notes.append(f"only the laboratory's mark; its {_part(faults[0].where)} {faults[0].what}")
        kept = {key: row[key] for key in ("lab", "taken", "assay") if key in row}
        return kept | {"interpretation": row.get("interpretation", position)}
    raise NotUsedError(f"Its {_part(faults[0].where)} {faults[0].what}", faults[0].code)


def _measured(results: tuple[LabResult, ...], context: Context) -> Any:
    try:
        return measure(results, context.knowledge, as_of=context.today)
    except InputError as error:
        raise NotUsedError("It could not be read.", error.problems[0].code) from None


def _part(where: str) -> str:
    return where.rpartition(".")[2].replace("_", " ")


def _finding(finding: str, part: Resource) -> Part:
    value = part.get("valueBoolean")
    if value is None:
        said = {text(one, "code") for one in rows(table(part, "valueCodeableConcept"), "coding")}
        value = True if said & {"Y", "POS", "LA33-6"} else False if said & {"N", "NEG"} else None
    if not isinstance(value, bool):
        raise NotUsedError("It does not say whether it is present or absent.")
    return Part(key="findings", name=finding, value=value, as_=f"findings: {finding}")

"""Medicines in FHIR: B12 products as lines of intake, every other medicine by its name.

What no resource speaks of is not known; it is never "not taken".
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from corrin.high_b12.label_words import any_of, even_out
from corrin.interfaces.fhir.coding import ATC, Coding, codes
from corrin.interfaces.fhir.context import Context, Part
from corrin.interfaces.fhir.courses import Days, NotCertainError, courses_of
from corrin.interfaces.fhir.dosing import dose_of, every_of, route_of
from corrin.interfaces.fhir.elements import (
    NotUsedError,
    Resource,
    codings,
    day,
    names,
    rows,
    table,
    text,
)
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records_of_intake import Nutrient, Substance

_STATUSES = {
    "MedicationRequest": ("active", "on-hold", "cancelled", "completed", "entered-in-error",
                          "stopped", "draft", "unknown"),
    "MedicationStatement": ("active", "completed", "entered-in-error", "intended", "stopped",
                            "on-hold", "unknown", "not-taken"),
    "MedicationAdministration": ("in-progress", "not-done", "on-hold", "completed",
                                 "entered-in-error", "stopped", "unknown"),
}  # fmt: skip
_GOES_ON = {"active"}
_OVER = {"completed", "stopped"}
_ORDERS = {"order", "original-order", "reflex-order", "filler-order", "instance-order"}
_ANY_B12 = "B03BA"
PRESCRIBED = "b12_treatment_prescribed"


def read_medication(one: Resource, context: Context) -> Iterator[Part]:
    """Yield what a medicine gives; raises :class:`NotUsedError` when it gives nothing."""
    kind = str(one["resourceType"])
    status = text(one, "status")
    if status not in _STATUSES[kind]:
        raise NotUsedError("It has no status, or one that FHIR does not know.", "wrong-status")
    given = kind == "MedicationAdministration"
    if status == "not-taken":
        raise NotUsedError("It says that this one is not taken; others like it may be.")
    if status not in _GOES_ON | _OVER and not (given and status == "in-progress"):
        raise NotUsedError(f"Its status is {status}.")
    if kind == "MedicationRequest":
        _ordered(one)
    concept = _concept(one, context)
    found, said = codings(concept, context.code_map), names(concept)
    if not said and not found:
        raise NotUsedError("It does not say which medicine.", "missing-code")
    since, until, last_dose = _days(one, context)
    if status in _OVER and until is None and last_dose is None:
        raise NotUsedError("It is no longer taken, and it is not known since when.")
    days = {"since": since, "until": until}
    name = next(iter(said), "")
    substance = b12_of(found, said, context.knowledge)
    product = _kind_of_product(said, context.knowledge) if substance is None else None
    if substance is None and product is None:
        if not name:
            raise NotUsedError("It gives its medicine as a code alone; a name is needed.")
        drug = {"name": name} | days
        yield Part(key="drugs", name=name.lower(), value=_kept(drug), as_="drugs",
                   order=str(since or ""))  # fmt: skip
        return
    what = {"substance": substance} if substance else {"product": product}
    rows, note = _dosed(one, said, context, days | {"last_dose": last_dose})
    words = f"intake: {substance or product}{f' ({note})' if note else ''}"
    for row in rows:
        yield Part(key="intake", name=substance or str(product), value=_kept(what | row),
                   as_=words, order=str(row.get("since") or since or ""))  # fmt: skip
    if substance is not None and kind != "MedicationStatement":
        yield Part(key="findings", name=PRESCRIBED, value=True, as_=f"findings: {PRESCRIBED}")


def _kept(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value is not None}


def _ordered(one: Resource) -> None:
    if one.get("doNotPerform") is True:
        raise NotUsedError("It says that this medicine is not to be given.")
    intent = text(one, "intent")
    if intent in {"proposal", "plan", "option"}:
        raise NotUsedError(f"It is a {intent}, not an order.")
    if intent not in _ORDERS:
        raise NotUsedError("It has no intent, or one that FHIR does not know.", "wrong-intent")


def _concept(one: Resource, context: Context) -> Resource:
    if "medicationCodeableConcept" in one and "medicationReference" in one:
        raise NotUsedError("It holds more than one medicine.", "several-values")
    if "medicationReference" not in one:
        return table(one, "medicationCodeableConcept")
    reference = table(one, "medicationReference")
    target = text(reference, "reference")
    medication = context.find(target, one) if target else None
    if medication is not None and medication.get("resourceType") == "Medication":
        return table(medication, "code")
    if said := text(reference, "display"):
        return {"text": said}
    raise NotUsedError("Its medicine is a reference to what is not here.", "missing-reference")


def b12_of(found: list[Coding], said: list[str], knowledge: Knowledge) -> str | None:
    """Return the form of B12 a medicine is by its codes or names, or None."""
    known = codes().medicines
    by_code = {known[system][code] for system, code in found if code in known.get(system, {})}
    if len(by_code) == 1:
        return by_code.pop()
    forms, pattern = _forms(knowledge)
    meant = {forms[match] for name in said for match in re.findall(pattern, even_out(name))}
    stated = {one.id for one in meant if one.form_stated}
    if len(stated) == 1:
        return stated.pop()
    if meant or any(system == ATC and code.startswith(_ANY_B12) for system, code in found):
        return "vitamin_b12"
    return None


def _kind_of_product(said: list[str], knowledge: Knowledge) -> str | None:
    """Return the words of a kind of product that holds B12 (a multivitamin), or None."""
    for pattern in _kinds(knowledge):
        for name in said:
            if match := re.search(pattern, even_out(name)):
                return match.group()
    return None


@functools.lru_cache(maxsize=2)
def _forms(knowledge: Knowledge) -> tuple[Mapping[str, Substance], str]:
    """Return the forms of B12 by spelling, and the pattern of any spelling."""
    forms = {
        even_out(spelling): one
        for one in knowledge.substances.values()
        if one.nutrient is Nutrient.B12
        for spelling in one.spellings
    }
    return forms, any_of(forms)


@functools.lru_cache(maxsize=2)
def _kinds(knowledge: Knowledge) -> tuple[str, ...]:
    return tuple(any_of(one.spellings) for one in knowledge.intake_products.values())


def _days(one: Resource, context: Context) -> tuple[dt.date | None, dt.date | None, dt.date | None]:
    """Return since, until and last dose."""
    today = context.today
    if one["resourceType"] == "MedicationAdministration":
        at = day(one, "effectiveDateTime", today=today)
        period = table(one, "effectivePeriod")
        start, end = (day(period, key, today=today) for key in ("start", "end"))
        return at or start, None, at or end
    dosages = _dosages(one)
    period = table(one, "effectivePeriod") or _bounds(dosages)
    since = day(period, "start", today=today)
    if since is None and one["resourceType"] == "MedicationStatement":
        since = day(one, "effectiveDateTime", today=today)
    if since is None:
        since = day(one, "authoredOn", today=today)
    until = _end(period, today)
    if since is not None and until is not None and until < since:
        raise NotUsedError("It ends before it begins.", "reversed-dates")
    return since, until, None


def _bounds(dosages: list[Resource]) -> Resource:
    """Return the period of all instructions together: an end only where each has one."""
    each = [table(table(table(one, "timing"), "repeat"), "boundsPeriod") for one in dosages]
    starts, ends = ([text(one, key) for one in each] for key in ("start", "end"))
    found = {"start": min(starts), "end": max(ends)} if each else {}
    return {key: value for key, value in found.items() if value and (key == "start" or all(ends))}


def _end(period: Resource, today: dt.date) -> dt.date | None:
    """Return the day a period ended; an end that lies ahead is none yet."""
    try:
        return day(period, "end", today=today)
    except NotUsedError as reason:
        if reason.code == "future-date":
            return None
        raise


def _dosages(one: Resource) -> list[Resource]:
    key = "dosageInstruction" if one["resourceType"] == "MedicationRequest" else "dosage"
    return rows(one, key)


def _dosed(
    one: Resource, said: list[str], context: Context, days: dict[str, dt.date | None]
) -> tuple[list[dict[str, Any]], str]:
    """Return dose, route and how often with their days, as far as certain, and what is not."""
    once = one["resourceType"] == "MedicationAdministration"
    dosages = [table(one, "dosage")] if once else _dosages(one)
    if len(dosages) > 1:
        whole = Days(since=days["since"], until=days["until"])
        try:
            rows = courses_of(dosages, said, context.knowledge, days=whole, today=context.today)
        except NotCertainError as why:
            return [{"route": route_of(dosages[0], said, context.knowledge)} | days], str(why)
        if not rows:
            raise NotUsedError("None of its instructions has begun.")
        return rows, ""
    dosage = dosages[0] if dosages else {}
    dose = dose_of(dosage, said, context.knowledge)
    every, times = (None, 1) if once else every_of(dosage)
    if dose is not None and times is not None:
        dose = f"{dose} once" if times == 1 else f"{dose}, {times} doses"
    row = {"dose": dose, "route": route_of(dosage, said, context.knowledge), "every": every}
    return [row | days], "its dose is not known" if dose is None else ""

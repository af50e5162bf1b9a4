"""Laboratory results out of a FHIR R4 Observation, Bundle or DiagnosticReport.

Only what a result needs is read: code, value, unit, range, day and interpretation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from corrin.errors import InputError, Problem
from corrin.interfaces.lab_reports.building import Said, judged
from corrin.interfaces.lab_reports.fhir_values import (
    LOINC,
    SIGNS,
    STANDING,
    in_text,
    labs_of,
    only_mark,
    signed,
)
from corrin.interfaces.lab_reports.records import FoundValue, NotUsed, ReportReading, Sureness
from corrin.interfaces.lab_reports.texts import bounded, cleaned, with_repeats_marked
from corrin.knowledge.lab_names import named
from corrin.knowledge.loading import Knowledge
from corrin.person.records import LabResult, PrintedInterval

#: A person is asked to confirm, so that a result that may still change is shown as well.
_USED = STANDING | {"preliminary", "appended"}
_WORDS = {
    "positive": "positive", "negative": "negative", "positiv": "positive", "negativ": "negative",
}  # fmt: skip
_LONGEST = 120  # not clinical: characters of a name
_ISO_DAY = len("2026-10-01")


def read_fhir(table: Mapping[str, Any], knowledge: Knowledge, *, today: dt.date) -> ReportReading:
    """Read the observations of one resource; raises :class:`InputError` for several people."""
    observations = list(_observations(table))
    people = {
        str(subject.get("reference") or subject.get("display"))
        for one in observations
        if isinstance(subject := one.get("subject"), Mapping)
    }
    if len(people) > 1:
        raise InputError(
            [
                Problem(
                    "the file",
                    "several-people",
                    "holds results of more than one person.",
                    "Give one person only.",
                )
            ]
        )
    values: list[FoundValue] = []
    not_used: list[NotUsed] = []
    for number, one in enumerate(observations, start=1):
        read = _read(one, f"observation {number}", knowledge, today)
        (values if isinstance(read, FoundValue) else not_used).append(read)  # type: ignore[arg-type]
    problems = []
    if not observations:
        problems.append(
            Problem(
                "the file",
                "no-results",
                "holds no Observation.",
                "Give the laboratory results themselves.",
            )
        )
    return bounded(
        ReportReading(
            kind="FHIR",
            values=with_repeats_marked(values),
            not_used=tuple(not_used),
            problems=tuple(problems),
        )
    )


def _observations(table: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield observations: the resource itself, those of a bundle, those contained in it."""
    kind = table.get("resourceType")
    if kind == "Observation":
        yield table
    inner = [entry.get("resource") for entry in _list(table, "entry") if isinstance(entry, Mapping)]
    for one in (*inner, *_list(table, "contained")):
        if isinstance(one, Mapping):
            yield from _observations(one)


def _list(table: Mapping[str, Any], key: str) -> list[Any]:
    value = table.get(key)
    return value if isinstance(value, list) else []


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return cleaned(value).strip()[:_LONGEST] if isinstance(value, str) else ""


def _codings(concept: Any) -> list[Mapping[str, Any]]:
    return [one for one in _list(_table(concept), "coding") if isinstance(one, Mapping)]


def _read(
    one: Mapping[str, Any], place: str, knowledge: Knowledge, today: dt.date
) -> FoundValue | NotUsed:
    code = _table(one.get("code"))
    codings = _codings(code)
    words = [_text(code.get("text")), *(_text(coding.get("display")) for coding in codings)]
    name = next((word for word in words if word), "no name")
    line = name + _value_words(one)
    if one.get("status") not in _USED:
        return NotUsed(line=line, place=place, why="Its status is not that of a result.")
    found = [(str(coding.get("system")), str(coding.get("code"))) for coding in codings]
    labs = labs_of(found, knowledge)
    known_as = None
    if not labs and not any(system == LOINC for system, _ in found):
        by_name = named(name, knowledge)
        if by_name is not None:
            labs, known_as = {by_name.lab}, by_name.known_as
    if len(labs) != 1:
        return NotUsed(line=line, place=place, why="It is not a test that Corrin uses.")
    said = Said(lab=knowledge.labs[labs.pop()], pieces=(), line=line, place=place)
    doubts = [f"Its name was read as {said.lab.name}. Is it that test?"] if known_as else []
    value, unit = _value(one, said, knowledge)
    answer = _mark(one)
    if value is None and answer is None:
        return NotUsed(line=line, place=place, why="It holds no value that could be read.")
    result = LabResult(
        lab=said.lab.id,
        value=value,
        unit=unit,
        taken=_day(one, today, doubts),
        reference_interval=_interval(one, unit, doubts),
        interpretation=answer,
    )
    read = judged(result, knowledge, said=said, doubts=doubts, flag=answer, today=today)
    if one.get("status") == "preliminary" and read.sureness is Sureness.SURE:
        return judged(
            result,
            knowledge,
            said=said,
            doubts=["The result is preliminary."],
            flag=answer,
            today=today,
        )
    return read


def _value_words(one: Mapping[str, Any]) -> str:
    quantity = _table(one.get("valueQuantity"))
    words = (
        f"{quantity.get('comparator') or ''}{quantity.get('value', '')}",
        quantity.get("unit") or quantity.get("code") or "",
        one.get("valueString") or "",
    )
    shown = " ".join(_text(str(word)) for word in words if word)
    return f": {shown}" if shown else ""


def _value(
    one: Mapping[str, Any], said: Said, knowledge: Knowledge
) -> tuple[str | None, str | None]:
    quantity = _table(one.get("valueQuantity"))
    number = quantity.get("value")
    if isinstance(number, (int, float)) and not isinstance(number, bool):
        sign = quantity.get("comparator")
        unit = _text(quantity.get("code")) or _text(quantity.get("unit")) or None
        return signed(number, sign if sign in SIGNS else None), unit
    value, unit, _ = in_text(_text(one.get("valueString")), said.lab, knowledge)
    return value, unit


def _mark(one: Mapping[str, Any]) -> str | None:
    concepts = [concept for concept in _list(one, "interpretation") if isinstance(concept, Mapping)]
    answer = _table(one.get("valueCodeableConcept"))
    codes = [
        str(coding.get("code")) for concept in (*concepts, answer) for coding in _codings(concept)
    ]
    words = (_text(answer.get("text")) or _text(one.get("valueString"))).lower()
    return only_mark(codes, [_WORDS.get(words)])


def _day(one: Mapping[str, Any], today: dt.date, doubts: list[str]) -> dt.date | None:
    text = _text(one.get("effectiveDateTime") or _table(one.get("effectivePeriod")).get("start"))
    if not text:
        return None
    try:
        day = dt.date.fromisoformat(text[:_ISO_DAY])
    except ValueError:
        return None
    if day > today:
        doubts.append("Its day lies ahead of us and is left out.")
        return None
    return day


def _interval(
    one: Mapping[str, Any], unit: str | None, doubts: list[str]
) -> PrintedInterval | None:
    ranges = [each for each in _list(one, "referenceRange") if isinstance(each, Mapping)]
    if len(ranges) != 1:
        return None
    ends: list[float | None] = []
    for side in ("low", "high"):
        end = _table(ranges[0].get(side))
        number = end.get("value")
        of = _text(end.get("code")) or _text(end.get("unit"))
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            ends.append(None)
            continue
        if of and unit and of != unit:
            doubts.append("Its range is in another unit and is left out.")
            return None
        ends.append(float(number))
    low, high = ends
    if (low is None and high is None) or (low is not None and high is not None and low > high):
        return None
    return PrintedInterval(low=low, high=high)

"""Any line through the reader of one person, and what it gives as rows of facts.

The meaning of a resource is settled here; the fast ways hand on whatever they do not know.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from corrin.interfaces.fhir.answers import read_answers
from corrin.interfaces.fhir.conditions import read_condition
from corrin.interfaces.fhir.context import Context, Part
from corrin.interfaces.fhir.elements import NotUsedError, Resource, day, kind_of, text
from corrin.interfaces.fhir.gathering import NONE
from corrin.interfaces.fhir.medications import read_medication
from corrin.interfaces.fhir.visits import read_encounter
from corrin.interfaces.fhir_bulk import reasons
from corrin.interfaces.fhir_bulk.collected import Collected
from corrin.interfaces.fhir_bulk.days import issued_at, noted_on, taken_on
from corrin.interfaces.fhir_bulk.observed import Finding, Result, read_parts, site_of
from corrin.interfaces.fhir_bulk.subjects import person_of
from corrin.labs.faults import Fault
from corrin.labs.lines import WORDS
from corrin.labs.numbers import read_number
from corrin.person.reading import COUNTRY_LETTERS, SEXES
from corrin.population.facts import FactKind

Row = tuple[FactKind, tuple[Any, ...]]
Given = Iterator[Row | NotUsedError]

GENDERS = {"female", "male", "other", "unknown"}
NOT_JSON = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def read_slowly(line: bytes, number: int, context: Context, into: Collected) -> None:
    """Read a line that may hold anything; an empty one is no record."""
    if not line.strip():
        return
    try:
        one = msgspec.json.decode(line)
    except NOT_JSON:
        into.reject(number, "line", "not-json")
        return
    kind, person = kind_of(one), None
    try:
        reader = _reader(one, kind)
        if kind != "Patient" or text(one, "id"):
            person = person_of(one)
        given = list(reader(one, person_of(one), context))
        _take(given, into)
    except NotUsedError as reason:
        not_used(reason, number, kind, person, into)
    except (RecursionError, OverflowError):
        into.reject(number, kind, "not-read", person)


def not_used(
    reason: NotUsedError, number: int, kind: str, person: str | None, into: Collected
) -> None:
    """Count a record that is not used."""
    if reason.code is None:
        into.ignore(reasons.reason_code(reason.why))
    else:
        into.reject(number, kind, reason.code, person)


def _reader(one: Any, kind: str) -> Callable[[Resource, str, Context], Given]:
    if not isinstance(one, Mapping):
        raise NotUsedError("It is not an object.", "wrong-type")
    if kind == "resource":
        raise NotUsedError("It does not say which resource it is.", "missing-type")
    if "modifierExtension" in one or "implicitRules" in one:
        raise NotUsedError("It has an extension that may change its meaning.", "modifier-extension")
    if kind == "Bundle":
        raise NotUsedError("It is a Bundle, not one resource.", "bundle")
    if kind == "Medication":
        raise NotUsedError("It is read together with what refers to it.")
    if kind not in READERS:
        raise NotUsedError(f"Corrin does not use a {kind}.")
    return READERS[kind]


def _take(given: list[Row | NotUsedError], into: Collected) -> None:
    """Hand on the rows of a record; raise the reason when there is none."""
    rows = [one for one in given if not isinstance(one, NotUsedError)]
    not_taken = [one for one in given if isinstance(one, NotUsedError)]
    if not rows:
        refused = [one for one in not_taken if one.code is not None]
        if found := (*refused, *not_taken):
            raise found[0]
        raise NotUsedError("It holds nothing that Corrin asks about.")
    for kind, row in rows:
        into.add(kind, row)
    for reason in not_taken:
        into.parts_not_used[reason.code or reasons.reason_code(reason.why)] += 1
    into.used()


def _patient(one: Resource, person: str, context: Context) -> Given:
    if one.get("active") is False and one.get("link"):
        raise NotUsedError("It was replaced by another record of the same patient.")
    gender = text(one, "gender")
    if gender and gender not in GENDERS:
        raise NotUsedError("Its gender is not one of FHIR's.", "wrong-gender")
    born = day(one, "birthDate", today=context.today)
    died = day(one, "deceasedDateTime", today=context.today)
    sex = gender if gender in SEXES else None
    on = died or (context.today if context.today < dt.date.max else None)
    if born is None or on is None:
        yield people(person, birth_date=born, sex=sex)
        return
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    if not 0 <= age <= context.vocabulary.oldest_age:
        raise NotUsedError("Its birthDate gives no possible age.", "impossible-value")
    if died is None:
        yield people(person, birth_date=born, sex=sex)
    else:
        yield people(person, age=float(age), sex=sex)


def people(
    person: str,
    *,
    birth_date: dt.date | None = None,
    age: float | None = None,
    sex: str | None = None,
    setting: str | None = None,
    country: str | None = None,
    twitching: bool | None = None,
) -> Row:
    """Return a row about a person."""
    return FactKind.PEOPLE, (person, birth_date, age, sex, setting, country, twitching)


def _observation(one: Resource, person: str, context: Context) -> Given:
    for part in read_parts(one, context):
        if isinstance(part, NotUsedError):
            yield part
            continue
        place, seen, value = part
        if isinstance(seen, Finding):
            noted = noted_on(one, "effectiveDateTime", today=context.today)
            yield FactKind.FINDINGS, (person, seen.finding, seen.present, noted)
        else:
            id_ = text(one, "id")
            taken = taken_on(one, today=context.today)
            issued = issued_at(one)
            yield _result(
                person,
                seen,
                value,
                taken=taken,
                id_=f"{id_}{place}" if id_ else None,
                issued=issued,
                site=site_of(one.get("performer")),
            )


def _result(
    person: str,
    seen: Result,
    value: float | None,
    *,
    taken: dt.date | None,
    id_: str | None = None,
    issued: dt.datetime | None = None,
    site: str | None = None,
) -> Row:
    return FactKind.RESULTS, (
        person, id_, seen.lab, value, seen.comparator, seen.unit, seen.word, seen.low, seen.high,
        taken, issued, seen.status, seen.assay, site, seen.problem,
    )  # fmt: skip


def _condition(one: Resource, person: str, context: Context) -> Given:
    noted = noted_on(one, "recordedDate", "onsetDateTime", today=context.today)
    for part in read_condition(one, context):
        yield from rows_of(part, person, noted, context)


def _medication(one: Resource, person: str, context: Context) -> Given:
    noted = noted_on(one, "authoredOn", "effectiveDateTime", today=context.today)
    for part in read_medication(one, context):
        yield from rows_of(part, person, noted, context)


def _encounter(one: Resource, person: str, context: Context) -> Given:
    for part in read_encounter(one, context):
        yield from rows_of(part, person, None, context)


def _answers(one: Resource, person: str, context: Context) -> Given:
    authored = noted_on(one, "authored", today=context.today)
    for part in read_answers(one, context):
        if isinstance(part, Part):
            yield from rows_of(part, person, authored, context)
        else:
            yield part[1]


READERS: Mapping[str, Callable[[Resource, str, Context], Given]] = {
    "Patient": _patient,
    "Observation": _observation,
    "Condition": _condition,
    "MedicationRequest": _medication,
    "MedicationStatement": _medication,
    "MedicationAdministration": _medication,
    "QuestionnaireResponse": _answers,
    "Encounter": _encounter,
}


def rows_of(part: Part, person: str, noted: dt.date | None, context: Context) -> Given:
    """Yield a part of a person file as rows of facts; its reason when it is not possible."""
    value = part.value
    if part.key == "findings":
        yield FactKind.FINDINGS, (person, part.name, value, noted)
    elif part.key == "labs":
        yield _line(value, person)
    elif part.key in {"intake", "drugs"} and value == NONE:
        yield FactKind.ASKED, (person, part.key)
    elif part.key == "intake":
        yield FactKind.PRODUCTS, (
            person,
            *(value.get(key) for key in ("substance", "route", "dose", "every", "since", "until",
                                         "last_dose", "for", "product")),
        )  # fmt: skip
    elif part.key == "drugs":
        yield FactKind.DRUGS, (person, value["name"], value.get("since"), value.get("until"))
    else:
        yield _about(part, person, context)


def _about(part: Part, person: str, context: Context) -> Row | NotUsedError:
    key, value = part.key, part.value
    if key == "as_of":
        return NotUsedError("It holds nothing that Corrin asks about.")
    known: Mapping[str, Callable[[], bool]] = {
        "age": lambda: math.isfinite(value) and 0 <= value <= context.vocabulary.oldest_age,
        "sex": lambda: value in SEXES,
        "setting": lambda: value in context.vocabulary.settings,
        "country": lambda: len(value) == COUNTRY_LETTERS and value.isalpha(),
        "twitching": lambda: isinstance(value, bool),
    }
    if not known[key]():
        return NotUsedError("It is not one of the known words.", "unknown-choice")
    return people(person, **{key: value.upper() if key == "country" else value})


def _line(row: Mapping[str, Any], person: str) -> Row:
    """Return a line of the person file as a result, its number as printed."""
    said, word = row.get("value"), row.get("interpretation")
    value, sign, problem = None, None, None
    if isinstance(said, str) and said.strip().lower() in WORDS:
        word = word or said.strip().lower()
    elif said is not None:
        reading = read_number(said)
        if isinstance(reading, Fault):
            problem = reading.code
        else:
            value, sign = float(reading.number), reading.comparator.value or None
    limits = row.get("reference_interval", {})
    seen = Result(
        lab=row["lab"], comparator=sign, unit=row.get("unit"), word=word,
        low=limits.get("low"), high=limits.get("high"), status="final", assay=row.get("assay"),
        problem=problem,
    )  # fmt: skip
    return _result(person, seen, value, taken=row.get("taken"))

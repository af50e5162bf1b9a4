"""A QuestionnaireResponse to Corrin's own Questionnaire, read back as it was meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from corrin.errors import Problem
from corrin.interfaces.fhir.context import Context, Part
from corrin.interfaces.fhir.elements import NotUsedError, Resource, day, number, rows, table, text
from corrin.interfaces.fhir.form import ADDRESS, LAB, LISTS, PLAIN, any_of
from corrin.interfaces.fhir.gathering import NONE
from corrin.interfaces.lab_reports.building import number_text
from corrin.interfaces.lab_reports.fhir_values import SIGNS
from corrin.person.entries import Entries

_STATUSES = {"in-progress", "completed", "amended", "entered-in-error", "stopped"}
_USED = {"completed", "amended"}
_STATES = {"Y": True, "N": False, "asked-unknown": None}
_DEEPEST = 10

Given = Iterator["Part | tuple[str, NotUsedError]"]


def read_answers(one: Resource, context: Context) -> Given:
    """Yield what each answer gives; one that is not used comes with its link id."""
    status = text(one, "status")
    if status not in _STATUSES:
        raise NotUsedError("It has no status, or one that FHIR does not know.", "wrong-status")
    if status not in _USED:
        raise NotUsedError(f"Its status is {status}.")
    if text(one, "questionnaire").partition("|")[0] != ADDRESS:
        raise NotUsedError("It answers another questionnaire than Corrin's.")
    return _items(rows(one, "item"), context, depth=0)


def _items(items: list[Resource], context: Context, *, depth: int) -> Given:
    for item in items:
        link = text(item, "linkId")
        try:
            yield from _item(link, item, context, depth)
        except NotUsedError as reason:
            yield f"item {link or 'without a link id'}", reason


def _item(link: str, item: Resource, context: Context, depth: int) -> Given:
    head, _, rest = link.partition(".")
    if link in LISTS:
        yield _entry(link, item, context)
    elif head == "labs" and rest in context.knowledge.labs:
        yield _lab(rest, item, context)
    elif rows(item, "item") and not rows(item, "answer"):
        if depth > _DEEPEST:
            raise NotUsedError("It is nested too deeply.", "wrong-type")
        yield from _items(rows(item, "item"), context, depth=depth + 1)
    elif link in {any_of(key) for key in LISTS}:
        if _yes_no(item) is False:
            key = link.removesuffix("_any")
            yield Part(key=key, name=key, value=NONE, as_=f"{key}: none")
    elif link in PLAIN:
        value = _yes_no(item) if link == "twitching" else _answer(item, PLAIN[link], context)
        if value is not None:
            yield Part(key=link, name=link, value=value, as_=link)
    elif link in context.knowledge.findings:
        state = _yes_no(item)
        if state is not None:
            yield Part(key="findings", name=link, value=state, as_=f"findings: {link}")
    else:
        raise NotUsedError("It is not a question of Corrin's.", "unknown-question")


def _only(item: Resource) -> Resource:
    answers = rows(item, "answer")
    if len(answers) > 1:
        raise NotUsedError("It has more than one answer.", "several-values")
    return answers[0] if answers else {}


def _yes_no(item: Resource) -> bool | None:
    answer = _only(item)
    if not answer:
        return None
    code = text(table(answer, "valueCoding"), "code")
    if code not in _STATES:
        raise NotUsedError("Its answer is not yes, no or don't know.", "unknown-choice")
    return _STATES[code]


def _answer(item: Resource, kind: str, context: Context) -> Any:
    """Return the answer of a kind; None when there is none."""
    answer = _only(item)
    if not answer:
        return None
    if kind == "date":
        return day(answer, "valueDate", today=context.today) or _wrong("Its answer is not a day.")
    if kind == "decimal":
        found = number(answer, "valueDecimal")
        return found if found is not None else _wrong("Its answer is not a number.")
    if kind == "choice":
        return text(table(answer, "valueCoding"), "code") or _wrong("Its answer is not a choice.")
    return text(answer, "valueString") or _wrong("Its answer is not a text.")


def _wrong(why: str) -> Any:
    raise NotUsedError(why, "wrong-type")


def _parts(key: str, kinds: Any, item: Resource, context: Context) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in rows(item, "item"):
        name = text(part, "linkId").removeprefix(f"{key}.")
        if name not in kinds:
            raise NotUsedError("It holds a question that is not Corrin's.", "unknown-question")
        value = _only(part) if kinds[name] == "quantity" else _answer(part, kinds[name], context)
        if value or (value is not None and kinds[name] == "decimal"):
            found[name] = value
    return found


def _entry(key: str, item: Resource, context: Context) -> Part:
    row = _parts(key, LISTS[key], item, context)
    problems: list[Problem] = []
    entries = Entries(vocabulary=context.vocabulary, today=context.today)
    (entries.intake if key == "intake" else entries.drugs)([row], problems)
    _refuse(problems)
    name = str(row.get("substance") or row.get("product") or row.get("name"))
    return Part(key=key, name=name, value=row, as_=key)


def _lab(lab: str, item: Resource, context: Context) -> Part:
    said = _parts(f"labs.{lab}", LAB, item, context)
    row: dict[str, Any] = {"lab": lab}
    row |= {key: said[key] for key in ("unit", "taken", "interpretation", "assay") if key in said}
    if "value_text" in said:
        row["value"] = said["value_text"]
    elif "value" in said:
        quantity = table(said["value"], "valueQuantity")
        value, sign = number(quantity), text(quantity, "comparator") or None
        if value is None or (sign is not None and sign not in SIGNS):
            raise NotUsedError("Its answer is not a quantity.", "wrong-type")
        row["value"] = f"{sign}{number_text(value)}" if sign else value
        if unit := text(quantity, "code") or text(quantity, "unit"):
            row["unit"] = unit
    if limits := {key: said[key] for key in ("low", "high") if key in said}:
        row["reference_interval"] = limits
    problems: list[Problem] = []
    Entries(vocabulary=context.vocabulary, today=context.today).labs([row], problems)
    _refuse(problems)
    return Part(key="labs", name=lab, value=row, as_=f"labs: {lab}")


def _refuse(problems: list[Problem]) -> None:
    if problems:
        part = problems[0].where.rpartition(".")[2].replace("_", " ")
        raise NotUsedError(f"Its {part} {problems[0].what}", problems[0].code)

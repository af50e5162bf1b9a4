"""One page a record, in Markdown: what it says, every number with its source, its examples."""

from __future__ import annotations

import datetime as dt
import functools
from collections import defaultdict
from collections.abc import Iterator, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any

from corrin.knowledge.facts import FOLDERS, Knowledge
from corrin.knowledge.page_numbers import figures, source, table, value_in_words
from corrin.knowledge.records import Code, Example, Record
from corrin.knowledge.uses import uses
from corrin.knowledge.walking import Part, parts_of

#: What each kind of record is called on a page.
TITLES: Mapping[str, str] = MappingProxyType(
    {
        "causes": "Causes of twitching",
        "findings": "Findings",
        "groups": "Findings that come together",
        "labs": "Laboratory tests",
        "critical_values": "Critical values",
        "red_flags": "Red flags",
        "next_steps": "Next steps",
        "guidelines": "Guidelines for the class of a B12 result",
        "references": "References",
        "wording": "Fixed wording",
        "drug_classes": "Classes of medicines",
        "substances": "Forms of B12 and B6",
        "intake_products": "Products by kind",
        "dose_levels": "Published doses and levels",
        "sources_of_high_b12": "Sources of high B12",
        "causes_of_low_b12": "Causes of low B12",
        "units": "Units",
    }
)

DOSE_MODEL = "The dose model in numbers"
HIGH_B12 = "High B12: what all sources share"

#: Fields that other parts of the page show.
_SHOWN_ELSEWHERE = frozenset({"id", "name", "title", "reference", "references", "assumed"})


def pages(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Yield every page: its path (``findings/tremor.md``) and its text.

    Units, the settings of the model and the dose model stand on one page each.
    """
    yield "index.md", _index(knowledge)
    for kind, records in knowledge.kinds().items():
        if kind == "units":
            continue
        for id_, record in records.items():
            yield f"{kind}/{id_}.md", page(record, knowledge)
    units = (
        (unit.id, ", ".join((*unit.spellings, *unit.exact_spellings)), unit.factor, unit.base)
        for unit in knowledge.units.values()
    )
    heads = ("unit (UCUM)", "also written", "times", "is in")
    yield "units.md", f"# {TITLES['units']}\n\n{table(heads, units)}"
    settings = (
        (name, value_in_words(part), source(part, knowledge, up=""))
        for name, number in knowledge.model.items()
        for part in parts_of(name, number)
    )
    text = table(("setting", "value", "where it comes from"), settings)
    yield "model.md", f"# Settings of the model\n\n{text}"
    yield "pharmacokinetics.md", _shared(DOSE_MODEL, knowledge.pharmacokinetics, knowledge)
    yield "high_b12.md", _shared(HIGH_B12, knowledge.high_b12, knowledge)


def _shared(title: str, record: Record, knowledge: Knowledge) -> str:
    """Return the page of a file that holds many small facts: each number, each source."""
    rows = (
        (part.key, _value_or_words(part), source(part, knowledge, up=""))
        for part in parts_of("", record)
        if part.key and (part.numbers or part.sources or part.assumed)
    )
    return f"# {title}\n\n{table(('what', 'value or words', 'where it comes from'), rows)}"


def page(record: Record, knowledge: Knowledge) -> str:
    """Return the page of one record, with no line of it hidden."""
    id_: str = getattr(record, "id", "")
    title = getattr(record, "name", None) or getattr(record, "title", None) or id_
    sections = [f"# {title}", f"`{id_}`", *_fields(record)]
    numbers = list(figures(record, knowledge))
    if numbers:
        rows = table(("what", "value", "where it comes from"), numbers)
        sections += ["## Numbers", rows]
    sections += _codes(getattr(record, "codes", ()))
    sections += _examples(getattr(record, "example", ()))
    sections += _sources(record, knowledge)
    sections += _users(record, knowledge)
    sections.append(f"Knowledge {knowledge.version}.")
    return "\n\n".join(section.strip() for section in sections) + "\n"


def _value_or_words(part: Part) -> str:
    if part.numbers:
        return value_in_words(part)
    return str(getattr(part.value, "clinician", None) or getattr(part.value, "name", ""))


def _index(knowledge: Knowledge) -> str:
    sections = ["# What Corrin knows", f"Knowledge {knowledge.version}."]
    for kind, records in knowledge.kinds().items():
        sections.append(f"## {TITLES[kind]} ({len(records)})")
        if kind == "units":
            sections.append(
                "[All units](units.md). [Settings of the model](model.md). "
                f"[{DOSE_MODEL}](pharmacokinetics.md). [{HIGH_B12}](high_b12.md)."
            )
            continue
        sections.append(
            "\n".join(
                f"- [{getattr(record, 'name', None) or getattr(record, 'title', id_)}]"
                f"({kind}/{id_}.md)"
                for id_, record in records.items()
            )
        )
    return "\n\n".join(sections) + "\n"


def _fields(record: Record) -> Iterator[str]:
    """Yield the fields that hold words; numbers, codes and examples have their own sections."""
    lines = []
    (own, *_) = parts_of("", record)
    for name in record.__struct_fields__:
        value = getattr(record, name)
        if name in _SHOWN_ELSEWHERE or name in own.numbers or value in (None, (), {}):
            continue
        words = _in_words(value)
        if words is not None:
            lines.append(f"- **{name.replace('_', ' ').capitalize()}**: {words}")
    if lines:
        yield "\n".join(lines)


def _in_words(value: Any) -> str | None:
    words: str | None = None
    match value:
        case bool():
            words = "yes" if value else "no"
        case Enum():
            words = str(value.value)
        case dt.date():
            words = value.isoformat()
        case str() | int():
            words = str(value)
        case tuple() if all(isinstance(member, str) for member in value):
            words = "; ".join(value)
    return words


def _codes(codes: tuple[Code, ...]) -> list[str]:
    if not codes:
        return []
    rows = (
        (code.system, code.code, code.display or "", code.unit or "", code.note or "")
        for code in codes
    )
    return ["## Codes", table(("system", "code", "display", "unit", "note"), rows)]


def _examples(examples: tuple[Example, ...]) -> list[str]:
    sections = ["## Examples, run as tests"] if examples else []
    for example in examples:
        lines = [
            None if example.age is None else f"age {example.age:g}",
            example.sex,
            example.setting.value,
            "supplements were asked about" if getattr(example, "intake_asked", False) else None,
            *(f"{name}: {'yes' if given else 'no'}" for name, given in example.given.items()),
            *example.labs,
            f"-> {example.expect}",
            None if example.note is None else f"({example.note})",
        ]
        sections.append("\n".join(("```text", *filter(None, lines), "```")))
    return sections


def _sources(record: Record, knowledge: Knowledge) -> Iterator[str]:
    """Yield every reference the record names, at any depth, with how far it was read."""
    used = sorted({id_ for part in parts_of("", record) for id_ in part.sources})
    known = [knowledge.references[id_] for id_ in used if id_ in knowledge.references]
    lines = [
        f"- [{reference.id}](../references/{reference.id}.md): {reference.title}"
        f"{f' ({reference.year})' if reference.year else ''}. Read: {reference.read.value}."
        for reference in known
    ]
    assumed: str | None = getattr(record, "assumed", None)
    if assumed:
        lines.append(f"- Assumed: {assumed}")
    if lines:
        yield "## Sources"
        yield "\n".join(lines)


def _users(record: Record, knowledge: Knowledge) -> Iterator[str]:
    """Yield which records name this one, so that it is seen what a change would touch."""
    kind = next((name for name, shape in FOLDERS.values() if isinstance(record, shape)), "")
    users = _used_by(knowledge).get((kind, getattr(record, "id", "")))
    if users:
        yield "## Used by"
        yield "\n".join(f"- [{user}](../{user}.md)" for user in users)


@functools.lru_cache(maxsize=2)
def _used_by(knowledge: Knowledge) -> dict[tuple[str, str], tuple[str, ...]]:
    users: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for use in uses(knowledge):
        if use.record != f"{use.kind}/{use.id}" and not use.record.startswith("model/"):
            users[use.kind, use.id][use.record] = None
    return {used: tuple(by) for used, by in users.items()}

"""What every page of a record has: its words, facts, codes, examples, sources and users."""

from __future__ import annotations

import datetime as dt
import functools
from collections import defaultdict
from collections.abc import Iterator, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any

import msgspec

from corrin.knowledge.facts import Knowledge
from corrin.knowledge.records import Code, Example, Record
from corrin.knowledge.uses import uses
from corrin.knowledge.walking import parts_of
from corrin.report.evidence.furniture import TITLES
from corrin.report.evidence.markdown import bullets, code, plain, sentence_case, table
from corrin.report.evidence.places import Place, kind_of, read_words, title_of

#: Fields that hold paragraphs, with the heading they stand under; the first has none.
_PARAGRAPHS: Mapping[str, str] = MappingProxyType(
    {
        "summary": "",
        "what_it_is": "",
        "because": "",
        "question": "",
        "help": "",
        "person": "In plain words",
        "why": "Why",
        "clinician_summary": "For professionals",
        "because_clinician": "For professionals",
        "clinician": "For professionals",
        "why_clinician": "For professionals",
        "prior_reason": "Where the starting figures come from",
        "base_reason": "Where the starting figures come from",
        "note": "Note",
    }
)
#: Fields that name other records, and of which kind.
_NAMED: Mapping[str, str] = MappingProxyType(
    {
        "next_steps": "next_steps",
        "findings": "findings",
        "members": "findings",
        "implies": "findings",
        "excludes": "findings",
        "from_drugs": "drug_classes",
        "labs": "labs",
        "lab": "labs",
        "action": "wording",
        "claims": "claims",
        "causes": "causes",
        "red_flags": "red_flags",
        "sources_of_high_b12": "sources_of_high_b12",
    }
)
_AS_CODE = frozenset({"when", "never_with", "state_of", "study", "use_as_recorded", "aliases"})
_ELSEWHERE = frozenset(
    {"id", "name", "title", "reference", "references", "assumed", "review_by", "order"}
)
_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "professional_name": "Professional name",
        "usual_urgency": "Usual urgency",
        "aliases": "Also known to Corrin as",
        "effort": "How it is learned",
        "when": "Applies when",
        "never_with": "Never with",
        "action": "What is then said",
        "tier": "Urgency",
        "labs": "Tests",
        "explains": "Explains twitching",
        "kind": "Kind",
        "state_of": "A state of",
        "from_drugs": "Present with medicines of",
        "relation": "Is",
    }
)


def heading(record: Record, place: Place) -> Iterator[str]:
    """Yield the title, and one small line: its kind, its id, when it has to be looked at again."""
    id_: str = getattr(record, "id", "")
    review: dt.date | None = getattr(record, "review_by", None)
    yield f"# {plain(title_of(record))}"
    small = [place.to_kind(kind_of(record)), code(id_)]
    if review:
        small.append(f"to be reviewed by {review.isoformat()}")
    yield " · ".join(small)


def words(record: Record) -> Iterator[str]:
    """Yield the paragraphs of a record under their headings."""
    said = ""
    for name, title in _PARAGRAPHS.items():
        text = getattr(record, name, None)
        if not isinstance(text, str) or not text:
            continue
        if title and title != said:
            yield f"## {title}"
        said = title
        yield plain(text)


def facts(record: Record, place: Place) -> Iterator[str]:
    """Yield the other fields that hold words; numbers, codes and examples stand elsewhere."""
    lines = []
    (own, *_) = parts_of("", record)
    for field in msgspec.structs.fields(record):
        value = getattr(record, field.name)
        silent = field.name in _ELSEWHERE or field.name in _PARAGRAPHS or field.name in own.numbers
        if silent or value in (None, (), {}) or value == field.default:
            continue
        text = _fact(field.name, value, place)
        if text is not None:
            label = _LABELS.get(field.name, sentence_case(field.name.replace("_", " ")))
            lines.append(f"**{label}**: {text}")
    if lines:
        yield "## In short"
        yield bullets(lines)


def _fact(name: str, value: Any, place: Place) -> str | None:
    several = value if isinstance(value, tuple) else (value,)
    if not all(isinstance(one, bool | str | int | Enum | dt.date) for one in several):
        return None
    if name in _NAMED:
        return "; ".join(place.to(_NAMED[name], one) for one in several)
    if name in _AS_CODE:
        return "; ".join(code(str(one)) for one in several)
    return "; ".join(plain(_word(one)) for one in several)


def _word(value: bool | str | float | Enum | dt.date) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case Enum():
            return str(value.value)
        case dt.date():
            return value.isoformat()
        case _:
            return str(value)


def codes(record: Record) -> Iterator[str]:
    """Yield the codes of a record in published systems, their display text unaltered."""
    found: tuple[Code, ...] = getattr(record, "codes", ())
    if found:
        yield "## Codes"
        yield table(
            ("system", "code", "display", "unit", "note"),
            ((plain(one.system), code(one.code), *map(plain, _rest_of(one))) for one in found),
        )


def _rest_of(one: Code) -> tuple[str, str, str]:
    return one.display or "", one.unit or "", one.note or ""


def examples(record: Record, place: Place) -> Iterator[str]:
    """Yield the examples of a record: who, and what must come out."""
    found: tuple[Example, ...] = getattr(record, "example", ())
    if found:
        yield "## Examples, run as tests"
        rows = (
            ("; ".join(_given(one, place)), plain(one.expect), plain(one.note or ""))
            for one in found
        )
        yield table(("who", "must come out", "note"), rows)


def _given(example: Example, place: Place) -> Iterator[str]:
    if example.age is not None:
        yield f"age {example.age:g}"
    if example.sex:
        yield example.sex
    yield example.setting.value
    if getattr(example, "intake_asked", False):
        yield "supplements were asked about"
    for finding, present in example.given.items():
        yield f"{place.to('findings', finding)}: {'yes' if present else 'no'}"
    yield from map(code, example.labs)


def sources(record: Record, place: Place) -> Iterator[str]:
    """Yield every source the record names, at any depth, with how far it was read."""
    used = sorted({id_ for part in parts_of("", record) for id_ in part.sources})
    lines = []
    for id_ in used:
        reference = place.knowledge.references.get(id_)
        if reference is None:
            continue
        year = f" ({reference.year})" if reference.year else ""
        lines.append(
            f"{place.to('references', id_)}: {plain(reference.title)}{year}. "
            f"Read: {read_words(reference.read)}."
        )
    assumed: str | None = getattr(record, "assumed", None)
    if assumed:
        lines.append(f"Assumed: {plain(assumed)}")
    if lines:
        yield "## Sources"
        yield bullets(lines)


def users(record: Record, place: Place) -> Iterator[str]:
    """Yield which records name this one, so that it is seen what a change would touch."""
    found = used_by(place.knowledge).get((kind_of(record), getattr(record, "id", "")), ())
    by_kind: dict[str, list[str]] = defaultdict(list)
    for user in found:
        kind, _, id_ = user.partition("/")
        label = TITLES[kind] if id_ and kind in TITLES else "Shared numbers"
        by_kind[label].append(place.to_user(user))
    if by_kind:
        yield "## Used by"
        yield bullets(
            f"**{kind}**: {'; '.join(dict.fromkeys(links))}" for kind, links in by_kind.items()
        )


@functools.lru_cache(maxsize=2)
def used_by(knowledge: Knowledge) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return for every record, by kind and id, the records that name it."""
    found: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for use in uses(knowledge):
        if use.record != f"{use.kind}/{use.id}":
            found[use.kind, use.id][use.record] = None
    return {used: tuple(by) for used, by in found.items()}


def version(knowledge: Knowledge) -> str:
    """Return the line that closes every page."""
    return f"Knowledge {code(knowledge.version)}."

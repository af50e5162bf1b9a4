"""The list of each kind of record, in the order and the groups that a reader looks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from typing import Any

from corrin.knowledge.facts import Knowledge
from corrin.knowledge.records import Effort, Read, Tier
from corrin.report.evidence.claim_pages import said_and_left_out
from corrin.report.evidence.furniture import ABOUT, TITLES
from corrin.report.evidence.markdown import bullets, plain, sections, sentence_case, table
from corrin.report.evidence.places import Place, title_of
from corrin.report.evidence.question_pages import comparison_table, questions_list
from corrin.report.evidence.sections import version
from corrin.report.words import EFFORT, HOW_SOON_CLINICIAN

_Cell = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class _List:
    """How a kind is listed: further columns, and the group with its rank."""

    columns: tuple[tuple[str, _Cell], ...] = ()
    group: Callable[[Any], tuple[int, str]] | None = None


def _tier(record: Any) -> tuple[int, str]:
    return list(Tier).index(record.tier), HOW_SOON_CLINICIAN[record.tier]


def _cause_group(record: Any) -> tuple[int, str]:
    return (0 if record.explains else 1), _spelt(record.group)


def _finding_kind(record: Any) -> tuple[int, str]:
    return list(Effort).index(record.effort), EFFORT[record.effort]


def _read(record: Any) -> tuple[int, str]:
    return list(Read).index(record.read), f"Read: {record.read.value}"


def _dose_use(record: Any) -> tuple[int, str]:
    return (0 if record.usable else 1), f"Used for: {record.use.value}"


def _spelt(word: str) -> str:
    return sentence_case(word.replace("_", " "))


_LISTS: Mapping[str, _List] = MappingProxyType(
    {
        "causes": _List(
            (("usual urgency", lambda one: HOW_SOON_CLINICIAN[one.usual_urgency]),), _cause_group
        ),
        "findings": _List((("kind", lambda one: _spelt(one.kind)),), _finding_kind),
        "labs": _List((("unit", lambda one: plain(one.canonical_unit)),)),
        "red_flags": _List((("because", lambda one: plain(one.because)),), _tier),
        "critical_values": _List(group=_tier),
        "next_steps": _List((("why", lambda one: plain(one.why)),), _finding_kind),
        "sources_of_high_b12": _List((("in short", lambda one: plain(one.summary)),)),
        "causes_of_low_b12": _List((("in short", lambda one: plain(one.summary)),)),
        "references": _List(
            (
                ("year", lambda one: str(one.year or "")),
                ("kind of study", lambda one: plain(one.study_type)),
            ),
            _read,
        ),
        "dose_levels": _List((("regimen", lambda one: plain(one.regimen)),), _dose_use),
    }
)


def list_page(kind: str, knowledge: Knowledge) -> str:
    """Return the page that leads to every record of one kind."""
    place = Place(knowledge)
    return sections(
        (
            f"# {TITLES[kind]}",
            ABOUT[kind],
            *_body(kind, knowledge, place),
            version(knowledge),
        )
    )


def _body(kind: str, knowledge: Knowledge, place: Place) -> Iterator[str]:
    if kind == "claims":
        yield from said_and_left_out(knowledge, place)
    elif kind == "frequent_questions":
        yield questions_list(knowledge, place)
    elif kind == "comparisons":
        yield comparison_table(knowledge.comparisons.values(), place)
    else:
        yield from _groups(kind, knowledge, place)


def _groups(kind: str, knowledge: Knowledge, place: Place) -> Iterator[str]:
    shape = _LISTS.get(kind, _List())
    records = list(knowledge.kinds()[kind].values())
    if shape.group is None:
        yield _table(kind, records, shape, place)
        return
    in_order = sorted(records, key=shape.group)
    for (_, title), some in groupby(in_order, key=shape.group):
        found = list(some)
        yield f"## {plain(title)} ({len(found)})"
        yield _table(kind, found, shape, place)


def _table(kind: str, records: list[Any], shape: _List, place: Place) -> str:
    if not shape.columns:
        return bullets(place.to(kind, one.id) for one in records)
    heads = ("name", *(head for head, _ in shape.columns))
    rows = (
        (place.to(kind, one.id, plain(title_of(one))), *(cell(one) for _, cell in shape.columns))
        for one in records
    )
    return table(heads, rows)

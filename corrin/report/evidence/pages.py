"""Every evidence page as Markdown: headings, lists, tables, and links to other pages."""

from __future__ import annotations

from collections.abc import Iterator

from corrin.knowledge.facts import Knowledge
from corrin.knowledge.records import Record, Reference
from corrin.knowledge.records_of_claims import Claim, Comparison, FrequentQuestion
from corrin.knowledge.walking import Part, parts_of
from corrin.report.evidence.claim_pages import claim_page
from corrin.report.evidence.entrance import entrance, words_page
from corrin.report.evidence.furniture import (
    ABOUT,
    MODEL_TITLE,
    SHARED,
    TITLES,
)
from corrin.report.evidence.lists import list_page
from corrin.report.evidence.markdown import code, plain, plain_key, sections, table
from corrin.report.evidence.numbers import HEADS, numbers, value_in_words, where_from
from corrin.report.evidence.places import Place
from corrin.report.evidence.question_pages import comparison_page, question_page
from corrin.report.evidence.reference_pages import reference_page
from corrin.report.evidence.sections import (
    codes,
    examples,
    facts,
    heading,
    sources,
    users,
    version,
    words,
)
from corrin.report.evidence.sureness import sureness_bars, sureness_page


def pages(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Yield every page: its path (``findings/tremor.md``) and its Markdown.

    Links are relative to the page.
    """
    yield "index.md", entrance(knowledge)
    yield "words.md", words_page(knowledge)
    yield "how_sure.md", sureness_page(knowledge)
    for kind in TITLES:
        if kind != "units":
            yield f"{kind}/index.md", list_page(kind, knowledge)
            for id_, record in knowledge.kinds()[kind].items():
                yield f"{kind}/{id_}.md", page(record, knowledge)
    yield from single_pages(knowledge)


def single_pages(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Yield the pages of the files that hold many small facts: path and Markdown."""
    yield "units.md", _units(knowledge)
    yield "model.md", _model(knowledge)
    for name, title in SHARED.items():
        yield f"{name}.md", _shared(title, getattr(knowledge, name), knowledge)


def pictures(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Yield every picture the pages show: its path and its SVG."""
    yield from sureness_bars(knowledge)


def page(record: Record, knowledge: Knowledge) -> str:
    """Return the page of one record, every number of it with its source."""
    match record:
        case Claim():
            return claim_page(record, knowledge)
        case FrequentQuestion():
            return question_page(record, knowledge)
        case Comparison():
            return comparison_page(record, knowledge)
        case Reference():
            return reference_page(record, knowledge)
    place = Place(knowledge)
    return sections(
        (
            *heading(record, place),
            *words(record),
            *facts(record, place),
            *numbers(record, place),
            *examples(record, place),
            *codes(record),
            *sources(record, place),
            *users(record, place),
            version(knowledge),
        )
    )


def _units(knowledge: Knowledge) -> str:
    rows = (
        (
            code(unit.id),
            "; ".join(map(code, (*unit.spellings, *unit.exact_spellings))),
            f"{unit.factor:g}",
            code(unit.base),
        )
        for unit in knowledge.units.values()
    )
    shown = table(("unit (UCUM)", "also written", "times", "is in"), rows)
    return sections((f"# {TITLES['units']}", ABOUT["units"], shown, version(knowledge)))


def _model(knowledge: Knowledge) -> str:
    place = Place(knowledge, up="")
    rows = (
        (plain_key(name), value_in_words(part, place), where_from(part, place))
        for name, number in knowledge.model.items()
        for part in parts_of(name, number)
    )
    return sections((f"# {MODEL_TITLE}", table(HEADS, rows), version(knowledge)))


def _shared(title: str, record: Record, knowledge: Knowledge) -> str:
    """Return the page of a file that holds many small facts: each number, each source."""
    place = Place(knowledge, up="")
    rows = (
        (_what(part), _value_or_words(part, place), where_from(part, place))
        for part in parts_of("", record)
        if part.key and (part.numbers or part.sources or part.assumed)
    )
    heads = ("what", "value or words", "where it comes from")
    shown = (f"# {title}", table(heads, rows), *sources(record, place), version(knowledge))
    return sections(shown)


def _what(part: Part) -> str:
    name = getattr(part.value, "name", None)
    return f"{plain_key(part.key)}: {plain(name)}" if name else plain_key(part.key)


def _value_or_words(part: Part, place: Place) -> str:
    if part.numbers:
        return value_in_words(part, place)
    value = part.value
    return plain(str(getattr(value, "clinician", None) or getattr(value, "name", "")))


#: The pages that are no single record and no list.

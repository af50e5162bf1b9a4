"""The numbers of a record as rows of a table: what, how much, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from corrin.knowledge.facts import Knowledge
from corrin.knowledge.records import (
    Cause,
    Estimate,
    FromLab,
    Interval,
    PriorModifier,
    Quantity,
    Read,
    Record,
    ReferenceInterval,
)
from corrin.knowledge.walking import Part, parts_of

Row = tuple[str, str, str]


def figures(record: Record, knowledge: Knowledge) -> Iterator[Row]:
    """Yield what, value and source of every number of a record that states a fact."""
    for part in parts_of("", record):
        where_from = source(part, knowledge, up="../")
        if part.key and (part.numbers or isinstance(part.value, FromLab)):
            yield _what(record, part.key), value_in_words(part), where_from
        elif not part.key:
            for name, number in part.numbers.items():
                yield name.replace("_", " "), f"{number:g}", where_from


def value_in_words(part: Part) -> str:
    """Return the value of one number, with its interval and unit."""
    match part.value:
        case Estimate(low=low, mode=mode, high=high, count=count, of=of):
            words = f"{mode:g} ({low:g} to {high:g})" + (f"; {count} of {of}" if of else "")
        case Quantity(value=value, unit=unit):
            words = _with_unit(f"{value:g}", unit)
        case Interval(low=low, high=high, unit=unit):
            words = _with_unit(_range(low, high), unit)
        case ReferenceInterval(low=low, high=high, unit=unit, sex=sex):
            years = _range(part.value.age_from, part.value.age_to)
            whom = ", ".join(word for word in (sex, f"age {years}" if years else None) if word)
            words = _with_unit(_range(low, high), unit) + (f" ({whom})" if whom else "")
        case PriorModifier(when=when, multiply_by=factor):
            words = f"odds times {factor:g} when `{when}`"
        case FromLab(lab=lab, relation=relation, limit=limit, times_limit=times):
            of_what = "the limit below" if limit else "the usual interval"
            words = f"`{lab}` {relation} {f'{times:g} times ' if times else ''}{of_what}"
        case _:
            words = "; ".join(f"{name} {number:g}" for name, number in part.numbers.items())
    return words


def _with_unit(words: str, unit: str) -> str:
    """Return the number with its unit; UCUM writes the unit of a bare number as 1."""
    return words if unit == "1" else f"{words} {unit}"


def source(part: Part, knowledge: Knowledge, *, up: str) -> str:
    """Return where a number comes from; ``up`` leads from the page to the root of the pages."""
    words = [f"assumed: {part.assumed}"] if part.assumed else []
    for id_ in part.sources:
        reference = knowledge.references.get(id_)
        if reference is not None:
            read = "**not read**" if reference.read is Read.NOT_READ else reference.read.value
            words.append(f"[{id_}]({up}references/{id_}.md) ({read})")
    return "; ".join(words)


def table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a Markdown table."""
    heads = tuple(heads)
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")


def _what(record: Record, key: str) -> str:
    """Return the key in plain letters, a link by its finding and why it holds."""
    if isinstance(record, Cause) and key.startswith("links["):
        finding = key.partition("[")[2].partition("]")[0]
        reasons = [link.why for link in record.links if link.finding == finding and link.why]
        return ": ".join((f"`{finding}`", *reasons))
    return key.replace("_", " ")


def _range(low: float | None, high: float | None) -> str:
    match low, high:
        case None, None:
            return ""
        case None, _:
            return f"up to {high:g}"
        case _, None:
            return f"from {low:g}"
        case _:
            return f"{low:g} to {high:g}"

"""The numbers of a record as tables: what, how much, and where each comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from types import MappingProxyType

from corrin.knowledge.records import (
    Cause,
    Estimate,
    FromLab,
    Interval,
    PriorModifier,
    Quantity,
    Record,
    ReferenceInterval,
)
from corrin.knowledge.records_of_high_b12 import SourceOfHighB12
from corrin.knowledge.walking import Part, parts_of
from corrin.report.evidence.markdown import code, plain, plain_key, sentence_case, table
from corrin.report.evidence.places import Place

HEADS = ("what", "value", "where it comes from")

#: Fields whose numbers have a table of their own, and its heading.
_OWN_TABLE: Mapping[str, str] = MappingProxyType(
    {
        "priors": "How likely before any answer",
        "prior_modifiers": "What makes it more or less likely",
        "links": "How often it brings each finding",
        "base_rates": "How often it is behind a high level",
        "reaches": "How high the level goes",
        "signs": "How often it brings each sign",
        "leak": "Background",
        "from_lab": "Results that make it present",
        "reference_intervals": "Usual ranges",
        "constants": "Further numbers needed to read it",
        "limits": "The most held to be safe in a day",
        "contents": "What one portion holds",
    }
)


def numbers(record: Record, place: Place) -> Iterator[str]:
    """Yield a heading and a table for each group of numbers of a record."""
    found = [part for part in parts_of("", record) if _shown(part)]
    if not found:
        return
    yield "## Numbers"
    in_order = sorted(found, key=lambda part: part.key != "" and _heading(part) is not None)
    for heading, parts in groupby(in_order, key=_heading):
        if heading is not None:
            yield f"### {heading}"
        yield table(HEADS, (row for part in parts for row in _rows(record, part, place)))


def value_in_words(part: Part, place: Place) -> str:
    """Return the value of one number, with its interval and unit, as Markdown."""
    match part.value:
        case Estimate(low=low, mode=mode, high=high, count=count, of=of):
            words = f"{mode:g} ({low:g} to {high:g})" + (f"; {count} of {of}" if of else "")
        case Quantity(value=value, unit=unit):
            words = with_unit(f"{value:g}", unit)
        case Interval(low=low, high=high, unit=unit):
            words = with_unit(span(low, high), unit)
        case ReferenceInterval(low=low, high=high, unit=unit, sex=sex):
            years = span(part.value.age_from, part.value.age_to)
            whom = ", ".join(word for word in (sex, f"age {years}" if years else None) if word)
            words = with_unit(span(low, high), unit) + (f" ({whom})" if whom else "")
        case PriorModifier(when=when, multiply_by=factor):
            words = f"odds times {factor:g} when {code(when)}"
        case FromLab(lab=lab, relation=relation, limit=limit, times_limit=times):
            of_what = "the limit below" if limit else "the usual interval"
            often = f"{times:g} times " if times else ""
            words = f"{place.to('labs', lab)} {relation} {often}{of_what}"
        case _:
            words = "; ".join(
                f"{name.replace('_', ' ')} {number:g}" for name, number in part.numbers.items()
            )
            words = with_unit(words, getattr(part.value, "unit", None) or "1")
    return words


def where_from(part: Part, place: Place) -> str:
    """Return where a number comes from: why it was assumed, its sources, how far read."""
    words = [f"assumed: {plain(part.assumed)}"] if part.assumed else []
    words += [place.source(id_) for id_ in part.sources]
    return "; ".join(words)


def with_unit(words: str, unit: str) -> str:
    """Return the number with its unit; UCUM writes the unit of a bare number as 1."""
    if unit == "%":
        return words + unit
    return words if unit == "1" else f"{words} {plain(unit)}"


def span(low: float | None, high: float | None) -> str:
    """Return two limits in words; a missing one is open."""
    match low, high:
        case None, None:
            return ""
        case None, _:
            return f"up to {high:g}"
        case _, None:
            return f"from {low:g}"
        case _:
            return f"{low:g} to {high:g}"


def _shown(part: Part) -> bool:
    return bool(part.numbers) or isinstance(part.value, FromLab)


def _heading(part: Part) -> str | None:
    field, _, _ = part.key.replace("[", ".").partition(".")
    return _OWN_TABLE.get(field)


def _rows(record: Record, part: Part, place: Place) -> Iterator[tuple[str, str, str]]:
    source = where_from(part, place)
    if part.key:
        yield _what(record, part.key, place), value_in_words(part, place), source
        return
    unit = getattr(part.value, "unit", None) or "1"
    for name, number in part.numbers.items():
        yield sentence_case(name.replace("_", " ")), with_unit(f"{number:g}", unit), source


def _what(record: Record, key: str, place: Place) -> str:
    """Return what a number is of: a finding, a sign, a band, a setting, else its key."""
    field, _, rest = key.partition("[")
    inside = rest.partition("]")[0]
    if isinstance(record, Cause) and field == "links":
        reasons = [link.why for link in record.links if link.finding == inside and link.why]
        return ": ".join((place.to("findings", inside), *map(plain, reasons)))
    if isinstance(record, SourceOfHighB12) and rest:
        return _of_high_b12(record, field, inside, place)
    name = key.rpartition(".")[2] if key.partition(".")[0] in _OWN_TABLE else key
    return plain_key(name)


def _of_high_b12(record: SourceOfHighB12, field: str, inside: str, place: Place) -> str:
    shared = place.knowledge.high_b12
    if field == "reaches" and inside.isdigit():
        # The first band holds every high level, so the shares begin with the second.
        bands = shared.band[1:]
        place_in = int(inside)
        if place_in < len(bands):
            name = sentence_case(bands[place_in].name)
            return plain(name if name.startswith("Above") else f"{name}, or above")
    if field == "signs":
        reasons = [sign.why for sign in record.signs if sign.sign == inside and sign.why]
        names = [sign.name for sign in shared.sign if sign.id == inside]
        return ": ".join(map(plain, (sentence_case((*names, inside)[0]), *reasons)))
    return plain_key(f"{field}[{inside}]")

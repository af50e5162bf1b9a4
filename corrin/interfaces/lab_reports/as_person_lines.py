"""What was found in a report as lines of a person file, to be looked at before they are used."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from corrin.interfaces.lab_reports.records import FoundValue, NotUsed, ReportReading, Sureness
from corrin.interview.person_table import person_table
from corrin.interview.person_toml import person_toml
from corrin.knowledge.loading import Knowledge
from corrin.person.records import Person, PrintedInterval

_WIDTH = 100


def as_toml(reading: ReportReading) -> str:
    """Return the values as ``[[labs]]`` of a person file; what is not sure is commented out."""
    lines = [
        "# Read from a report by a computer. Compare each value with the paper.",
        "# Remove the # before the lines of a value that is right and was not certain.",
    ]
    for one in reading.values:
        sure = one.sureness is Sureness.SURE
        lines += ["", f"# {one.place}: {one.as_printed}"]
        lines += [f"# to check: {doubt}" for doubt in one.doubts]
        lines += [line if sure else f"# {line}" for line in _rows(one)]
    lines += ["", *(f"# not used, {one.place}: {one.line} ({one.why})" for one in reading.not_used)]
    return "\n".join(lines).rstrip() + "\n"


def _rows(one: FoundValue) -> list[str]:
    text = person_toml(Person(labs=(one.result,)))
    return text[text.index("[[labs]]") :].splitlines()


def as_table(reading: ReportReading) -> dict[str, Any]:
    """Return the reading for programs."""
    return {
        "kind": reading.kind,
        "values": [
            {
                **person_table(Person(labs=(one.result,)))["labs"][0],
                "as_printed": one.as_printed,
                "place": one.place,
                "sureness": one.sureness.value,
                "doubts": list(one.doubts),
                "flag": one.flag,
            }
            for one in reading.values
        ],
        "not_used": [
            {"line": one.line, "place": one.place, "why": one.why} for one in reading.not_used
        ],
        "problems": [
            {"where": one.where, "code": one.code, "what": one.what, "do": one.do}
            for one in reading.problems
        ],
        "other_lines": reading.other_lines,
    }


def as_text(reading: ReportReading, knowledge: Knowledge) -> str:
    """Return the reading for people."""
    return "\n".join(_text(reading, knowledge)) + "\n"


def _text(reading: ReportReading, knowledge: Knowledge) -> Iterator[str]:
    for problem in reading.problems:
        yield f"Note: {problem}"
    if reading.values:
        yield f"Found {len(reading.values)} values. Compare each with the paper before it is used."
    for one in reading.values:
        result = one.result
        parts = (
            str(result.value) if result.value is not None else result.interpretation,
            result.unit or ("" if result.value is None else "(no unit)"),
            _range_words(result.reference_interval),
            result.taken.isoformat() if result.taken else None,
        )
        yield ""
        yield f"{knowledge.labs[result.lab].name}: {', '.join(part for part in parts if part)}"
        yield f"  {one.place}: {one.as_printed}"
        for doubt in one.doubts:
            yield from textwrap.wrap(
                doubt, _WIDTH, initial_indent="  To check: ", subsequent_indent="    "
            )
    if reading.not_used:
        yield ""
        yield "Not used:"
        yield from (_unused(one) for one in reading.not_used)
    if reading.values:
        yield ""
        yield "To use them, look through the lines of --format toml and add them to a person file."


def _range_words(interval: PrintedInterval | None) -> str | None:
    if interval is None:
        return None
    low, high = interval.low, interval.high
    if low is None or high is None:
        return f"range from {low:g}" if low is not None else f"range up to {high:g}"
    return f"range {low:g} to {high:g}"


def _unused(one: NotUsed) -> str:
    return f"  {one.place}: {one.line}\n    {one.why}"

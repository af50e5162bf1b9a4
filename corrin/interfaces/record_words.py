"""What became of each resource, in words for a terminal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from corrin.interfaces.fhir.records import FhirReading
from corrin.report.lines import Lines

#: Resources named for one reason; more of them are counted.
_SHOWN = 6  # not clinical: a list length


def as_text(reading: FhirReading, *, width: int) -> str:
    """Return the account: what was used as what, what was refused and what ignored, and why."""
    lines = Lines(width)
    lines.title("What was read from the record")
    if not reading.used:
        lines.say("Nothing in it is something that Corrin uses.")
    _say(lines, "Used", ((one.as_, one.resource) for one in reading.used))
    _say(lines, "Refused", ((one.why, one.resource) for one in reading.refused))
    _say(lines, "Not used", ((one.why, one.resource) for one in reading.ignored))
    return lines.text()


def _say(lines: Lines, title: str, rows: Iterable[tuple[str, str]]) -> None:
    groups: dict[str, list[str]] = defaultdict(list)
    for why, resource in rows:
        groups[why].append(resource)
    if groups:
        lines.say(f"{title}:")
    for why, resources in groups.items():
        shown = ", ".join(resources[:_SHOWN])
        more = len(resources) - _SHOWN
        rest = f" and {more} more (all are listed with --format json)" if more > 0 else ""
        lines.item(f"{why.rstrip('.')}: {shown}{rest}")

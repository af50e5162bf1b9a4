"""What a letter of one page cites: one source for each of its main points, no more."""

from __future__ import annotations

from collections.abc import Iterator

from corrin.report.view import SourceView, View

#: How many sources fit below a letter of one page.
MOST_SOURCES = 4  # not clinical: lines of a page
_FLAGS = 2
_CAUSES = 3  # not clinical: lines of a page
_STEPS = 5  # not clinical: lines of a page


def main_sources(view: View) -> tuple[str, ...]:
    """Return, in short, the first source of each main point, in the order of the points.

    A source that was not read is passed over when the point has another.
    """
    by_number = {source.number: source for source in view.sources}
    chosen: dict[int, SourceView] = {}
    for numbers in _points(view):
        cited = [by_number[number] for number in numbers if number in by_number]
        best = next((source for source in cited if source.was_read), cited[0] if cited else None)
        if best is not None:
            chosen.setdefault(best.number, best)
    return tuple(_in_short(source) for source in chosen.values())[:MOST_SOURCES]


def _in_short(source: SourceView) -> str:
    """Return who, when and where to find it; the title does not fit on the page."""
    who, *_, last = source.citation.rstrip(".").split(". ")
    when = last if last.isdecimal() else ""
    words = " ".join(part for part in (who, when) if part)
    shown = ", ".join(part for part in (words, source.link_words) if part)
    return shown if source.was_read else f"{shown} ({source.read})"


def _points(view: View) -> Iterator[tuple[int, ...]]:
    yield from (flag.why.sources for flag in view.urgency.flags[:_FLAGS])
    if view.b12 is not None:
        if view.b12.guideline is not None:
            yield view.b12.guideline.sources
        yield from (reason.sources for reason in view.b12.reasons[:1])
    if view.twitching is not None:
        yield from (cause.sources for cause in view.twitching.causes[:_CAUSES])
    yield from (step.why.sources for step in (view.steps or ())[:_STEPS])

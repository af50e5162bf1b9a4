"""The answer as one self-contained HTML page: no scripts, nothing fetched, nothing stored."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup

from corrin.report import charts
from corrin.report.building import build
from corrin.report.chances import limits
from corrin.report.curve_chart import curve_chart
from corrin.report.of_high_b12 import course_view
from corrin.report.words import CLINICIAN

if TYPE_CHECKING:
    from corrin.assessment import Assessment
    from corrin.high_b12.records import LevelCurve
    from corrin.report.record import RecordAccount

_HERE = Path(__file__).parent


def as_html(assessment: Assessment, *, record: RecordAccount | None = None) -> str:
    """The page for the assessment's reader, in the order answer, why, numbers, sources.

    ``record`` says what became of each resource when it was made from a record.
    Everything given by people is escaped by the template engine; the style sheet is
    ours and stands inside the page.
    """
    return render("page.html", **answer_parts(assessment, record=record))


def answer_parts(assessment: Assessment, *, record: RecordAccount | None = None) -> dict[str, Any]:
    """Everything the templates of the answer need: the view of it and its pictures."""
    view = build(assessment)
    within = limits(assessment.knowledge.model)
    causes = () if view.twitching is None else view.twitching.causes
    span = charts.evidence_span(causes)
    order = charts.finding_order(causes)
    level = view.b12.level if view.b12 is not None else None
    course = view.high_b12.curve if view.high_b12 is not None else None
    return {
        "view": view,
        "record": record,
        "clinician": view.reader == CLINICIAN,
        "level": None if level is None else charts.level_chart(level, reader=view.reader),
        "curve": None if course is None else curve_chart(course, reader=view.reader),
        "axis": charts.chance_axis(within, reader=view.reader),
        "chance_bars": [
            charts.chance_bar(cause.name, cause.chance, within, reader=view.reader)
            for cause in causes
        ],
        "strips": [charts.strip(cause, order, span) for cause in causes],
        "order": order,
        "evidence_axis": charts.evidence_axis(span),
        "evidence_bar": functools.partial(charts.evidence_bar, span=span),
    }


def dose_html(
    curve: LevelCurve, *, begins: dt.date, regimen: str, assumptions: Sequence[str]
) -> str:
    """A page with the picture of one dose: the expected level over time and what was measured."""
    course = course_view(curve, origin=begins, for_clinician=True)
    return render(
        "dose.html",
        curve=curve_chart(course, reader=CLINICIAN),
        regimen=regimen,
        assumptions=assumptions,
    )


def render(template: str, **parts: Any) -> str:
    """A page made from one of our templates, with the style sheet inside it."""
    return _pages().get_template(template).render(css=_style(), **parts) + "\n"


@functools.cache
def _pages() -> jinja2.Environment:
    return environment()


def environment(*before: Path) -> jinja2.Environment:
    """The engine of our templates; those in the folders ``before`` come first by name.

    It escapes everything and refuses a name that was not given.
    """
    pages = jinja2.Environment(
        loader=jinja2.FileSystemLoader([*before, _HERE / "templates"]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters["pct"] = _percent_of_width
    return pages


def _percent_of_width(fraction: float) -> str:
    """A fraction as a length for SVG; widths in percent keep the lettering full size on a phone."""
    return f"{fraction * 100:.2f}%"


@functools.cache
def _style() -> Markup:
    css = (_HERE / "assets" / "page.css").read_text(encoding="utf-8")
    return Markup(css)  # noqa: S704 - our own file, nothing of it comes from a person

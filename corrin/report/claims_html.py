"""Claims, questions and the comparison as self-contained HTML pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from corrin._version import __version__
from corrin.claims.records import Appraisal
from corrin.knowledge.records_of_claims import Comparison, FrequentQuestion
from corrin.report.html import render
from corrin.report.of_claims import claim_view, comparison_views, question_view
from corrin.report.telling import Telling

#: Makes a page of a template; by default one that is complete in itself.
Draw = Callable[..., str]


def claims_html(appraisals: Sequence[Appraisal], telling: Telling, *, draw: Draw = render) -> str:
    """Claims as a page: the verdict of each, and all of it on opening."""
    views = [claim_view(one, telling) for one in appraisals]
    groups = [
        ("What the article says", [view for view in views if not view.left_out]),
        ("What the article leaves out", [view for view in views if view.left_out]),
    ]
    return _page("claims.html", telling, draw, claims=views, groups=groups, whole=len(views) > 1)


def questions_html(
    questions: Sequence[FrequentQuestion],
    appraisals: Sequence[Appraisal],
    telling: Telling,
    *,
    draw: Draw = render,
) -> str:
    """Questions with the answers the records give."""
    views = [question_view(one, appraisals, telling) for one in questions]
    return _page("questions.html", telling, draw, questions=views)


def comparison_html(rows: Sequence[Comparison], telling: Telling, *, draw: Draw = render) -> str:
    """High against low B12 as a table."""
    return _page("comparison.html", telling, draw, rows=comparison_views(rows, telling))


def _page(template: str, telling: Telling, draw: Draw, **parts: Any) -> str:
    disclaimer = telling.fixed("disclaimer")
    return draw(
        template,
        clinician=telling.for_clinician,
        sources=telling.citing.listed(reader=telling.reader, may_say_benign=True),
        about={
            "software_version": __version__,
            "knowledge_version": telling.knowledge.version,
            "disclaimer": "" if disclaimer is None else disclaimer.words,
        },
        **parts,
    )

"""Whether B12 caused the twitching, as lines of text."""

from __future__ import annotations

from collections.abc import Callable

from corrin.report.lines import Lines
from corrin.report.view import CausalityView, Statement
from corrin.report.words import upper_first


def tell_causality(
    lines: Lines, view: CausalityView, *, said: Callable[[Statement], str], clinician: bool
) -> None:
    """Add the section; ``said`` puts a statement and its sources into one line."""
    lines.title(view.title)
    lines.say(said(view.category))
    lines.say(said(view.score))
    lines.say(said(view.two_methods))
    lines.say("Why:")
    for reason in view.reasons:
        lines.item(said(reason))
    if view.missing:
        lines.say("Would tell more:" if clinician else "Answers to these would tell us more:")
        for question in view.missing:
            lines.item(question)
    lines.say(said(view.keep))
    lines.say("Naranjo items:" if clinician else "The ten questions of the other way:")
    for row in view.rows:
        mark = "" if row.question.endswith("?") else ":"
        why = "" if row.why is None else said(row.why)
        lines.item(f"{row.question}{mark} {upper_first(row.answer)} ({row.points}). {why}".rstrip())

"""Claims, questions and the comparison as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from corrin._version import __version__
from corrin.claims.records import Appraisal
from corrin.knowledge.records_of_claims import Comparison, FrequentQuestion
from corrin.report.lines import Lines, cited
from corrin.report.of_claims import ClaimView, claim_view, comparison_views, question_view
from corrin.report.telling import Telling
from corrin.report.view import Statement


def claims_list(appraisals: Sequence[Appraisal], telling: Telling, *, width: int) -> str:
    """Every claim in a line or two: what the article says, the verdict, how sure."""
    lines = Lines(width)
    for left_out, title in (
        (False, "What the article says"),
        (True, "What the article leaves out"),
    ):
        lines.title(title)
        for one in appraisals:
            if one.claim.left_out is left_out:
                view = claim_view(one, telling)
                lines.item(view.claim, mark=f"{view.id}  ")
                lines.under(f"{view.verdict_words} ({view.certainty_words}).")
    lines.say("")
    lines.title("More")
    lines.say("corrin claims CL02 shows one claim with its evidence and how it was graded.")
    _about(lines, telling)
    return lines.text()


def claims_text(appraisals: Sequence[Appraisal], telling: Telling, *, width: int) -> str:
    """Some claims in full, with evidence, the trail of the grading and the sources."""
    lines = Lines(width)
    for one in appraisals:
        _claim(lines, claim_view(one, telling))
    _sources(lines, telling)
    _about(lines, telling)
    return lines.text()


def _claim(lines: Lines, view: ClaimView) -> None:
    lines.title(f"{view.id}  {'Left out by the article' if view.left_out else 'The article'}")
    lines.say(view.claim)
    lines.say(f"{view.verdict_words} ({view.certainty_words}). {view.why}")
    lines.item(f"Better: {_said(view.corrected)}", mark="> ")
    for direction, items in view.evidence:
        lines.say(f"{direction}:")
        for item in items:
            about = "; ".join(filter(None, (item.population, item.design, item.figures)))
            lines.item(f"{item.result} ({about}) [{item.source}]")
    if view.no_evidence:
        lines.say(f"No source: {view.no_evidence}")
    lines.say("How sure, step by step:")
    for step in view.trail:
        lines.item(step)


def questions_text(
    questions: Sequence[FrequentQuestion],
    appraisals: Sequence[Appraisal],
    telling: Telling,
    *,
    width: int,
) -> str:
    """Questions with the answers that the records give, each with its sources."""
    lines = Lines(width)
    for question in questions:
        view = question_view(question, appraisals, telling)
        lines.title(view.question)
        for how_soon, warning in view.warnings:
            lines.item(f"{how_soon}: {_said(warning)}", mark="! ")
        for answer in view.answers:
            lines.item(f"{_said(answer.corrected)} ({answer.certainty_words}; {answer.id})")
        for name, why in view.steps:
            lines.item(f"{name}. {_said(why)}", mark="> ")
    _sources(lines, telling)
    _about(lines, telling)
    return lines.text()


def comparison_text(rows: Sequence[Comparison], telling: Telling, *, width: int) -> str:
    """High against low B12, row by row."""
    lines = Lines(width)
    for row in comparison_views(rows, telling):
        lines.title(row.name)
        for name, side in (("Low", row.low), ("High", row.high)):
            lines.item(_said(side.words), mark=f"{name:<5} ")
            for figure in side.figures:
                lines.under(figure)
    _sources(lines, telling)
    _about(lines, telling)
    return lines.text()


def _said(statement: Statement) -> str:
    judged = " (our judgement)" if statement.assumed else ""
    return f"{statement.words} {cited(statement.sources)}".rstrip() + judged


def _sources(lines: Lines, telling: Telling) -> None:
    lines.title("Sources")
    for source in telling.citing.listed(reader=telling.reader, may_say_benign=True):
        link = f" {source.link}" if source.link else ""
        lines.item(f"{source.citation}{link} ({source.read})", mark=f"[{source.number}] ")


def _about(lines: Lines, telling: Telling) -> None:
    lines.title("About")
    disclaimer = telling.fixed("disclaimer")
    if disclaimer is not None:
        lines.say(disclaimer.words)
    lines.say(f"Corrin {__version__}, knowledge {telling.knowledge.version}.")

"""The pages of questions people ask, and of high B12 against low B12: records only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from corrin.claims.appraising import appraise
from corrin.knowledge.facts import Knowledge
from corrin.knowledge.records_of_claims import Claim, Comparison, Figure, FrequentQuestion, Side
from corrin.report.evidence.claim_pages import certainty_link, verdict_link
from corrin.report.evidence.markdown import bullets, plain, sections, table
from corrin.report.evidence.numbers import span, with_unit
from corrin.report.evidence.places import Place
from corrin.report.evidence.sections import heading, sources, version


def question_page(question: FrequentQuestion, knowledge: Knowledge) -> str:
    """Return the page of one question: the claims that answer it, then what to do."""
    place = Place(knowledge)
    return sections(
        (
            *heading(question, place),
            *_answers(question, place),
            *_to_do(question, place),
            *_sources(question, place),
            version(knowledge),
        )
    )


def _answers(question: FrequentQuestion, place: Place) -> Iterator[str]:
    for claim in _claims(question, place.knowledge):
        yield plain(claim.person)
        grade = appraise(claim).grade
        whose = "Left out" if claim.left_out else "The article"
        verdict = f"{whose}: {place.to('claims', claim.id)} {verdict_link(claim.verdict, place)}"
        yield f"{verdict} · {certainty_link(grade.certainty, place)}"


def _to_do(question: FrequentQuestion, place: Place) -> Iterator[str]:
    flags = [place.knowledge.red_flags.get(id_) for id_ in question.red_flags]
    known = [flag for flag in flags if flag is not None]
    if known:
        yield "## Red flags"
        yield bullets(f"{place.to('red_flags', flag.id)}: {plain(flag.because)}" for flag in known)
    steps = [place.knowledge.next_steps.get(id_) for id_ in question.next_steps]
    found = [step for step in steps if step is not None]
    if found:
        yield "## Next steps"
        yield bullets(f"{place.to('next_steps', step.id)}: {plain(step.why)}" for step in found)


def _sources(question: FrequentQuestion, place: Place) -> Iterator[str]:
    used = dict.fromkeys(
        item.reference for claim in _claims(question, place.knowledge) for item in claim.evidence
    )
    if used:
        yield "## Sources"
        yield bullets(map(place.source, used))


def _claims(question: FrequentQuestion, knowledge: Knowledge) -> Iterator[Claim]:
    yield from (knowledge.claims[id_] for id_ in question.claims if id_ in knowledge.claims)


def questions_list(knowledge: Knowledge, place: Place) -> str:
    """Return every question with the first claim that answers it."""
    rows = []
    for question in knowledge.frequent_questions.values():
        first = next(_claims(question, knowledge), None)
        rows.append(
            (place.to("frequent_questions", question.id), plain(first.person) if first else "")
        )
    return table(("question", "the short answer"), rows)


def comparison_page(row: Comparison, knowledge: Knowledge) -> str:
    """Return the page of one row of high against low, each figure with its source."""
    place = Place(knowledge)
    parts = list(heading(row, place))
    for title, side in (("Low B12", row.low), ("High B12", row.high)):
        parts += [f"## {title}", plain(side.person), plain(side.clinician)]
        if side.figures:
            cells = (
                (plain(one.what), figure_in_words(one), place.source(one.reference))
                for one in side.figures
            )
            parts.append(table(("what", "value", "where it comes from"), cells))
    parts += [*sources(row, place), version(knowledge)]
    return sections(parts)


def figure_in_words(figure: Figure) -> str:
    """Return a printed number with its range and unit."""
    value = with_unit(f"{figure.value:g}", figure.unit)
    interval = span(figure.low, figure.high)
    return f"{value} ({with_unit(interval, figure.unit)})" if interval else value


def comparison_table(rows: Iterable[Comparison], place: Place) -> str:
    """Return low and high side by side, a row each."""
    return table(
        ("what", "low B12", "high B12"),
        (
            (
                place.to("comparisons", row.id),
                _side(row.low, place),
                _side(row.high, place),
            )
            for row in rows
        ),
    )


def _side(side: Side, place: Place) -> str:
    used = dict.fromkeys((*side.references, *(one.reference for one in side.figures)))
    names = ", ".join(place.to("references", id_) for id_ in used)
    return f"{plain(side.person)} ({names})" if names else plain(side.person)

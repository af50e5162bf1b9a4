"""The page of a claim: verdict, certainty with every step, the evidence each way, corrections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from corrin.claims.appraising import appraise
from corrin.claims.grading import in_words
from corrin.knowledge.facts import Knowledge
from corrin.knowledge.records_of_claims import Certainty, Claim, Direction, Evidence, Verdict
from corrin.report.claim_words import (
    CERTAINTY_CLINICIAN,
    DESIGN,
    DIRECTION,
    VERDICT,
    people_words,
)
from corrin.report.evidence.furniture import TITLES
from corrin.report.evidence.markdown import bullets, link, plain, sections, sentence_case, table
from corrin.report.evidence.numbers import span, with_unit
from corrin.report.evidence.places import Place
from corrin.report.evidence.sections import heading, sources, users, version

_HEADS = ("the sentence", "verdict", "certainty")
#: What a claim bears on, in the order of the questions.
_BEARS_ON = ("causes", "sources_of_high_b12", "findings", "labs", "red_flags", "next_steps")


def verdict_link(verdict: Verdict, place: Place) -> str:
    """Return a verdict in words, leading to what it means."""
    return link(VERDICT[verdict], place.path(f"words.md#{anchor(VERDICT[verdict])}"))


def certainty_link(certainty: Certainty, place: Place, *, short: bool = False) -> str:
    """Return a certainty in words, leading to what it means.

    ``short`` leaves out the word certainty, for a table whose head says it.
    """
    words = certainty_words(certainty)
    shown = words.removesuffix(" certainty") if short else words
    return link(shown, place.path(f"words.md#{anchor(words)}"))


def certainty_words(certainty: Certainty) -> str:
    """Return a certainty in two words: ``Low certainty``, ``Not graded``."""
    return sentence_case(CERTAINTY_CLINICIAN[certainty].partition(":")[0])


def anchor(words: str) -> str:
    """Return the name a heading goes by in a link."""
    return words.casefold().replace(" ", "-")


def claim_page(claim: Claim, knowledge: Knowledge) -> str:
    """Return the page of one claim."""
    place = Place(knowledge)
    grade = appraise(claim).grade
    both = (verdict_link(claim.verdict, place), certainty_link(grade.certainty, place))
    return sections(
        (
            *heading(claim, place),
            f"{' · '.join(both)}",
            "## What can be said",
            plain(claim.person),
            "## For professionals",
            plain(claim.clinician),
            "## Why this verdict",
            plain(claim.why),
            "## The evidence",
            *_evidence(claim, place),
            "## How the certainty was reached",
            bullets(plain(step) for step in in_words(grade)),
            *_bears_on(claim, place),
            *sources(claim, place),
            *users(claim, place),
            version(knowledge),
        )
    )


def _evidence(claim: Claim, place: Place) -> Iterator[str]:
    if claim.no_evidence:
        yield plain(claim.no_evidence)
    for direction in Direction:
        items = [item for item in claim.evidence if item.direction is direction]
        if items:
            yield f"### {DIRECTION[direction]}"
            yield bullets(_item(item, place) for item in items)


def _item(item: Evidence, place: Place) -> str:
    """Return what came out, in whom, by which design, from which source."""
    figure = evidence_figure(item)
    shown = item.value is not None and f"{item.value:g}" in item.result
    parts = [plain(item.result)]
    if figure and not shown:
        parts.append(f"{figure}.")
    whom = "; ".join(filter(None, (plain(item.population), people_words(item))))
    parts.append(f"*{sentence_case(DESIGN[item.design])}: {whom}.* {place.source(item.reference)}")
    return " ".join(parts)


def evidence_figure(item: Evidence) -> str:
    """Return the figure of an item of evidence, with its interval and unit."""
    unit = item.unit or "1"
    interval = span(item.low, item.high)
    if item.value is None:
        return with_unit(interval, unit) if interval else ""
    value = with_unit(f"{item.value:g}", unit)
    return f"{value} ({with_unit(interval, unit)})" if interval else value


def _bears_on(claim: Claim, place: Place) -> Iterator[str]:
    lines = [
        f"**{TITLES[kind]}**: {'; '.join(place.to(kind, id_) for id_ in getattr(claim, kind))}"
        for kind in _BEARS_ON
        if getattr(claim, kind)
    ]
    if lines:
        yield "## Bears on"
        yield bullets(lines)


def claims_table(claims: Iterable[Claim], place: Place) -> str:
    """Return claims as a table: the sentence, the verdict, the certainty."""
    rows = (
        (
            place.to("claims", claim.id),
            verdict_link(claim.verdict, place),
            certainty_link(appraise(claim).grade.certainty, place, short=True),
        )
        for claim in claims
    )
    return table(_HEADS, rows)


def said_and_left_out(knowledge: Knowledge, place: Place) -> Iterator[str]:
    """Yield the sentences of the article as a table, then what it leaves out."""
    for title, left_out in (("What the article says", False), ("What it leaves out", True)):
        claims = [one for one in knowledge.claims.values() if one.left_out is left_out]
        if claims:
            yield f"## {title}"
            yield claims_table(claims, place)

"""The page one comes in by, and the page of the words used."""

from __future__ import annotations

from collections.abc import Iterator

from corrin.knowledge.facts import Knowledge
from corrin.knowledge.records_of_claims import Certainty, Verdict
from corrin.report.claim_words import VERDICT
from corrin.report.evidence.claim_pages import certainty_words, said_and_left_out
from corrin.report.evidence.furniture import (
    ABOUT,
    CERTAINTY_LEAD,
    CERTAINTY_MEANS,
    CHAPTERS,
    HOME,
    HOME_LEAD,
    MORE_WORDS,
    SINGLE,
    STATUS_MEANS,
    VERDICT_MEANS,
    WORDS_TITLE,
    Chapter,
)
from corrin.report.evidence.markdown import bullets, link, plain, sections, sentence_case
from corrin.report.evidence.places import Place
from corrin.report.evidence.sections import version


def entrance(knowledge: Knowledge) -> str:
    """Return the first page: the article's sentences, then every question with its pages."""
    place = Place(knowledge, up="")
    disclaimer = knowledge.wording.get("disclaimer")
    return sections(
        (
            f"# {HOME}",
            HOME_LEAD,
            plain(disclaimer.person) if disclaimer else None,
            *said_and_left_out(knowledge, place),
            *(part for chapter in CHAPTERS for part in _chapter(chapter, knowledge, place)),
            version(knowledge),
        )
    )


def _chapter(chapter: Chapter, knowledge: Knowledge, place: Place) -> Iterator[str]:
    yield f"## {chapter.question}"
    yield bullets(_entry(title, path, knowledge, place) for title, path in chapter.pages)


def _entry(title: str, path: str, knowledge: Knowledge, place: Place) -> str:
    kind = path.partition("/")[0].removesuffix(".md")
    records = knowledge.kinds().get(kind)
    about = ABOUT.get(kind)
    shown = link(title, place.path(path))
    if records is not None and path not in SINGLE:
        shown += f" ({len(records)})"
    return f"{shown}. {about}" if about else shown


def words_page(knowledge: Knowledge) -> str:
    """Return the page that says what verdicts, certainties and reading statuses mean."""
    parts = [f"# {WORDS_TITLE}", "## Verdicts"]
    for verdict in Verdict:
        parts += [f"### {VERDICT[verdict]}", VERDICT_MEANS[verdict]]
    parts += ["## Certainty", CERTAINTY_LEAD]
    for certainty in Certainty:
        parts += [f"### {certainty_words(certainty)}", CERTAINTY_MEANS[certainty]]
    parts.append("## How far a source was read")
    for status, means in STATUS_MEANS.items():
        parts += [f"### {sentence_case(status)}", means]
    parts.append("## Numbers")
    for word, means in MORE_WORDS.items():
        parts += [f"### {word}", means]
    return sections((*parts, version(knowledge)))

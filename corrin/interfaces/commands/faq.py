"""``corrin faq``: questions people ask, answered from the records."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corrin.interfaces.commands.choices import Format, Reader
from corrin.interfaces.commands.printing import columns, json_text, put

if TYPE_CHECKING:
    from corrin.knowledge.facts import Knowledge
    from corrin.knowledge.records_of_claims import FrequentQuestion


def command(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            help="A question's id, or words to look for in the questions; none: all of them.",
            metavar="[WORD]...",
        ),
    ] = None,
    reader: Annotated[
        Reader, typer.Option("--for", help="Plain words for a person, detail for a clinician.")
    ] = Reader.PERSON,
    format_: Annotated[
        Format, typer.Option("--format", "-f", help="How the answers are written.")
    ] = Format.TEXT,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write to this file.", metavar="OUT"),
    ] = None,
) -> None:
    """Questions people ask about B12 and twitching, each answered with its sources.

    Try: corrin faq    corrin faq cancer    corrin faq should i stop
    """
    from corrin.claims.appraising import appraise_all
    from corrin.knowledge.loading import load
    from corrin.report.telling import Telling

    knowledge = load()
    questions = _asked(knowledge, words or [])
    appraisals = appraise_all(knowledge)
    telling = Telling(knowledge, reader=reader.value, may_say_benign=True)
    if format_ is Format.JSON:
        from corrin.report.claims_json import questions_json

        put(json_text(questions_json(questions, appraisals, knowledge)), output)
    elif format_ is Format.HTML:
        from corrin.report.claims_html import questions_html

        put(questions_html(questions, appraisals, telling), output)
    else:
        from corrin.report.claims_text import questions_text

        put(questions_text(questions, appraisals, telling, width=columns()), output)


def _asked(knowledge: Knowledge, words: Sequence[str]) -> Sequence[FrequentQuestion]:
    """Return the questions that hold every word; when none does, say which are near."""
    questions = knowledge.frequent_questions
    if not words:
        return tuple(questions.values())
    if len(words) == 1 and words[0] in questions:
        return (questions[words[0]],)
    wanted = [word.casefold() for word in words]
    found = tuple(
        one for one in questions.values() if all(word in one.name.casefold() for word in wanted)
    )
    if found:
        return found
    from corrin.errors import InputError, Problem
    from corrin.knowledge.searching import nearest

    by_name = {one.name: one.id for one in questions.values()}
    near = [f"'corrin faq {by_name[name]}'" for name in nearest(" ".join(words), by_name)]
    do = f"Try {' or '.join(near)}." if near else "Say corrin faq for all questions."
    said = " ".join(words)
    raise InputError([Problem("WORD", "no-question", f"no question holds '{said}'.", do)])

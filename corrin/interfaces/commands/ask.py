"""``corrin ask``: an interview in the terminal; stop at any time, go back at any time."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corrin.errors import InputError
from corrin.interfaces.commands.choices import Format, Reader

if TYPE_CHECKING:
    from corrin.interview.questions import Question
    from corrin.knowledge.loading import Knowledge
    from corrin.person.records import Person

HOW = (
    "Answer y (yes), n (no) or ? (not sure). "
    "b goes back, h says why it is asked, s stops and shows the answer."
)
BACK, HELP, STOP, NOT_SURE = "b", "h", "s", "?"


def command(
    start: Annotated[
        Path | None,
        typer.Option("--from", help="Go on from this person file.", metavar="FILE"),
    ] = None,
    save: Annotated[
        Path | None,
        typer.Option("--save", help="Keep the answers as a person file (JSON).", metavar="FILE"),
    ] = None,
    reader: Annotated[
        Reader, typer.Option("--for", help="Plain words for a person, detail for a clinician.")
    ] = Reader.PERSON,
    format_: Annotated[
        Format, typer.Option("--format", "-f", help="How the answer is written.")
    ] = Format.TEXT,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write the answer to this file.", metavar="OUT"),
    ] = None,
) -> None:
    """Ask the questions that matter, red flags first, then give the answer.

    Nothing is kept unless --save is given.  "Not sure" is always an answer.
    """
    from corrin.assessment import assess
    from corrin.interfaces.commands.assess import write
    from corrin.knowledge.loading import load
    from corrin.person.records import Person

    person = Person()
    if start is not None:
        from corrin.picture.person_file import read_person

        person = read_person(start)
    person = _interview(person, load(), reader)
    if save is not None:
        from corrin.interfaces.commands.saving import save as save_file
        from corrin.interview.person_table import person_json

        save_file(person_json(person), save)
        typer.echo(f"Your answers are kept in {save}", err=True)
    write(assess(person, reader=reader.value), format_, output)


def _interview(person: Person, knowledge: Knowledge, reader: Reader) -> Person:
    from corrin.assessment import Reader as EngineReader
    from corrin.interview.questions import next_question

    typer.echo(HOW, err=True)
    asked: frozenset[str] = frozenset()
    earlier: list[tuple[Person, frozenset[str]]] = []
    while True:
        question = next_question(person, asked, knowledge, reader=EngineReader(reader.value))
        if question is None:
            return person
        _show(question, len(earlier), knowledge)
        reply = _reply()
        if reply is None or reply.lower() == STOP:
            return person
        if reply.lower() == HELP:
            typer.echo(f"  {question.why} {question.help}".rstrip(), err=True)
            continue
        if reply.lower() == BACK:
            if earlier:
                person, asked = earlier.pop()
            continue
        try:
            answered = _apply(person, question, reply, knowledge)
        except InputError as error:
            for problem in error.problems:
                typer.echo(f"  {problem.what} {problem.do}", err=True)
            continue
        earlier.append((person, asked))
        person, asked = answered, asked | {question.id, *question.findings}


def _reply() -> str | None:
    """Return the next non-empty line typed, or None when there is no more input."""
    while True:
        # Standard output is kept for the answer alone.
        typer.echo("  > ", nl=False, err=True)
        line = sys.stdin.readline()
        if not line:
            typer.echo("", err=True)
            return None
        if line.strip():
            return line.strip()


def _show(question: Question, done: int, knowledge: Knowledge) -> None:
    typer.echo(f"\n{done + 1}. {question.text}", err=True)
    if question.kind == "checklist":
        for number, finding in enumerate(question.findings, 1):
            typer.echo(f"   {number}  {knowledge.findings[finding].question}", err=True)
        typer.echo("   Write the numbers that fit, 0 for none, ? for not sure.", err=True)
    elif question.choices:
        typer.echo(f"   {' / '.join(question.choices)}", err=True)
    elif question.help:
        typer.echo(f"   {question.help}", err=True)


def _apply(person: Person, question: Question, reply: str, knowledge: Knowledge) -> Person:
    from dataclasses import replace

    from corrin.errors import Problem
    from corrin.interview.answering import answer_text, settle
    from corrin.interview.questions import Kind

    if reply == NOT_SURE:
        return person
    if question.kind is Kind.CHECKLIST:
        words = reply.replace(",", " ").split()
        if not all(word.isdigit() and int(word) <= len(question.findings) for word in words):
            raise InputError(
                [Problem("answer", "not-understood", "Not understood.", "Write numbers, or 0.")]
            )
        chosen = {int(word) for word in words}
        present = {f: number in chosen for number, f in enumerate(question.findings, 1)}
        return settle(person, question, present)
    if question.kind is Kind.YES_NO:
        if reply.lower() not in {"y", "yes", "n", "no"}:
            raise InputError([Problem("answer", "not-understood", "Not understood.", HOW)])
        yes = reply.lower().startswith("y")
        return settle(person, question, dict.fromkeys(question.findings or (question.id,), yes))
    if reply.lower() in {"n", "no", "none"}:
        return replace(person, intake=()) if question.kind is Kind.INTAKE else person
    return answer_text(person, question, reply, knowledge)

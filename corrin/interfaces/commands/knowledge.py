"""``corrin knowledge``: look into the facts, and check them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from corrin.errors import InputError, KnowledgeError, Problem
from corrin.interfaces.commands import knowledge_references
from corrin.interfaces.commands.choices import TableFormat

app = typer.Typer(
    help="Look into the facts and check them: check, show ID, search WORD, references.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("check")
def check_command(
    warnings: Annotated[bool, typer.Option(help="Also print warnings.")] = True,
    format_: Annotated[
        TableFormat, typer.Option("--format", "-f", help="How the findings are written.")
    ] = TableFormat.TEXT,
) -> None:
    """Check every record: ids, sources, intervals, units, codes, dates, examples.

    Also counts the records, and the numbers by how far their source was read.
    Exit code 1 when a record is wrong; warnings alone exit with 0.
    """
    from corrin.claims.grading import faults
    from corrin.interfaces.commands.example_rank import rank_example
    from corrin.interfaces.commands.knowledge_counts import as_json, as_text, checked
    from corrin.knowledge.checks import check
    from corrin.knowledge.loading import load

    knowledge = load()
    issues = check(knowledge, today=dt.date.today(), rank=rank_example(knowledge), faults=faults)
    found = checked(knowledge, issues, warnings=warnings)
    typer.echo(as_json(found) if format_ is TableFormat.JSON else as_text(found))
    if found.errors:
        raise KnowledgeError(f"{found.errors} records are wrong; see above.")


@app.command("show")
def show_command(
    identifier: Annotated[str, typer.Argument(help="The id of a record.", metavar="ID")],
) -> None:
    """Print one record with every number and its source."""
    from corrin.knowledge.loading import load
    from corrin.knowledge.searching import show
    from corrin.person.vocabulary import did_you_mean
    from corrin.report.evidence.pages import page

    knowledge = load()
    found = show(knowledge, identifier)
    if not found:
        raise InputError(
            [
                Problem(
                    "ID",
                    "unknown-id",
                    f"'{identifier}' is not the id of a record.",
                    did_you_mean(identifier, knowledge.ids()),
                )
            ]
        )
    for record in found:
        typer.echo(page(record, knowledge))


@app.command("search")
def search_command(
    word: Annotated[str, typer.Argument(help="A word, a name or a code.", metavar="WORD")],
) -> None:
    """Find records by id, name, alias or code; near misses are offered."""
    from corrin.knowledge.loading import load
    from corrin.knowledge.searching import search

    hits = search(load(), word)
    for hit in hits:
        typer.echo(f"{hit.kind:<14} {hit.id:<32} {hit.name}")
    if not hits:
        typer.echo(f"Nothing is like '{word}'.", err=True)


app.command("references")(knowledge_references.command)

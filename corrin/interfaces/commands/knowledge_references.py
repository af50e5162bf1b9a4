"""``corrin knowledge references``: every source, to take elsewhere or to check."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corrin.errors import InputError, KnowledgeError, Problem

if TYPE_CHECKING:
    from corrin.knowledge.loading import Knowledge
    from corrin.knowledge.records import Reference

_EACH = 10


class CitationFormat(StrEnum):
    """How citations are written."""

    TEXT = "text"
    CSL_JSON = "csl-json"
    BIBTEX = "bibtex"


def command(  # noqa: PLR0917  the options of a command
    ids: Annotated[
        list[str] | None,
        typer.Argument(help="Only these references.  [default: all]", metavar="ID..."),
    ] = None,
    format_: Annotated[
        CitationFormat, typer.Option("--format", "-f", help="How they are written.")
    ] = CitationFormat.TEXT,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write to this file instead.", metavar="FILE"),
    ] = None,
    online: Annotated[
        bool,
        typer.Option(
            "--online",
            help="Instead ask Crossref and PubMed about each and print what differs. "
            "This is the only thing in Corrin that uses a network; it sends DOIs and PMIDs.",
        ),
    ] = False,
    contact: Annotated[
        str | None,
        typer.Option(help="With --online: your mail address, for both services.", metavar="MAIL"),
    ] = None,
    crossref: Annotated[
        str | None,
        typer.Option(help="With --online: another address of Crossref.", metavar="URL"),
    ] = None,
    pubmed: Annotated[
        str | None,
        typer.Option(help="With --online: another address of E-utilities.", metavar="URL"),
    ] = None,
) -> None:
    """Write the references as text, CSL-JSON or BibTeX, or ask whether they still stand.

    With --online: exit code 1 when one was retracted, is not known, or is another work.
    """
    from corrin.knowledge.citing import citation, in_text
    from corrin.knowledge.citing_bibtex import as_bibtex
    from corrin.knowledge.citing_csl import as_csl_json
    from corrin.knowledge.loading import load

    references = _chosen(load(), ids)
    if online:
        _check(references, format_, output, contact=contact, crossref=crossref, pubmed=pubmed)
        return
    citations = [citation(reference) for reference in references]
    match format_:
        case CitationFormat.CSL_JSON:
            text = as_csl_json(citations)
        case CitationFormat.BIBTEX:
            text = as_bibtex(citations)
        case CitationFormat.TEXT:
            text = "\n".join(in_text(cited) for cited in citations)
    _write(text, output)


def _chosen(knowledge: Knowledge, ids: list[str] | None) -> list[Reference]:
    from corrin.person.vocabulary import did_you_mean

    known = knowledge.references
    unknown = [id_ for id_ in ids or () if id_ not in known]
    if unknown:
        raise InputError(
            [
                Problem("ID", "unknown-id", f"'{id_}' is not the id of a reference.",
                        did_you_mean(id_, tuple(known)))
                for id_ in unknown
            ]
        )  # fmt: skip
    return [known[id_] for id_ in ids] if ids else list(known.values())


def _check(
    references: list[Reference],
    format_: CitationFormat,
    output: Path | None,
    *,
    contact: str | None,
    crossref: str | None,
    pubmed: str | None,
) -> None:
    from corrin.interfaces.citation_check import CROSSREF, PUBMED, check_citations
    from corrin.interfaces.citation_http import Manners

    if format_ is not CitationFormat.TEXT:
        raise InputError(
            [Problem("--format", "not-with-online", "what differs is written as text.",
                     "Leave --format or --online away.")]
        )  # fmt: skip

    def tell(done: int, questions: int) -> None:
        if done % _EACH == 0 or done == questions:
            typer.echo(f"asked {done} of {questions}", err=True)

    issues = check_citations(
        references,
        manners=Manners(contact=contact),
        crossref=crossref or CROSSREF,
        pubmed=pubmed or PUBMED,
        progress=tell,
    )
    errors = sum(issue.level == "error" for issue in issues)
    asked = sum(bool(one.doi or one.pmid) for one in references)
    lines = [f"{issue.level}: {issue.record}: {issue.message} {issue.do}" for issue in issues]
    lines.append(
        f"{asked} of {len(references)} references have a DOI or PMID to ask about; "
        f"{errors} errors, {len(issues) - errors} warnings."
    )
    _write("\n".join(lines), output)
    if errors:
        raise KnowledgeError(f"{errors} references need a look; see above.")


def _write(text: str, output: Path | None) -> None:
    if output is None:
        typer.echo(text.rstrip("\n"))
        return
    from corrin.interfaces.commands.saving import save

    save(text.rstrip("\n") + "\n", output)

"""Asks Crossref and PubMed whether the references are what the records say, and still stand.

Crossref REST API (``/works/{DOI}``): title, dates, journal, and ``updated-by``, where a
retraction, an expression of concern or a correction is announced.  NCBI E-utilities
(``esummary``, db ``pubmed``): title, dates, journal, publication types and the notes that
refer to the article.  Only identifiers of published articles are sent.
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import msgspec

from corrin.interfaces.citation_comparing import Registered, differences
from corrin.interfaces.citation_http import Client, Manners, NotAnsweredError
from corrin.knowledge.issues import Issue, error, warning
from corrin.knowledge.records import Reference

CROSSREF = "https://api.crossref.org"
PUBMED = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
_AT_ONCE = 100
_T = TypeVar("_T")

#: Told after each question: how many of how many are done.
Progress = Callable[[int, int], None]


class Update(msgspec.Struct, frozen=True, rename="kebab"):
    """One update of a work, as Crossref announces it."""

    type: str = ""
    doi: str = msgspec.field(default="", name="DOI")


class Dates(msgspec.Struct, frozen=True, rename="kebab"):
    """A date of Crossref: year, month, day, as far as known."""

    date_parts: tuple[tuple[int | None, ...], ...] = ()


class Work(msgspec.Struct, frozen=True, rename="kebab"):
    """What is read of a Crossref work; every other field is passed over."""

    title: tuple[str, ...] = ()
    subtitle: tuple[str, ...] = ()
    container_title: tuple[str, ...] = ()
    short_container_title: tuple[str, ...] = ()
    issued: Dates = Dates()
    published_print: Dates = Dates()
    published_online: Dates = Dates()
    updated_by: tuple[Update, ...] = ()
    update_to: tuple[Update, ...] = ()


class Note(msgspec.Struct, frozen=True):
    """One note of PubMed that refers to the article (``Erratum in``, ``Retraction in``)."""

    reftype: str = ""
    refsource: str = ""


class Summary(msgspec.Struct, frozen=True):
    """What is read of a PubMed summary; every other field is passed over."""

    title: str = ""
    pubdate: str = ""
    epubdate: str = ""
    source: str = ""
    fulljournalname: str = ""
    pubtype: tuple[str, ...] = ()
    references: tuple[Note, ...] = ()
    error: str | None = None


def check_citations(
    references: Iterable[Reference],
    *,
    manners: Manners | None = None,
    crossref: str = CROSSREF,
    pubmed: str = PUBMED,
    progress: Progress | None = None,
) -> tuple[Issue, ...]:
    """Return what differs between the records and the two registers, errors first.

    Errors: a retraction, an expression of concern, a number the register does not know, a
    title that is another one.  Warnings: corrections, year, journal, and what could not be
    asked.  References with neither DOI nor PMID are passed over.
    """
    client = Client(manners or Manners())
    by_doi = [(one.doi, one) for one in references if one.doi]
    by_pmid = [(one.pmid, one) for one in references if one.pmid]
    batches = [by_pmid[at : at + _AT_ONCE] for at in range(0, len(by_pmid), _AT_ONCE)]
    tell = progress or (lambda _done, _all: None)
    questions = len(by_doi) + len(batches)
    issues: list[Issue] = []
    for done, (doi, reference) in enumerate(by_doi, start=1):
        issues += _asked_crossref(client, crossref, doi, reference)
        tell(done, questions)
    for done, batch in enumerate(batches, start=len(by_doi) + 1):
        issues += _asked_pubmed(client, pubmed, batch)
        tell(done, questions)
    return tuple(sorted(issues, key=lambda issue: (issue.level, issue.record)))


def _asked_crossref(client: Client, base: str, doi: str, reference: Reference) -> Iterator[Issue]:
    where = f"references/{reference.id}"
    query = f"?{urllib.parse.urlencode({'mailto': contact})}" if (
        contact := client.manners.contact
    ) else ""  # fmt: skip
    try:
        answer = client.json(f"{base}/works/{urllib.parse.quote(doi, safe='')}{query}")
        work = None if answer is None else _inside(answer, Work, "message")
    except NotAnsweredError as fault:
        yield _not_asked(where, "Crossref", fault)
        return
    if work is None:
        yield error(where, f"Crossref does not know the DOI {doi}.", "Copy it again.")
        return
    yield from differences(reference, _from_crossref(work, doi))


def _asked_pubmed(
    client: Client, base: str, batch: Sequence[tuple[str, Reference]]
) -> Iterator[Issue]:
    query = {"db": "pubmed", "retmode": "json", "tool": "corrin"}
    query["id"] = ",".join(pmid for pmid, _ in batch)
    if client.manners.contact:
        query["email"] = client.manners.contact
    try:
        answer = client.json(f"{base}/esummary.fcgi?{urllib.parse.urlencode(query, safe=',')}")
    except NotAnsweredError as fault:
        for _, reference in batch:
            yield _not_asked(f"references/{reference.id}", "PubMed", fault)
        return
    for pmid, reference in batch:
        where = f"references/{reference.id}"
        try:
            summary = _inside(answer, Summary, "result", pmid)
        except NotAnsweredError as fault:
            yield _not_asked(where, "PubMed", fault)
            continue
        if summary.error is not None:
            yield error(where, f"PubMed does not know the PMID {pmid}.", "Copy it again.")
        else:
            yield from differences(reference, _from_pubmed(summary))


def _not_asked(where: str, service: str, fault: NotAnsweredError) -> Issue:
    return warning(where, f"{service} was not heard: {fault}.", "Ask again later.")


def _inside(answer: Any, shape: type[_T], *keys: str) -> _T:
    """Return what stands in an answer below ``keys``, in its shape."""
    try:
        for key in keys:
            answer = answer[key]
        return msgspec.convert(answer, shape, strict=False)
    except (KeyError, TypeError, msgspec.ValidationError):
        raise NotAnsweredError("its answer has another shape than documented") from None


def _from_crossref(work: Work, doi: str) -> Registered:
    dates = (work.issued, work.published_print, work.published_online)
    years = {part[0] for date in dates for part in date.date_parts[:1] if part and part[0]}
    # Some publishers retract in place: the article then names itself as what is updated.
    own = tuple(one for one in work.update_to if one.doi.casefold() == doi.casefold())
    titles = work.title + tuple(f"{one}: {two}" for one in work.title for two in work.subtitle)
    return Registered(
        register="Crossref",
        titles=titles,
        years=frozenset(years),
        journals=work.container_title + work.short_container_title,
        notices=tuple((one.type, one.doi) for one in (*work.updated_by, *own)),
    )


def _from_pubmed(summary: Summary) -> Registered:
    dates = (summary.pubdate[:4], summary.epubdate[:4])  # not clinical: the year of a date
    types = tuple((one, "") for one in summary.pubtype if one == "Retracted Publication")
    return Registered(
        register="PubMed",
        titles=(summary.title,) if summary.title else (),
        years=frozenset(int(year) for year in dates if year.isdigit()),
        journals=tuple(filter(None, (summary.source, summary.fulljournalname))),
        notices=(*types, *((one.reftype, one.refsource) for one in summary.references)),
    )

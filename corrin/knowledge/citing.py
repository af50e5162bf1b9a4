"""One source as a citation: who, what, where, when, told apart only where that is certain.

The records hold authors and journals as free text.  A name is split into family and given
name, and a journal into its name, volume, issue and pages, only when the whole text has
the usual form; otherwise it stays as it was written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from corrin.knowledge.identifiers import pmcid_in
from corrin.knowledge.records import Read, Reference

#: One word that begins with a capital and is not all capitals, as a family name is.
_WORD = r"(?=\S*[a-z])[^\W\d_a-z](?:['’-]?[^\W\d_])+"
#: ``Arendt JFB``, ``van der Heijden A``: one word (with particles before it), then initials.
_PERSON = re.compile(
    rf"(?P<family>(?:(?:van|von|de|der|den|di|la|le|el|al) )*{_WORD}) (?P<given>[^\W\d_a-z]{{1,4}})"
)
#: ``Cazzola`` before "et al.": certainly a person, and one word is certainly the family name.
_FAMILY_ALONE = re.compile(_WORD)
_AND_OTHERS = re.compile(r",? et al\.?$")
_JOURNAL = re.compile(
    r"(?P<name>[^\d(].*?) (?P<volume>\d+)"
    r"(?:\((?P<issue>[^()]+)\))?"
    r"(?::(?P<pages>[A-Za-z]*\d+(?:\.\d+)?(?:-[A-Za-z]*\d+)?))?"
)


class Kind(StrEnum):
    """What sort of thing is cited; the values are the types of CSL 1.0.2."""

    ARTICLE = "article-journal"
    NEWS = "article-newspaper"
    MEETING = "paper-conference"
    THESIS = "thesis"
    PAGE = "webpage"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name in its two parts, or (``given`` None) a name kept as it was written."""

    family: str
    given: str | None = None
    certain: bool = False


@dataclass(frozen=True, slots=True)
class Citation:
    """A source, ready to be written in any format.

    ``others`` says that more authors follow who are not named.  ``container`` is the
    journal, book or site; ``volume``, ``issue`` and ``pages`` are None when they could not
    be told apart in it.
    """

    id: str
    kind: Kind
    title: str
    names: tuple[Name, ...]
    others: bool
    year: int | None
    container: str | None
    volume: str | None
    issue: str | None
    pages: str | None
    doi: str | None
    pmid: str | None
    pmcid: str | None
    isbn: str | None
    url: str | None
    study_type: str
    read: Read
    licence: str | None
    note: str | None


def citation(reference: Reference) -> Citation:
    """Return the citation of one reference record."""
    names, others = _names(reference.authors)
    journal = _JOURNAL.fullmatch(reference.journal or "")
    parts = journal.groupdict() if journal else {}
    return Citation(
        id=reference.id,
        kind=_kind(reference),
        title=reference.title,
        names=names,
        others=others,
        year=reference.year,
        container=parts.get("name", reference.journal),
        volume=parts.get("volume"),
        issue=parts.get("issue"),
        pages=parts.get("pages"),
        doi=reference.doi,
        pmid=reference.pmid,
        pmcid=pmcid_in(reference.url),
        isbn=reference.isbn,
        url=reference.url,
        study_type=reference.study_type,
        read=reference.read,
        licence=reference.licence,
        note=reference.note,
    )


def _names(authors: str | None) -> tuple[tuple[Name, ...], bool]:
    """Return the names, and whether others follow; one name as written when in doubt."""
    if not authors:
        return (), False
    named, others = _AND_OTHERS.subn("", authors)
    found = [_PERSON.fullmatch(part) for part in named.split(", ")]
    if all(found):
        people = (Name(who["family"], who["given"], certain=True) for who in found if who)
        return tuple(people), bool(others)
    if others and _FAMILY_ALONE.fullmatch(named):
        return (Name(named, certain=True),), True
    return (Name(authors),), False


def _kind(reference: Reference) -> Kind:
    study = reference.study_type.casefold()
    if "thesis" in study:
        return Kind.THESIS
    if "conference abstract" in study:
        return Kind.MEETING
    if study.startswith("news"):
        return Kind.NEWS
    if reference.pmid or (reference.doi and reference.journal):
        return Kind.ARTICLE
    if _JOURNAL.fullmatch(reference.journal or ""):
        return Kind.ARTICLE
    return Kind.PAGE if reference.url and not reference.doi else Kind.DOCUMENT


def in_text(cited: Citation) -> str:
    """Return the citation as one line to read: who, what, where, when, how far it was read."""
    who = ", ".join(f"{name.family} {name.given}" if name.given else name.family
                    for name in cited.names)  # fmt: skip
    where = cited.container or ""
    if cited.volume:
        issue = f"({cited.issue})" if cited.issue else ""
        where += f" {cited.volume}{issue}" + (f":{cited.pages}" if cited.pages else "")
    found_by = (
        f"doi:{cited.doi}" if cited.doi else "",
        f"PMID {cited.pmid}" if cited.pmid else "",
        f"ISBN {cited.isbn}" if cited.isbn else "",
        "" if cited.doi or cited.pmid or not cited.url else cited.url,
    )
    parts = (
        f"{who} et al." if cited.others else who,
        cited.title,
        where,
        str(cited.year or "no year"),
        *found_by,
        f"read: {cited.read}",
    )
    return f"[{cited.id}] " + ". ".join(part.rstrip(".") for part in parts if part) + "."

"""Sources, numbered in the order in which they are first used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from corrin.knowledge.records import Read, Reference
from corrin.report.view import SourceView
from corrin.report.words import CLINICIAN, READ, READ_CLINICIAN, reassures


class Citing:
    """Gives each source its number the first time it is cited, and lists them at the end."""

    def __init__(self, references: Mapping[str, Reference]) -> None:
        self._references = references
        self._numbers: dict[str, int] = {}

    def cite(self, *ids: str | None) -> tuple[int, ...]:
        """The numbers of the sources; an id without a record is left out."""
        known = [one for one in ids if one is not None and one in self._references]
        return tuple(dict.fromkeys(self._number(one) for one in known))

    def cite_all(self, ids: Iterable[str]) -> tuple[int, ...]:
        """The numbers of many sources."""
        return self.cite(*ids)

    def _number(self, reference: str) -> int:
        return self._numbers.setdefault(reference, len(self._numbers) + 1)

    def cited(self) -> dict[str, int]:
        """Every source cited so far and its number, in order."""
        return dict(self._numbers)

    def listed(self, *, reader: str, may_say_benign: bool) -> tuple[SourceView, ...]:
        """Every source cited so far, as the reader sees it."""
        words = READ_CLINICIAN if reader == CLINICIAN else READ
        return tuple(
            _source(number, self._references[one], words, may_say_benign=may_say_benign)
            for one, number in self._numbers.items()
        )


def _source(
    number: int, reference: Reference, words: dict[Read, str], *, may_say_benign: bool
) -> SourceView:
    link, link_words = _link(reference)
    return SourceView(
        number=number,
        citation=citation(reference, may_say_benign=may_say_benign),
        link=link,
        link_words=link_words,
        read=words[reference.read],
        was_read=reference.read is not Read.NOT_READ,
    )


def citation(reference: Reference, *, may_say_benign: bool) -> str:
    """Authors, title, journal and year.

    A title is never altered; one that reassures is left out while that may not be
    said, and the rest still leads to the source.
    """
    shown = may_say_benign or not reassures(reference.title)
    year = str(reference.year) if reference.year is not None else None
    parts = (reference.authors, reference.title if shown else None, reference.journal, year)
    return ". ".join(part.strip().rstrip(".") for part in parts if part) + "."


def _link(reference: Reference) -> tuple[str | None, str]:
    if reference.doi:
        return f"https://doi.org/{reference.doi}", f"doi:{reference.doi}"
    if reference.pmid:
        return f"https://pubmed.ncbi.nlm.nih.gov/{reference.pmid}/", f"PMID {reference.pmid}"
    if reference.url and reference.url.startswith(("https://", "http://")):
        return reference.url, reference.url.split("/")[2]
    return None, ""

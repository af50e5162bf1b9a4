"""Identifiers of sources: are they well formed, and do their check digits hold?

DOI: the pattern Crossref publishes for current DOIs.  ISSN: ISO 3297; ISBN: ISO 2108.
A DOI and a PMID carry no check digit of their own, but many DOIs are built from an ISSN
or an ISBN, which does: ``10.1111/j.1365-2125.2003.01907.x``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

_DOI = re.compile(r"10\.\d{4,9}/\S+")
_PMID = re.compile(r"[1-9]\d{0,8}")
_URL = re.compile(r"https?://[^\s/]+\.[^\s]+")
_PMCID_IN = re.compile(r"\b(PMC[1-9]\d*)\b")
_PMID_IN = re.compile(
    r"//(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|pubmed\.gov|ncbi\.nlm\.nih\.gov/pubmed)"
    r"/([1-9]\d*)/?$"
)
_DOI_IN = re.compile(r"doi\.org/(10\.\d{4,9}/[^\s?#]+)", re.IGNORECASE)
#: Where publishers put an ISSN into a DOI: after ``j.``, or before the year in brackets.
_ISSN_IN = re.compile(r"/(?:j\.|S?)(\d{4}-\d{3}[\dX])(?=[.(])", re.IGNORECASE)
_ISBN_IN = re.compile(r"/(97[89][-\d]{10,14})(?![-\d])")
_TEN = 10
#: How long an ISBN of today is.
_LONG_ISBN = 13  # not clinical: digits
_LONG_WEIGHT = 3  # not clinical: ISO 2108
_ELEVEN = 11  # not clinical: the modulus of ISO 3297 and ISO 2108


def doi_is_well_formed(doi: str) -> bool:
    """Return whether this has the form of a current DOI, without an address before it."""
    return _DOI.fullmatch(doi) is not None


def pmid_is_well_formed(pmid: str) -> bool:
    """Return whether this has the form of a PubMed number."""
    return _PMID.fullmatch(pmid) is not None


def address_is_well_formed(url: str) -> bool:
    """Return whether this has the form of an address on the web."""
    return _URL.fullmatch(url) is not None


def issn_holds(issn: str) -> bool:
    """Return whether this is an ISSN whose check digit holds."""
    signs = issn.replace("-", "").upper()
    return re.fullmatch(r"\d{7}[\dX]", signs) is not None and _weighted(signs) % _ELEVEN == 0


def isbn_holds(isbn: str) -> bool:
    """Return whether this is an ISBN of 10 or 13 digits whose check digit holds."""
    signs = re.sub(r"[- ]", "", isbn).upper()
    if re.fullmatch(r"\d{9}[\dX]", signs):
        return _weighted(signs) % _ELEVEN == 0
    if not re.fullmatch(r"97[89]\d{10}", signs):
        return False
    weights = (1, _LONG_WEIGHT) * _LONG_ISBN
    return sum(int(digit) * weight for digit, weight in zip(signs, weights, strict=False)) % 10 == 0


def _weighted(signs: str) -> int:
    """Return the sum of the digits, the last counted once, the one before it twice, ..."""
    values = (_TEN if sign == "X" else int(sign) for sign in reversed(signs))
    return sum(value * weight for weight, value in enumerate(values, start=1))


def wrong_digits(doi: str) -> Iterator[tuple[str, str]]:
    """Yield (kind, number) for each ISSN or ISBN inside a DOI whose check digit is wrong."""
    for issn in _ISSN_IN.findall(doi):
        if not issn_holds(issn):
            yield "ISSN", issn
    for isbn in _ISBN_IN.findall(doi):
        digits = isbn.replace("-", "")
        if len(digits) == _LONG_ISBN and not isbn_holds(digits):
            yield "ISBN", isbn


def pmcid_in(url: str | None) -> str | None:
    """Return the PubMed Central number that an address names, if it does."""
    found = _PMCID_IN.search(url or "")
    return found[1] if found else None


def pmid_in(url: str | None) -> str | None:
    """Return the PubMed number that an address is the page of, if it is."""
    found = _PMID_IN.search(url or "")
    return found[1] if found else None


def doi_in(url: str | None) -> str | None:
    """Return the DOI that an address at doi.org leads to, if it does."""
    found = _DOI_IN.search(unquote(url or ""))
    return found[1] if found else None

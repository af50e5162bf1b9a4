"""Citations as BibTeX, in UTF-8."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from corrin.knowledge.citing import Citation, Kind, Name

_TYPES: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.ARTICLE: "article",
        Kind.NEWS: "article",
        Kind.MEETING: "inproceedings",
        Kind.THESIS: "phdthesis",
        Kind.PAGE: "misc",
        Kind.DOCUMENT: "misc",
    }
)
#: What stands in a field of its type's own name; elsewhere it is how the thing was published.
_CONTAINERS: Mapping[str, str] = MappingProxyType(
    {"article": "journal", "inproceedings": "booktitle", "phdthesis": "school"}
)
#: Signs that TeX would act on.  Braces become commands, since even an escaped one would
#: unbalance the entry.
_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "&%$#_"},
    }
)


def as_bibtex(citations: Iterable[Citation]) -> str:
    """Return the citations as one BibTeX file, in the order given."""
    return "\n\n".join(bibtex_entry(cited) for cited in citations) + "\n"


def bibtex_entry(cited: Citation) -> str:
    """Return one citation as a BibTeX entry whose key is the id of the record.

    A title stands in a second pair of braces so that no style changes its capitals; a name
    that could not be split does too, so that it is not split.
    """
    entry = _TYPES[cited.kind]
    if entry == "article" and not (cited.container and cited.year):
        entry = "misc"  # an article without journal and year is not well formed
    fields = {
        "author": " and ".join((*map(_name, cited.names), *(("others",) if cited.others else ()))),
        "title": f"{{{cited.title.translate(_ESCAPES)}}}",
        _CONTAINERS.get(entry, "howpublished"): (cited.container or "").translate(_ESCAPES),
        "year": str(cited.year or ""),
        "volume": cited.volume or "",
        "number": (cited.issue or "").translate(_ESCAPES),
        "pages": (cited.pages or "").replace("-", "--"),
        "doi": _verbatim(cited.doi),
        "pmid": cited.pmid or "",
        "isbn": cited.isbn or "",
        "url": _verbatim(cited.url),
        "note": f"Read: {cited.read.value}",
    }
    lines = [f"  {key} = {{{value}}}," for key, value in fields.items() if value]
    return "\n".join((f"@{entry}{{{cited.id},", *lines, "}"))


def _name(name: Name) -> str:
    family = name.family.translate(_ESCAPES)
    if not name.certain:
        return f"{{{family}}}"
    if name.given is None:
        return family
    return f"{family}, {' '.join(f'{initial}.' for initial in name.given)}"


def _verbatim(text: str | None) -> str:
    """Return an address, which TeX takes as it is; a brace in it is written as the web does."""
    return (text or "").replace("{", "%7B").replace("}", "%7D")

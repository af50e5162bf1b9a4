"""The page of a source: what it is, how to find it, how far it was read, what rests on it."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterator

from corrin.knowledge.facts import Knowledge
from corrin.knowledge.records import Reference
from corrin.knowledge.walking import Part, parts
from corrin.report.evidence.furniture import THE_RECORD
from corrin.report.evidence.markdown import bullets, link, plain, plain_key, sections, table
from corrin.report.evidence.numbers import value_in_words
from corrin.report.evidence.places import Place, read_words
from corrin.report.evidence.sections import heading, users, version


def reference_page(reference: Reference, knowledge: Knowledge) -> str:
    """Return the page of one source."""
    place = Place(knowledge)
    lines = [
        f"**{label}**: {plain(str(text))}"
        for label, text in (
            ("Authors", reference.authors),
            ("Published", reference.year),
            ("In", reference.journal),
            ("Kind of study", reference.study_type),
            ("Licence", reference.licence),
        )
        if text
    ]
    lines += [f"**{label}**: {shown}" for label, shown in _found_at(reference)]
    lines.append(
        f"**How far it was read**: {link(read_words(reference.read), _means(reference, place))}"
    )
    return sections(
        (
            *heading(reference, place),
            bullets(lines),
            *(("## Note", plain(reference.note)) if reference.note else ()),
            *_rests_on_it(reference, place),
            *users(reference, place),
            version(knowledge),
        )
    )


def addresses(reference: Reference) -> tuple[str, ...]:
    """Return every outside address that a page may lead to for this source."""
    found = (
        f"https://doi.org/{reference.doi}" if reference.doi else None,
        f"https://pubmed.ncbi.nlm.nih.gov/{reference.pmid}/" if reference.pmid else None,
        None if _said_by_number(reference) else reference.url,
    )
    return tuple(one for one in found if one)


def _said_by_number(reference: Reference) -> bool:
    """Return whether the address only repeats the DOI or the PMID."""
    end = (reference.url or "").rstrip("/")
    numbers = (one for one in (reference.doi, reference.pmid) if one)
    return any(end.endswith(f"/{one}") for one in numbers)


def _found_at(reference: Reference) -> Iterator[tuple[str, str]]:
    for address in addresses(reference):
        if address.startswith("https://doi.org/") and reference.doi:
            yield "DOI", link(plain(reference.doi), address)
        elif reference.pmid and address.startswith("https://pubmed."):
            yield "PMID", link(reference.pmid, address)
        else:
            yield "Address", link(plain(address), address)


def _means(reference: Reference, place: Place) -> str:
    return place.path(f"words.md#{reference.read.value.replace(' ', '-')}")


def _rests_on_it(reference: Reference, place: Place) -> Iterator[str]:
    found = _numbers_by_source(place.knowledge).get(reference.id, ())
    if found:
        yield "## Numbers that rest on it"
        yield table(
            ("where", "what", "value"),
            (
                (
                    place.to_user(part.record),
                    plain_key(part.key) or THE_RECORD,
                    value_in_words(part, place),
                )
                for part in found
            ),
        )


@functools.lru_cache(maxsize=2)
def _numbers_by_source(knowledge: Knowledge) -> dict[str, tuple[Part, ...]]:
    found: dict[str, list[Part]] = defaultdict(list)
    for part in parts(knowledge):
        if part.numbers:
            for id_ in part.sources:
                found[id_].append(part)
    return {id_: tuple(some) for id_, some in found.items()}

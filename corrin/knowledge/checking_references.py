"""Checks on the references themselves: each can be found, is well formed, and stands once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from corrin.knowledge.facts import Knowledge
from corrin.knowledge.identifiers import (
    address_is_well_formed,
    doi_in,
    doi_is_well_formed,
    isbn_holds,
    pmid_in,
    pmid_is_well_formed,
    wrong_digits,
)
from corrin.knowledge.issues import Issue, error, warning
from corrin.knowledge.records import Read, Reference


def check_references(knowledge: Knowledge) -> Iterator[Issue]:
    """Yield what is wrong with the references, and which of them are one source."""
    references = tuple(knowledge.references.values())
    for reference in references:
        yield from _findable(reference)
        yield from _well_formed(reference)
        yield from _agrees_with_address(reference)
    yield from duplicates(references)


def duplicates(references: Iterable[Reference]) -> Iterator[Issue]:
    """Yield an error for a DOI or PMID met twice, a warning for a title.

    Titles are compared without case, signs and spaces, and only within one year.
    """
    numbers: dict[tuple[str, str], list[str]] = defaultdict(list)
    titles: dict[tuple[str, int | None], list[Reference]] = defaultdict(list)
    for reference in references:
        for name, value in (
            ("DOI", reference.doi or doi_in(reference.url)),
            ("PMID", reference.pmid or pmid_in(reference.url)),
        ):
            if value:
                numbers[name, value.casefold()].append(reference.id)
        titles[normalised(reference.title), reference.year].append(reference)
    for (name, value), ids in numbers.items():
        for later in ids[1:]:
            yield error(
                f"references/{later}",
                f"{name} {value} also stands in '{ids[0]}'.",
                "Keep one record for one source.",
            )
    for same in titles.values():
        for later_one in same[1:]:
            yield warning(
                f"references/{later_one.id}",
                f"title and year also stand in '{same[0].id}'.",
                "Keep one record for one source, or say in the titles how they differ.",
            )


def normalised(title: str) -> str:
    """Return a title without case, signs, spaces and what stands in brackets at its end."""
    return re.sub(r"[\W_]+", "", re.sub(r"\s*\([^()]*\)\s*$", "", title)).casefold()


def _findable(reference: Reference) -> Iterator[Issue]:
    if reference.doi or reference.pmid or reference.isbn or reference.url:
        return
    where = f"references/{reference.id}"
    message, do = "it has no DOI, PMID or address.", "Add the one by which it can be found."
    if reference.read is Read.NOT_READ:
        yield warning(where, message, do)
    else:
        yield error(where, message, do)


def _well_formed(reference: Reference) -> Iterator[Issue]:
    where = f"references/{reference.id}"
    for name, value, holds in (
        ("DOI", reference.doi, doi_is_well_formed),
        ("PMID", reference.pmid, pmid_is_well_formed),
        ("ISBN", reference.isbn, isbn_holds),
        ("address", reference.url, address_is_well_formed),
    ):
        if value is not None and not holds(value):
            yield error(where, f"the {name} '{value}' is not well formed.", "Copy it again.")
    for name, value in wrong_digits(reference.doi or ""):
        yield error(
            where, f"the check digit of the {name} {value} in its DOI is wrong.", "Copy it again."
        )


def _agrees_with_address(reference: Reference) -> Iterator[Issue]:
    """Yield an error when the address leads to another source than the DOI or PMID says."""
    for name, said, led_to in (
        ("DOI", reference.doi, doi_in(reference.url)),
        ("PMID", reference.pmid, pmid_in(reference.url)),
    ):
        if said and led_to and said.casefold() != led_to.casefold():
            yield error(
                f"references/{reference.id}",
                f"the {name} is {said}, but the address leads to {led_to}.",
                "Find out which is right.",
            )

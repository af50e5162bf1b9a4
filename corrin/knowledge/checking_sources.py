"""Checks on where numbers come from: every one has a source, every source can be found."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from corrin.knowledge.facts import Knowledge
from corrin.knowledge.issues import Issue, error, warning
from corrin.knowledge.records import DrugClass, FindingGroup, NextStep, Read, RedFlag, Reference
from corrin.knowledge.walking import Part, parts

#: Records that state a rule or a membership, and so need a source even without a number.
_RULES = (RedFlag, NextStep, DrugClass, FindingGroup)
#: The DOI Foundation's and Crossref's pattern for current DOIs.
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_PMID = re.compile(r"[1-9]\d{0,8}")
_URL = re.compile(r"https?://[^\s/]+\.[^\s]+")


def check_sources(knowledge: Knowledge) -> Iterator[Issue]:
    """Yield what is wrong with sources."""
    used: set[str] = set()
    for part in parts(knowledge):
        used.update(part.sources)
        yield from _source_of(part, knowledge)
    for id_, reference in knowledge.references.items():
        if id_ not in used:
            yield error(
                f"references/{id_}", "no record uses it.", "Use it, or take the record away."
            )
        yield from _findable(reference)
    yield from _twice(knowledge)


def reading_status(knowledge: Knowledge) -> dict[str, int]:
    """Count the numbers by how well they are founded.

    Keys: ``assumed``; then how far the reference was read (``full text``, ``abstract``,
    ``secondary``, ``not read``), the least far where there are several; ``no source``.
    An estimate with its interval counts as one number.
    """
    statuses = ("assumed", *(read.value for read in Read), "no source")
    counts = Counter(_status(part, knowledge) for part in parts(knowledge) if part.numbers)
    return {status: counts[status] for status in statuses}


def _status(part: Part, knowledge: Knowledge) -> str:
    if part.assumed:
        return "assumed"
    reads = {knowledge.references[id_].read for id_ in part.sources if id_ in knowledge.references}
    return max(reads, key=list(Read).index).value if reads else "no source"


def _source_of(part: Part, knowledge: Knowledge) -> Iterator[Issue]:
    needed = bool(part.numbers) or isinstance(part.value, _RULES)
    if needed and not part.sources and not (part.assumed or "").strip():
        what = f"the number {', '.join(part.numbers)}" if part.numbers else "the rule"
        yield error(
            part.where, f"{what} has no source.", 'Give reference = "<id>" or assumed = "<why>".'
        )
    for id_ in part.sources:
        reference = knowledge.references.get(id_)  # an unknown one is said by the check of names
        unread = reference is not None and reference.read is Read.NOT_READ
        if part.numbers and unread and not part.assumed:
            yield warning(
                part.where,
                f"the number rests on '{id_}', which was not read; it is shown as such.",
                "Read the source, then say how far.",
            )


def _findable(reference: Reference) -> Iterator[Issue]:
    where = f"references/{reference.id}"
    if not (reference.doi or reference.pmid or reference.url):
        message, do = "it has no DOI, PMID or address.", "Add the one by which it can be found."
        if reference.read is Read.NOT_READ:
            yield warning(where, message, do)
        else:
            yield error(where, message, do)
    for name, value, pattern in (
        ("DOI", reference.doi, _DOI),
        ("PMID", reference.pmid, _PMID),
        ("address", reference.url, _URL),
    ):
        if value is not None and not pattern.fullmatch(value):
            yield error(where, f"the {name} '{value}' is not well formed.", "Copy it again.")


def _twice(knowledge: Knowledge) -> Iterator[Issue]:
    seen: dict[tuple[str, str], list[str]] = defaultdict(list)
    for id_, reference in knowledge.references.items():
        for name, value in (("DOI", reference.doi), ("PMID", reference.pmid)):
            if value:
                seen[name, value.casefold()].append(id_)
    for (name, value), ids in seen.items():
        for later in ids[1:]:
            yield error(
                f"references/{later}",
                f"{name} {value} also stands in '{ids[0]}'.",
                "Keep one record for one source.",
            )

"""Checks on where numbers come from: every one has a source, every source is used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from corrin.knowledge.facts import Knowledge
from corrin.knowledge.issues import Issue, error, warning
from corrin.knowledge.records import DrugClass, FindingGroup, NextStep, Read, RedFlag
from corrin.knowledge.walking import Part, parts

#: Records that state a rule or a membership, and so need a source even without a number.
_RULES = (RedFlag, NextStep, DrugClass, FindingGroup)


def check_sources(knowledge: Knowledge) -> Iterator[Issue]:
    """Yield what is wrong with sources."""
    used: set[str] = set()
    for part in parts(knowledge):
        used.update(part.sources)
        yield from _source_of(part, knowledge)
    for id_ in knowledge.references:
        if id_ not in used:
            yield error(
                f"references/{id_}", "no record uses it.", "Use it, or take the record away."
            )


def reading_status(knowledge: Knowledge) -> dict[str, int]:
    """Count the numbers by how well they are founded.

    Keys: ``assumed``; then how far the reference was read (``full text``, ``abstract``,
    ``secondary``, ``not read``), the least far where there are several; ``no source``.
    An estimate with its interval counts as one number.
    """
    statuses = ("assumed", *(read.value for read in Read), "no source")
    counts = Counter(status_of(part, knowledge) for part in parts(knowledge) if part.numbers)
    return {status: counts[status] for status in statuses}


def status_of(part: Part, knowledge: Knowledge) -> str:
    """Return how well the numbers of one part are founded, in the words of reading_status."""
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

"""Checks on claims: nothing is said without evidence or a stated reason for having none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from corrin.knowledge.facts import Knowledge
from corrin.knowledge.issues import Issue, error
from corrin.knowledge.records_of_claims import (
    Claim,
    Direction,
    Evidence,
    Figure,
    Verdict,
)
from corrin.knowledge.walking import Part, parts

#: What is wrong with how a claim is graded.  Passed in, because grading stands above the
#: knowledge.
Faults = Callable[[Claim], Iterable[str]]

#: Verdicts, and the directions of evidence at least one of which must speak for them.
_NEEDS = {
    Verdict.SUPPORTED: (Direction.FOR,),
    Verdict.WITH_NUANCE: (Direction.FOR, Direction.QUALIFIES),
    Verdict.WRONG: (Direction.AGAINST,),
}


def check_claims(knowledge: Knowledge, *, faults: Faults | None = None) -> Iterator[Issue]:
    """Yield what is wrong with claims and with the figures beside them.

    Without ``faults`` the judgements are not looked at.
    """
    for claim in knowledge.claims.values():
        where = f"claims/{claim.id}"
        yield from _evidence(where, claim)
        for fault in () if faults is None else faults(claim):
            yield error(where, fault, "Mend the judgements.")
    for kind in ("claims", "frequent_questions", "comparisons"):
        counts = Counter(record.order for record in knowledge.kinds()[kind].values())
        for id_, record in knowledge.kinds()[kind].items():
            if counts[record.order] > 1:
                yield error(
                    f"{kind}/{id_}", f"order {record.order} is taken twice.", "Give it its own."
                )
    for part in parts(knowledge):
        if isinstance(part.value, Evidence | Figure):
            yield from _figures(part, part.value)


def _evidence(where: str, claim: Claim) -> Iterator[Issue]:
    if not claim.evidence and not claim.no_evidence:
        yield error(
            where, "it has neither evidence nor a reason for having none.", "Give one of them."
        )
    if claim.evidence and claim.no_evidence:
        yield error(where, "it has evidence and a reason for having none.", "Keep one of them.")
    needed = _NEEDS.get(claim.verdict, ())
    seen = {item.direction for item in claim.evidence}
    if needed and claim.evidence and not seen & {*needed}:
        words = " or ".join(direction.value for direction in needed)
        yield error(
            where,
            f"the verdict is '{claim.verdict.value}', but no item of evidence is {words}.",
            "Mend the verdict, or add what it rests on.",
        )


def _figures(part: Part, printed: Evidence | Figure) -> Iterator[Issue]:
    low, value, high = printed.low, printed.value, printed.high
    if (low is None) != (high is None) or (low is not None and value is None):
        yield error(part.where, "low and high go together, with a value.", "Give all, or none.")
    elif low is not None and value is not None and high is not None and not low <= value <= high:
        yield error(part.where, "low, value and high are not in order.", "Look them up again.")
    if value is not None and printed.unit is None:
        yield error(part.where, "the value has no unit.", 'Give unit = "1" for a ratio.')

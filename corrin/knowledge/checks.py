"""Checks that the records are right and agree; each fault comes with what to do about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence

from corrin.knowledge.checking_claims import Faults, check_claims
from corrin.knowledge.checking_codes import check_codes
from corrin.knowledge.checking_groups import check_groups
from corrin.knowledge.checking_names import check_names
from corrin.knowledge.checking_numbers import check_numbers
from corrin.knowledge.checking_references import check_references
from corrin.knowledge.checking_sources import check_sources, reading_status
from corrin.knowledge.checking_units import check_units
from corrin.knowledge.facts import Knowledge
from corrin.knowledge.issues import Issue, Level, error, warning
from corrin.knowledge.records import Example, Tier

__all__ = ["Issue", "Level", "Rank", "check", "reading_status"]

#: Ranks the causes for one example, most likely first.  Passed in, because the engine
#: stands above the knowledge.
Rank = Callable[[Example], Sequence[str]]

#: How high an example must bring its cause.
_TOP = 3  # not clinical: how many answers a reader takes in
#: What an example of a cause may expect: that it comes that high, or that it must not.
_OF_A_CAUSE = ("top-three", "not-top-three")
#: What an example of a red flag may expect: its tier, or that it stays down.
_NOT_RAISED = "not raised"


def check(
    knowledge: Knowledge,
    *,
    today: dt.date,
    rank: Rank | None = None,
    faults: Faults | None = None,
) -> tuple[Issue, ...]:
    """Return everything wrong with the records, errors first; empty when all is well.

    Without ``rank`` the examples of the causes are not run, without ``faults`` the
    judgements of the claims are not looked at.
    """
    issues = (
        *check_names(knowledge),
        *check_numbers(knowledge),
        *check_units(knowledge),
        *check_codes(knowledge),
        *check_claims(knowledge, faults=faults),
        *check_groups(knowledge),
        *check_sources(knowledge),
        *check_references(knowledge),
        *_overdue(knowledge, today),
        *_examples(knowledge, rank),
    )
    return tuple(sorted(issues, key=lambda issue: (issue.level, issue.record)))


def _overdue(knowledge: Knowledge, today: dt.date) -> Iterator[Issue]:
    for kind, table in knowledge.kinds().items():
        for id_, record in table.items():
            review_by: dt.date | None = getattr(record, "review_by", None)
            if review_by is not None and review_by < today:
                yield warning(
                    f"{kind}/{id_}", f"its review was due by {review_by}.", "Review it anew."
                )


def _examples(knowledge: Knowledge, rank: Rank | None) -> Iterator[Issue]:
    """Every cause must have an example that finds it, or it can never be the answer.

    A cause held to be no explanation may have one that must not find it; its note says why.
    """
    for cause in knowledge.causes.values():
        where = f"causes/{cause.id}"
        finds = any(example.expect == _OF_A_CAUSE[0] for example in cause.example)
        argued = cause.example and all(example.note for example in cause.example)
        if cause.explains and not finds and not argued:
            yield error(where, "no example finds it.", "Add a person whom it would explain.")
        for position, example in enumerate(cause.example):
            here = f"{where}: example[{position}]"
            yield from _expects(here, example, _OF_A_CAUSE)
            if rank is None:
                continue
            first = list(rank(example))[:_TOP]
            if (cause.id in first) != (example.expect == _OF_A_CAUSE[0]):
                brought = ", ".join(first) or "nothing"
                yield error(
                    here,
                    f"it brings {brought} to the top, but expects '{example.expect}'.",
                    "Mend the example, or the links and priors.",
                )
    for flag in knowledge.red_flags.values():
        where = f"red_flags/{flag.id}"
        if not any(example.expect == flag.tier for example in flag.example):
            yield error(where, "no example raises it.", f"Add one that expects '{flag.tier}'.")
        for position, example in enumerate(flag.example):
            yield from _expects(f"{where}: example[{position}]", example, (*Tier, _NOT_RAISED))


def _expects(where: str, example: Example, known: Sequence[str]) -> Iterator[Issue]:
    if example.expect not in known:
        yield error(
            where, f"'{example.expect}' cannot be expected here.", f"Use {', '.join(known)}."
        )

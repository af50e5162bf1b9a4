"""How many records there are, and how well their numbers and references are founded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from corrin.knowledge.checking_sources import reading_status
from corrin.knowledge.facts import Knowledge
from corrin.knowledge.records import Read
from corrin.knowledge.records_of_claims import Verdict

#: Statuses under which a number's source was read by whoever wrote the record.
READ_BY_US = (Read.FULL_TEXT.value, Read.ABSTRACT.value)
_DIGITS = 4  # not clinical: places of a share


@dataclass(frozen=True, slots=True)
class Part:
    """A count, and its share of the whole (0 where there is no whole)."""

    count: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What ``corrin knowledge check`` prints besides the faults.

    ``numbers`` counts by reading status; ``numbers_with_source`` are those that name a
    reference, and ``numbers_read`` those whose every reference was read in full or in abstract.
    """

    records: Mapping[str, int]
    numbers: Mapping[str, Part]
    numbers_total: int
    numbers_with_source: Part
    numbers_read: Part
    references: Mapping[str, Part]
    references_with_licence: Part
    claims_total: int
    claims_with_source: int
    claims_with_stated_absence: int
    verdicts: Mapping[str, int]


def counts(knowledge: Knowledge) -> Counts:
    """Count the records of each kind, the numbers and references by how far read, the claims."""
    numbers = reading_status(knowledge)
    total = sum(numbers.values())
    with_source = sum(numbers[read.value] for read in Read)
    references = Counter(one.read.value for one in knowledge.references.values())
    licences = sum(one.licence is not None for one in knowledge.references.values())
    claims = knowledge.claims.values()
    return Counts(
        records={kind: len(table) for kind, table in knowledge.kinds().items()},
        numbers=_parts(numbers, numbers),
        numbers_total=total,
        numbers_with_source=_part(with_source, total),
        numbers_read=_part(sum(numbers[status] for status in READ_BY_US), total),
        references=_parts(references, (read.value for read in Read)),
        references_with_licence=_part(licences, len(knowledge.references)),
        claims_total=len(claims),
        claims_with_source=sum(bool(claim.evidence) for claim in claims),
        claims_with_stated_absence=sum(
            not claim.evidence and bool(claim.no_evidence) for claim in claims
        ),
        verdicts={verdict: sum(c.verdict is verdict for c in claims) for verdict in Verdict},
    )


def _parts(found: Mapping[str, int], names: Iterable[str]) -> dict[str, Part]:
    total = sum(found.values())
    return {name: _part(found.get(name, 0), total) for name in names}


def _part(count: int, total: int) -> Part:
    return Part(count, round(count / total, _DIGITS) if total else 0.0)

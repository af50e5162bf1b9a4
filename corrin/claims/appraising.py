"""Claims with their computed grade, and whether they bear on one person."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from corrin.claims.grading import grade
from corrin.claims.records import Appraisal, Grade
from corrin.errors import InputError, Problem
from corrin.knowledge.conditions import Condition, Lookup
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records_of_claims import Asked, Claim, Design, Judgement
from corrin.person.vocabulary import did_you_mean


def appraise(claim: Claim, *, lookup: Lookup | None = None) -> Appraisal:
    """Return the claim with its grade and, given what is known of a person, its bearing.

    ``lookup`` is what is known of one person, three-valued.  Without it nobody was asked
    about and ``bears_on_person`` is None; with it, a claim that names no condition bears
    on everybody.  Raises :class:`KnowledgeError` where the judgements cannot stand.
    """
    return Appraisal(
        claim=claim,
        grade=_grade(claim.asked, claim.design, claim.judgements),
        bears_on_person=None if lookup is None else _bears(claim, lookup),
    )


def appraise_all(knowledge: Knowledge, *, lookup: Lookup | None = None) -> tuple[Appraisal, ...]:
    """Return every claim of the article, appraised, in order; then what it left out."""
    claims = sorted(
        knowledge.claims.values(), key=lambda claim: (claim.left_out, claim.order, claim.id)
    )
    return tuple(appraise(claim, lookup=lookup) for claim in claims)


def appraise_ids(ids: Iterable[str], knowledge: Knowledge) -> tuple[Appraisal, ...]:
    """Return the claims with these ids (``CL02``, in any case), appraised.

    Raises :class:`InputError` with the nearest ids for each one that is not known.
    """
    wanted = [(id_, knowledge.claims.get(id_.upper())) for id_ in ids]
    unknown = [id_ for id_, claim in wanted if claim is None]
    if unknown:
        raise InputError(
            [
                Problem(
                    "ID",
                    "unknown-id",
                    f"'{id_}' is not a claim.",
                    did_you_mean(id_.upper(), knowledge.claims),
                )
                for id_ in unknown
            ]
        )
    return tuple(appraise(claim) for _, claim in wanted if claim is not None)


@functools.lru_cache(maxsize=512)
def _grade(asked: Asked, design: Design, judgements: tuple[Judgement, ...]) -> Grade:
    """The same judgements have the same grade, whoever the person is."""
    return grade(asked=asked, design=design, judgements=judgements)


def _bears(claim: Claim, lookup: Lookup) -> bool | None:
    return True if claim.when is None else Condition.parse(claim.when).evaluate(lookup)

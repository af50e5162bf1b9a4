"""What adverse-event reports add to a claim: one item of evidence, of very low certainty."""

from __future__ import annotations

import math
from dataclasses import dataclass

from corrin.claims.grading import grade
from corrin.claims.records import Grade
from corrin.knowledge.facts import Knowledge
from corrin.knowledge.records_of_claims import (
    Asked,
    Design,
    Direction,
    Domain,
    Evidence,
    Judgement,
    Rating,
)
from corrin.signals.answering import PairAnswer
from corrin.signals.grouping import inside
from corrin.signals.records_of_reading import Layout

#: The claims that reports of B12 and twitching bear on.
CLAIMS = ("CL02", "CL32")
#: Whose files the layouts are; other tables are cited by the method.
_SOURCES = {
    Layout.CAERS: "fda_caers",
    Layout.CAERS_OLDER: "fda_caers",
    Layout.FAERS: "fda_faers",
}
_METHOD = "dumouchel1999"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceOfReports:
    """The item, and the grade of a body of evidence made of nothing else."""

    item: Evidence
    grade: Grade


def evidence_of_reports(answer: PairAnswer, knowledge: Knowledge) -> EvidenceOfReports:
    """Return what the reports say as an item of evidence, graded.

    The certainty is very low by design: spontaneous reports start low, and nobody chose
    who reports.  Reports that do not stand out qualify a claim; they never speak for
    safety.  The item may stand beside those of the claims in ``CLAIMS``.
    """
    asked = answer.asked
    judgements = (
        _judged(Domain.RISK_OF_BIAS, Rating.VERY_SERIOUS, knowledge.signals.judgement),
        _judged(Domain.INCONSISTENCY, Rating.NOT_SERIOUS, "There is one file."),
        _judged(
            Domain.INDIRECTNESS,
            Rating.SERIOUS,
            "What is in the products is taken from their names, and doses are not known.",
        ),
        _judged(
            Domain.IMPRECISION,
            Rating.NOT_SERIOUS if asked.stands_out else Rating.SERIOUS,
            f"{asked.a:,} reports name both the product and the event.",
        ),
        _judged(
            Domain.PUBLICATION_BIAS,
            Rating.STRONGLY_SUSPECTED,
            "Most events are never reported, and publicity decides which are.",
        ),
    )
    ratio, low, high = asked.ror
    whole = all(math.isfinite(one) for one in asked.ror)
    return EvidenceOfReports(
        item=Evidence(
            reference=_SOURCES.get(answer.reading.layout, _METHOD),
            direction=Direction.AGAINST if asked.stands_out else Direction.QUALIFIES,
            population=f"{answer.reading.reports:,} reports in {answer.reading.source}",
            design=Design.SPONTANEOUS_REPORTS,
            result=_result(answer),
            people=answer.reading.reports,
            value=ratio if whole else None,
            low=low if whole else None,
            high=high if whole else None,
            unit="1" if whole else None,
        ),
        grade=grade(asked=Asked.EFFECT, design=Design.SPONTANEOUS_REPORTS, judgements=judgements),
    )


def _judged(domain: Domain, rating: Rating, why: str) -> Judgement:
    return Judgement(domain=domain, rating=rating, why=why)


def _result(answer: PairAnswer) -> str:
    asked = answer.asked
    found = "More than chance would give" if asked.stands_out else "Not more than chance could give"
    seen = (
        f"a rate below {asked.smallest_rate:.2g} times that of other products could have stayed "
        f"unseen"
        if math.isfinite(asked.smallest_rate)
        else "these data could not have shown any rate, however high"
    )
    return (
        f"{asked.a:,} reports name both {inside(answer.product.name)} and "
        f"{inside(answer.event.name)}, where {asked.expected:.2g} were to be expected. "
        f"{found}; {seen}."
    )

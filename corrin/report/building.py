"""From an assessment to the view of it: every word, source and number of the answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from corrin.next_steps.records import SuggestedStep
from corrin.report.of_b12 import b12_view
from corrin.report.of_basis import basis_view, unanswered
from corrin.report.of_causality import causality_view
from corrin.report.of_claims import ClaimView, claim_view
from corrin.report.of_high_b12 import high_b12_view, low_b12_view
from corrin.report.of_twitching import twitching_view
from corrin.report.of_urgency import urgency_view
from corrin.report.telling import Telling, date_words
from corrin.report.view import StepView, View
from corrin.report.words import EFFORT, reassures, sentence

if TYPE_CHECKING:
    from corrin.assessment import Assessment


def build(assessment: Assessment) -> View:
    """The view of one assessment for its reader.

    Parts are told in the order in which they are read, because sources are numbered
    at their first use and assumptions are listed once all have been met.
    """
    picture = assessment.picture
    telling = Telling(
        assessment.knowledge,
        reader=assessment.reader,
        may_say_benign=assessment.urgency.may_say_benign,
    )
    b12, twitching, steps = assessment.b12_status, assessment.twitching, assessment.next_steps
    urgency = urgency_view(assessment.urgency, telling)
    b12_shown = None if b12 is None else b12_view(b12, picture, telling)
    high, low = assessment.high_b12, assessment.low_b12
    high_shown = None if high is None else high_b12_view(high, picture, telling)
    low_shown = None if low is None else low_b12_view(low, b12, picture, telling)
    twitching_shown = (
        None
        if twitching is None
        else twitching_view(twitching, telling, tier=assessment.urgency.tier)
    )
    caused = assessment.causality
    caused_shown = None if caused is None else causality_view(caused, telling)
    claims_shown = tuple(_claims(assessment, telling))
    steps_shown = None if steps is None else _steps(steps, telling)
    return View(
        reader=telling.reader,
        may_say_benign=telling.may_say_benign,
        urgency=urgency,
        b12=b12_shown,
        high_b12=high_shown,
        low_b12=low_shown,
        twitching=twitching_shown,
        causality=caused_shown,
        claims=claims_shown,
        steps=steps_shown,
        unanswered=tuple(unanswered(one, telling) for one in assessment.refusals),
        basis=basis_view(picture, twitching, telling),
        sources=telling.citing.listed(reader=telling.reader, may_say_benign=telling.may_say_benign),
        assessed_on=date_words(assessment.assessed_on),
        knowledge_version=assessment.knowledge_version,
        software_version=assessment.software_version,
        disclaimer=assessment.disclaimer,
    )


def _claims(assessment: Assessment, telling: Telling) -> Iterator[ClaimView]:
    """The claims that bear on this person in particular; one that reassures waits its time."""
    for one in assessment.claims:
        claim = one.claim
        if claim.when is None or not one.bears_on_person:
            continue
        judged = (judgement.why for judgement in claim.judgements)
        words = (claim.name, claim.why, claim.person, claim.clinician, *judged)
        if telling.may_say_benign or not any(reassures(said) for said in words):
            yield claim_view(one, telling)


def _steps(steps: Sequence[SuggestedStep], telling: Telling) -> tuple[StepView, ...]:
    return tuple(
        StepView(
            name=telling.either(step.name, step.professional_name or step.name),
            effort=EFFORT[step.effort],
            why=telling.statement(
                telling.either(step.why, step.why_clinician),
                references=step.references,
                assumed=step.assumed,
            ),
            changes=sentence(telling.neutral(step.changes)),
            expected_change=""
            if step.expected_change is None or not telling.for_clinician
            else f"{step.expected_change:.2f}",
        )
        for step in steps
    )

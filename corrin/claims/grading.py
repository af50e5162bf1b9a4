"""How sure the evidence lets us be, computed from stored judgements, every step shown.

GRADE: a body of evidence starts at the level that its design gives for the kind of
question, goes down by one or two levels for each of five reasons, and may go up for three.
The steps are added first and limited to very low and high once, at the end, so that the
order in which they were written changes nothing.

Where grading starts:

==============================  ==========================================================
effect                          randomised trials at high, everything else at low
course, frequency, accuracy     studies that observe the people in question (randomised or
                                not, cohort, case-control, cross-sectional) at high, the
                                rest (cases, reports, laboratory, opinion) at low
no body of evidence             very low
a fact                          not graded
==============================  ==========================================================

Rating up is for bodies that were not randomised.  Guidance reserves it for those that
nothing else lowered (Guyatt and others, 2011, part 9), and published tables do not always
keep to that.  Here the stored judgements decide, and :func:`in_words` says so when both
stand side by side.  Nothing goes down by more than two levels for one reason, and
suspected publication bias by one.

Method: Balshem and others, *J Clin Epidemiol* 2011;64:401 (GRADE guidelines 3) and Guyatt
and others, 2011 (parts 4 to 9); for prognosis Iorio and others, *BMJ* 2015;350:h870, and
Foroutan and others, *J Clin Epidemiol* 2020;121:62; for tests Schünemann and others, *BMJ*
2008;336:1106 and *J Clin Epidemiol* 2020;122:129.  Paraphrased.  What the published rows
give is held by ``tests/published/test_grade.py``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from corrin.claims.records import Grade, Step
from corrin.errors import KnowledgeError
from corrin.knowledge.records_of_claims import (
    Asked,
    Certainty,
    Claim,
    Design,
    Domain,
    Judgement,
    Rating,
)

#: The levels of certainty, least sure first.
LEVELS = (Certainty.VERY_LOW, Certainty.LOW, Certainty.MODERATE, Certainty.HIGH)

_DOWN = MappingProxyType({Rating.NOT_SERIOUS: 0, Rating.SERIOUS: -1, Rating.VERY_SERIOUS: -2})
_PRESENT = MappingProxyType({Rating.ABSENT: 0, Rating.PRESENT: 1})

#: The ratings that each domain may have, and by how many levels each moves the certainty.
CHANGES: Mapping[Domain, Mapping[Rating, int]] = MappingProxyType(
    {
        Domain.RISK_OF_BIAS: _DOWN,
        Domain.INCONSISTENCY: _DOWN,
        Domain.INDIRECTNESS: _DOWN,
        Domain.IMPRECISION: _DOWN,
        Domain.PUBLICATION_BIAS: MappingProxyType(
            {Rating.UNDETECTED: 0, Rating.STRONGLY_SUSPECTED: -1}
        ),
        Domain.LARGE_EFFECT: MappingProxyType(
            {Rating.ABSENT: 0, Rating.LARGE: 1, Rating.VERY_LARGE: 2}
        ),
        Domain.DOSE_RESPONSE: _PRESENT,
        Domain.CONFOUNDING: _PRESENT,
    }
)

#: The reasons to rate up; the others rate down, and a graded claim judges all of those.
UP = frozenset({Domain.LARGE_EFFECT, Domain.DOSE_RESPONSE, Domain.CONFOUNDING})

#: Designs that observe the people a question of course, frequency or accuracy is about.
_OBSERVE = frozenset(
    {
        Design.RANDOMISED,
        Design.NON_RANDOMISED_TRIAL,
        Design.COHORT,
        Design.CASE_CONTROL,
        Design.CROSS_SECTIONAL,
    }
)

_OF_WHAT: Mapping[Asked, str] = MappingProxyType(
    {
        Asked.EFFECT: "of an effect",
        Asked.PROGNOSIS: "of a course or a risk",
        Asked.FREQUENCY: "of how often something is found",
        Asked.TEST_ACCURACY: "of how well a test tells",
    }
)
_DESIGNS: Mapping[Design, str] = MappingProxyType(
    {
        Design.RANDOMISED: "randomised trials",
        Design.NON_RANDOMISED_TRIAL: "trials that were not randomised",
        Design.COHORT: "observational studies (cohort)",
        Design.CASE_CONTROL: "observational studies (case-control)",
        Design.CROSS_SECTIONAL: "observational studies (cross-sectional)",
        Design.CASE_SERIES: "case series",
        Design.CASE_REPORT: "case reports",
        Design.SPONTANEOUS_REPORTS: "spontaneous reports",
        Design.LABORATORY: "laboratory studies",
        Design.GUIDELINE: "opinion in guidelines",
        Design.REVIEW: "reviews that do not grade their studies",
    }
)
_DOMAINS: Mapping[Domain, str] = MappingProxyType(
    {
        Domain.RISK_OF_BIAS: "risk of bias",
        Domain.INCONSISTENCY: "inconsistency",
        Domain.INDIRECTNESS: "indirectness",
        Domain.IMPRECISION: "imprecision",
        Domain.PUBLICATION_BIAS: "publication bias",
        Domain.LARGE_EFFECT: "large effect",
        Domain.DOSE_RESPONSE: "dose-response gradient",
        Domain.CONFOUNDING: "confounding that would have hidden the effect",
    }
)
_MOVES: Mapping[int, str] = MappingProxyType(
    {-2: "Down two", -1: "Down one", 0: "No change", 1: "Up one", 2: "Up two"}
)


def grade(*, asked: Asked, design: Design, judgements: Sequence[Judgement]) -> Grade:
    """Return the certainty of a body of evidence, with every step in the order of the domains.

    Raises :class:`KnowledgeError` naming every judgement that cannot stand: a rating that
    its domain cannot have, a domain judged twice, a body rated up that was randomised or
    is none, or any judgement of a fact.
    """
    faulty = list(_faults(asked, design, judgements))
    if faulty:
        raise KnowledgeError(" ".join(faulty))
    start, start_why = _start(asked, design)
    if start is Certainty.NOT_APPLICABLE:
        return Grade(start=start, start_why=start_why, steps=(), certainty=start)
    by_domain = {judgement.domain: judgement for judgement in judgements}
    steps = tuple(
        Step(judgement=by_domain[domain], change=CHANGES[domain][by_domain[domain].rating])
        for domain in Domain
        if domain in by_domain
    )
    level = LEVELS.index(start) + sum(step.change for step in steps)
    certainty = LEVELS[min(max(level, 0), len(LEVELS) - 1)]
    return Grade(start=start, start_why=start_why, steps=steps, certainty=certainty)


def faults(claim: Claim) -> Iterator[str]:
    """Yield what is wrong with how a claim is judged: what :func:`grade` refuses, and gaps.

    A graded claim judges all five reasons to rate down, since a reason that is not named
    is not a reason that was looked at.
    """
    yield from _faults(claim.asked, claim.design, claim.judgements)
    if claim.asked is Asked.FACT or claim.design is Design.NONE:
        return
    judged = {judgement.domain for judgement in claim.judgements}
    missing = [domain for domain in Domain if domain not in UP and domain not in judged]
    for domain in missing:
        yield f"'{domain}' is not judged; a graded claim judges every reason to rate down."


def in_words(grade: Grade) -> tuple[str, ...]:
    """Return the trail of a grade as short sentences: its start, each step, its end."""
    if grade.certainty is Certainty.NOT_APPLICABLE:
        return (f"Not graded: {grade.start_why}.",)
    total = LEVELS.index(grade.start) + sum(step.change for step in grade.steps)
    notes = []
    changes = [step.change for step in grade.steps]
    if changes and min(changes) < 0 < max(changes):
        notes.append(
            "Guidance advises against rating up what something else lowers; "
            "both stand here as judged."
        )
    if total < 0:
        notes.append("There is no level below very low.")
    elif total >= len(LEVELS):
        notes.append("There is no level above high.")
    return (
        f"Starts at {_level(grade.start)}: {grade.start_why}.",
        *(_step_in_words(step) for step in grade.steps),
        *notes,
        f"Ends at {_level(grade.certainty)}.",
    )


def _start(asked: Asked, design: Design) -> tuple[Certainty, str]:
    if asked is Asked.FACT:
        why = "a definition or a point of logic rests on no body of evidence"
        return Certainty.NOT_APPLICABLE, why
    if design is Design.NONE:
        return Certainty.VERY_LOW, "no study of it was found"
    high = design is Design.RANDOMISED if asked is Asked.EFFECT else design in _OBSERVE
    return Certainty.HIGH if high else Certainty.LOW, f"{_DESIGNS[design]} {_OF_WHAT[asked]}"


def _faults(asked: Asked, design: Design, judgements: Sequence[Judgement]) -> Iterator[str]:
    if asked is Asked.FACT and judgements:
        yield "A fact has no body of evidence to judge; take its judgements out."
    for domain, count in Counter(judgement.domain for judgement in judgements).items():
        if count > 1:
            yield f"'{domain}' is judged {count} times; judge it once."
    for judgement in judgements:
        domain, rating = judgement.domain, judgement.rating
        change = CHANGES[domain].get(rating)
        if change is None:
            allowed = ", ".join(f"'{word}'" for word in CHANGES[domain])
            yield f"'{domain}' cannot be rated '{rating}'; it may be {allowed}."
        elif change > 0 and design in {Design.RANDOMISED, Design.NONE}:
            body = "a randomised body" if design is Design.RANDOMISED else "no body"
            yield f"'{domain}' rates up {body} of evidence; only others can be rated up."


def _step_in_words(step: Step) -> str:
    return f"{_MOVES[step.change]}: {_judged(step.judgement)}. {step.judgement.why}"


def _judged(judgement: Judgement) -> str:
    domain = _DOMAINS[judgement.domain]
    match judgement.rating:
        case Rating.ABSENT:
            return f"no {domain}"
        case Rating.PRESENT | Rating.LARGE:
            return domain
        case Rating.VERY_LARGE:
            return f"very {domain}"
        case rating:
            return f"{domain}, {rating.replace('-', ' ')}"


def _level(certainty: Certainty) -> str:
    return certainty.replace("-", " ")

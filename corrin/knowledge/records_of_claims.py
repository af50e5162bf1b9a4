"""The shape of the facts about the article: its claims, what it left out, and its questions.

A claim's certainty is not stored: :mod:`corrin.claims.grading` computes it from the
judgements that stand in the record.  A figure stands in the evidence item whose
``reference`` printed it.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from corrin.knowledge.records import Record


class Verdict(StrEnum):
    """What the evidence says of a claim."""

    SUPPORTED = "supported"
    WITH_NUANCE = "supported-with-nuance"
    UNSUPPORTED = "unsupported"
    WRONG = "wrong"
    NOT_KNOWN = "not-known"


class Certainty(StrEnum):
    """How sure the evidence lets us be, surest first."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    VERY_LOW = "very-low"
    NOT_APPLICABLE = "not-applicable"


class Asked(StrEnum):
    """What kind of question a claim answers; with the design it sets where grading starts."""

    EFFECT = "effect"
    PROGNOSIS = "prognosis"
    FREQUENCY = "frequency"
    TEST_ACCURACY = "test-accuracy"
    #: A definition or a point of logic: nothing to grade.
    FACT = "fact"


class Design(StrEnum):
    """How a study, or a body of studies, was made."""

    RANDOMISED = "randomised"
    NON_RANDOMISED_TRIAL = "non-randomised-trial"
    COHORT = "cohort"
    CASE_CONTROL = "case-control"
    CROSS_SECTIONAL = "cross-sectional"
    CASE_SERIES = "case-series"
    CASE_REPORT = "case-report"
    SPONTANEOUS_REPORTS = "spontaneous-reports"
    LABORATORY = "laboratory"
    GUIDELINE = "guideline"
    REVIEW = "review"
    NONE = "none"


class Domain(StrEnum):
    """What GRADE judges: five reasons to rate down, three to rate up."""

    RISK_OF_BIAS = "risk-of-bias"
    INCONSISTENCY = "inconsistency"
    INDIRECTNESS = "indirectness"
    IMPRECISION = "imprecision"
    PUBLICATION_BIAS = "publication-bias"
    LARGE_EFFECT = "large-effect"
    DOSE_RESPONSE = "dose-response"
    CONFOUNDING = "confounding"


class Rating(StrEnum):
    """A judgement in one domain; which ratings a domain may have, the grading says."""

    NOT_SERIOUS = "not-serious"
    SERIOUS = "serious"
    VERY_SERIOUS = "very-serious"
    UNDETECTED = "undetected"
    STRONGLY_SUSPECTED = "strongly-suspected"
    ABSENT = "absent"
    PRESENT = "present"
    LARGE = "large"
    VERY_LARGE = "very-large"


class Direction(StrEnum):
    """Which way an item of evidence points, for the sentence as the article has it."""

    FOR = "for"
    AGAINST = "against"
    #: It bears on the sentence by narrowing or adding to it.
    QUALIFIES = "qualifies"


class Judgement(Record, frozen=True, kw_only=True):
    """One GRADE judgement and its reason; a domain that is not named changes nothing."""

    domain: Domain
    rating: Rating
    why: str


class Evidence(Record, frozen=True, kw_only=True):
    """One result of one source: who, how, what came out, with its interval where printed.

    ``value``, ``low`` and ``high`` are in ``unit`` (``1`` for ratios, ``%`` for shares);
    the interval is the 95% one unless ``result`` says otherwise.  ``people`` is how many
    were studied.
    """

    reference: str
    direction: Direction
    population: str
    design: Design
    result: str
    people: int | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str | None = None


class Claim(Record, frozen=True, kw_only=True):
    """A sentence of the article in short (or what it left out), appraised.

    ``design`` is that of the body of evidence the verdict rests on.  ``no_evidence``
    holds the reason where no source exists.  ``when`` says whom it bears on; missing, it
    bears on everybody.
    """

    id: str
    order: int
    name: str
    left_out: bool = False
    verdict: Verdict
    why: str
    asked: Asked
    design: Design
    judgements: tuple[Judgement, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    no_evidence: str | None = None
    person: str
    clinician: str
    review_by: dt.date
    when: str | None = None
    causes: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    labs: tuple[str, ...] = ()
    sources_of_high_b12: tuple[str, ...] = ()
    red_flags: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()


class FrequentQuestion(Record, frozen=True, kw_only=True):
    """A question people ask, and the records that answer it, in the order they are read."""

    id: str
    order: int
    name: str
    claims: tuple[str, ...]
    next_steps: tuple[str, ...] = ()
    red_flags: tuple[str, ...] = ()
    review_by: dt.date


class Figure(Record, frozen=True, kw_only=True):
    """One printed number, with its range where there is one."""

    what: str
    value: float
    low: float | None = None
    high: float | None = None
    unit: str
    reference: str


class Side(Record, frozen=True, kw_only=True):
    """What holds on one side of a comparison."""

    person: str
    clinician: str
    figures: tuple[Figure, ...] = ()
    references: tuple[str, ...] = ()


class Comparison(Record, frozen=True, kw_only=True):
    """One row of high B12 against low B12."""

    id: str
    order: int
    name: str
    low: Side
    high: Side
    review_by: dt.date

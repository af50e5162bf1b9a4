"""The shape of the answer, for the description of the programming interface.

Only the stable names are promised here; more may stand beside them.  A question that
was refused is null and has an entry in ``refusals``.
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict

Probability = float
TIERS = Literal["emergency", "same-day", "two-weeks", "routine", "self-care"]
CLASSES = Literal["deficient", "indeterminate", "normal", "high", "not-classed"]
VERDICTS = Literal["supported", "supported-with-nuance", "unsupported", "wrong", "not-known"]
CERTAINTIES = Literal["high", "moderate", "low", "very-low", "not-applicable"]


class Refusal(TypedDict):
    """A question that was not answered: why, and what to give to have it answered."""

    question: str
    code: str
    reason: str
    ask: str


class Sourced(TypedDict):
    """A statement with its sources (ids into ``references``), or why it was assumed."""

    words: str
    references: list[str]
    assumed: str | None


class Flag(Sourced):
    """One rule of urgency that holds."""

    rule: str
    tier: TIERS
    name: str
    action: str
    rests_on: list[str]


class NotAsked(TypedDict):
    """An unanswered question that alone could raise the urgency."""

    finding: str
    question: str
    would_raise_to: TIERS


class Urgency(TypedDict):
    """How soon to be seen; never refused."""

    tier: TIERS
    words: str
    action: str
    because: list[Flag]
    not_asked: list[NotAsked]
    may_say_benign: bool


class Reason(Sourced):
    """One reason for the class of a B12 result."""

    code: str


class Evidence(TypedDict):
    """One finding for or against a cause; effects of several findings do not add up."""

    finding: str
    name: str
    present: bool
    effect: float
    words: str


#: With a key that is no name in Python.
_B12Class = TypedDict("_B12Class", {"class": CLASSES})
_For = TypedDict("_For", {"for": list[Evidence]})


class B12Status(_B12Class):
    """Whether B12 is low or high, and whether the number can be trusted."""

    value_pmol_l: float | None
    value_pg_ml: float | None
    trust: str
    reasons: list[Reason]


class ExplainedByIntake(TypedDict):
    """Whether what is taken explains the level; the expected level in its 90% interval."""

    probability: float
    expected_low: float | None
    expected_high: float | None


class Source(TypedDict):
    """One source of a high level, with a 90% interval."""

    id: str
    name: str
    probability: float
    low: float
    high: float


class HighB12(TypedDict):
    """Why the level is high."""

    explained_by_intake: ExplainedByIntake | None
    sources: list[Source]
    retest: dict[str, Any] | None


class Cause(_For):
    """One cause of twitching, with a 90% interval; causes can coexist."""

    id: str
    name: str
    probability: float
    low: float
    high: float
    against: list[Evidence]
    references: list[str]


class Twitching(TypedDict):
    """What explains the twitching, likeliest first."""

    causes: list[Cause]
    none_of_these: float
    setting: str
    draws: int


class NextStep(TypedDict):
    """Something to do or to test, and what it would change."""

    id: str
    name: str
    why: str
    changes: list[str] | str
    references: list[str]
    assumed: str | None


class ClaimVerdict(TypedDict):
    """A claim of the article that bears on this person."""

    id: str
    verdict: VERDICTS
    certainty: CERTAINTIES


class Causality(TypedDict):
    """Whether B12 caused the twitching, by the categories of the WHO and the UMC."""

    category: str
    reasons: list[Any]


class Reference(TypedDict):
    """A source that the answer cites, and how much of it was read."""

    id: str
    title: str
    authors: str | None
    year: int | None
    journal: str | None
    doi: str | None
    pmid: str | None
    url: str | None
    study_type: str
    read: Literal["full text", "abstract", "secondary", "not read"]


class Answer(TypedDict):
    """The answer for one person.  It is not a diagnosis."""

    reader: Literal["person", "clinician"]
    urgency: Urgency
    b12_status: B12Status | None
    high_b12: HighB12 | None
    low_b12: dict[str, Any] | None
    twitching: Twitching | None
    claims: list[ClaimVerdict] | None
    causality: Causality | None
    next_steps: list[NextStep] | None
    refusals: list[Refusal]
    inputs: dict[str, Any]
    references: list[Reference]
    assumptions: list[str]
    knowledge_version: str
    software_version: str
    assessed_on: str
    disclaimer: str


class AppraisedClaim(ClaimVerdict):
    """A claim with its verdict, its computed certainty and its sources."""

    claim: str
    corrected: str
    corrected_clinician: str
    why: str
    evidence: list[dict[str, Any]]
    no_evidence: str | None
    review_by: str


class Claims(TypedDict):
    """Every claim of the article, and what it left out."""

    claims: list[AppraisedClaim]
    omissions: list[AppraisedClaim]
    knowledge_version: str
    software_version: str
    disclaimer: str


class Range(TypedDict):
    """A level with its 90% interval."""

    median: float
    low: float
    high: float


class DoseAnswer(TypedDict):
    """The level that a dose leads to; ``probability_at_least`` when a level was asked about."""

    expected_pg_ml: Range
    expected_pmol_l: Range
    interval: float
    soon_after_injection: bool
    assumptions: list[str]
    knowledge_version: str
    disclaimer: str


class InputProblem(TypedDict):
    """One thing wrong with the input: where, a stable code, what, and what to do."""

    where: str
    code: str
    what: str
    do: str


class _ProblemAlways(TypedDict):
    type: str
    title: str
    status: int
    detail: str
    code: str


class Problem(_ProblemAlways, total=False):
    """A problem document (RFC 9457); ``urgent`` when the input still shows a red flag."""

    problems: list[InputProblem]
    urgent: str

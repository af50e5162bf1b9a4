"""What a benchmark case says, and what running the cases gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from corrin.b12_status.records import B12Class
from corrin.errors import Problem
from corrin.knowledge.records import Tier


class Evidence(StrEnum):
    """How much of a case is given: what a bedside knows, or the tests as well.

    ``bedside`` drops laboratory results, findings from laboratory, EMG and nerve
    conduction, and everything known only later; ``with_tests`` keeps them all.
    """

    BEDSIDE = "bedside"
    WITH_TESTS = "with_tests"


class SourceOfHighB12(StrEnum):
    """Why a B12 level can be high, as a case may state it."""

    INTAKE = "intake"
    INJECTION_TREATMENT = "injection_treatment"
    LIVER_DISEASE = "liver_disease"
    ALCOHOL = "alcohol"
    KIDNEY_DISEASE = "kidney_disease"
    MYELOID_DISEASE = "myeloid_disease"
    SOLID_CANCER = "solid_cancer"
    INFLAMMATION = "inflammation"
    AUTOIMMUNE_LYMPHOPROLIFERATIVE = "autoimmune_lymphoproliferative"
    GAUCHER = "gaucher"
    GRAY_PLATELET = "gray_platelet"
    MACRO_B12 = "macro_b12"
    ASSAY_INTERFERENCE = "assay_interference"
    NITROUS_OXIDE = "nitrous_oxide"
    NOT_CLASSED = "not_classed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the case's source says was true; every part may be missing.

    ``cause`` is the truth.  ``acceptable`` holds answers that a careful reader
    would also have accepted from what was known.  ``cause_outside_vocabulary``
    names a diagnosis that no cause of ours stands for: always counted a miss.
    """

    cause: str | None = None
    acceptable: tuple[str, ...] = ()
    cause_outside_vocabulary: str | None = None
    b12_status: B12Class | None = None
    source_of_high_b12: SourceOfHighB12 | None = None
    urgency: Tier | None = None

    @property
    def names_a_cause(self) -> bool:
        """True when the case can be right or wrong about the cause."""
        return self.cause is not None or self.cause_outside_vocabulary is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One benchmark case: the person as told (``later_*`` keys included), and the truth.

    ``dropped`` lists parts of the case that could not be used, with reasons.
    """

    id: str
    file: Path
    person: Mapping[str, object]
    expected: Expected
    reference: Mapping[str, object]
    dropped: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A value between 0 and 1 with its 95% interval and its own ``n``; all None when n is 0."""

    value: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One predictor's answer to one case on one amount of evidence.

    ``rank`` is the place of the cause or an acceptable answer, ``strict_rank``
    that of the cause alone; both None when it was not listed.
    ``top_probability`` is None when nothing was listed.
    """

    rank: int | None
    strict_rank: int | None
    top: tuple[str, ...]
    top_probability: float | None
    urgency: Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """The figures of one predictor.

    Causes: ``top1``, ``top3``, ``ndcg`` count the cause or an acceptable answer;
    the ``strict`` ones the cause alone.  ``brier`` and ``ece`` judge the
    probability given to the top cause.  Urgency: exact, safe (at most one tier
    too low), too low, too high, and emergencies given a lower tier.
    """

    top1: Figure
    top3: Figure
    ndcg: Figure
    top1_strict: Figure
    top3_strict: Figure
    ndcg_strict: Figure
    brier: Figure
    ece: Figure
    exact_urgency: Figure
    safe_urgency: Figure
    under_triaged: Figure
    over_triaged: Figure
    emergencies_under_triaged: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceScores:
    """One amount of evidence: Corrin, the two baselines, the class of B12 and its source.

    A case whose source was not weighed (no level, or not a high one) counts as a miss.
    """

    corrin: Scores
    rules_alone: Scores
    benign_for_all: Scores
    b12_status: Figure
    b12_not_classed: Figure
    source_top1: Figure
    source_top3: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAnswer:
    """What Corrin and the baselines answered for one case on one amount of evidence.

    ``not_counted`` is None when the case counts for causes; otherwise the code
    of the refusal (a child, or no twitching).  ``sources`` are the sources of a high
    level, most likely first; empty when they were not weighed.
    """

    corrin: Outcome
    rules_alone: Outcome
    benign_for_all: Outcome
    b12_class: B12Class
    sources: tuple[str, ...] = ()
    not_counted: str | None = None
    not_counted_reason: str = ""
    dropped: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """One case with the answers on both amounts of evidence."""

    case: Case
    answers: Mapping[Evidence, CaseAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkResult:
    """Figures by amount of evidence, and every case."""

    tiers: Mapping[Evidence, EvidenceScores]
    cases: tuple[CaseResult, ...]
    knowledge_version: str

"""What verdicts, certainties and directions are called, for each reader."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from corrin.knowledge.records_of_claims import (
    Certainty,
    Design,
    Direction,
    Evidence,
    Verdict,
)

VERDICT: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.SUPPORTED: "Supported",
        Verdict.WITH_NUANCE: "Partly right",
        Verdict.UNSUPPORTED: "Not supported",
        Verdict.WRONG: "Wrong",
        Verdict.NOT_KNOWN: "Not known",
    }
)

CERTAINTY: Mapping[Certainty, str] = MappingProxyType(
    {
        Certainty.HIGH: "very sure",
        Certainty.MODERATE: "fairly sure",
        Certainty.LOW: "not very sure",
        Certainty.VERY_LOW: "very unsure",
        Certainty.NOT_APPLICABLE: "nothing to grade",
    }
)

CERTAINTY_CLINICIAN: Mapping[Certainty, str] = MappingProxyType(
    {
        Certainty.HIGH: "high certainty",
        Certainty.MODERATE: "moderate certainty",
        Certainty.LOW: "low certainty",
        Certainty.VERY_LOW: "very low certainty",
        Certainty.NOT_APPLICABLE: "not graded: a definition or a point of logic",
    }
)

DIRECTION: Mapping[Direction, str] = MappingProxyType(
    {
        Direction.FOR: "Speaks for it",
        Direction.AGAINST: "Speaks against it",
        Direction.QUALIFIES: "Narrows it or adds to it",
    }
)

DESIGN: Mapping[Design, str] = MappingProxyType(
    {
        Design.RANDOMISED: "randomised trial",
        Design.NON_RANDOMISED_TRIAL: "trial without randomisation",
        Design.COHORT: "cohort",
        Design.CASE_CONTROL: "case-control study",
        Design.CROSS_SECTIONAL: "cross-sectional study",
        Design.CASE_SERIES: "case series",
        Design.CASE_REPORT: "case report",
        Design.SPONTANEOUS_REPORTS: "spontaneous reports",
        Design.LABORATORY: "laboratory study",
        Design.GUIDELINE: "guideline",
        Design.REVIEW: "review",
        Design.NONE: "no study",
    }
)


def people_words(item: Evidence) -> str:
    """How many were studied; empty where that was not printed or the population says it."""
    number = f"{item.people:,}" if item.people is not None else ""
    if item.people in (None, 1) or number in item.population:
        return ""
    return f"{number} people"

"""Was the answer right, and was it safe?"""

from __future__ import annotations

from collections.abc import Sequence

from corrin.b12_status.records import B12Class
from corrin.benchmark.baselines import Ranking
from corrin.benchmark.figures import brier, calibration_error, gain, mean, proportion
from corrin.benchmark.records import (
    CaseAnswer,
    CaseResult,
    Evidence,
    EvidenceScores,
    Expected,
    Figure,
    Outcome,
    Scores,
)
from corrin.knowledge.records import Tier

FIRST = 1
FIRST_THREE = 3  # not clinical: length of a short list
TIERS = tuple(Tier)


def outcome(ranking: Ranking, urgency: Tier, expected: Expected) -> Outcome:
    """Return where the truth stands in one predictor's list, and its urgency."""
    ids = [name for name, _ in ranking]
    truths = {expected.cause, *expected.acceptable} if expected.cause is not None else set()
    places = [place for place, name in enumerate(ids, start=FIRST) if name in truths]
    strict = ids.index(expected.cause) + FIRST if expected.cause in ids else None
    return Outcome(
        rank=places[0] if places else None,
        strict_rank=strict,
        top=tuple(ids[:FIRST_THREE]),
        top_probability=ranking[0][1] if ranking else None,
        urgency=urgency,
    )


def tiers_too_low(expected: Tier, given: Tier) -> int:
    """Return how many tiers less urgent the answer was than it should be (negative: more)."""
    return TIERS.index(given) - TIERS.index(expected)


def scores_of(causes: Sequence[Outcome], urgency: Sequence[tuple[Tier, Outcome]]) -> Scores:
    """Return every figure of one predictor.

    ``causes`` are the answers that count for causes; ``urgency`` pairs each
    expected tier with the answer.
    """
    ranks = [answer.rank for answer in causes]
    strict = [answer.strict_rank for answer in causes]
    stated = [(a.top_probability, a.rank == FIRST) for a in causes if a.top_probability is not None]
    probabilities = [probability for probability, _ in stated]
    right = [hit for _, hit in stated]
    gaps = [tiers_too_low(expected, answer.urgency) for expected, answer in urgency]
    emergencies = [
        gap > 0
        for gap, (expected, _) in zip(gaps, urgency, strict=True)
        if expected is Tier.EMERGENCY
    ]
    return Scores(
        top1=_within(ranks, FIRST),
        top3=_within(ranks, FIRST_THREE),
        ndcg=mean([gain(rank) for rank in ranks]),
        top1_strict=_within(strict, FIRST),
        top3_strict=_within(strict, FIRST_THREE),
        ndcg_strict=mean([gain(rank) for rank in strict]),
        brier=brier(probabilities, right),
        ece=calibration_error(probabilities, right),
        exact_urgency=proportion([gap == 0 for gap in gaps]),
        safe_urgency=proportion([gap <= 1 for gap in gaps]),
        under_triaged=proportion([gap > 0 for gap in gaps]),
        over_triaged=proportion([gap < 0 for gap in gaps]),
        emergencies_under_triaged=proportion(emergencies),
    )


def score(results: Sequence[CaseResult], evidence: Evidence) -> EvidenceScores:
    """Return the figures of Corrin and of both baselines on one amount of evidence."""
    answers = [(result.case.expected, result.answers[evidence]) for result in results]
    counted = [a for e, a in answers if e.names_a_cause and a.not_counted is None]
    with_urgency = [(e.urgency, a) for e, a in answers if e.urgency is not None]
    with_status = [(e.b12_status, a.b12_class) for e, a in answers if e.b12_status is not None]

    sources = [source_rank(e, a) for e, a in answers if e.source_of_high_b12 is not None]

    def of(predictor: str) -> Scores:
        return scores_of(
            [_outcome(answer, predictor) for answer in counted],
            [(tier, _outcome(answer, predictor)) for tier, answer in with_urgency],
        )

    return EvidenceScores(
        corrin=of("corrin"),
        rules_alone=of("rules_alone"),
        benign_for_all=of("benign_for_all"),
        b12_status=proportion([truth is given for truth, given in with_status]),
        b12_not_classed=proportion([given is B12Class.NOT_CLASSED for _, given in with_status]),
        source_top1=_within(sources, FIRST),
        source_top3=_within(sources, FIRST_THREE),
    )


def source_rank(expected: Expected, answer: CaseAnswer) -> int | None:
    """Return the place of the true source of a high level, or None when it was not weighed."""
    truth = expected.source_of_high_b12
    if truth is None or truth.value not in answer.sources:
        return None
    return answer.sources.index(truth.value) + FIRST


def _outcome(answer: CaseAnswer, predictor: str) -> Outcome:
    found: Outcome = getattr(answer, predictor)
    return found


def _within(ranks: Sequence[int | None], places: int) -> Figure:
    return proportion([rank is not None and rank <= places for rank in ranks])

"""What counts as right and as safe, worked by hand on made-up answers."""

from __future__ import annotations

import pytest

from corrin.benchmark.baselines import as_answered, benign_first, by_prior
from corrin.benchmark.records import Expected, Outcome
from corrin.benchmark.scoring import outcome, scores_of, tiers_too_low
from corrin.knowledge.records import Tier
from corrin.twitching.records import ExplainedBy

RANKING = (("bfs", 0.5), ("als", 0.3), ("isaacs", 0.2), ("uraemia", 0.1))


def answer(rank: int | None, tier: Tier = Tier.ROUTINE, probability: float = 0.5) -> Outcome:
    return Outcome(rank=rank, strict_rank=rank, top=(), top_probability=probability, urgency=tier)


def test_the_headline_rank_takes_the_first_acceptable_answer_and_the_strict_one_does_not():
    found = outcome(RANKING, Tier.ROUTINE, Expected(cause="isaacs", acceptable=("als",)))
    assert (found.rank, found.strict_rank) == (2, 3)
    assert found.top == ("bfs", "als", "isaacs")
    assert found.top_probability == 0.5


def test_a_diagnosis_outside_the_vocabulary_is_missed_even_if_a_neighbour_was_acceptable():
    expected = Expected(cause_outside_vocabulary="gelsolin_amyloidosis", acceptable=("als",))
    found = outcome(RANKING, Tier.ROUTINE, expected)
    assert (found.rank, found.strict_rank) == (None, None)


def test_an_empty_list_is_a_miss_with_no_probability():
    found = outcome((), Tier.ROUTINE, Expected(cause="bfs"))
    assert (found.rank, found.top_probability) == (None, None)


@pytest.mark.parametrize(
    ("expected", "given", "gap"),
    [
        (Tier.EMERGENCY, Tier.EMERGENCY, 0),
        (Tier.EMERGENCY, Tier.SAME_DAY, 1),
        (Tier.EMERGENCY, Tier.SELF_CARE, 4),
        (Tier.ROUTINE, Tier.TWO_WEEKS, -1),
    ],
)
def test_how_many_tiers_too_low(expected: Tier, given: Tier, gap: int):
    assert tiers_too_low(expected, given) == gap


def test_the_figures_of_urgency_by_hand():
    pairs = [
        (Tier.EMERGENCY, answer(1, Tier.EMERGENCY)),  # exact
        (Tier.EMERGENCY, answer(1, Tier.SAME_DAY)),  # one too low: still safe
        (Tier.EMERGENCY, answer(1, Tier.TWO_WEEKS)),  # two too low: unsafe
        (Tier.ROUTINE, answer(1, Tier.SAME_DAY)),  # too high
    ]
    scores = scores_of([], pairs)
    assert scores.exact_urgency.value == 1 / 4
    assert scores.safe_urgency.value == 3 / 4
    assert scores.under_triaged.value == 2 / 4
    assert scores.over_triaged.value == 1 / 4
    assert (scores.emergencies_under_triaged.value, scores.emergencies_under_triaged.n) == (
        2 / 3,
        3,
    )
    assert scores.top1.n == 0


def test_the_figures_of_causes_by_hand():
    answers = [answer(1, probability=0.8), answer(3, probability=0.6), answer(None), answer(9)]
    scores = scores_of(answers, [])
    assert (scores.top1.value, scores.top3.value, scores.top1.n) == (0.25, 0.5, 4)
    assert scores.ndcg.value == pytest.approx((1 + 0.5 + 0 + 0.3010299957) / 4)
    assert scores.brier.value == pytest.approx((0.04 + 0.36 + 0.25 + 0.25) / 4)
    assert scores.safe_urgency.n == 0


def test_an_answer_without_a_probability_is_a_miss_but_no_statement_to_calibrate():
    silent = Outcome(
        rank=None, strict_rank=None, top=(), top_probability=None, urgency=Tier.ROUTINE
    )
    scores = scores_of([silent, answer(1, probability=1.0)], [])
    assert (scores.top1.value, scores.top1.n) == (0.5, 2)
    assert (scores.brier.value, scores.brier.n, scores.ece.n) == (0.0, 1, 1)


def test_the_baselines_order_causes_by_prior_and_by_harmlessness():
    causes = [
        ExplainedBy(id="als", probability=0.7, low=0.5, high=0.8, prior=0.01),
        ExplainedBy(id="bfs", probability=0.2, low=0.1, high=0.3, prior=0.2),
        ExplainedBy(id="uraemia", probability=0.1, low=0.0, high=0.2, prior=0.3),
    ]
    assert [name for name, _ in as_answered(causes)] == ["als", "bfs", "uraemia"]
    assert by_prior(causes) == (("uraemia", 0.3), ("bfs", 0.2), ("als", 0.01))
    assert benign_first(causes) == (("bfs", 1.0), ("uraemia", 0.0), ("als", 0.0))
    assert benign_first([]) == ()

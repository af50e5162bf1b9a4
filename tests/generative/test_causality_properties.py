"""Whatever is answered: the score is the sum, and learning something never works backwards."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from corrin.claims.naranjo import band, points, score
from corrin.claims.records_of_causality import Answer, Category
from corrin.claims.who_umc import UmcAnswers, category
from corrin.knowledge.loading import load

RULES = load().causality
ITEMS = {item.id: item for item in RULES.item}
ANSWERS = st.dictionaries(st.sampled_from(sorted(ITEMS)), st.sampled_from(Answer))
GIVEN = st.builds(
    UmcAnswers,
    time_fits=st.sampled_from(Answer),
    better_off_it=st.sampled_from(Answer),
    back_on_it=st.sampled_from(Answer),
    other_causes=st.sampled_from(Answer),
    definitive=st.sampled_from(Answer),
    contradictory=st.booleans(),
)
#: Strongest first; the two that are no judgement are left out.
STRENGTH = [Category.CERTAIN, Category.PROBABLE, Category.POSSIBLE, Category.UNLIKELY]


@given(ANSWERS)
def test_the_score_is_the_sum_of_the_points(answers: dict[str, Answer]) -> None:
    total = score(answers, RULES)
    assert total == sum(points(ITEMS[id_], answer) for id_, answer in answers.items())
    assert -4 <= total <= 13
    limits = [one.at_least for one in RULES.band if one.at_least is not None]
    lower = band(total, RULES).at_least
    assert lower is None or lower <= total
    assert not any(limit <= total for limit in limits if lower is None or limit > lower)


def test_nothing_known_is_doubtful_and_cannot_be_judged() -> None:
    assert score({}, RULES) == 0
    assert band(0, RULES).id == "doubtful"
    assert category(UmcAnswers()) is Category.UNASSESSABLE


@given(GIVEN)
def test_contradictions_are_never_judged(answers: UmcAnswers) -> None:
    found = category(replace(answers, contradictory=True))
    assert found is Category.UNASSESSABLE


@given(GIVEN)
def test_what_came_before_b12_is_never_more_than_unlikely(answers: UmcAnswers) -> None:
    found = category(replace(answers, time_fits=Answer.NO, contradictory=False))
    assert found is Category.UNLIKELY


@given(GIVEN, st.sampled_from(["better_off_it", "back_on_it"]))
def test_an_improvement_or_a_return_never_weakens(answers: UmcAnswers, name: str) -> None:
    known = replace(answers, time_fits=Answer.YES, contradictory=False)
    without = category(replace(known, **{name: Answer.NO}))
    having = category(replace(known, **{name: Answer.YES}))
    assert STRENGTH.index(having) <= STRENGTH.index(without)


@given(GIVEN)
def test_another_cause_never_strengthens(answers: UmcAnswers) -> None:
    known = replace(answers, time_fits=Answer.YES, contradictory=False)
    order = [
        STRENGTH.index(category(replace(known, other_causes=answer)))
        for answer in (Answer.NO, Answer.UNKNOWN, Answer.YES)
    ]
    assert order == sorted(order)


@given(GIVEN)
def test_certain_needs_everything(answers: UmcAnswers) -> None:
    needed = (
        answers.time_fits, answers.better_off_it, answers.back_on_it, answers.definitive,
    )  # fmt: skip
    everything = (
        all(answer is Answer.YES for answer in needed)
        and answers.other_causes is Answer.NO
        and not answers.contradictory
    )
    assert (category(answers) is Category.CERTAIN) == everything

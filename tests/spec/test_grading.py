"""How sure the evidence lets us be: GRADE from stored judgements, and whom a claim bears on."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrin.claims.appraising import appraise, appraise_all
from corrin.claims.grading import CHANGES, LEVELS, UP, faults, grade, in_words
from corrin.errors import KnowledgeError
from corrin.knowledge.facts import Knowledge
from corrin.knowledge.loading import load
from corrin.knowledge.records_of_claims import (
    Asked,
    Certainty,
    Claim,
    Design,
    Domain,
    Judgement,
    Rating,
    Verdict,
)

#: The ratings of each domain, surest first: what the records may say, written out here again.
RATINGS: dict[Domain, tuple[Rating, ...]] = {
    Domain.RISK_OF_BIAS: (Rating.NOT_SERIOUS, Rating.SERIOUS, Rating.VERY_SERIOUS),
    Domain.INCONSISTENCY: (Rating.NOT_SERIOUS, Rating.SERIOUS, Rating.VERY_SERIOUS),
    Domain.INDIRECTNESS: (Rating.NOT_SERIOUS, Rating.SERIOUS, Rating.VERY_SERIOUS),
    Domain.IMPRECISION: (Rating.NOT_SERIOUS, Rating.SERIOUS, Rating.VERY_SERIOUS),
    Domain.PUBLICATION_BIAS: (Rating.UNDETECTED, Rating.STRONGLY_SUSPECTED),
    Domain.LARGE_EFFECT: (Rating.VERY_LARGE, Rating.LARGE, Rating.ABSENT),
    Domain.DOSE_RESPONSE: (Rating.PRESENT, Rating.ABSENT),
    Domain.CONFOUNDING: (Rating.PRESENT, Rating.ABSENT),
}
DOWN = [domain for domain in Domain if domain not in UP]
STUDIED = {
    Design.RANDOMISED,
    Design.NON_RANDOMISED_TRIAL,
    Design.COHORT,
    Design.CASE_CONTROL,
    Design.CROSS_SECTIONAL,
}
#: Where grading can start for a body that can be rated up.
BODIES = ((Asked.EFFECT, Design.COHORT), (Asked.PROGNOSIS, Design.COHORT))


def _judged(ratings: dict[Domain, Rating]) -> tuple[Judgement, ...]:
    return tuple(
        Judgement(domain=domain, rating=rating, why="Because of it.")
        for domain, rating in ratings.items()
    )


def _certainty(asked: Asked, design: Design, ratings: dict[Domain, Rating]) -> Certainty:
    return grade(asked=asked, design=design, judgements=_judged(ratings)).certainty


def _every_combination() -> Iterator[dict[Domain, Rating]]:
    for chosen in itertools.product(*RATINGS.values()):
        yield dict(zip(RATINGS, chosen, strict=True))


def _claim(**changes: Any) -> Claim:
    claim = Claim(
        id="CL99",
        order=99,
        name="A sentence.",
        verdict=Verdict.NOT_KNOWN,
        why="Nobody looked.",
        asked=Asked.EFFECT,
        design=Design.COHORT,
        judgements=_judged({domain: RATINGS[domain][0] for domain in DOWN}),
        no_evidence="Nobody looked.",
        person="Nobody knows.",
        clinician="Not known.",
        review_by=dt.date(2027, 11, 22),
    )
    return msgspec.structs.replace(claim, **changes)


@pytest.mark.parametrize("design", Design)
def test_grading_of_an_effect_starts_high_for_randomised_trials_alone(design: Design) -> None:
    expected = {Design.RANDOMISED: Certainty.HIGH, Design.NONE: Certainty.VERY_LOW}
    assert _certainty(Asked.EFFECT, design, {}) is expected.get(design, Certainty.LOW)


@pytest.mark.parametrize("asked", [Asked.PROGNOSIS, Asked.FREQUENCY, Asked.TEST_ACCURACY])
@pytest.mark.parametrize("design", Design)
def test_other_questions_start_high_for_studies_of_the_people_in_question(
    asked: Asked, design: Design
) -> None:
    start = Certainty.HIGH if design in STUDIED else Certainty.LOW
    expected = Certainty.VERY_LOW if design is Design.NONE else start
    assert _certainty(asked, design, {}) is expected


@pytest.mark.parametrize("design", Design)
def test_a_fact_is_not_graded(design: Design) -> None:
    assert _certainty(Asked.FACT, design, {}) is Certainty.NOT_APPLICABLE
    graded = grade(asked=Asked.FACT, design=design, judgements=())
    assert graded.steps == ()
    assert in_words(graded) == (
        "Not graded: a definition or a point of logic rests on no body of evidence.",
    )


@pytest.mark.parametrize(("asked", "design"), BODIES)
def test_a_worse_rating_never_raises_the_certainty(asked: Asked, design: Design) -> None:
    known: dict[tuple[Rating, ...], int] = {
        tuple(ratings.values()): LEVELS.index(_certainty(asked, design, ratings))
        for ratings in _every_combination()
    }
    compared = 0
    for ratings, level in known.items():
        for place, domain in enumerate(RATINGS):
            order = RATINGS[domain]
            rank = order.index(ratings[place])
            if rank + 1 < len(order):
                worse = (*ratings[:place], order[rank + 1], *ratings[place + 1 :])
                assert known[worse] <= level
                compared += 1
    assert compared > len(known)


@pytest.mark.parametrize(("asked", "design"), BODIES)
def test_changing_one_judgement_changes_the_level_wherever_there_is_room(
    asked: Asked, design: Design
) -> None:
    """From a body that nothing moved: each rating moves it by its step, up to the ends."""
    nothing = {
        domain: next(rating for rating in ratings if CHANGES[domain][rating] == 0)
        for domain, ratings in RATINGS.items()
    }
    start = LEVELS.index(_certainty(asked, design, nothing))
    for domain, ratings in RATINGS.items():
        for rating in ratings:
            change = CHANGES[domain][rating]
            level = LEVELS.index(_certainty(asked, design, {**nothing, domain: rating}))
            assert level == min(max(start + change, 0), len(LEVELS) - 1)
            if change and 0 <= start + change < len(LEVELS):
                assert level != start


def test_the_steps_written_here_are_those_of_grade() -> None:
    """One level for serious, two for very serious; up one, or two for a very large effect."""
    by_size = {
        (domain, rating): CHANGES[domain][rating]
        for domain, ratings in RATINGS.items()
        for rating in ratings
    }
    assert {domain: tuple(changes) for domain, changes in CHANGES.items()}.keys() == set(Domain)
    assert all(set(CHANGES[domain]) == set(RATINGS[domain]) for domain in Domain)
    for (domain, rating), change in by_size.items():
        expected = {
            Rating.SERIOUS: -1,
            Rating.VERY_SERIOUS: -2,
            Rating.STRONGLY_SUSPECTED: -1,
            Rating.LARGE: 1,
            Rating.VERY_LARGE: 2,
            Rating.PRESENT: 1,
        }
        assert change == expected.get(rating, 0), (domain, rating)


@given(st.permutations(list(RATINGS)), st.data())
def test_the_order_in_which_judgements_stand_changes_nothing(
    domains: list[Domain], data: st.DataObject
) -> None:
    ratings = {domain: data.draw(st.sampled_from(RATINGS[domain])) for domain in RATINGS}
    in_order = grade(asked=Asked.EFFECT, design=Design.COHORT, judgements=_judged(ratings))
    shuffled = _judged({domain: ratings[domain] for domain in domains})
    assert grade(asked=Asked.EFFECT, design=Design.COHORT, judgements=shuffled) == in_order


@pytest.mark.parametrize("domain", Domain)
@pytest.mark.parametrize("rating", Rating)
def test_a_rating_that_a_domain_cannot_have_is_refused(domain: Domain, rating: Rating) -> None:
    judgements = _judged({domain: rating})
    if rating in RATINGS[domain]:
        grade(asked=Asked.EFFECT, design=Design.COHORT, judgements=judgements)
        return
    with pytest.raises(KnowledgeError, match=f"'{domain}' cannot be rated '{rating}'"):
        grade(asked=Asked.EFFECT, design=Design.COHORT, judgements=judgements)


def test_a_domain_judged_twice_is_refused() -> None:
    twice = 2 * _judged({Domain.IMPRECISION: Rating.SERIOUS})
    with pytest.raises(KnowledgeError, match="'imprecision' is judged 2 times"):
        grade(asked=Asked.EFFECT, design=Design.COHORT, judgements=twice)


@pytest.mark.parametrize("design", [Design.RANDOMISED, Design.NONE])
@pytest.mark.parametrize("domain", sorted(UP))
def test_rating_up_what_is_randomised_or_nothing_is_refused(design: Design, domain: Domain) -> None:
    with pytest.raises(KnowledgeError, match=f"'{domain}' rates up"):
        grade(asked=Asked.EFFECT, design=design, judgements=_judged({domain: RATINGS[domain][0]}))
    absent = grade(asked=Asked.EFFECT, design=design, judgements=_judged({domain: Rating.ABSENT}))
    assert absent.certainty is absent.start


def test_a_judged_fact_is_refused() -> None:
    with pytest.raises(KnowledgeError, match="no body of evidence to judge"):
        _certainty(Asked.FACT, Design.GUIDELINE, {Domain.IMPRECISION: Rating.SERIOUS})


def test_every_fault_is_named_at_once() -> None:
    judgements = _judged({Domain.IMPRECISION: Rating.LARGE, Domain.LARGE_EFFECT: Rating.LARGE})
    with pytest.raises(KnowledgeError) as refused:
        grade(asked=Asked.EFFECT, design=Design.RANDOMISED, judgements=judgements)
    assert "'imprecision'" in str(refused.value)
    assert "'large-effect'" in str(refused.value)


def test_a_graded_claim_judges_every_reason_to_rate_down() -> None:
    assert list(faults(_claim())) == []
    for missing in DOWN:
        kept = tuple(j for j in _claim().judgements if j.domain is not missing)
        (fault,) = faults(_claim(judgements=kept))
        assert f"'{missing}' is not judged" in fault
    assert list(faults(_claim(asked=Asked.FACT, judgements=()))) == []
    assert list(faults(_claim(design=Design.NONE, judgements=()))) == []
    twice = (*_claim().judgements, _claim().judgements[0])
    assert len(list(faults(_claim(judgements=twice)))) == 1


def test_the_trail_reads_from_the_start_to_the_end() -> None:
    graded = grade(
        asked=Asked.EFFECT,
        design=Design.COHORT,
        judgements=(
            Judgement(domain=Domain.DOSE_RESPONSE, rating=Rating.ABSENT, why="One dose."),
            Judgement(domain=Domain.IMPRECISION, rating=Rating.SERIOUS, why="Wide interval."),
            Judgement(domain=Domain.INDIRECTNESS, rating=Rating.NOT_SERIOUS, why="Same people."),
        ),
    )
    assert in_words(graded) == (
        "Starts at low: observational studies (cohort) of an effect.",
        "No change: indirectness, not serious. Same people.",
        "Down one: imprecision, serious. Wide interval.",
        "No change: no dose-response gradient. One dose.",
        "Ends at very low.",
    )


def test_the_trail_says_where_guidance_is_not_followed_and_where_the_scale_ends() -> None:
    both = grade(
        asked=Asked.PROGNOSIS,
        design=Design.COHORT,
        judgements=_judged(
            {Domain.IMPRECISION: Rating.SERIOUS, Domain.LARGE_EFFECT: Rating.VERY_LARGE}
        ),
    )
    words = in_words(both)
    assert both.certainty is Certainty.HIGH
    assert "Up two: very large effect. Because of it." in words
    assert any("advises against rating up" in sentence for sentence in words)
    assert "There is no level above high." in words

    low = grade(
        asked=Asked.EFFECT,
        design=Design.CASE_REPORT,
        judgements=_judged({Domain.RISK_OF_BIAS: Rating.VERY_SERIOUS}),
    )
    assert "There is no level below very low." in in_words(low)
    assert not any("advises" in sentence for sentence in in_words(low))


def test_a_claim_without_a_condition_bears_on_everybody() -> None:
    assert appraise(_claim()).bears_on_person is None
    assert appraise(_claim(), lookup=lambda _: None).bears_on_person is True


@pytest.mark.parametrize("known", [True, False, None])
def test_a_claim_bears_on_whom_its_condition_holds_for(known: bool | None) -> None:
    claim = _claim(when="supplement_taken")
    assert appraise(claim).bears_on_person is None
    asked: list[str] = []

    def lookup(name: str) -> bool | None:
        asked.append(name)
        return known

    assert appraise(claim, lookup=lookup).bears_on_person is known
    assert asked == ["supplement_taken"]


def test_what_cannot_be_graded_cannot_be_appraised() -> None:
    with pytest.raises(KnowledgeError):
        appraise(
            _claim(
                design=Design.RANDOMISED, judgements=_judged({Domain.CONFOUNDING: Rating.PRESENT})
            )
        )


def test_claims_come_in_order_and_then_what_was_left_out() -> None:
    knowledge: Knowledge = replace(
        load(),
        claims={
            claim.id: claim
            for claim in (
                _claim(id="OM01", order=1, left_out=True),
                _claim(id="CL02", order=2),
                _claim(id="CL01", order=1),
            )
        },
    )
    assert [a.claim.id for a in appraise_all(knowledge)] == ["CL01", "CL02", "OM01"]
    bearing = appraise_all(knowledge, lookup=lambda _: None)
    assert [a.bears_on_person for a in bearing] == [True, True, True]


def test_every_claim_of_the_knowledge_can_be_graded() -> None:
    for claim in load().claims.values():
        assert list(faults(claim)) == [], claim.id
        assert appraise(claim).grade.certainty

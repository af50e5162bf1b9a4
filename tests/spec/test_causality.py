"""Did B12 cause the twitching of this person?  Timing, off it, on it again, other causes."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from corrin.assessment import Assessment, assess
from corrin.claims.causality import causality
from corrin.claims.records_of_causality import Alternative, Causality, Course
from corrin.interview.questions import next_question
from corrin.knowledge.loading import load
from corrin.person.records import Drug, Intake, Person
from tests.people import person_of, read

TODAY = dt.date(2026, 11, 22)
KNOWLEDGE = load()
COURSE = {
    "twitching_began_after_b12", "better_after_b12_stopped", "back_when_b12_restarted",
    "worse_with_more_b12", "earlier_reaction_to_b12", "twitching_seen_by_examiner",
}  # fmt: skip


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def b12(since: int | None = None, until: int | None = None, **more: str) -> tuple[Intake, ...]:
    one = Intake(
        substance="cyanocobalamin", route="oral", dose="1000 ug", every="1 day",
        since=None if since is None else ago(since), until=None if until is None else ago(until),
    )  # fmt: skip
    return (replace(one, **more),)


def answer(findings: str = "", intake: tuple[Intake, ...] | None = None, **more: object) -> object:
    about = {"twitching": True} | more
    person = person_of(findings, intake=b12() if intake is None else intake, **about)  # type: ignore[arg-type]
    return assess(replace(person, as_of=TODAY), draws=0)


def judged(findings: str = "", intake: tuple[Intake, ...] | None = None) -> Causality:
    found = answer(findings, intake)
    assert isinstance(found, Assessment)
    assert found.causality is not None
    return found.causality


def alone(findings: str, *, likely: float = 0.01, courses: tuple[Course, ...] = ()) -> Causality:
    """Judge with one other cause of this probability, whatever the differential would say."""
    person = person_of(findings, twitching=True, intake=b12())
    picture, status = read(person)
    other = Alternative(id="x", name="A thing", professional_name="A thing", probability=likely)
    itself = Alternative(id="high_b12_direct", name="B12", professional_name="B12", probability=0.9)
    found = causality(
        person=person, picture=picture, b12_status=status, alternatives=(other, itself),
        courses=courses, knowledge=KNOWLEDGE,
    )  # fmt: skip
    assert isinstance(found, Causality)
    return found


def item(found: Causality, id_: str) -> tuple[str, int]:
    (one,) = (one for one in found.items if one.id == id_)
    return one.answer.value, one.score


def codes(found: Causality) -> set[str]:
    return {reason.code for reason in found.reasons}


@pytest.mark.parametrize(
    ("person", "code"),
    [
        (Person(age=40, twitching=True), "b12-intake-not-known"),
        (Person(age=40, twitching=True, intake=()), "b12-not-taken"),
        (
            Person(age=40, twitching=True, intake=(Intake(product="magnesium"),)),
            "b12-intake-not-known",
        ),
        (Person(age=40, twitching=False, intake=b12()), "no-twitching-reported"),
        (Person(age=9, twitching=True, intake=b12()), "children"),
    ],
)
def test_nothing_is_judged_without_twitching_or_without_b12(person: Person, code: str) -> None:
    found = assess(replace(person, as_of=TODAY), draws=0)
    refused = [one.code for one in found.refusals if one.question == "causality"]
    assert found.causality is None
    assert refused == [code]


@pytest.mark.parametrize(
    "person",
    [
        Person(age=40, twitching=True, drugs=(Drug(name="hydroxocobalamin injection"),)),
        Person(age=40, twitching=True, findings={"b12_treatment_prescribed": True}),
        Person(age=40, twitching=True, intake=(Intake(product="multivitamin", every="1 day"),)),
        Person(age=40, twitching=True, intake=b12(since=400, until=300)),
    ],
)
def test_b12_is_found_wherever_it_was_told(person: Person) -> None:
    assert assess(replace(person, as_of=TODAY), draws=0).causality is not None


def test_nothing_known_of_the_course_cannot_be_judged_and_is_asked_for() -> None:
    found = judged()
    assert found.category == "unassessable"
    assert found.naranjo_band == "doubtful"
    asked = [one.finding for one in found.missing]
    assert asked[0] == "twitching_began_after_b12"
    # Whether it came back can only be told once it had gone.
    assert set(asked) == COURSE - {"back_when_b12_restarted"}
    better = judged("better_after_b12_stopped")
    assert better.category == "conditional"
    assert "back_when_b12_restarted" in {one.finding for one in better.missing}


def test_a_likely_other_cause_leaves_it_possible_at_most() -> None:
    told = "twitching_began_after_b12 better_after_b12_stopped back_when_b12_restarted"
    found = alone(told, likely=0.5)
    assert (found.category, found.naranjo_score, found.naranjo_band) == ("possible", 4, "possible")
    assert "others-yes" in codes(found)
    assert item(found, "others") == ("yes", -1)


def test_without_another_cause_it_is_probable_and_never_certain() -> None:
    told = "twitching_began_after_b12 better_after_b12_stopped back_when_b12_restarted"
    seen = alone(f"{told} twitching_seen_by_examiner worse_with_more_b12 earlier_reaction_to_b12")
    assert seen.category == "probable"
    assert seen.naranjo_score == 2 + 1 + 2 + 2 + 1 + 1 + 1
    # The two methods disagree, and both are shown.
    assert seen.naranjo_band == "definite"
    assert "not_specific" in codes(seen)
    open_ = alone(told, likely=0.1)
    assert item(open_, "others") == ("unknown", 0)


def test_b12_itself_is_not_another_cause() -> None:
    assert item(alone("twitching_began_after_b12"), "others") == ("no", 2)


@pytest.mark.parametrize(
    ("findings", "since", "category", "after"),
    [
        ("-twitching_began_after_b12", None, "unlikely", ("no", -1)),
        ("duration_gt_3mo", 30, "unlikely", ("no", -1)),
        ("duration_gt_3mo", 400, "unassessable", ("unknown", 0)),
        ("-duration_gt_3mo", 100, "possible", ("yes", 2)),
        ("-duration_gt_3mo", 400, "unlikely", ("yes", 2)),
        ("-duration_gt_3mo worse_with_more_b12", 400, "possible", ("yes", 2)),
        ("-duration_gt_3mo", 30, "unassessable", ("unknown", 0)),
    ],
)
def test_what_came_first_follows_from_answers_or_dates(
    findings: str, since: int | None, category: str, after: tuple[str, int]
) -> None:
    found = judged(findings, b12(since=since))
    assert (found.category, item(found, "after")) == (category, after)


def test_a_start_that_is_not_known_settles_nothing() -> None:
    both = (*b12(since=30), *b12())
    assert item(judged("duration_gt_3mo", both), "after") == ("unknown", 0)


@pytest.mark.parametrize(
    ("findings", "since", "words"),
    [
        ("duration_gt_3mo twitching_began_after_b12", 30, "began after the B12"),
        ("-duration_gt_3mo -twitching_began_after_b12", 400, "began before the B12"),
    ],
)
def test_dates_that_say_otherwise_are_not_judged(findings: str, since: int, words: str) -> None:
    found = judged(findings, b12(since=since))
    assert found.category == "unassessable"
    assert words in found.reasons[0].person


def test_answers_that_exclude_one_another_are_not_judged() -> None:
    told = "twitching_began_after_b12 -better_after_b12_stopped back_when_b12_restarted"
    found = judged(told)
    assert found.category == "unassessable"
    assert "answers-disagree" in codes(found)


def test_no_change_soon_after_the_last_dose_says_little() -> None:
    told = "twitching_began_after_b12 -better_after_b12_stopped"
    soon, later = (judged(told, b12(since=300, until=until)) for until in (10, 120))
    assert item(soon, "stopped") == ("unknown", 0)
    assert "too_soon" in codes(soon)
    assert item(later, "stopped") == ("no", 0)
    assert "off-no" in codes(later)


def test_vitamin_b6_taken_along_is_another_cause() -> None:
    person = person_of("twitching_began_after_b12", twitching=True, intake=b12())
    picture, status = read(person)
    found = causality(
        person=person, picture=picture, b12_status=status, alternatives=(), courses=(),
        b6_along=True, knowledge=KNOWLEDGE,
    )  # fmt: skip
    assert isinstance(found, Causality)
    assert item(found, "others") == ("yes", -1)
    assert "b6_along" in codes(found)
    assert "b6_along" in codes(judged("b6_supplement"))


def test_the_start_of_treatment_is_the_one_known_reaction() -> None:
    assert item(judged(), "reported") == ("no", 0)
    assert item(judged("b12_injection_new"), "reported") == ("yes", 1)


def test_a_test_of_nerves_and_muscles_is_a_record() -> None:
    assert item(judged("emg_fasc_only"), "seen") == ("yes", 1)
    assert item(judged("-twitching_seen_by_examiner"), "seen") == ("no", 0)


def test_the_answers_on_b12_do_not_move_the_differential() -> None:
    without, having = (answer(told, b12()) for told in ("", " ".join(sorted(COURSE))))
    assert isinstance(without, Assessment)
    assert isinstance(having, Assessment)
    assert without.twitching == having.twitching
    assert without.urgency == having.urgency


@pytest.mark.parametrize(("intake", "asked"), [(b12(), True), ((), False)])
def test_the_interview_asks_for_the_course_only_of_those_who_take_b12(
    intake: tuple[Intake, ...], asked: bool
) -> None:
    person = person_of("", twitching=True, intake=intake, sex="female")
    seen: set[str] = set()
    while (question := next_question(person, frozenset(seen), KNOWLEDGE)) is not None:
        seen |= {question.id, *question.findings}
    assert bool(seen & COURSE) == asked


def test_no_word_tells_anybody_to_stop() -> None:
    said = KNOWLEDGE.causality.said["no_experiment"]
    assert said.person.startswith("Do not stop B12")
    assert "ask them before you change anything" in said.person
    for finding in ("better_after_b12_stopped", "back_when_b12_restarted"):
        assert "Do not" in (KNOWLEDGE.findings[finding].help or "")

"""What a person's file says of intake, as doses in time (day 0 is the day of the assessment)."""

from __future__ import annotations

import datetime as dt

import pytest

from corrin.high_b12.regimens import regimen_from_intake
from corrin.knowledge.loading import load
from corrin.person.records import Intake

KNOWLEDGE = load()
TODAY = dt.date(2026, 11, 22)


def day(ago):
    return TODAY - dt.timedelta(days=ago)


def read(*entries):
    return regimen_from_intake(entries, KNOWLEDGE, as_of=TODAY)


TABLET = {"substance": "cyanocobalamin", "route": "oral", "dose": "1000 ug", "every": "1 day"}
SHOT = {"substance": "hydroxocobalamin", "route": "im", "dose": "1 mg", "every": "3 months"}


def train(**fields):
    regimen = read(Intake(**fields))
    assert regimen.problems == ()
    (product,) = regimen.products
    (found,) = product.trains
    return found


def test_an_intake_that_goes_on_has_a_first_day_and_no_last():
    found = train(**TABLET, since=day(300))
    assert (found.first, found.last, found.every, found.dose_ug) == (-300, None, 1, 1000)


@pytest.mark.parametrize(
    ("dates", "first", "last", "by_last"),
    [
        ({"since": day(300), "until": day(20)}, -300, -20, False),
        ({"last_dose": day(20)}, None, -20, True),
        ({"since": day(300), "last_dose": day(20)}, -300, -20, True),
        ({"until": day(20)}, None, -20, True),
        ({"duration": "6 months"}, -182.625, None, False),
        ({"duration": "for 6 months"}, -182.625, None, False),
        ({"duration": "12 weeks", "until": day(10)}, -94, -10, False),
        ({"since": day(300), "duration": "12 weeks"}, -300, -216, False),
        ({"since": day(84), "duration": "12 weeks"}, -84, None, False),
    ],
)
def test_dates_and_lengths(dates, first, last, by_last):
    found = train(**TABLET, **dates)
    assert found.first == (None if first is None else pytest.approx(first))
    assert (found.last, found.by_last) == (last, by_last)


@pytest.mark.parametrize("every", ["1 day", "day", "every day", "daily", "24 hours", "once a day"])
def test_how_often_is_read_as_people_write_it(every):
    assert train(**TABLET | {"every": every}).every == pytest.approx(1)


@pytest.mark.parametrize("every", ["3 months", "every 3 months", "quarterly", "3-monthly"])
def test_how_often_for_injections(every):
    assert train(**SHOT | {"every": every}).every == pytest.approx(91.3125)


def test_a_start_that_is_not_known_is_said_to_be_assumed():
    regimen = read(Intake(**TABLET))
    assert regimen.problems == ()
    assert any("not known when" in words for words in regimen.assumptions)


def test_the_label_of_a_product_says_enough():
    regimen = read(Intake(product="Vitamin B12 1000 mcg tablets, one a day", since=day(90)))
    assert regimen.problems == ()
    assert regimen.products[0].trains[0].dose_ug == 1000


def test_a_brand_is_no_trouble_when_the_rest_is_said():
    regimen = read(Intake(product="Superfoo Forte", **TABLET, since=day(90)))
    assert regimen.problems == ()


def test_two_named_products_of_one_kind_may_both_be_taken():
    entries = [Intake(product=name, **TABLET, since=day(90)) for name in ("Foo", "Bar")]
    assert read(*entries).problems == ()
    assert len(read(*entries).products) == 2


def test_one_product_after_another_is_no_contradiction():
    first = Intake(**TABLET, since=day(300), until=day(100))
    then = Intake(**TABLET | {"dose": "500 ug"}, since=day(99))
    assert read(first, then).problems == ()


BAD = [
    ({"product": "Superfoo Forte"}, "not-understood"),
    (TABLET | {"dose": "1000"}, "missing-unit"),
    (TABLET | {"dose": "1000 g"}, "impossible-dose"),
    (TABLET | {"dose": None}, "missing-dose"),
    (TABLET | {"every": None}, "missing-frequency"),
    (TABLET | {"every": "blue moon"}, "not-understood"),
    (TABLET | {"dose": "1000 ug weekly"}, "contradictory-frequency"),
    (TABLET | {"route": "by carrier pigeon"}, "unknown-route"),
    (TABLET | {"route": "patch"}, "unknown-route"),
    (TABLET | {"substance": "unobtainium"}, "not-understood"),
    (SHOT | {"route": None}, "missing-route"),
    (TABLET | {"since": day(10), "until": day(20)}, "reversed-dates"),
    (TABLET | {"since": day(10), "last_dose": day(20)}, "reversed-dates"),
    (TABLET | {"until": day(20), "last_dose": day(10)}, "contradictory-dates"),
    (TABLET | {"since": day(300), "until": day(20), "duration": "2 weeks"}, "contradictory-dates"),
    (TABLET | {"duration": "a while"}, "not-understood"),
    (SHOT | {"every": "once"}, "missing-date"),
    ({"dose": "1 mg im every other day for 2 weeks then every 3 months"}, "missing-start"),
]


@pytest.mark.parametrize(("fields", "code"), BAD)
def test_what_does_not_fit_is_asked(fields, code):
    regimen = read(Intake(**fields))
    assert code in [problem.code for problem in regimen.problems]
    assert all(problem.where.startswith("intake[0]") for problem in regimen.problems)


def test_contradictory_entries_that_overlap_are_asked_about():
    one = Intake(**TABLET, since=day(300))
    other = Intake(**TABLET | {"dose": "500 ug"}, since=day(200))
    (problem,) = read(one, other).problems
    assert (problem.where, problem.code) == ("intake[1]", "overlapping-regimens")


def test_a_question_never_repeats_an_amount():
    problems = read(Intake(**TABLET | {"dose": "4321 g"})).problems
    assert problems
    assert not any("4321" in str(problem) for problem in problems)

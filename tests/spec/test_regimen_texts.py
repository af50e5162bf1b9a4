"""What a label says: texts as people write them, and the doses they mean."""

from __future__ import annotations

import pytest

from corrin.high_b12.regimens import regimen_from_text
from corrin.knowledge.loading import load

KNOWLEDGE = load()
MONTH = 30.4375

# text; substance, route, micrograms at once, days between doses (None: once)
ONE_PRODUCT = """
1000 mcg once daily | vitamin_b12 oral 1000 1
1000mcg daily | vitamin_b12 oral 1000 1
1,000 mcg a day | vitamin_b12 oral 1000 1
1.000 ug daily | vitamin_b12 oral 1000 1
1000 µg/day | vitamin_b12 oral 1000 1
1000 μg per day | vitamin_b12 oral 1000 1
1 mg every day | vitamin_b12 oral 1000 1
1000 micrograms od | vitamin_b12 oral 1000 1
1000 microgram o.d. | vitamin_b12 oral 1000 1
1000 ug q.d. | vitamin_b12 oral 1000 1
500 ug b.i.d. | vitamin_b12 oral 500 0.5
500 ug bd | vitamin_b12 oral 500 0.5
500 ug t.d.s. | vitamin_b12 oral 500 0.3333333
500 mcg tid with meals | vitamin_b12 oral 500 0.3333333
1500 ug three times a day after meals | vitamin_b12 oral 1500 0.3333333
500 ug twice daily | vitamin_b12 oral 500 0.5
500 ug in the morning and evening | vitamin_b12 oral 500 0.5
500 ug every 12 hours | vitamin_b12 oral 500 0.5
2 tablets of 500 ug twice a day | vitamin_b12 oral 1000 0.5
2 x 500 ug daily | vitamin_b12 oral 1000 1
two 500 mcg tablets daily | vitamin_b12 oral 1000 1
half a tablet of 1000 ug daily | vitamin_b12 oral 500 1
one tablet (1000 ug) a day | vitamin_b12 oral 1000 1
vitamin B12 1,000 mcg tablets, 1 a day | vitamin_b12 oral 1000 1
5000mcg sublingual 3x/week | vitamin_b12 sublingual 5000 2.3333333
5000 mcg SL three times a week | vitamin_b12 sublingual 5000 2.3333333
1000 mcg lozenge daily | vitamin_b12 sublingual 1000 1
1000 mcg under the tongue every other day | vitamin_b12 sublingual 1000 2
1000 ug alternate days by mouth | vitamin_b12 oral 1000 2
1000 ug po eod | vitamin_b12 oral 1000 2
1000 ug orally q2d | vitamin_b12 oral 1000 2
2000 ug weekly by mouth | vitamin_b12 oral 2000 7
2000 ug once a week, oral | vitamin_b12 oral 2000 7
1 mg oral once weekly | vitamin_b12 oral 1000 7
1 mg oral every fortnight | vitamin_b12 oral 1000 14
1 mg i.m. every 3 months | vitamin_b12 intramuscular 1000 91.3125
1 mg im 3-monthly | vitamin_b12 intramuscular 1000 91.3125
1 mg IM quarterly | vitamin_b12 intramuscular 1000 91.3125
1mg intramuscular injection every 12 weeks | vitamin_b12 intramuscular 1000 84
1000 ug im monthly | vitamin_b12 intramuscular 1000 30.4375
1000 ug im q4w | vitamin_b12 intramuscular 1000 28
1000 mcg subcut every 2 weeks | vitamin_b12 subcutaneous 1000 14
1000 mcg s.c. once every 2 months | vitamin_b12 subcutaneous 1000 60.875
B12 shot 1000 mcg weekly | vitamin_b12 injection 1000 7
one 1000 mcg injection a month | vitamin_b12 injection 1000 30.4375
cyanocobalamin 1000 mcg/mL, 1 mL im monthly | cyanocobalamin intramuscular 1000 30.4375
cyanocobalamin 0.5 mL of 1000 mcg/mL im monthly | cyanocobalamin intramuscular 500 30.4375
hydroxocobalamin 5 mg/2 mL, 2 mL im monthly | hydroxocobalamin intramuscular 5000 30.4375
cyanocobalamin 1000 ug oral daily | cyanocobalamin oral 1000 1
Cyanocobalamin 50 micrograms tablets, one daily | cyanocobalamin oral 50 1
hydroxycobalamin 1 mg im every 2 months | hydroxocobalamin intramuscular 1000 60.875
mecobalamin 500 ug iv daily | methylcobalamin intravenous 500 1
methyl B12 1000 mcg sublingual daily | methylcobalamin sublingual 1000 1
Vitamin B12 (as methylcobalamin) 1000 mcg daily | methylcobalamin oral 1000 1
dibencozide 250 ug daily | adenosylcobalamin oral 250 1
Vit. B-12 250 mcg daily | vitamin_b12 oral 250 1
cyanocobalamin nasal spray 500 ug once a week | cyanocobalamin nasal 500 7
B12 2.5 mg gummies daily | vitamin_b12 oral 2500 1
I take 1000 mcg of vitamin B12 every morning | vitamin_b12 oral 1000 1
B12 1000 ug once every 10 days by mouth | vitamin_b12 oral 1000 10
B12 1000 ug, 2 times per week, oral | vitamin_b12 oral 1000 3.5
B12 25 ug 1/day | vitamin_b12 oral 25 1
B12 25 ug x 1 daily | vitamin_b12 oral 25 1
B12 12.5 ug daily | vitamin_b12 oral 12.5 1
B12 2,5 ug daily | vitamin_b12 oral 2.5 1
B12 1000 ug im once | vitamin_b12 intramuscular 1000 -
B12 1000 ug single dose im | vitamin_b12 intramuscular 1000 -
one multivitamin a day | vitamin_b12 oral 6 1
two multivitamins daily | vitamin_b12 oral 12 1
multivitamin with 25 ug B12, one daily | vitamin_b12 oral 25 1
B-complex once a day | vitamin_b12 oral 50 1
2 cans of energy drink a day | vitamin_b12 oral 10 1
a bowl of fortified cereal every morning | vitamin_b12 oral 0.8 1
"""
ROWS = [line.split(" | ") for line in ONE_PRODUCT.strip().splitlines()]


@pytest.mark.parametrize(("text", "meant"), ROWS, ids=[text for text, _ in ROWS])
def test_a_label_is_read(text, meant):
    substance, route, dose, every = meant.split()
    regimen = regimen_from_text((text,), KNOWLEDGE)
    assert regimen.problems == ()
    (product,) = regimen.products
    (train,) = product.trains
    assert (product.substance, product.route) == (substance, route)
    assert train.dose_ug == pytest.approx(float(dose))
    assert train.every == (None if every == "-" else pytest.approx(float(every)))


# --- Schemes with several parts: (micrograms, first day, last day or None, days between)

SCHEMES = [
    (
        "1000 ug IM every other day for 2 weeks then every 3 months",
        [(1000, 0, 12, 2), (1000, 12 + 3 * MONTH, None, 3 * MONTH)],
    ),
    (
        "hydroxocobalamin 1 mg im 3x/week for 2 weeks, then 1 mg every 2 months",
        [(1000, 0, 5 * 7 / 3, 7 / 3), (1000, 5 * 7 / 3 + 2 * MONTH, None, 2 * MONTH)],
    ),
    ("cyanocobalamin 1000 ug oral daily for 10 days", [(1000, 0, 9, 1)]),
    ("1000 ug oral daily for 10 days then weekly for 4 weeks then monthly",
     [(1000, 0, 9, 1), (1000, 16, 37, 7), (1000, 37 + MONTH, None, MONTH)]),
    ("B12 1000 ug im every other day x6", [(1000, 0, 10, 2)]),
    ("B12 1000 ug im 6 injections over 12 days", [(1000, 0, 10, 2)]),
    ("B12 1000 ug im weekly for 4 doses followed by monthly",
     [(1000, 0, 21, 7), (1000, 21 + MONTH, None, MONTH)]),
    ("B12 2 mg oral daily for 1 month, then 1 mg daily",
     [(2000, 0, 30, 1), (1000, 31, None, 1)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "meant"), SCHEMES, ids=[text for text, _ in SCHEMES])
def test_a_scheme_is_read(text, meant):
    regimen = regimen_from_text((text,), KNOWLEDGE)
    assert regimen.problems == ()
    (product,) = regimen.products
    trains = [(t.dose_ug, t.first, t.last, t.every) for t in product.trains]
    assert len(trains) == len(meant)
    for found, expected in zip(trains, meant, strict=True):
        assert found == pytest.approx(expected)


def test_days_that_are_named_count_from_the_first():
    text = "cyanocobalamin 1000 ug intramuscular on days 1,3,7,10,14,21,30,60,90"
    regimen = regimen_from_text((text,), KNOWLEDGE)
    days = [train.first for train in regimen.products[0].trains]
    assert days == [0, 2, 6, 9, 13, 20, 29, 59, 89]


@pytest.mark.parametrize(
    "texts",
    [
        ("multivitamin one a day", "cyanocobalamin 1 mg im every 12 weeks"),
        ("multivitamin one a day; cyanocobalamin 1 mg im every 12 weeks",),
        ("multivitamin one a day + cyanocobalamin 1 mg im every 12 weeks",),
        ("one multivitamin a day and cyanocobalamin 1 mg im every 12 weeks",),
        ("one multivitamin a day\ncyanocobalamin 1 mg im every 12 weeks",),
    ],
)
def test_several_products_at_once(texts):
    regimen = regimen_from_text(texts, KNOWLEDGE)
    assert regimen.problems == ()
    assert [(one.name, one.route) for one in regimen.products] == [
        ("multivitamin", "oral"),
        ("cyanocobalamin", "intramuscular"),
    ]


def test_a_later_part_may_be_another_form():
    text = (
        "hydroxocobalamin 1 mg im every other day for 2 weeks then cyanocobalamin 1 mg oral daily"
    )
    regimen = regimen_from_text((text,), KNOWLEDGE)
    assert regimen.problems == ()
    assert [(one.substance, one.route) for one in regimen.products] == [
        ("hydroxocobalamin", "intramuscular"),
        ("cyanocobalamin", "oral"),
    ]


# --- What cannot be read is asked about, by a code that stays.

QUESTIONS = """
1000 g daily | impossible-dose
1000 mg daily | impossible-dose
1 g B12 oral daily | impossible-dose
0 ug daily | impossible-dose
0.01 ug daily | impossible-dose
100 tablets of 5 mg daily | impossible-dose
1000 daily | missing-unit
B12 1000 | missing-unit
cyanocobalamin 1000 oral daily | missing-unit
1000 IU daily | wrong-unit
1000 % daily | wrong-unit
-1000 ug daily | impossible-dose
1,250 ug daily | ambiguous-number
1.250 mg im monthly | ambiguous-number
500-1000 ug daily | range-of-doses
500 to 1000 ug daily | range-of-doses
up to 1000 ug daily | not-understood
B12 oral daily | missing-dose
cyanocobalamin 1000 ug oral | missing-frequency
B12 1000 ug im | missing-frequency
1000 ug weekly | missing-route
1000 ug once | missing-route
1000 ug biweekly im | ambiguous-frequency
1000 ug bimonthly im | ambiguous-frequency
1000 ug oral as needed | vague-frequency
1000 ug oral sometimes | vague-frequency
1000 ug daily weekly oral | contradictory-frequency
1000 ug oral sublingual daily | several-routes
1000 ug 500 ug oral daily | several-doses
methylcobalamin and adenosylcobalamin 1000 ug daily | several-substances
cyanocobalamin 1000 mcg/mL im monthly | dose-of-volume
1000 ug im every other day then every 3 months | missing-length
1000 ug im every 0 days | impossible-frequency
B12 1000 ug daily not taken | not-understood
multivitamin without B12 daily | not-understood
B12 Superfoo 1000 ug daily | not-understood
magnesium 400 mg daily | not-understood
1000 ug by patch daily | not-understood
B12 1000 ug daily since 2026-01-01 | date-in-text
B12 1000 ug daily, stopped 2 weeks ago | not-understood
 | empty-regimen
?? | not-understood
"""
ASKED = [line.split(" | ") for line in QUESTIONS.strip("\n").splitlines()]


@pytest.mark.parametrize(("text", "code"), ASKED, ids=[text for text, _ in ASKED])
def test_what_is_not_understood_is_asked(text, code):
    regimen = regimen_from_text((text,), KNOWLEDGE)
    codes = [problem.code for problem in regimen.problems]
    assert code in codes
    for problem in regimen.problems:
        assert problem.where
        assert problem.what.endswith(".")
        assert problem.do.endswith((".", "?"))


@pytest.mark.parametrize(
    ("texts", "asked"),
    [
        (("cyanocobalamin 1000 ug oral daily", "cyanocobalamin 500 ug oral daily"), True),
        (("cyanocobalamin 1000 ug oral daily", "cyanocobalamin 1000 ug oral daily"), True),
        (("cyanocobalamin 1000 ug oral daily", "cyanocobalamin 1 mg im monthly"), False),
        (("cyanocobalamin 1000 ug oral daily", "multivitamin daily"), False),
    ],
)
def test_the_same_thing_twice_at_one_time_is_asked_about(texts, asked):
    regimen = regimen_from_text(texts, KNOWLEDGE)
    assert ("overlapping-regimens" in [p.code for p in regimen.problems]) is asked


# --- Vitamin B6 along with it.

B6 = """
B-complex with 50 mcg B12 and 25 mg B6 once daily | 25 | False | 12
vitamin B12 500 ug and vitamin B6 50 mg daily | 50 | False | 12
pyridoxine 100 mg, B12 1 mg oral twice daily | 200 | False | 12 100
B-complex one a day | 20 | True | 12
one multivitamin a day | 2 | True |
vitamin B6 10 mg with B12 10 ug daily | 10 | False |
"""


@pytest.mark.parametrize("row", B6.strip().splitlines())
def test_vitamin_b6_is_counted_and_held_against_its_limits(row):
    text, daily, guessed, limits = (cell.strip() for cell in row.split("|"))
    regimen = regimen_from_text((text,), KNOWLEDGE)
    assert regimen.problems == ()
    b6 = regimen.vitamin_b6
    assert b6.mg_a_day == pytest.approx(float(daily))
    assert str(b6.guessed) == guessed
    assert [limit.value_mg for limit in b6.above] == [float(limit) for limit in limits.split()]
    for limit in b6.above:
        assert limit.reference or limit.assumed


def test_what_was_guessed_is_said():
    regimen = regimen_from_text(("one multivitamin a day",), KNOWLEDGE)
    assert any("was not given" in words for words in regimen.assumptions)
    regimen = regimen_from_text(("1000 ug daily",), KNOWLEDGE)
    assert any("form" in words for words in regimen.assumptions)
    assert any("swallowed" in words for words in regimen.assumptions)

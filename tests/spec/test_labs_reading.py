"""What was measured, against which range: the laboratory's own first, ours second, and said.

Each test is a paragraph: a line of a laboratory report, and how it is read.
"""

from __future__ import annotations

import datetime as dt

import pytest

from corrin.knowledge.loading import load
from corrin.labs.reading import measure
from corrin.labs.records import Position
from corrin.person.records import LabResult, PrintedInterval

KNOWLEDGE = load()


def read(*results: LabResult, sex=None, age=None, as_of=None):
    return measure(results, KNOWLEDGE, sex=sex, age=age, as_of=as_of)


def one(lab, value=None, unit=None, *, sex=None, age=None, **more):
    measured, problems, _ = read(
        LabResult(lab=lab, value=value, unit=unit, **more), sex=sex, age=age
    )
    assert problems == ()
    return measured[0]


def refused(lab, value=None, unit=None, **more):
    measured, problems, refusals = read(LabResult(lab=lab, value=value, unit=unit, **more))
    assert len(problems) == len(refusals) == 1
    assert problems[0].code == refusals[0].code
    assert refusals[0].ask == problems[0].do != ""
    return measured, problems[0], refusals[0]


def test_the_printed_interval_comes_first_and_is_turned_into_the_same_unit():
    printed = PrintedInterval(low=197, high=771)
    found = one("serum_b12", 1480, "pg/mL", reference_interval=printed)
    assert found.position is Position.HIGH
    assert found.interval_from == "laboratory"
    assert found.interval_reference is None
    assert found.unit == "pmol/L"
    assert found.low == found.high == found.exact == pytest.approx(1480 / 1.3554)
    assert found.reference_low == pytest.approx(197 / 1.3554)
    assert found.reference_high == pytest.approx(771 / 1.3554)
    assert (found.seen, found.unit_seen) == ("1480", "pg/mL")


def test_ours_comes_second_and_its_source_is_named():
    found = one("serum_b12", 1480, "pg/mL")
    assert found.position is Position.HIGH
    assert found.interval_from == "corrin"
    assert found.interval_reference in KNOWLEDGE.references
    assumed = one("albumin", 42, "g/L")
    assert assumed.interval_reference.startswith("assumed: ")


def test_the_printed_interval_wins_where_the_two_disagree():
    printed = PrintedInterval(low=120, high=1600)
    assert one("serum_b12", 1480, "pg/mL").position is Position.HIGH
    assert one("serum_b12", 1480, "pg/mL", reference_interval=printed).position is Position.NORMAL


def test_the_ends_of_an_interval_belong_to_it():
    printed = PrintedInterval(low=180, high=900)
    for value in (180, 900):
        found = one("serum_b12", value, "ng/L", reference_interval=printed)
        assert found.position is Position.NORMAL
    assert one("serum_b12", 914, "pg/mL").position is Position.NORMAL
    assert one("serum_b12", 180, "pg/mL").position is Position.NORMAL


COMPARATORS = [
    (">2000", 180, 900, Position.HIGH),
    (">900", 180, 900, Position.HIGH),
    (">=900", 180, 900, Position.UNKNOWN),
    (">500", 180, 900, Position.UNKNOWN),
    ("<150", 180, 900, Position.LOW),
    ("<180", 180, 900, Position.LOW),
    ("<=180", 180, 900, Position.UNKNOWN),
    ("<300", 180, 900, Position.UNKNOWN),
    ("<150", None, 900, Position.NORMAL),
    (">300", 180, None, Position.NORMAL),
]


@pytest.mark.parametrize(("value", "low", "high", "position"), COMPARATORS)
def test_a_comparator_is_placed_only_when_all_of_it_lies_on_one_side(value, low, high, position):
    printed = PrintedInterval(low=low, high=high)
    found = one("serum_b12", value, "ng/L", reference_interval=printed)
    assert found.position is position
    assert found.exact is None
    assert found.seen == value


def test_sex_chooses_the_interval_and_an_unknown_sex_decides_only_where_both_agree():
    assert one("haemoglobin", 125, "g/L", sex="female").position is Position.NORMAL
    assert one("haemoglobin", 125, "g/L", sex="male").position is Position.LOW
    assert one("haemoglobin", 125, "g/L").position is Position.UNKNOWN
    assert one("haemoglobin", 110, "g/L").position is Position.LOW
    assert one("haemoglobin", 140, "g/L").position is Position.NORMAL


def test_age_chooses_the_interval():
    assert one("methylmalonic_acid", 0.40, "umol/L", age=40).position is Position.HIGH
    assert one("methylmalonic_acid", 0.40, "umol/L", age=80).position is Position.NORMAL
    child = one("magnesium", 0.75, "mmol/L", age=6)
    assert child.position is Position.UNKNOWN
    assert child.interval_from is None


def test_a_missing_unit_is_asked_for_and_never_guessed():
    measured, problem, refusal = refused("potassium", 3.1)
    assert measured == ()
    assert problem.where == "labs[0].unit"
    assert problem.code == "missing-unit"
    assert refusal.question == "labs.potassium"
    assert '"mmol/L"' in refusal.ask


def test_the_question_names_only_units_in_which_the_number_is_possible():
    _, problem, _ = refused("calcium", 2.3)
    assert '"mmol/L"' in problem.do
    _, problem, _ = refused("calcium", 9.4)
    assert '"mg/dL"' in problem.do
    assert '"mmol/L"' not in problem.do


def test_without_a_unit_the_printed_interval_still_tells_the_side():
    printed = PrintedInterval(low=197, high=771)
    measured, problem, _ = refused("serum_b12", 1480, reference_interval=printed)
    assert problem.code == "missing-unit"
    assert measured[0].position is Position.HIGH
    assert measured[0].low is measured[0].unit is None


def test_an_impossible_value_is_refused_with_the_unit_it_may_have():
    _, problem, _ = refused("calcium", 9.4, "mmol/L")
    assert problem.where == "labs[0].value"
    assert problem.code == "impossible-value"
    assert '"mg/dL"' in problem.do
    _, problem, _ = refused("haemoglobin", 13.5, "mmol/dL")
    assert problem.code == "unknown-unit"
    _, problem, _ = refused("potassium", 400, "mmol/L")
    assert problem.do == "Check the number and the unit."


def test_a_level_just_after_an_injection_is_possible():
    assert one("serum_b12", 114480, "ng/L").position is Position.HIGH


@pytest.mark.parametrize(
    ("lab", "word", "position"),
    [
        ("serum_b12", "low", Position.LOW),
        ("ck", "high", Position.HIGH),
        ("tsh", "normal", Position.NORMAL),
        ("intrinsic_factor_antibody", "positive", Position.HIGH),
        ("intrinsic_factor_antibody", "negative", Position.NORMAL),
    ],
)
def test_a_word_of_the_laboratory_takes_the_place_of_a_value(lab, word, position):
    for found in (one(lab, interpretation=word), one(lab, word.upper())):
        assert found.position is position
        assert found.low is found.high is found.exact is None
        assert found.seen == word
        assert found.interval_from == "laboratory"


def test_a_word_that_does_not_fit_is_refused():
    _, problem, _ = refused("potassium", interpretation="positive")
    assert problem.where == "labs[0].interpretation"


def test_a_word_stands_in_when_the_value_cannot_be_read():
    measured, problem, _ = refused("serum_b12", "1,234", "pg/mL", interpretation="high")
    assert problem.code == "ambiguous-number"
    assert measured[0].position is Position.HIGH


def test_the_laboratorys_word_comes_before_our_interval_but_not_before_its_own():
    assert one("serum_b12", 600, "pg/mL", interpretation="high").position is Position.HIGH
    printed = PrintedInterval(low=200, high=900)
    found = one("serum_b12", 600, "pg/mL", interpretation="high", reference_interval=printed)
    assert found.position is Position.NORMAL


def test_neither_value_nor_word_is_a_problem():
    _, problem, _ = refused("serum_b12", unit="pg/mL")
    assert problem.code == "missing-value"


def test_an_unknown_test_gets_the_nearest_name():
    _, problems, refusals = read(LabResult(lab="magnesum", value=1, unit="mmol/L"))
    assert problems[0].code == refusals[0].code == "unknown-lab"
    assert "magnesium" in problems[0].do


def test_a_result_from_the_future_is_refused():
    measured, problems, _ = read(
        LabResult(lab="potassium", value=4, unit="mmol/L", taken=dt.date(2026, 5, 1)),
        as_of=dt.date(2026, 4, 1),
    )
    assert measured == ()
    assert problems[0].code == "future-date"


def test_every_fault_of_every_line_is_found_in_one_pass():
    _, problems, _ = read(
        LabResult(lab="potassium", value="4,000", unit="bananas"),
        LabResult(lab="sodium", value=140, unit="mmol/L"),
        LabResult(lab="calcium", value=-1, unit="mmol/L"),
    )
    assert [problem.where for problem in problems] == [
        "labs[0].value",
        "labs[0].unit",
        "labs[2].value",
    ]


def calcium(value, unit="mmol/L", **more):
    return LabResult(lab="calcium", value=value, unit=unit, **more)


def albumin(value, unit="g/L", **more):
    return LabResult(lab="albumin", value=value, unit=unit, **more)


def test_total_calcium_is_adjusted_when_albumin_is_given():
    measured, _, refusals = read(calcium(2.0), albumin(30))
    assert measured[0].exact == 2.2
    assert measured[0].position is Position.NORMAL
    assert [one.code for one in refusals] == ["albumin-adjusted"]
    measured, _, _ = read(calcium("8.4", "mg/dL"), albumin(2.0, "g/dL"))
    assert measured[0].exact == pytest.approx(8.4 / 4.0078 + 0.4)


def test_without_albumin_the_total_stands_for_the_adjusted_value_and_albumin_is_asked():
    measured, problems, refusals = read(calcium(2.0))
    assert problems == ()
    assert measured[0].position is Position.LOW
    assert refusals[0].code == "albumin-not-given"
    assert "albumin" in refusals[0].ask


def test_albumin_of_another_day_does_not_count():
    measured, _, refusals = read(
        calcium(2.0, taken=dt.date(2026, 3, 1)), albumin(30, taken=dt.date(2026, 2, 1))
    )
    assert measured[0].exact == 2.0
    assert refusals[0].code == "albumin-not-given"


def test_calcium_that_was_adjusted_by_the_laboratory_is_left_as_it_is():
    measured, _, refusals = read(calcium(2.0, assay="adjusted calcium"), albumin(30))
    assert measured[0].exact == 2.0
    assert measured[0].position is Position.LOW
    assert refusals == ()


def test_an_adjusted_comparator_stays_an_interval():
    measured, _, _ = read(calcium(">3.5"), albumin(30))
    assert measured[0].position is Position.HIGH
    assert measured[0].low == pytest.approx(3.7)

"""Is B12 low, indeterminate, normal or high?  By guideline, and by the laboratory's own range.

NICE NG239, for over 16s: below 180 ng/L (133 pmol/L) deficiency is confirmed, from 180 to
350 ng/L (133 to 258 pmol/L) the result is indeterminate, above 350 ng/L deficiency is
unlikely; active B12 below 25, 25 to 70 and above 70 pmol/L.
"""

from __future__ import annotations

import datetime as dt

import pytest

from corrin.b12_status.classing import class_b12
from corrin.b12_status.records import B12Class, B12Status, Trust
from corrin.errors import Refusal
from corrin.knowledge.loading import load
from corrin.person.records import LabResult, Person, PrintedInterval
from corrin.picture.building import clinical_picture

KNOWLEDGE = load()
DEFICIENT, INDETERMINATE, NORMAL, HIGH, NOT_CLASSED = B12Class


def status(*labs: LabResult, age=41.0, **person) -> B12Status:
    someone = Person(age=age, labs=labs, **person)
    found = class_b12(clinical_picture(someone, KNOWLEDGE), KNOWLEDGE)
    assert isinstance(found, B12Status)
    return found


def b12(value=None, unit="ng/L", low=None, high=None, **more) -> LabResult:
    printed = None if low is None and high is None else PrintedInterval(low=low, high=high)
    return LabResult(
        lab="serum_b12",
        value=value,
        unit=None if value is None else unit,
        reference_interval=printed,
        **more,
    )


def active(value) -> LabResult:
    return LabResult(lab="active_b12", value=value, unit="pmol/L")


def codes(found: B12Status) -> list[str]:
    return [reason.code for reason in found.reasons]


BY_NICE = [
    (60, "ng/L", DEFICIENT),
    (179, "ng/L", DEFICIENT),
    (179.9, "pg/mL", DEFICIENT),
    (180, "ng/L", INDETERMINATE),
    (180, "pg/mL", INDETERMINATE),
    (350, "ng/L", INDETERMINATE),
    (350, "pg/mL", INDETERMINATE),
    (351, "ng/L", NORMAL),
    (914, "pg/mL", NORMAL),
    (915, "pg/mL", HIGH),
    (132, "pmol/L", DEFICIENT),
    (133, "pmol/L", INDETERMINATE),
    (258, "pmol/L", INDETERMINATE),
    (259, "pmol/L", NORMAL),
    (1500, "pmol/L", HIGH),
    ("<150", "ng/L", DEFICIENT),
    ("<180", "ng/L", DEFICIENT),
    ("<=180", "ng/L", INDETERMINATE),
    ("<200", "ng/L", INDETERMINATE),
    ("<1000", "ng/L", NOT_CLASSED),
    (">2000", "ng/L", HIGH),
    (">1476", "pmol/L", HIGH),
    (">914", "ng/L", HIGH),
    (">400", "ng/L", NOT_CLASSED),
    (">300", "ng/L", NOT_CLASSED),
]


@pytest.mark.parametrize(("value", "unit", "expected"), BY_NICE)
def test_the_class_by_nice_and_by_our_upper_limit(value, unit, expected):
    found = status(b12(value, unit))
    assert found.b12_class is expected
    assert found.guideline == "nice_ng239"


def test_both_units_are_shown():
    found = status(b12(180, "ng/L"))
    assert (found.value_pmol_l, found.value_pg_ml) == (132.8, 180.0)
    assert round(found.value_pmol_l) == 133
    found = status(b12(258, "pmol/L"))
    assert found.value_pmol_l == 258.0
    assert found.value_pg_ml == pytest.approx(350, abs=0.5)


def test_a_comparator_is_kept_beside_its_limit():
    found = status(b12("> 2000", "pg/mL"))
    assert (found.comparator, found.value_pg_ml) == (">", 2000.0)
    found = status(b12("<150", "pg/mL"))
    assert (found.comparator, found.value_pg_ml) == ("<", 150.0)
    assert status(b12(150)).comparator is None


PRINTED = [
    # value, printed low, printed high, class, the reason that says whose limit
    (1000, 200, 1100, NORMAL, "above-cut-offs"),
    (800, 200, 700, HIGH, "above-printed-limit"),
    (1000, 200, None, HIGH, "above-our-limit"),
    (190, 197, 771, INDETERMINATE, "below-printed-limit"),
    (400, 450, 900, INDETERMINATE, "below-printed-limit"),
    (170, 160, 900, DEFICIENT, "within-printed-range"),
    (120, 160, 900, DEFICIENT, "below-deficiency-cut-off"),
    (600, 200, 900, NORMAL, "above-cut-offs"),
]


@pytest.mark.parametrize(("value", "low", "high", "expected", "reason"), PRINTED)
def test_the_printed_range_decides_high_first_and_is_said_where_it_differs(
    value, low, high, expected, reason
):
    found = status(b12(value, low=low, high=high))
    assert found.b12_class is expected
    assert reason in codes(found)


def test_where_laboratory_and_guideline_differ_trust_is_limited_and_both_are_named():
    found = status(b12(190, low=197, high=771))
    assert found.trust is Trust.LIMITED
    said = " ".join(reason.clinician for reason in found.reasons)
    assert "197 pg/mL" in said
    assert "NICE" in said


LABORATORIES = [
    # By Royal United Hospitals Bath: below 145, 145 to 180, above 180, high above 914 ng/L.
    ("RUH Bath", 144, DEFICIENT),
    ("RUH Bath", 145, INDETERMINATE),
    ("RUH Bath", 180, INDETERMINATE),
    ("RUH Bath", 181, NORMAL),
    ("RUH Bath", 914, NORMAL),
    ("RUH Bath", 915, HIGH),
    # By Severn Pathology: below 100 likely, 100 to 200 possible, 201 to 914, above 914 ng/L.
    ("Severn Pathology", 99, DEFICIENT),
    ("Severn Pathology", 100, INDETERMINATE),
    ("Severn Pathology", 200, INDETERMINATE),
    ("Severn Pathology", 201, NORMAL),
    ("Severn Pathology", 915, HIGH),
    # An assay nobody published limits for falls back to NICE.
    ("Some other analyser", 144, DEFICIENT),
    ("Some other analyser", 181, INDETERMINATE),
]


@pytest.mark.parametrize(("assay", "value", "expected"), LABORATORIES)
def test_a_laboratory_that_rejects_the_guideline_is_used_when_it_is_named(assay, value, expected):
    assert status(b12(value, assay=assay)).b12_class is expected


def test_other_limits_are_mentioned_only_where_the_class_would_differ():
    assert "other-limits-differ" in codes(status(b12(170)))
    assert "other-limits-differ" not in codes(status(b12(80)))
    assert "other-limits-differ" not in codes(status(b12(600)))


BY_ACTIVE = [(24, DEFICIENT), (25, INDETERMINATE), (70, INDETERMINATE), (71, NORMAL), (200, HIGH)]


@pytest.mark.parametrize(("value", "expected"), BY_ACTIVE)
def test_active_b12_is_classed_where_there_is_no_total(value, expected):
    found = status(active(value))
    assert found.b12_class is expected
    assert found.guideline == "nice_ng239_active"
    assert found.value_pmol_l is found.value_pg_ml is None


BESIDE = [
    # total ng/L, active pmol/L, class, trust, reason
    (500, 20, DEFICIENT, Trust.LIMITED, "active-low"),
    (300, 20, DEFICIENT, Trust.LIMITED, "active-low"),
    (1500, 20, HIGH, Trust.NOT_RELIABLE, "active-low"),
    (150, 90, DEFICIENT, Trust.LIMITED, "active-not-low"),
    (500, 90, NORMAL, Trust.USUAL, None),
    (150, 20, DEFICIENT, Trust.USUAL, None),
]


@pytest.mark.parametrize(("total", "value", "expected", "trust", "reason"), BESIDE)
def test_active_b12_beside_the_total(total, value, expected, trust, reason):
    found = status(b12(total), active(value))
    assert (found.b12_class, found.trust) == (expected, trust)
    if reason is not None:
        assert reason in codes(found)
        assert {"methylmalonic_acid", "homocysteine"} <= set(found.ask_for)


@pytest.mark.parametrize(
    ("word", "expected"), [("low", DEFICIENT), ("normal", NORMAL), ("high", HIGH)]
)
def test_a_bare_word_is_classed_with_limited_trust(word, expected):
    found = status(b12(interpretation=word))
    assert (found.b12_class, found.trust) == (expected, Trust.LIMITED)
    assert "flag-only" in codes(found)
    assert found.value_pmol_l is found.value_pg_ml is found.comparator is None


def test_a_flag_beside_a_value_comes_before_our_upper_limit():
    found = status(b12(600, interpretation="high"))
    assert found.b12_class is HIGH
    assert "flagged-high" in codes(found)
    assert status(b12(1000, interpretation="normal")).b12_class is NORMAL
    assert status(b12(1000)).b12_class is HIGH


@pytest.mark.parametrize("age", [0.5, 8, 15, 15.9])
def test_children_are_refused_in_words(age):
    person = Person(age=age, labs=(b12(150),))
    refused = class_b12(clinical_picture(person, KNOWLEDGE), KNOWLEDGE)
    assert isinstance(refused, Refusal)
    assert (refused.question, refused.code) == ("b12_status", "children")


def test_from_sixteen_on_the_guideline_holds_and_an_unknown_age_is_said():
    assert status(b12(150), age=16).b12_class is DEFICIENT
    assert "age-not-known" in codes(status(b12(150), age=None))


PREGNANT = {"pregnant": True}
IN_PREGNANCY = [
    (150, NOT_CLASSED),
    (300, NOT_CLASSED),
    (100, NOT_CLASSED),
    (98, INDETERMINATE),  # below the lower limit of all three trimesters: 99 pg/mL, 73 pmol/L
    (500, NORMAL),
    (1500, HIGH),
]


@pytest.mark.parametrize(("value", "expected"), IN_PREGNANCY)
def test_in_pregnancy_a_low_total_is_never_called_deficient_by_its_number(value, expected):
    found = status(b12(value), findings=PREGNANT)
    assert found.b12_class is expected
    if expected in {NOT_CLASSED, INDETERMINATE}:
        assert {"pregnancy", "pregnancy-limits"} <= set(codes(found))
        assert "active_b12" in found.ask_for
        assert found.trust is Trust.LIMITED


def test_in_pregnancy_active_b12_is_classed_instead():
    found = status(b12(150), active(90), findings=PREGNANT)
    assert (found.b12_class, found.guideline) == (NORMAL, "nice_ng239_active")
    assert status(b12(500), active(20), findings=PREGNANT).b12_class is DEFICIENT


def test_without_a_result_nothing_is_classed_and_b12_is_asked_for():
    found = status()
    assert (found.b12_class, found.trust) == (NOT_CLASSED, Trust.NONE)
    assert found.ask_for == ("serum_b12",)
    assert status(findings=PREGNANT).ask_for == ("active_b12",)


def test_the_latest_result_counts():
    older = b12(150, taken=None)
    newer = b12(600, taken=dt.date(2026, 1, 2))
    assert status(older, newer).b12_class is NORMAL
    assert status(b12(150, taken=dt.date(2026, 3, 1)), newer).b12_class is DEFICIENT

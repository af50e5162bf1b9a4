"""`corrin dose`: exit codes, the keys of the JSON, questions."""

from __future__ import annotations

import json

import pytest

from tests.interfaces.running import corrin

REGIMEN = "cyanocobalamin 1000 ug oral daily"


def answer(*arguments):
    done = corrin("dose", *arguments, "--format", "json")
    assert done.code == 0, done.error
    return json.loads(done.output)


def test_the_contract():
    found = answer(REGIMEN, "--days", "365", "--baseline", "313 ng/L", "--level", "1450 pg/mL")
    expected = found["expected_pg_ml"]
    assert 0 < expected["low"] < expected["median"] < expected["high"]
    assert 0 < found["probability_at_least"] < 1
    assert all(isinstance(words, str) for words in found["assumptions"])


def test_without_a_level_there_is_no_probability():
    assert "probability_at_least" not in answer(REGIMEN, "--days", "365")


def test_the_same_question_has_the_same_answer():
    assert answer(REGIMEN, "--days", "30") == answer(REGIMEN, "--days", "30")


def test_without_days_the_start_is_not_known():
    found = answer(REGIMEN)
    assert any("not known when" in words for words in found["assumptions"])


def test_the_validation_as_json():
    done = corrin("dose", "--validate", "--format", "json")
    assert done.code == 0
    rows = json.loads(done.output)["rows"]
    assert {"id", "use", "observed", "low", "high", "inside", "usable", "why"} <= rows[0].keys()
    assert {row["use"] for row in rows} == {"fit", "test", "plausibility"}


def test_the_validation_as_text():
    done = corrin("dose", "--validate")
    assert done.code == 0
    for words in ("Rows marked fit", "Rows marked test", "usable rows inside:", "too wide",
                  "Not usable, and why:", "Rise for each microgram"):  # fmt: skip
        assert words in done.output


def test_plain_words():
    done = corrin("dose", REGIMEN, "--days", "365", "--level", "1450 pg/mL")
    assert done.code == 0
    assert "Of 100 people on this dose" in done.output
    assert "It is not a diagnosis" in done.output
    assert "Do not stop B12 that a doctor prescribed" in done.output


def test_several_products_and_vitamin_b6():
    found = answer(REGIMEN, "B-complex with 50 ug B12 and 25 mg B6 daily", "--days", "90")
    assert found["vitamin_b6"]["mg_a_day"] == 25
    assert [limit["mg_a_day"] for limit in found["vitamin_b6"]["above"]] == [12]


def test_soon_after_an_injection():
    found = answer("hydroxocobalamin 1 mg im weekly", "--days", "71")
    assert found["soon_after_injection"]
    done = corrin("dose", "hydroxocobalamin 1 mg im weekly", "--days", "71")
    assert "soon after an injection" in done.output


BAD = [
    (("cyanocobalamin 1000 g daily",), "nobody is given"),
    (("B12 1000 daily",), "without a unit"),
    (("B12 1000 ug im",), "how often"),
    (("B12 1000 ug biweekly im",), "two meanings"),
    (("xyzzy 1000 ug daily",), "xyzzy"),
    (("1000 ug im every other day then monthly",), "how long the first part"),
    ((REGIMEN, "cyanocobalamin 500 ug oral daily"), "at the same time"),
    (("B12 1000 ug im once",), "--days"),
    ((REGIMEN, "--baseline", "313"), "--baseline"),
    ((REGIMEN, "--baseline", ">313 ng/L"), "one number"),
    ((REGIMEN, "--level", "1450 apples"), "--level"),
    ((), "says nothing"),
]


@pytest.mark.parametrize(("arguments", "words"), BAD, ids=[" ".join(a) or "-" for a, _ in BAD])
def test_bad_input_is_a_question_and_exit_code_2(arguments, words):
    done = corrin("dose", *arguments)
    assert (done.code, done.output) == (2, "")
    assert words in done.error
    assert "Traceback" not in done.error

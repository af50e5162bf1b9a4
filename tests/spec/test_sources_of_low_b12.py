"""The low side: what in a picture points to a cause, and what can happen at the start."""

from __future__ import annotations

import pytest

from corrin.errors import Refusal
from corrin.high_b12.as_table import low_side_table
from corrin.high_b12.low_side import why_low
from corrin.high_b12.sources_records import LowSide, Standing
from corrin.knowledge.loading import load
from corrin.person.records import Drug, LabResult, Person
from tests.high_b12_people import low_side
from tests.people import read

KNOWLEDGE = load()
LOW = ["serum_b12 95 pmol/L"]
EXAMPLES = [
    (record.id, example)
    for record in KNOWLEDGE.causes_of_low_b12.values()
    for example in record.example
]


def _low(findings: str = "", **about: object) -> LowSide:
    found = low_side(findings, **{"labs": LOW, **about})
    assert isinstance(found, LowSide)
    return found


def _with_drugs(drugs: tuple[Drug, ...]) -> LowSide:
    lab = LabResult(lab="serum_b12", value=95, unit="pmol/L")
    picture, status = read(Person(age=50, labs=(lab,), drugs=drugs))
    found = why_low(picture, status, KNOWLEDGE)
    assert isinstance(found, LowSide)
    return found


def _standing(low: LowSide, cause: str) -> Standing:
    return next(each.standing for each in low.causes if each.id == cause)


@pytest.mark.parametrize(("cause", "example"), EXAMPLES, ids=[cause for cause, _ in EXAMPLES])
def test_the_example_of_a_cause_supports_it(cause, example):
    findings = " ".join(name if on else f"-{name}" for name, on in example.given.items())
    low = _low(findings, labs=example.labs)
    assert _standing(low, cause) is Standing.SUPPORTED
    assert low.causes[0].standing is Standing.SUPPORTED


def test_not_asked_is_not_denied():
    assert _standing(_low(), "diet") is Standing.NOT_ASKED
    assert "vegan" in _low().ask
    assert _standing(_low("-vegan"), "diet") is Standing.DENIED
    assert "vegan" not in _low("-vegan").ask


def test_medicines_are_found_by_name():
    low = _with_drugs((Drug(name="Colchicine 500 microgram"), Drug(name="Omeprazole 20 mg")))
    assert _standing(low, "other_medicines") is Standing.SUPPORTED
    assert _standing(low, "acid_suppression") is Standing.SUPPORTED
    assert _standing(low, "h2_blockers") is Standing.NOT_ASKED
    assert _standing(_with_drugs(()), "h2_blockers") is Standing.DENIED


def test_age_counts_only_as_a_reason_to_look():
    assert _standing(_low(age=80), "older_age") is Standing.SUPPORTED
    assert _standing(_low(age=30), "older_age") is Standing.DENIED
    assert _standing(_low(age=None), "older_age") is Standing.NOT_ASKED


def test_potassium_in_the_first_two_days():
    low = _low("b12_injection_new")
    event = next(each for each in low.events if each.id == "potassium_fall")
    assert event.now
    assert "48 hours" in event.clinician
    assert event.next_steps == ("potassium_after_b12_start",)
    assert event.references == ("label_cyanocobalamin",)
    assert not next(each for each in _low().events if each.id == "potassium_fall").now


def test_movements_are_told_to_those_they_concern():
    assert {e.id for e in _low(age=40).events} == {"potassium_fall", "movements_in_adults"}
    infant = low_side("b12_injection_new", labs=LOW, age=0.6)
    assert isinstance(infant, LowSide)
    found = {event.id: event for event in infant.events}
    assert "movements_in_adults" not in found
    assert "day two to five" in found["movements_in_infants"].person
    assert "should go on" in found["movements_in_infants"].person


@pytest.mark.parametrize("labs", [["serum_b12 500 pmol/L"], ["serum_b12 900 pmol/L"], []])
def test_refused_when_it_is_not_low(labs):
    refused = low_side(labs=labs)
    assert isinstance(refused, Refusal)
    assert refused.code == "not-low"


def test_an_unclear_level_is_answered():
    assert isinstance(low_side(labs=["serum_b12 200 pmol/L"]), LowSide)


def test_the_table():
    table = low_side_table(_low("vegan"), KNOWLEDGE)
    assert table["causes"][0]["id"] == "diet"
    assert table["causes"][0]["standing"] == "supported"
    assert table["causes"][0]["name"] == "Little B12 in the food"
    assert {"causes", "ask", "events"} == set(table)

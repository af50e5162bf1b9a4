"""Properties of reading and converting, over every lab, every unit and many numbers."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from corrin.knowledge.loading import load
from corrin.labs.faults import Fault
from corrin.labs.numbers import Comparator, Reading, read_number
from corrin.labs.reading import measure
from corrin.labs.records import Position
from corrin.labs.units import factor_of, in_canonical, out_of_canonical, units_spelt
from corrin.person.records import LabResult, PrintedInterval

KNOWLEDGE = load()
PAIRS = [(lab.id, unit) for lab in KNOWLEDGE.labs.values() for unit in lab.shown_units]
ALL_UNITS = [
    (unit.id, spelling)
    for unit in KNOWLEDGE.units.values()
    for spelling in (unit.id, *unit.spellings)
]

numbers = st.floats(min_value=1e-6, max_value=1e9, allow_nan=False)
decimals = st.decimals(min_value="0.001", max_value="99999", places=3)
pairs = st.sampled_from(PAIRS)


@given(pair=pairs, value=numbers)
def test_there_and_back_is_the_same_number(pair, value):
    lab, unit = pair
    record = KNOWLEDGE.labs[lab]
    there = in_canonical(value, unit, record, KNOWLEDGE)
    assert out_of_canonical(there, unit, record, KNOWLEDGE) == pytest.approx(value, rel=1e-15)


@given(pair=pairs)
def test_factors_are_exact_and_positive(pair):
    lab, unit = pair
    factor = factor_of(unit, KNOWLEDGE.labs[lab], KNOWLEDGE)
    assert isinstance(factor, Fraction)
    assert factor > 0


@given(lab=st.sampled_from(sorted(KNOWLEDGE.labs)), data=st.data())
def test_the_way_round_three_units_closes_exactly(lab, data):
    units = st.sampled_from(KNOWLEDGE.labs[lab].shown_units)
    a, b, c = (factor_of(data.draw(units), KNOWLEDGE.labs[lab], KNOWLEDGE) for _ in range(3))
    assert (a / b) * (b / c) * (c / a) == 1


@given(spelt=st.sampled_from(ALL_UNITS), upper=st.booleans())
def test_a_spelling_in_capitals_still_means_its_unit(spelt, upper):
    id_, spelling = spelt
    found = {unit.id for unit in units_spelt(spelling.upper() if upper else spelling, KNOWLEDGE)}
    assert id_ in found


@given(text=st.text(max_size=12))
def test_any_text_at_all_is_a_factor_or_a_question(text):
    found = factor_of(text, KNOWLEDGE.labs["serum_b12"], KNOWLEDGE)
    assert isinstance(found, (Fraction, Fault))


@given(text=st.text(max_size=20))
def test_any_text_at_all_is_a_number_or_a_question(text):
    assert isinstance(read_number(text), (Reading, Fault))


@given(value=decimals, comma=st.booleans(), sign=st.sampled_from(list(Comparator)))
def test_a_decimal_comma_and_a_decimal_point_mean_the_same(value, comma, sign):
    text = format(value, "f")
    assume(text[0] == "0" or len(text.split(".")[0]) > 3)
    written = sign + (text.replace(".", ",") if comma else text)
    assert read_number(written) == Reading(Fraction(text), sign)


@given(thousands=st.integers(1, 999), rest=st.integers(0, 999), mark=st.sampled_from(",."))
def test_thousands_or_decimals_is_always_asked(thousands, rest, mark):
    assert read_number(f"{thousands}{mark}{rest:03d}").code == "ambiguous-number"


@given(
    value=st.floats(min_value=10, max_value=50_000),
    low=st.floats(min_value=10, max_value=2000),
    width=st.floats(min_value=1, max_value=2000),
)
def test_the_position_does_not_depend_on_the_unit(value, low, width):
    """The laboratory's interval and its result may come in either unit, together."""
    printed = PrintedInterval(low=low, high=low + width)
    line = LabResult(lab="serum_b12", value=value, unit="pg/mL", reference_interval=printed)
    other = LabResult(lab="serum_b12", value=value, unit="ng/L", reference_interval=printed)
    (one, two), _, _ = measure((line, other), KNOWLEDGE)
    expected = (
        Position.LOW if value < low else Position.HIGH if value > low + width else Position.NORMAL
    )
    assert one.position is two.position is expected


@given(limit=st.integers(20, 20_000), above=st.booleans(), data=st.data())
def test_a_comparator_never_claims_more_than_every_value_it_allows(limit, above, data):
    """Whatever the hidden value is, its own position is the one claimed, or none is."""
    sign = ">" if above else "<"
    hidden = data.draw(
        st.integers(limit + 1, 50_000) if above else st.integers(7, max(7, limit - 1))
    )
    assume(hidden > limit if above else hidden < limit)
    results = [
        LabResult(lab="serum_b12", value=f"{sign}{limit}", unit="ng/L"),
        LabResult(lab="serum_b12", value=hidden, unit="ng/L"),
    ]
    (claimed, truth), _, _ = measure(results, KNOWLEDGE)
    assert claimed.position in {truth.position, Position.UNKNOWN}


@given(lab=st.sampled_from(sorted(KNOWLEDGE.labs)), value=numbers, data=st.data())
def test_every_line_is_measured_or_explained(lab, value, data):
    unit = data.draw(
        st.sampled_from([*KNOWLEDGE.labs[lab].shown_units, None, "bananas", "mEq/L", "U/L"])
    )
    measured, problems, refusals = measure([LabResult(lab=lab, value=value, unit=unit)], KNOWLEDGE)
    assert len(measured) + len(problems) == 1
    assert len(problems) <= len(refusals)
    for one in measured:
        assert one.unit == KNOWLEDGE.labs[lab].canonical_unit
        assert 0 <= one.low <= one.high < math.inf

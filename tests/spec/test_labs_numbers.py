"""A number is read as it was written, or asked about: it is never guessed.

| written        | read                                   |
| -------------- | -------------------------------------- |
| ``1480``       | 1480                                   |
| ``0,73``       | 0.73 (decimal comma)                   |
| ``1.234,5``    | 1234.5                                 |
| ``1,234``      | asked: thousands or decimals?          |
| ``> 2000``     | everything above 2000                  |
"""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from corrin.labs.faults import Fault
from corrin.labs.numbers import Comparator, Reading, read_number

READ = [
    (1480, "1480", Comparator.NONE),
    (0.73, "73/100", Comparator.NONE),
    ("1480", "1480", Comparator.NONE),
    (" 1480 ", "1480", Comparator.NONE),
    ("0.73", "73/100", Comparator.NONE),
    ("0,73", "73/100", Comparator.NONE),
    (".5", "1/2", Comparator.NONE),
    ("12,5", "25/2", Comparator.NONE),
    ("0,730", "73/100", Comparator.NONE),
    ("0.005", "1/200", Comparator.NONE),
    ("1.234,5", "2469/2", Comparator.NONE),
    ("1,234.5", "2469/2", Comparator.NONE),
    ("1,234,567", "1234567", Comparator.NONE),
    ("1.234.567", "1234567", Comparator.NONE),
    ("1 234", "1234", Comparator.NONE),
    ("114\u202f480", "114480", Comparator.NONE),
    ("114'480", "114480", Comparator.NONE),
    ("1234,567", "1234567/1000", Comparator.NONE),
    ("+3", "3", Comparator.NONE),
    ("1e3", "1000", Comparator.NONE),
    ("1.5E-2", "3/200", Comparator.NONE),
    (">2000", "2000", Comparator.ABOVE),
    ("> 2000", "2000", Comparator.ABOVE),
    (">=2000", "2000", Comparator.AT_LEAST),
    ("≥ 2000", "2000", Comparator.AT_LEAST),
    ("=>2000", "2000", Comparator.AT_LEAST),
    ("<150", "150", Comparator.BELOW),
    ("< 0,5", "1/2", Comparator.BELOW),
    ("<=150", "150", Comparator.AT_MOST),
    ("≤150", "150", Comparator.AT_MOST),
    ("=150", "150", Comparator.NONE),
]


@pytest.mark.parametrize(("written", "number", "comparator"), READ)
def test_a_number_is_read_as_written(written, number, comparator):
    assert read_number(written) == Reading(Fraction(number), comparator)


ASKED = [
    ("1,234", "ambiguous-number"),
    ("1.234", "ambiguous-number"),
    (">2.000", "ambiguous-number"),
    ("< 1,500", "ambiguous-number"),
    ("-3", "negative-value"),
    ("−3", "negative-value"),
    (-0.5, "negative-value"),
    ("", "not-a-number"),
    ("high", "not-a-number"),
    ("12 34", "not-a-number"),
    ("1,23,456", "not-a-number"),
    ("1.23,456,7", "not-a-number"),
    ("12..5", "not-a-number"),
    ("5.", "not-a-number"),
    ("100-200", "not-a-number"),
    ("1480 pg/mL", "not-a-number"),
    ("about 300", "not-a-number"),
    ("1480*", "not-a-number"),
    ("<>5", "not-a-number"),
    ("nan", "not-a-number"),
    ("inf", "not-a-number"),
    ("1e999", "not-a-number"),
    ("٣", "not-a-number"),
    (math.nan, "not-a-number"),
    (math.inf, "not-a-number"),
    (True, "not-a-number"),
]


@pytest.mark.parametrize(("written", "code"), ASKED)
def test_what_cannot_be_read_in_one_way_is_asked_about(written, code):
    fault = read_number(written)
    assert isinstance(fault, Fault)
    assert (fault.part, fault.code) == ("value", code)
    assert fault.do


@pytest.mark.parametrize("written", ["1,234", ">4.321", "-7.7", "17x"])
def test_a_question_never_repeats_the_value(written):
    fault = read_number(written)
    assert written.strip("<>-x") not in fault.what + fault.do


def test_a_comparator_stands_for_every_value_it_allows():
    one = Fraction(1)
    assert read_number("150").bounds(one) == (150.0, 150.0)
    assert read_number("<=150").bounds(one) == (0.0, 150.0)
    assert read_number(">=150").bounds(one) == (150.0, math.inf)
    low, high = read_number("<150").bounds(one)
    assert low == 0.0
    assert high < 150.0
    assert high == pytest.approx(150.0)
    low, high = read_number(">150").bounds(one)
    assert low > 150.0
    assert high == math.inf

"""Many numbers at once become the very floats that exact fractions give one by one."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrin.knowledge.loading import load
from corrin.labs.numbers import Reading, read_number
from corrin.labs.units import factor_of, to_canonical
from corrin.population.canonical.converting import times

KNOWLEDGE = load()
FACTORS = tuple(
    sorted(
        {
            by
            for lab in KNOWLEDGE.labs.values()
            for unit in KNOWLEDGE.units.values()
            if (by := to_canonical(unit, lab, KNOWLEDGE)) is not None
        }
    )
)


def one_by_one(values: list[float], factors: list[int]) -> list[float]:
    found = []
    for value, factor in zip(values, factors, strict=True):
        number = read_number(value)
        assert isinstance(number, Reading)
        found.append(float(number.times(FACTORS[factor])))
    return found


printed = st.builds(
    lambda whole, places: float(f"{whole}e-{places}"), st.integers(0, 10**7), st.integers(0, 8)
)
any_float = st.floats(0, 1e12, allow_nan=False)


@given(st.lists(st.tuples(printed | any_float, st.integers(0, len(FACTORS) - 1)), min_size=1))
def test_the_same_bits_as_exact_fractions(given: list[tuple[float, int]]) -> None:
    values, factors = [each for each, _ in given], [each for _, each in given]
    found = times(np.array(values), np.array(factors), FACTORS)
    assert found.tobytes() == np.array(one_by_one(values, factors)).tobytes()


@pytest.mark.parametrize("places", [0, 1, 2])
def test_every_number_a_laboratory_may_print(places: int) -> None:
    """B12 in both units, in steps of the last digit: 60,000 numbers, none off by a bit."""
    values = [number / 10**places for number in range(1, 20_001)]
    lab = KNOWLEDGE.labs["serum_b12"]
    factor = factor_of("pg/mL", lab, KNOWLEDGE)
    assert isinstance(factor, Fraction)
    number = FACTORS.index(factor)
    found = times(np.array(values), np.full(len(values), number), FACTORS)
    assert found.tolist() == one_by_one(values, [number] * len(values))
    # Plain multiplication is not good enough: that is why this is tested.
    assert found.tolist() != [value * float(factor) for value in values]


def test_what_is_not_there_stays_so() -> None:
    found = times(np.array([1.0, math.nan, 0.0]), np.array([-1, 0, 0]), (Fraction(1, 3),))
    assert np.isnan(found[:2]).all()
    assert found[2] == 0.0

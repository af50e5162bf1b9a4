"""LOINC codes carry a check digit, and each code's usual unit converts for its lab.

Check digit: LOINC Users' Guide, Appendix (mod 10, doubling every other digit from the right).
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from corrin.knowledge.loading import load
from corrin.labs.units import factor_of

KNOWLEDGE = load()
CODES = [(lab, code) for lab in KNOWLEDGE.labs.values() for code in lab.codes]


def check_digit(number: str) -> int:
    digits = [int(digit) for digit in reversed(number)]
    doubled = int("".join(str(digit) for digit in reversed(digits[::2]))) * 2
    total = sum(map(int, str(doubled))) + sum(digits[1::2])
    return -total % 10


def test_the_check_digit_finds_the_code_that_never_existed():
    assert check_digit("14685") == 2  # 14685-2, not 14685-3


@pytest.mark.parametrize(("lab", "code"), CODES, ids=lambda each: getattr(each, "code", ""))
def test_a_code_is_well_formed_and_its_unit_converts(lab, code):
    assert code.system == "LOINC"
    number, _, digit = code.code.partition("-")
    assert check_digit(number) == int(digit)
    if code.unit is not None:
        assert isinstance(factor_of(code.unit, lab, KNOWLEDGE), Fraction)


def test_mass_and_molar_codes_come_with_units_of_their_kind():
    for _, code in CODES:
        if code.unit is None or code.display is None:
            continue
        dimension = KNOWLEDGE.units[code.unit].dimension
        if "[Mass/volume]" in code.display:
            assert dimension == "mass-concentration", code.code
        if "[Moles/volume]" in code.display:
            assert dimension == "substance-concentration", code.code

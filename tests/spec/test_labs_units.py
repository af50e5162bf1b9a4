"""A unit is known by the spellings people meet; its case is respected where it carries meaning."""

from __future__ import annotations

from fractions import Fraction

import pytest

from corrin.knowledge.loading import load
from corrin.labs.faults import Fault
from corrin.labs.units import factor_of

KNOWLEDGE = load()


def by(lab: str, unit: str | None) -> Fraction | Fault:
    return factor_of(unit, KNOWLEDGE.labs[lab], KNOWLEDGE)


MASS_TO_MOLAR = Fraction(10000, 13554)
MEANS = [
    ("serum_b12", "pmol/L", Fraction(1)),
    ("serum_b12", "pmol/l", Fraction(1)),
    ("serum_b12", "PMOL/L", Fraction(1)),
    ("serum_b12", "pM", Fraction(1)),
    ("serum_b12", "pg/mL", MASS_TO_MOLAR),
    ("serum_b12", "pg/ml", MASS_TO_MOLAR),
    ("serum_b12", "PG/ML", MASS_TO_MOLAR),
    ("serum_b12", "ng/L", MASS_TO_MOLAR),
    ("serum_b12", "ng / l", MASS_TO_MOLAR),
    ("serum_b12", "ng per litre", MASS_TO_MOLAR),
    ("serum_b12", "ng/dL", MASS_TO_MOLAR * 10),
    ("methylmalonic_acid", "umol/L", Fraction(1000)),
    ("methylmalonic_acid", "\u00b5mol/l", Fraction(1000)),
    ("methylmalonic_acid", "\u03bcmol/L", Fraction(1000)),
    ("methylmalonic_acid", "nmol/mL", Fraction(1000)),
    ("ferritin", "mcg/L", Fraction(1)),
    ("ferritin", "ng/mL", Fraction(1)),
    ("ferritin", "\u00b5g/l", Fraction(1)),
    ("potassium", "mmol/L", Fraction(1)),
    ("potassium", "mEq/L", Fraction(1)),
    ("potassium", "meq/l", Fraction(1)),
    ("potassium", "mval/l", Fraction(1)),
    ("lithium", "mEq/L", Fraction(1)),
    ("magnesium", "mEq/L", Fraction(1, 2)),
    ("calcium", "meq/L", Fraction(1, 2)),
    ("calcium", "MG/DL", 10 / Fraction("40.078")),
    ("haemoglobin", "g/dL", Fraction(10)),
    ("haemoglobin", "G/DL", Fraction(10)),
    ("haemoglobin", "G/L", Fraction(1)),
    ("haemoglobin", "g%", Fraction(10)),
    ("haemoglobin", "mmol/L", Fraction("16.114")),
    ("white_cells", "10*9/L", Fraction(1)),
    ("white_cells", "10^9/L", Fraction(1)),
    ("white_cells", "x10^9/l", Fraction(1)),
    ("white_cells", "x 10^9/L", Fraction(1)),
    ("white_cells", "×10⁹/L", Fraction(1)),
    ("white_cells", "10E9/L", Fraction(1)),
    ("white_cells", "K/uL", Fraction(1)),
    ("white_cells", "10*3/uL", Fraction(1)),
    ("white_cells", "10³/µL", Fraction(1)),
    ("white_cells", "G/L", Fraction(1)),
    ("white_cells", "G/l", Fraction(1)),
    ("white_cells", "/uL", Fraction(1, 1000)),
    ("white_cells", "cells/mm3", Fraction(1, 1000)),
    ("platelets", "Gpt/l", Fraction(1)),
    ("tsh", "mIU/L", Fraction(1)),
    ("tsh", "mU/L", Fraction(1)),
    ("tsh", "uIU/mL", Fraction(1)),
    ("tsh", "µIU/ml", Fraction(1)),
    ("tsh", "uU/mL", Fraction(1)),
    ("ck", "U/L", Fraction(1)),
    ("ck", "IU/L", Fraction(1)),
    ("ck", "iu/l", Fraction(1)),
    ("ck", "ukat/L", Fraction(60)),
    ("ck", "nkat/L", Fraction(6, 100)),
    ("crp", "mg/dL", Fraction(10)),
    ("crp", "ug/mL", Fraction(1)),
    ("mcv", "fL", Fraction(1)),
    ("mcv", "fl", Fraction(1)),
    ("mcv", "µm³", Fraction(1)),
    ("egfr", "mL/min/1.73m2", Fraction(1)),
    ("egfr", "ml/min/1,73 m²", Fraction(1)),
    ("egfr", "mL/min/{1.73_m2}", Fraction(1)),
    ("egfr", "mL/min/1.73m^2", Fraction(1)),
    ("intrinsic_factor_antibody", "AU/mL", Fraction(1)),
]


@pytest.mark.parametrize(("lab", "unit", "factor"), MEANS)
def test_spellings_people_meet_are_understood(lab, unit, factor):
    assert by(lab, unit) == factor


REFUSED = [
    ("serum_b12", None, "missing-unit"),
    ("serum_b12", "  ", "missing-unit"),
    ("serum_b12", "pg", "unknown-unit"),
    ("serum_b12", "ug", "wrong-unit"),
    ("serum_b12", "mg/dL/min", "unknown-unit"),
    ("serum_b12", "bananas", "unknown-unit"),
    ("serum_b12", "U/L", "wrong-unit"),
    ("serum_b12", "10^9/L", "wrong-unit"),
    # M is no m: mega is not milli, except where everything is in capitals.
    ("calcium", "Mg/dL", "unknown-unit"),
    ("potassium", "Mmol/L", "unknown-unit"),
    ("tsh", "MU/l", "unknown-unit"),
    # Giga is not gram.
    ("white_cells", "g/l", "wrong-unit"),
    # No charge that holds at every pH, no molar mass, no body surface.
    ("phosphate", "mEq/L", "wrong-unit"),
    ("serum_b12", "meq/L", "wrong-unit"),
    ("active_b12", "pg/mL", "wrong-unit"),
    ("albumin", "mmol/L", "wrong-unit"),
    ("egfr", "mL/min", "unknown-unit"),
    ("tsh", "ukat/L", "wrong-unit"),
    ("tsh", "pg/mL", "wrong-unit"),
]


@pytest.mark.parametrize(("lab", "unit", "code"), REFUSED)
def test_a_unit_that_does_not_fit_is_refused_with_the_ones_that_do(lab, unit, code):
    fault = by(lab, unit)
    assert isinstance(fault, Fault)
    assert (fault.part, fault.code) == ("unit", code)
    assert KNOWLEDGE.labs[lab].shown_units[0] in fault.do


def test_the_nearest_unit_is_offered():
    assert "nearest is 'pg/mL'" in by("serum_b12", "pg/ML").do
    assert "nearest is 'mmol/L'" in by("potassium", "mmoll").do


def test_no_spelling_means_two_things_for_one_lab():
    for lab in KNOWLEDGE.labs.values():
        for unit in KNOWLEDGE.units.values():
            for spelling in (unit.id, *unit.spellings, *unit.exact_spellings):
                fault = factor_of(spelling, lab, KNOWLEDGE)
                assert isinstance(fault, Fraction) or fault.code == "wrong-unit", (lab.id, spelling)


def test_every_shown_unit_of_every_lab_converts():
    for lab in KNOWLEDGE.labs.values():
        assert lab.canonical_unit in lab.shown_units
        for unit in lab.shown_units:
            assert isinstance(factor_of(unit, lab, KNOWLEDGE), Fraction), (lab.id, unit)

"""Conversions printed by others come out of our unit table.

Sources, each restated here as numbers only:

* NICE NG239, as quoted: 180 ng/L = 133 pmol/L and 350 ng/L = 258 pmol/L of vitamin B12.
* MIRACUM, LOINC conversion table (data/conversion.tsv, commit 048031a): factors between
  the mass and the molar LOINC code of one quantity.
* Abbassi-Ghanavati 2009, as tabulated on perinatology.com: B12 intervals in both units.
"""

from __future__ import annotations

import pytest

from corrin.knowledge.loading import load
from corrin.labs.units import factor_of

KNOWLEDGE = load()


def convert(lab: str, value: float, unit: str, to: str) -> float:
    record = KNOWLEDGE.labs[lab]
    here, there = factor_of(unit, record, KNOWLEDGE), factor_of(to, record, KNOWLEDGE)
    return float(value * here / there)


NICE = [(180, 133), (350, 258)]


@pytest.mark.parametrize(("ng_l", "pmol_l"), NICE)
def test_the_pairs_nice_prints_for_vitamin_b12(ng_l, pmol_l):
    assert round(convert("serum_b12", ng_l, "ng/L", "pmol/L")) == pmol_l
    assert round(convert("serum_b12", ng_l, "pg/mL", "pmol/L")) == pmol_l


def test_the_other_factor_in_circulation_contradicts_them():
    assert convert("serum_b12", 1, "pmol/L", "pg/mL") == 1.3554
    # 1.329 is the second factor of the same table; it gives 135 and 263 pmol/L.
    assert [round(ng_l / 1.329) for ng_l, _ in NICE] != [pmol_l for _, pmol_l in NICE]


@pytest.mark.parametrize(
    ("pg_ml", "pmol_l"),
    [(279, 206), (966, 713), (118, 87), (130, 96), (99, 73), (438, 323), (656, 484), (526, 388)],
)
def test_the_pregnancy_table_agrees_in_both_its_units(pg_ml, pmol_l):
    assert convert("serum_b12", pg_ml, "pg/mL", "pmol/L") == pytest.approx(pmol_l, abs=1)


# lab, one of this unit, is this many, of that unit, relative tolerance (the digits printed)
PRINTED = [
    ("serum_b12", "pmol/L", 1.3554, "pg/mL", 0),
    ("homocysteine", "umol/L", 0.135, "mg/L", 2e-3),
    ("serum_folate", "nmol/L", 0.4413, "ng/mL", 5e-4),
    ("vitamin_b6", "nmol/L", 0.2471, "ug/L", 5e-4),
    ("copper", "umol/L", 6.355, "ug/dL", 1e-4),
    ("magnesium", "mg/dL", 0.411, "mmol/L", 2e-3),
    ("magnesium", "mg/dL", 0.411353353, "mmol/L", 3e-4),
    ("calcium", "mg/dL", 0.249500998, "mmol/L", 1e-4),
    ("ionised_calcium", "mg/dL", 0.25, "mmol/L", 3e-3),
    ("phosphate", "mmol/L", 3.097, "mg/dL", 2e-4),
    ("creatinine", "umol/L", 0.01131, "mg/dL", 5e-4),
    ("bilirubin", "umol/L", 0.05847, "mg/dL", 1e-4),
    ("glucose", "mmol/L", 18.02, "mg/dL", 3e-4),
    ("haemoglobin", "mmol/L", 1.61, "g/dL", 1e-3),
    ("free_t4", "pmol/L", 0.07769, "ng/dL", 1e-4),
    ("parathyroid_hormone", "pmol/L", 9.425, "pg/mL", 0),
    ("vitamin_d", "nmol/L", 0.4006, "ng/mL", 1e-4),
    ("lithium", "mmol/L", 6.94, "ug/mL", 0),
]


@pytest.mark.parametrize(("lab", "unit", "factor", "to", "tolerance"), PRINTED)
def test_the_factors_of_a_public_loinc_conversion_table(lab, unit, factor, to, tolerance):
    assert convert(lab, 1, unit, to) == pytest.approx(factor, rel=tolerance or 1e-12)


# Laboratory manuals print these; each follows from the charge of the ion.
@pytest.mark.parametrize(
    ("lab", "meq", "mmol"),
    [("magnesium", 2.0, 1.0), ("calcium", 5.0, 2.5), ("potassium", 4.0, 4.0), ("sodium", 140, 140)],
)
def test_milliequivalents_of_doubly_charged_ions_are_halved(lab, meq, mmol):
    assert convert(lab, meq, "mEq/L", "mmol/L") == mmol


def test_counts_in_a_microlitre_and_in_a_litre():
    """A litre of blood with 7,000 white cells in a microlitre holds 7 thousand million."""
    assert convert("white_cells", 7000, "/uL", "10*9/L") == 7
    assert convert("white_cells", 7, "K/uL", "10*9/L") == 7

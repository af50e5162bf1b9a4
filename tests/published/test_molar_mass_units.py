"""Each molar mass is that of its formula, by the abridged standard atomic weights of IUPAC.

Atomic weights: IUPAC, standard atomic weights 2021, abridged to five figures.
"""

from __future__ import annotations

import re

import pytest

from corrin.knowledge.loading import load

KNOWLEDGE = load()

WEIGHTS = {
    "H": 1.0080,
    "Li": 6.94,
    "C": 12.011,
    "N": 14.007,
    "O": 15.999,
    "Na": 22.990,
    "Mg": 24.305,
    "P": 30.974,
    "S": 32.06,
    "K": 39.098,
    "Ca": 40.078,
    "Co": 58.933,
    "Cu": 63.546,
    "I": 126.90,
}

FORMULAS = {
    "serum_b12": "C63H88CoN14O14P",
    "methylmalonic_acid": "C4H6O4",
    "homocysteine": "C4H9NO2S",
    "serum_folate": "C19H19N7O6",
    "vitamin_b6": "C8H10NO6P",
    "vitamin_d": "C27H44O2",
    "free_t4": "C15H11I4NO4",
    "creatinine": "C4H7N3O",
    "bilirubin": "C33H36N4O6",
    "glucose": "C6H12O6",
    "copper": "Cu",
    "magnesium": "Mg",
    "calcium": "Ca",
    "ionised_calcium": "Ca",
    "potassium": "K",
    "sodium": "Na",
    "phosphate": "P",
    "lithium": "Li",
}
#: Too large for a formula of this kind: one chain of haemoglobin, a hormone of 84 residues.
PROTEINS = {"haemoglobin", "parathyroid_hormone"}


def weigh(formula: str) -> float:
    parts = re.findall(r"([A-Z][a-z]?)([0-9]*)", formula)
    return sum(WEIGHTS[symbol] * int(count or 1) for symbol, count in parts)


@pytest.mark.parametrize(("lab", "formula"), FORMULAS.items())
def test_a_molar_mass_is_that_of_its_formula(lab, formula):
    assert KNOWLEDGE.labs[lab].molar_mass.value == pytest.approx(weigh(formula), rel=1.5e-4)


def test_every_molar_mass_is_weighed_here():
    with_mass = {id_ for id_, lab in KNOWLEDGE.labs.items() if lab.molar_mass is not None}
    assert with_mass == FORMULAS.keys() | PROTEINS

"""Our unit table against ucumvert (UCUM on pint), an independent reading of the same codes.

Milliequivalents are left out on purpose: ucumvert makes one meq/L one mmol/L, which is
wrong for calcium and magnesium; ours are tested in ``test_published_units.py``.
"""

from __future__ import annotations

import warnings

import pytest

from corrin.knowledge.loading import load

ucumvert = pytest.importorskip("ucumvert", reason="ucumvert is not installed")

KNOWLEDGE = load()
DIMENSIONS = {
    "mass-concentration",
    "substance-concentration",
    "number-concentration",
    "volume",
    "mass",
    "time",
    "katal",
}


@pytest.fixture(scope="module")
def registry():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ucumvert.PintUcumRegistry()


@pytest.mark.parametrize(
    "id_", [unit.id for unit in KNOWLEDGE.units.values() if unit.dimension in DIMENSIONS]
)
def test_a_unit_has_the_size_ucum_gives_it(id_, registry):
    unit = KNOWLEDGE.units[id_]
    if unit.dimension == "katal":
        # One enzyme unit is one micromole a minute; a katal is one mole a second.
        ours, base = unit.factor / 60e6, "kat/L"
    else:
        ours, base = unit.factor, unit.base
    theirs = registry.from_ucum(id_).to(registry.from_ucum(base).units)
    assert ours == pytest.approx(theirs.magnitude, rel=1e-9)

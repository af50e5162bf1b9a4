"""Which units each test comes in: every factor into the canonical unit, and what is usual.

Two units with one factor (ng/L and pg/mL) are one scale.  A test's scales are those of the
units its record shows, then those of any other unit that the source uses with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from corrin.knowledge.loading import Knowledge
from corrin.labs.units import exact, factor_of, in_canonical, to_canonical

#: Codes of units as the survey numbers them: missing, then any that is not listed.
MISSING, UNLISTED = 0, 1  # not clinical: codes
#: A unit that gives no scale: the codes of faults, in the order of ``NO_SCALE``.
NO_SCALE = ("missing-unit", "unknown-unit", "wrong-unit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """One factor into the canonical unit of a lab, and the unit it is called by."""

    factor: Fraction
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scales:
    """The scales of every lab (L labs, U units as surveyed).

    ``of`` (L, U) is the number of a unit's scale in ``scales[lab]``, or -1 - i for the
    fault ``NO_SCALE[i]``.  ``factors`` are all factors, and ``factor`` (L, K) the number
    there of each lab's scales, -1 beyond its own.  ``lowest`` and ``highest`` (L,) are the
    limits of what is plausible, in the canonical unit.
    """

    labs: tuple[str, ...]
    units: tuple[str, ...]
    scales: tuple[tuple[Scale, ...], ...]
    of: NDArray[np.int16]
    factors: tuple[Fraction, ...]
    factor: NDArray[np.int64]
    lowest: NDArray[np.float64]
    highest: NDArray[np.float64]

    def logs(self, lab: int) -> NDArray[np.float64]:
        """Return the natural logarithm of each factor of a lab (K,)."""
        return np.log([float(one.factor) for one in self.scales[lab]])


def scales_of(
    labs: Sequence[str],
    units: Sequence[str],
    seen: Mapping[tuple[str, str], int],
    knowledge: Knowledge,
) -> Scales:
    """Return the scales of ``labs`` for ``units`` as printed.

    ``seen`` counts results by (lab, unit as printed): the unit most often printed for a
    scale gives its name.
    """
    of = np.full((len(labs), len(units) + 2), -1 - NO_SCALE.index("unknown-unit"), np.int16)
    of[:, MISSING] = -1 - NO_SCALE.index("missing-unit")
    scales = []
    for number, id_ in enumerate(labs):
        names = _names(id_, units, seen, knowledge, of[number])
        scales.append(tuple(Scale(factor=by, unit=unit) for by, unit in names.items()))
    factors = tuple(dict.fromkeys(one.factor for each in scales for one in each))
    factor = np.full((len(labs), max(map(len, scales), default=0) + 1), -1, np.int64)
    for number, each in enumerate(scales):
        factor[number, : len(each)] = [factors.index(one.factor) for one in each]
    ends = [_plausible(id_, knowledge) for id_ in labs]
    return Scales(
        labs=tuple(labs),
        units=tuple(units),
        scales=tuple(scales),
        of=of,
        factors=factors,
        factor=factor,
        lowest=np.array([low for low, _ in ends], np.float64),
        highest=np.array([high for _, high in ends], np.float64),
    )


def _names(
    id_: str,
    units: Sequence[str],
    seen: Mapping[tuple[str, str], int],
    knowledge: Knowledge,
    codes: NDArray[np.int16],
) -> dict[Fraction, str]:
    """Return the name of each factor of a lab; fill in the ``codes`` of the units."""
    lab = knowledge.labs[id_]
    shown = lab.shown_units or (lab.canonical_unit,)
    sizes = {unit: to_canonical(knowledge.units[unit], lab, knowledge) for unit in shown}
    found = {text: factor_of(text, lab, knowledge) for text in units}
    used = {text: times for text in units if (times := seen.get((id_, text), 0))}
    names: dict[Fraction, str] = {}
    # The first of the record, unless the source prints another of the same size more often.
    for unit in sorted(shown, key=lambda unit: -used.get(unit, 0)):
        if (size := sizes[unit]) is not None:
            names.setdefault(size, unit)
    names = {size: names[size] for size in sizes.values() if size is not None}
    for text in used:
        if isinstance(by := found[text], Fraction):
            names.setdefault(by, text)
    numbers = {by: number for number, by in enumerate(names)}
    for code, by in enumerate(found.values(), start=UNLISTED + 1):
        if not isinstance(by, Fraction):
            codes[code] = -1 - NO_SCALE.index(by.code)
        elif by in numbers:
            codes[code] = numbers[by]
    return names


def _plausible(id_: str, knowledge: Knowledge) -> tuple[float, float]:
    lab = knowledge.labs[id_]
    low, high = (
        None if end is None else in_canonical(end, lab.plausible.unit, lab, knowledge)
        for end in (lab.plausible.low, lab.plausible.high)
    )
    return (0.0 if low is None else low), (np.inf if high is None else high)


def canonical_limit(value: float, unit: str, lab: str, knowledge: Knowledge) -> float:
    """Return a record's limit in the lab's canonical unit."""
    return in_canonical(value, unit, knowledge.labs[lab], knowledge)


def second_factor(knowledge: Knowledge) -> float:
    """Return how much the two B12 factors in use differ: ours over the other."""
    other = exact(knowledge.population.setting["second_b12_molar_mass"].value)
    mass = knowledge.labs["serum_b12"].molar_mass
    return float(exact(mass.value) / other) if mass else 1.0

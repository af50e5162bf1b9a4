"""From a grade to a number, and from a number to what a site prints."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records_of_simulation import Site
from corrin.labs.units import exact, to_canonical
from corrin.population.simulating.lab_limits import Limits
from corrin.population.simulating.streams import Floats, Integers, between

_MASS = "mass-concentration"
#: Significant digits that are printed.
_DIGITS = 3  # not clinical: digits
#: How far beyond a limit results reach where the record of their lab does not say.
_BELOW, _ABOVE, _OPEN_LOW, _OPEN_HIGH = 0.5, 2.5, 0.2, 2.0  # not clinical: shapes of numbers
#: An interval holds 95% of the usual results.
_WITHIN = 0.95  # not clinical: the usual meaning of an interval
_REMEMBERED = 1 << 18  # not clinical: the size of a cache
_POINTS = 513  # not clinical: points of a table


@lru_cache(maxsize=1)
def _bell() -> tuple[Floats, Floats]:
    """Return shares and places from -1 to 1 of a bell cut off at the ends of its interval."""
    normal = NormalDist()
    tail = (1 - _WITHIN) / 2
    shares = np.linspace(0.0, 1.0, _POINTS)
    reach = normal.inv_cdf(1 - tail)
    inside = tail + shares * _WITHIN
    return shares, np.array([normal.inv_cdf(each) / reach for each in inside.tolist()])


def bell(uniform: Floats) -> Floats:
    """Return places from -1 to 1, most of them near 0."""
    return np.asarray(np.interp(uniform, *_bell()))


def draw_values(
    limits: Limits, grade: Integers, uniform: Floats, *, low: Floats, high: Floats, margin: float
) -> Floats:
    """Return one result (canonical) for each grade; ``low`` and ``high`` are the interval.

    Usual results are log-normal around the middle; none lies within ``margin`` of a limit.
    """
    shape = limits.shape
    opened = np.where(np.isnan(low), high * (shape.open_low or _OPEN_LOW), low)
    top = np.where(np.isnan(high), low * (shape.open_high or _OPEN_HIGH), high)
    below = [cut.at(low) for cut in limits.below]
    above = [cut.at(high) for cut in limits.above]
    first = np.maximum.reduce([opened, *below[:1]]) * (1 + margin)
    last = np.minimum.reduce([top, *above[:1]]) * (1 - margin)
    value = np.exp((np.log(first) + np.log(last)) / 2
                   + (np.log(last) - np.log(first)) / 2 * bell(uniform))  # fmt: skip
    for sign, cuts, reach in (
        (-1, below, shape.below or _BELOW),
        (1, above, shape.above or _ABOVE),
    ):
        for number, cut in enumerate(cuts, 1):
            rows = grade == sign * number
            if not rows.any():
                continue
            near = cut * (1 + sign * margin)
            further = cuts[number] * (1 - sign * margin) if number < len(cuts) else cut * reach
            value[rows] = between(near[rows], further[rows], uniform[rows])
    return np.asarray(value)


def printed(value: Floats) -> Floats:
    """Return numbers to three significant digits, as they are written."""
    with np.errstate(divide="ignore"):
        power = np.floor(np.log10(np.abs(value))) - (_DIGITS - 1)
    power = np.where(np.isfinite(power), power, 0.0)
    # Division of two whole numbers gives the float nearest to the decimal that is printed.
    down = np.rint(value * 10.0 ** np.maximum(0.0, -power)) / 10.0 ** np.maximum(0.0, -power)
    up = np.rint(value / 10.0 ** np.maximum(0.0, power)) * 10.0 ** np.maximum(0.0, power)
    return np.asarray(np.where(power < 0, down, up))


@lru_cache(maxsize=2)
def site_units(knowledge: Knowledge) -> dict[tuple[str, bool], tuple[str, float]]:
    """Return unit and factor to the canonical one, by lab and whether the site is conventional."""
    found = {}
    for lab in knowledge.labs.values():
        for conventional in (False, True):
            unit = lab.canonical_unit
            if conventional:
                mass = (u for u in lab.shown_units
                        if u != unit and knowledge.units[u].dimension == _MASS)  # fmt: skip
                unit = next(mass, unit)
            by = to_canonical(knowledge.units[unit], lab, knowledge)
            found[lab.id, conventional] = unit, float(by or 1)
    return found


@lru_cache(maxsize=2)
def _in_canonical(knowledge: Knowledge) -> Callable[[str, str, float], float]:
    @lru_cache(maxsize=_REMEMBERED)
    def turned(lab: str, unit: str, value: float) -> float:
        by = to_canonical(knowledge.units[unit], knowledge.labs[lab], knowledge)
        return value if by is None else float(exact(value) * by)

    return turned


def in_canonical_unit(lab: str, unit: str, values: Floats, knowledge: Knowledge) -> Floats:
    """Return printed numbers in the canonical unit, exactly as the table of people has them."""
    if unit == knowledge.labs[lab].canonical_unit:
        return values
    turned = _in_canonical(knowledge)
    unique, inverse = np.unique(values, return_inverse=True)
    canonical = [each if each != each else turned(lab, unit, each) for each in unique.tolist()]  # noqa: PLR0124 - NaN
    return np.array(canonical, dtype=np.float64)[inverse.reshape(-1)]


def b12_factor(site: Site, knowledge: Knowledge) -> float:
    """Return what turns a site's number for total B12 into pmol/L."""
    lab = knowledge.labs["serum_b12"]
    return float(to_canonical(knowledge.units[site.b12_unit], lab, knowledge) or 1)

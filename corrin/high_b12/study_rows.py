"""What the model says of each published row: the quantity that the study observed.

:func:`row_value` gives it for every draw of the parameters, for a study whose rise is
``study`` times the usual one; :func:`row_spread` says by how much a study's figure
strays, apart from the parameters.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from corrin.high_b12.conditioning import normal_below
from corrin.high_b12.excess import excess
from corrin.high_b12.parameters import Floats, Parameters, setting
from corrin.high_b12.records import Product, Regimen
from corrin.high_b12.regimens import regimen_from_text
from corrin.high_b12.response import response
from corrin.high_b12.uptake import retained, taken_up
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records_of_intake import DoseLevel, Kept, Kind

_PERCENT = 100
_LN2 = float(np.log(2))
#: Rows that are shares of a dose in percent, which stray on the scale of log-odds.
SHARES = frozenset({Kind.KEPT_PERCENT, Kind.LOST_PERCENT})

Value = Callable[[DoseLevel, Parameters, Knowledge, Floats], Floats]


def row_value(
    row: DoseLevel, parameters: Parameters, knowledge: Knowledge, *, study: Floats | None = None
) -> Floats | None:
    """Return the row's quantity in its own unit for each draw; None when it has no meaning.

    ``study`` multiplies the rise (or half-time), the uptake, or the odds of what is kept.
    """
    value = _VALUES.get(row.kind)
    if value is None or (row.kind in _NEED_REGIMEN and row_regimen(row, knowledge) is None):
        return None
    if row.kind in _NEED_BASELINE and row.baseline is None:
        return None
    one = np.ones(parameters.draws) if study is None else study
    return value(row, parameters, knowledge, one)


def row_spread(row: DoseLevel, parameters: Parameters) -> Floats:
    """Return the spread of ``study`` (standard deviation of its logarithm) for a row."""
    if row.kind is Kind.UPTAKE:
        return parameters["uptake_spread"]
    return parameters["kept_spread" if row.kind in SHARES else "study_spread"]


def row_sampling(
    row: DoseLevel, value: Floats, parameters: Parameters, knowledge: Knowledge
) -> Floats:
    """Return the standard error of the row's figure from people differing, n people.

    Zero where the number of people is not known or the figure is no mean over people.
    """
    if row.n is None:
        return np.zeros_like(value)
    within, people = setting(knowledge, "within_person"), parameters["person_spread"]
    root = np.sqrt(row.n)
    if row.kind is Kind.SHARE_ABOVE:
        return np.asarray(np.sqrt(value * (1 - value)) / root)
    if row.kind in {Kind.LEVEL, Kind.RISE}:
        start = row.baseline or 0
        rise = value - start if row.kind is Kind.LEVEL else value
        level = value if row.kind is Kind.LEVEL else value + start
        own = np.hypot(people * rise, within * level)
        # Two groups: the chance difference between their first levels comes on top.
        others = np.sqrt(2) * (row.baseline_sd or 0) if row.unpaired else 0
        return np.asarray(np.hypot(own, others) / root)
    if row.kind in {Kind.RATIO, Kind.TROUGH_RATIO}:
        own = np.hypot(people * (value - 1), within * value)
        others = 0.0
        if row.unpaired and row.baseline:
            others = np.sqrt(2) * (row.baseline_sd or 0) / row.baseline * (value - 1)
        return np.asarray(np.hypot(own, others) / root)
    if row.kind is Kind.FORM_RATIO:  # two groups, each half of the people
        return np.asarray(value * np.hypot(people, within) * 2 / root)
    return np.zeros_like(value)


def individual_sd(row: DoseLevel, value: Floats, parameters: Parameters, within: float) -> Floats:
    """Return the standard deviation among people that the model gives a row of levels."""
    start, start_sd = row.baseline or 0, row.baseline_sd or 0
    rise = parameters["person_spread"] * (value - start)
    noise = within**2 * (value**2 - start**2)
    return np.sqrt(start_sd**2 + rise**2 + noise)


@functools.cache
def row_regimen(row: DoseLevel, knowledge: Knowledge) -> Regimen | None:
    """Return the row's regimen, or None when its words cannot be read as one."""
    regimen = regimen_from_text((row.regimen,), knowledge)
    return None if regimen.problems or not regimen.products else regimen


def _excess(row: DoseLevel, parameters: Parameters, knowledge: Knowledge, *days: float) -> Floats:
    """Return the mean rise on the days (by default the row's own), shape (days, draws)."""
    regimen = row_regimen(row, knowledge)
    at = days or ((row.day,) if row.day is not None else ())
    if regimen is None or not at:
        return np.full((max(len(at), 1), parameters.draws), np.nan)
    added = excess(regimen, at, parameters, knowledge, intrinsic_factor=row.intrinsic_factor).total
    # A median lies below the mean of people whose rises are log-normal.
    return np.asarray(
        added * np.exp(-(parameters["person_spread"] ** 2) / 2) if row.median else added
    )


def _baseline(row: DoseLevel, parameters: Parameters) -> Floats:
    """Return the level without the row's doses on its day."""
    start = np.full(parameters.draws, row.baseline or np.nan)
    if not row.prior_injections:
        return start
    without = parameters["level_without_stomach"]
    part = response(parameters, like=Kept.CYANOCOBALAMIN)
    gains = part.sizes / part.rates
    left = (gains * np.exp(-part.rates * (row.day or 0))).sum(axis=0) / gains.sum(axis=0)
    return np.asarray(without + np.maximum(start - without, 0) * left)


def _level(row: DoseLevel, p: Parameters, k: Knowledge, study: Floats) -> Floats:
    return np.asarray(_baseline(row, p) + _excess(row, p, k)[0] * study)


def _rise(row: DoseLevel, p: Parameters, k: Knowledge, study: Floats) -> Floats:
    return np.asarray(_excess(row, p, k)[0] * study)


def _ratio(row: DoseLevel, p: Parameters, k: Knowledge, study: Floats) -> Floats:
    start = _baseline(row, p)
    return np.asarray((start + _excess(row, p, k)[0] * study) / start)


def _trough_ratio(row: DoseLevel, p: Parameters, k: Knowledge, study: Floats) -> Floats:
    first, later = _excess(row, p, k, 1.0, row.day or 1.0) * study
    start = _baseline(row, p)
    return np.asarray((start + later) / (start + first))


def _form_ratio(row: DoseLevel, p: Parameters, k: Knowledge, study: Floats) -> Floats:
    """Hydroxocobalamin against cyanocobalamin; ``study`` strays for the first alone."""
    regimen = row_regimen(row, k)
    product = regimen.products[0] if regimen else None
    if product is None or row.day is None:
        return np.full(p.draws, np.nan)
    other = Product(name="", substance="cyanocobalamin", route=product.route,
                    trains=product.trains)  # fmt: skip
    added = excess(Regimen(products=(other,)), (row.day,), p, k).total[0]
    start = p["level_on_usual_diet"]
    return np.asarray((start + _excess(row, p, k)[0] * study) / (start + added))


def _dose(row: DoseLevel, knowledge: Knowledge) -> Floats:
    regimen = row_regimen(row, knowledge)
    dose = regimen.products[0].trains[0].dose_ug if regimen else np.nan
    return np.array([dose])


def _uptake(row: DoseLevel, p: Parameters, k: Knowledge, study: Floats) -> Floats:
    return taken_up(_dose(row, k), p, intrinsic_factor=row.intrinsic_factor) * study


def _kept_percent(row: DoseLevel, p: Parameters, k: Knowledge, study: Floats) -> Floats:
    regimen = row_regimen(row, k)
    substance = regimen.products[0].substance if regimen else ""
    dose = _dose(row, k)
    share = retained(dose, p, like=k.substances[substance].kept_like) / dose
    odds = share / (1 - share) * study
    return np.asarray(_PERCENT * odds / (1 + odds))


def _lost_percent(row: DoseLevel, p: Parameters, k: Knowledge, study: Floats) -> Floats:
    return _PERCENT - _kept_percent(row, p, k, study)


def _half_time(_: DoseLevel, p: Parameters, __: Knowledge, study: Floats) -> Floats:
    return np.asarray(p["store_half_time"] * study)


def _loss_percent(_: DoseLevel, p: Parameters, __: Knowledge, study: Floats) -> Floats:
    return np.asarray(_PERCENT * _LN2 / p["store_half_time"] * study)


def _gain(p: Parameters, days: float = np.inf) -> Floats:
    """Return the rise after some days of one microgram kept a day, spread over the day."""
    part = response(p, like=Kept.CYANOCOBALAMIN)
    built = part.sizes / part.rates * -np.expm1(-part.rates * days)
    return np.asarray(built.sum(axis=0))


def _from_food(intake: Floats, p: Parameters, k: Knowledge) -> Floats:
    meals = setting(k, "meals_a_day")
    return meals * taken_up(intake / meals, p)


def _doubling(_: DoseLevel, p: Parameters, k: Knowledge, study: Floats) -> Floats:
    usual = p["usual_intake"]
    more = _from_food(2 * usual, p, k) - _from_food(usual, p, k)
    return np.asarray(_PERCENT * _gain(p) * more * study / p["level_on_usual_diet"])


def _diet_fall(row: DoseLevel, p: Parameters, k: Knowledge, study: Floats) -> Floats:
    usual = p["usual_intake"]
    less = _from_food(usual, p, k) - _from_food(usual * (row.intake_share or 0), p, k)
    return np.asarray(_gain(p, row.day or 0) * less * study)


def _share_above(row: DoseLevel, p: Parameters, k: Knowledge, study: Floats) -> Floats:
    """Return the share of people whose later result lies above their first one."""
    start = _baseline(row, p)
    rise = _excess(row, p, k)[0] * study
    noise = setting(k, "within_person_old_assay") * np.sqrt(2)
    # The mean over people, whose rises differ, by Gauss-Hermite quadrature.
    nodes, weights = np.polynomial.hermite_e.hermegauss(10)
    spread = p["person_spread"]
    share = np.zeros(p.draws)
    for node, weight in zip(nodes, weights / weights.sum(), strict=True):
        own = rise * np.exp(spread * node - spread**2 / 2)
        share += weight * normal_below(np.log((start + own) / start) / noise)
    return share


_VALUES: Mapping[Kind, Value] = MappingProxyType(
    {
        Kind.LEVEL: _level,
        Kind.RISE: _rise,
        Kind.RATIO: _ratio,
        Kind.TROUGH_RATIO: _trough_ratio,
        Kind.FORM_RATIO: _form_ratio,
        Kind.UPTAKE: _uptake,
        Kind.KEPT_PERCENT: _kept_percent,
        Kind.LOST_PERCENT: _lost_percent,
        Kind.HALF_TIME: _half_time,
        Kind.LOSS_PERCENT: _loss_percent,
        Kind.DOUBLING: _doubling,
        Kind.DIET_FALL: _diet_fall,
        Kind.SHARE_ABOVE: _share_above,
    }
)
_NEED_REGIMEN = frozenset(_VALUES) - {
    Kind.HALF_TIME, Kind.LOSS_PERCENT, Kind.DOUBLING, Kind.DIET_FALL
}  # fmt: skip
_NEED_BASELINE = frozenset({Kind.LEVEL, Kind.RATIO, Kind.TROUGH_RATIO, Kind.SHARE_ABOVE})

"""Held against the published rows: what the model says of each, and what was observed.

A study's mean is judged against the 90% interval for a mean of its number of people,
with the uncertainty of the parameters and the straying of studies in it.  An interval
whose ends differ by more than a factor of two says too little and does not count as
inside (for a rise, the ends of the level count).  A row without a fair comparison is
listed with its reason and judged by nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from corrin.high_b12.excess import excess
from corrin.high_b12.parameters import SEED, Floats, Parameters, draw_parameters, setting
from corrin.high_b12.records import Expected
from corrin.high_b12.regimens import regimen_from_text
from corrin.high_b12.study_rows import individual_sd, row_sampling, row_spread, row_value
from corrin.high_b12.uptake import taken_up
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records_of_intake import DoseLevel, Kind, Use

#: An interval or a standard deviation may be off by this factor.
_FACTOR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class RowJudged:
    """One row: observed, the predicted median and interval, and how the two compare.

    ``inside`` is None for a row that is not usable or has no prediction.  ``too_wide``
    rows are not inside.  ``sd_ratio`` is predicted over observed standard deviation of
    single people.  ``log_error`` is that of the median, ``constant_log_error`` that of
    always saying the mean of the usable fit rows; rises and ratios are compared as levels.
    """

    id: str
    name: str
    use: str
    use_as_recorded: str
    usable: bool
    why: str
    reference: str
    kind: str
    unit: str | None
    n: int | None
    observed: float | None
    at_least: bool
    median: float | None
    low: float | None
    high: float | None
    inside: bool | None
    too_wide: bool
    sd_ratio: float | None
    log_error: float | None
    constant_log_error: float | None
    assumed: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """Every row judged, counts of usable rows inside by use, and the derived gain."""

    rows: tuple[RowJudged, ...]
    inside: Mapping[str, tuple[int, int]]
    gain: tuple[Expected, ...]


def validate(knowledge: Knowledge, *, draws: int | None = None) -> Validation:
    """Judge every row of dose and level.  The same answer each time."""
    draws = int(knowledge.model["draws"].value) * 10 if draws is None else draws
    parameters = draw_parameters(knowledge, draws)
    constants = _constants(knowledge)
    rows = tuple(
        _judge(row, parameters, knowledge, constants.get(_compared_as(row)))
        for row in knowledge.dose_levels.values()
    )
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        if row.usable and row.use != Use.PLAUSIBILITY:
            counts[row.use][0] += row.inside is True
            counts[row.use][1] += 1
    return Validation(
        rows=rows,
        inside={use: (inside, of) for use, (inside, of) in counts.items()},
        gain=gain(knowledge, draws=draws),
    )


def gain(knowledge: Knowledge, *, draws: int) -> tuple[Expected, ...]:
    """Return the rise (ng/L) for each microgram taken up a day, after months of 1 mg a day.

    On the days of the studies it was derived from: four months and a year.
    """
    parameters = draw_parameters(knowledge, draws)
    regimen = regimen_from_text(("cyanocobalamin 1000 ug oral daily",), knowledge)
    dose = np.array([regimen.products[0].trains[0].dose_ug])
    days = sorted({row.day for row in knowledge.dose_levels.values()
                   if row.use is Use.FIT and row.kind is Kind.LEVEL and row.day
                   and row.id in {"pk01", "pk06"}})  # fmt: skip
    added = excess(regimen, days, parameters, knowledge).total / taken_up(dose, parameters)
    return tuple(
        Expected(day=day, median=median, low=low, high=high)
        for day, (median, low, high) in zip(
            days, (_summary(one, knowledge) for one in added), strict=True
        )
    )


def _judge(
    row: DoseLevel, parameters: Parameters, knowledge: Knowledge, constant: float | None
) -> RowJudged:
    observed = _observed(row)
    middle = row_value(row, parameters, knowledge)
    median = low = high = sd_ratio = None
    inside, too_wide = None, False
    if middle is not None:
        values = _mean_of_study(row, middle, parameters, knowledge)
        median, low, high = _summary(values, knowledge)
        base = (row.baseline or 0) if row.kind is Kind.RISE else 0
        too_wide = (base + high) > _FACTOR * max(base + low, 0)
        if observed is not None and row.usable:
            hit = observed <= high and (row.at_least or low <= observed)
            inside = hit and not too_wide
        if row.observed_sd and row.usable and row.kind is Kind.LEVEL:
            within = setting(knowledge, "within_person")
            spread = float(np.median(individual_sd(row, middle, parameters, within)))
            sd_ratio = spread / row.observed_sd
    return RowJudged(
        id=row.id,
        name=row.name,
        use=row.use.value,
        use_as_recorded=row.use_as_recorded,
        usable=row.usable,
        why=row.why,
        reference=row.reference,
        kind=row.kind.value,
        unit=row.unit,
        n=row.n,
        observed=observed,
        at_least=row.at_least,
        median=median,
        low=low,
        high=high,
        inside=inside,
        too_wide=too_wide and row.usable,
        sd_ratio=sd_ratio,
        log_error=_log_error(_as_level(row, observed), _as_level(row, median)),
        constant_log_error=_log_error(_as_level(row, observed), constant) if row.usable else None,
        assumed=row.assumed,
    )


def _mean_of_study(
    row: DoseLevel, middle: Floats, parameters: Parameters, knowledge: Knowledge
) -> Floats:
    """Return the figure of a study of this size in every draw."""
    source = np.random.default_rng([SEED, 10])
    strays, chance = source.standard_normal((2, parameters.draws))
    study = np.exp(row_spread(row, parameters) * strays)
    values = row_value(row, parameters, knowledge, study=study)
    if values is None:
        return middle
    seen = np.asarray(values + row_sampling(row, values, parameters, knowledge) * chance)
    return np.clip(seen, 0, 1) if row.kind is Kind.SHARE_ABOVE else seen


def _summary(values: Floats, knowledge: Knowledge) -> tuple[float, float, float]:
    tail = (1 - knowledge.model["interval"].value) / 2
    low, median, high = np.quantile(values, (tail, 1 / 2, 1 - tail))
    return float(median), float(low), float(high)


def _observed(row: DoseLevel) -> float | None:
    if row.observed is not None:
        return row.observed
    if row.low and row.high:
        return float(np.sqrt(row.low * row.high))
    return None


def _compared_as(row: DoseLevel) -> Kind:
    as_level = row.kind in {Kind.RISE, Kind.RATIO} and row.baseline is not None
    return Kind.LEVEL if as_level else row.kind


def _as_level(row: DoseLevel, value: float | None) -> float | None:
    """Return the level that a rise or a ratio amounts to; other figures as they are."""
    if value is None or row.baseline is None:
        return value
    if row.kind is Kind.RISE:
        return row.baseline + value
    return row.baseline * value if row.kind is Kind.RATIO else value


def _constants(knowledge: Knowledge) -> dict[Kind, float]:
    """Return the geometric mean of what the usable fit rows of each kind observed."""
    seen: dict[Kind, list[float]] = defaultdict(list)
    for row in knowledge.dose_levels.values():
        observed = _as_level(row, _observed(row))
        if row.use is Use.FIT and row.usable and observed:
            seen[_compared_as(row)].append(observed)
    return {
        kind: float(np.exp(np.mean(np.log(values))))
        for kind, values in seen.items()
        if len(values) > 1
    }


def _log_error(observed: float | None, said: float | None) -> float | None:
    if not observed or not said or said <= 0:
        return None
    return float(np.log(observed / said))

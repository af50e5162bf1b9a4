"""What doses at given times add to the level of B12: a sum of exponentials, in closed form.

One microgram kept raises the level at once, and the rise falls in four parts (early,
middle, slow, store), each with its own size and half-time:

    h(t) = sum_j A_j exp(-L_j t)

which is what a blood pool that exchanges with three other pools does.  Equal doses at
equal intervals T make a geometric series: N doses, the last one s days ago, give

    sum_j A_j exp(-L_j s) (1 - exp(-L_j N T)) / (1 - exp(-L_j T))

so a year of daily tablets costs no more than one tablet.  What an injection does not
keep is unbound for hours and adds one more exponential (:func:`unbound`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corrin.high_b12.parameters import Floats, Parameters
from corrin.knowledge.records_of_intake import Kept

_LN2 = float(np.log(2))
_LITRE_UG = 1_000  # not clinical: ng in a ug
#: The parts of the response; each has a size and a half-time among the parameters.
PARTS = ("early", "middle", "slow", "store")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Response:
    """Sizes (ng/L for each ug kept) and rates (1/day) of the parts, shape (parts, draws)."""

    sizes: Floats
    rates: Floats


def response(parameters: Parameters, *, like: Kept) -> Response:
    """Return the response to one microgram kept of a form of B12."""
    rates = np.array([_LN2 / parameters[f"{part}_half_time"] for part in PARTS])
    gains = [parameters[f"{part}_gain"] for part in PARTS[1:]]
    sizes = np.array(
        [parameters["early_rise"], *(g * r for g, r in zip(gains, rates[1:], strict=True))]
    )
    if like is Kept.HYDROXOCOBALAMIN:
        sizes[PARTS.index("slow")] *= parameters["slow_factor_hydroxocobalamin"]
    return Response(sizes=sizes, rates=rates)


def unbound(parameters: Parameters, *, like: Kept) -> Response:
    """Return the response to one microgram that is injected and not kept: one part."""
    name = "unbound_half_time"
    if like is Kept.HYDROXOCOBALAMIN:
        name = "unbound_half_time_hydroxocobalamin"
    size = _LITRE_UG / parameters["unbound_volume"]
    return Response(sizes=size[None], rates=_LN2 / parameters[name][None])


def add_up(part: Response, *, since_last: Floats, count: Floats, interval: Floats) -> Floats:
    """Return what equal doses of one kept microgram add, by part.

    ``since_last`` (days since the last dose), ``count`` (doses so far; 0 adds nothing,
    infinite is the steady state) and ``interval`` (days) broadcast against the draws,
    the last axis.  Returns shape (parts, ...).
    """
    shape = np.broadcast_shapes(since_last.shape, count.shape, interval.shape, part.rates[0].shape)
    total = np.empty((len(part.rates), *shape))
    for position, (size, rate) in enumerate(zip(part.sizes, part.rates, strict=True)):
        series = np.expm1(-rate * interval * count) / np.expm1(-rate * interval)
        total[position] = size * np.exp(-rate * since_last) * np.where(count > 0, series, 0)
    return total

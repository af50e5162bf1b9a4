"""The level a regimen leads to, and whether it explains a level: with what is not known.

A thousand possible people on the regimen are drawn, each in a possible world (one draw
of every parameter), and their levels are looked at.  Results the person already has make
the drawn people who fit them count more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from corrin.errors import InputError
from corrin.high_b12.conditioning import Weights, at_most, choose, even, quantiles, weigh
from corrin.high_b12.excess import Excess, draw_unknowns, excess
from corrin.high_b12.parameters import Floats, draw_parameters, setting
from corrin.high_b12.people import People, draw_people
from corrin.high_b12.records import (
    Decline,
    Expected,
    Explained,
    Level,
    LevelCurve,
    Regimen,
)
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records_of_intake import Entry

#: How many more people are drawn when too few of them fit the results.
MORE = 20  # not clinical: a number of repetitions
_MEASURED_BEFORE = (
    "The blood is taken before that day's dose.",
    "B12 is taken as stated, as well as people took it in the studies.",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Drawn:
    """Drawn people on a regimen: their levels on the days asked, and their weights."""

    people: People
    added: Excess
    weights: Weights

    @property
    def true_levels(self) -> Floats:
        return self.people.true_levels(self.added.total)


def predict(
    regimen: Regimen,
    knowledge: Knowledge,
    *,
    at_days: Sequence[float],
    baseline: float | None = None,
    results: Sequence[Level] = (),
    draws: int | None = None,
    intrinsic_factor: bool = True,
    reference_day: float | None = None,
) -> tuple[Expected, ...]:
    """Return the level expected on each day (median and 90% interval, ng/L).

    ``baseline`` is the person's own level from before the B12 (ng/L), ``results`` other
    results to go by; ``draws`` defaults to the setting of the model.  Raises
    :class:`InputError` when the regimen has problems.
    """
    drawn = _draw(
        regimen, knowledge, at_days, baseline=baseline, results=results, draws=draws,
        intrinsic_factor=intrinsic_factor, reference_day=reference_day,
    )  # fmt: skip
    return _expected(drawn, at_days, knowledge)


def explains(
    level: Level,
    regimen: Regimen,
    knowledge: Knowledge,
    *,
    baseline: float | None = None,
    results: Sequence[Level] = (),
    draws: int | None = None,
    intrinsic_factor: bool = True,
) -> Explained:
    """Return how probable a level at least this high is in a person on this regimen.

    ``results`` are the person's other results; the level itself must not be among them.
    Raises :class:`InputError` when the regimen has problems.
    """
    drawn = _draw(
        regimen, knowledge, (level.day,), baseline=baseline, results=results, draws=draws,
        intrinsic_factor=intrinsic_factor, reference_day=level.day,
    )  # fmt: skip
    true = drawn.true_levels[0]
    above = 1 - at_most(true, level.low, setting(knowledge, "within_person"))
    # A finite number of drawn people never shows that something is impossible or certain.
    count = len(true)
    probability = (float(above @ drawn.weights.each) * count + 1 / 2) / (count + 1)
    return Explained(
        probability=probability,
        expected=_expected(drawn, (level.day,), knowledge)[0],
        results_used=len(results) if drawn.weights.fit else 0,
        results_fit=drawn.weights.fit,
        soon_after_injection=soon_after_injection(regimen, level.day, drawn.added, knowledge),
        assumptions=assumptions(regimen, knowledge, baseline=baseline,
                                intrinsic_factor=intrinsic_factor),
    )  # fmt: skip


def level_curve(
    regimen: Regimen,
    knowledge: Knowledge,
    *,
    days: Sequence[float],
    baseline: float | None = None,
    results: Sequence[Level] = (),
    draws: int | None = None,
    intrinsic_factor: bool = True,
    reference_day: float | None = None,
) -> LevelCurve:
    """Return the expected level over time, with the person's results used and kept as points."""
    expected = predict(
        regimen, knowledge, at_days=days, baseline=baseline, results=results, draws=draws,
        intrinsic_factor=intrinsic_factor, reference_day=reference_day,
    )  # fmt: skip
    return LevelCurve(
        days=np.array([one.day for one in expected]),
        median=np.array([one.median for one in expected]),
        low=np.array([one.low for one in expected]),
        high=np.array([one.high for one in expected]),
        points=tuple(results),
    )


def after_stopping(
    regimen: Regimen,
    knowledge: Knowledge,
    *,
    stop_day: float,
    for_days: Sequence[float],
    baseline: float | None = None,
    results: Sequence[Level] = (),
    draws: int | None = None,
    intrinsic_factor: bool = True,
) -> Decline:
    """Return what the level is expected to do when the last dose lies before ``stop_day``.

    ``for_days`` (ascending, from 0) counts from stopping.  Little is known of it: see
    ``rests_on`` and ``words``.  It is no advice to stop.
    """
    stopped = stop(regimen, stop_day)
    at_days = [stop_day + day for day in for_days]
    drawn = _draw(
        stopped, knowledge, at_days, baseline=baseline, results=results, draws=draws,
        intrinsic_factor=intrinsic_factor, reference_day=stop_day,
    )  # fmt: skip
    expected = _expected(drawn, for_days, knowledge)
    left = drawn.added.total / drawn.added.total[0]
    halved = [_first_below(np.asarray(for_days), one) for one in left.T]
    tail = (1 - knowledge.model["interval"].value) / 2
    low, median, high = quantiles(np.array(halved), drawn.weights.each, (tail, 1 / 2, 1 - tail))
    return Decline(
        curve=LevelCurve(
            days=np.asarray(for_days, dtype=np.float64),
            median=np.array([one.median for one in expected]),
            low=np.array([one.low for one in expected]),
            high=np.array([one.high for one in expected]),
            points=tuple(results),
        ),
        days_to_halve=Expected(day=stop_day, median=median, low=low, high=high),
        rests_on=("px07a", "px07b", "px07c", "px08e"),
        words=(
            "How levels fall after B12 is stopped has hardly been studied: one series after "
            "hydroxocobalamin injections (15 people) and one on a label of tablets, four weeks "
            "long, are all there is with numbers; the tablets fell more slowly than is shown "
            "here. Nobody should stop prescribed B12 for a test."
        ),
    )


def stop(regimen: Regimen, day: float) -> Regimen:
    """Return a regimen without the doses on and after a day."""

    def cut(last: float | None, every: float | None) -> float:
        end = day - (every or 1) / 2
        return end if last is None else min(last, end)

    products = tuple(
        replace(
            product,
            trains=tuple(
                train if train.every is None else replace(train, last=cut(train.last, train.every))
                for train in product.trains
            ),
        )
        for product in regimen.products
    )
    return replace(regimen, products=products)


def assumptions(
    regimen: Regimen, knowledge: Knowledge, *, baseline: float | None, intrinsic_factor: bool
) -> tuple[str, ...]:
    """Return in words what a prediction takes for granted."""
    words = [*regimen.assumptions, *_MEASURED_BEFORE]
    if baseline is None:
        typical = next(p for p in knowledge.pharmacokinetics.parameter if p.id == "typical_level")
        words.append(
            "The level before the B12 is not known: that of adults who take none is used "
            f"(middle {typical.median:g} ng/L)."
        )
    routes = {route.id: route.entry for route in knowledge.pharmacokinetics.route}
    entries = {routes[product.route] for product in regimen.products}
    if Entry.SWALLOWED in entries:
        words.append(
            "Intrinsic factor and the gut work as usual."
            if intrinsic_factor
            else "No intrinsic factor: what is swallowed is taken up by the passive way alone."
        )
    if Entry.INJECTED in entries:
        words.append("The kidneys work as usual.")
    return tuple(dict.fromkeys(words))


def soon_after_injection(regimen: Regimen, day: float, added: Excess, knowledge: Knowledge) -> bool:
    """Whether the sample says more of the last injection than of the stores."""
    routes = {route.id: route.entry for route in knowledge.pharmacokinetics.route}
    same_day = any(
        train.by_last and train.last == day
        for product in regimen.products
        for train in product.trains
        if routes[product.route] is Entry.INJECTED
    )
    share = np.median(added.from_injection[0]) / max(float(np.median(added.total[0])), 1)
    return same_day or bool(share >= setting(knowledge, "soon_after_share"))


def _draw(
    regimen: Regimen,
    knowledge: Knowledge,
    days: Sequence[float],
    *,
    baseline: float | None,
    results: Sequence[Level],
    draws: int | None,
    intrinsic_factor: bool,
    reference_day: float | None,
) -> _Drawn:
    if regimen.problems:
        raise InputError(regimen.problems)
    draws = int(knowledge.model["draws"].value) if draws is None else draws
    reference = days[0] if reference_day is None else reference_day
    parameters = draw_parameters(knowledge, draws)
    people = draw_people(parameters, knowledge, baseline=baseline)
    unknowns = draw_unknowns(draws, knowledge)
    weights = even(draws)
    if results:
        for repeat in (1, MORE):
            parameters = draw_parameters(knowledge, draws * repeat)
            people = draw_people(parameters, knowledge, baseline=baseline)
            unknowns = draw_unknowns(draws * repeat, knowledge)
            seen = excess(
                regimen, [result.day for result in results], parameters, knowledge,
                unknowns=unknowns,
                intrinsic_factor=intrinsic_factor, reference_day=reference,
            )  # fmt: skip
            weights = weigh(
                people.true_levels(seen.total),
                results,
                within=setting(knowledge, "within_person"),
                worst=setting(knowledge, "worst_residual"),
            )
            if weights.worth >= setting(knowledge, "least_effective_draws"):
                break
        if parameters.draws > draws:
            # Many were drawn to find the few who fit; from here on those few are enough.
            chosen = choose(weights, draws)
            parameters, people = parameters.some(chosen), people.some(chosen)
            unknowns = unknowns.some(chosen)
            weights = Weights(each=even(draws).each, worth=weights.worth, fit=weights.fit)
    added = excess(
        regimen, days, parameters, knowledge, unknowns=unknowns,
        intrinsic_factor=intrinsic_factor, reference_day=reference,
    )  # fmt: skip
    return _Drawn(people=people, added=added, weights=weights)


def _expected(drawn: _Drawn, days: Sequence[float], knowledge: Knowledge) -> tuple[Expected, ...]:
    tail = (1 - knowledge.model["interval"].value) / 2
    levels = drawn.people.levels(drawn.added.total)
    rows = quantiles(levels, drawn.weights.each, (tail, 1 / 2, 1 - tail)).T
    return tuple(
        Expected(day=float(day), median=float(median), low=float(low), high=float(high))
        for day, (low, median, high) in zip(days, rows, strict=True)
    )


def _first_below(days: Floats, left: Floats) -> float:
    """Return when half is left, by straight lines between the days; the last day if never."""
    below = np.nonzero(left <= 1 / 2)[0]
    if len(below) == 0:
        return float(days[-1])
    after = int(below[0])
    if after == 0:
        return float(days[0])
    share = (left[after - 1] - 1 / 2) / (left[after - 1] - left[after])
    return float(days[after - 1] + share * (days[after] - days[after - 1]))

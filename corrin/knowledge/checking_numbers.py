"""Checks on the numbers themselves: finite, in order, possible, and in units that fit."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator

from corrin.knowledge.facts import Knowledge
from corrin.knowledge.issues import Issue, error, warning
from corrin.knowledge.records import (
    Estimate,
    FindingGroup,
    FromLab,
    Guideline,
    Interval,
    PriorModifier,
    ReferenceInterval,
    Setting,
)
from corrin.knowledge.records_of_intake import Content, DoseLevel
from corrin.knowledge.walking import Part, parts

Limit = float | None


def check_numbers(knowledge: Knowledge) -> Iterator[Issue]:
    """Yield what is wrong with numbers."""
    for part in parts(knowledge):
        for name, number in part.numbers.items():
            if not math.isfinite(number):
                yield error(part.where, f"{name} is not a finite number.", "Give a number.")
        yield from _order(part)
    yield from _states(knowledge)


def _order(part: Part) -> Iterator[Issue]:
    match part.value:
        case Estimate(low=low, mode=mode, high=high, count=count, of=of):
            if not 0 < low <= mode <= high < 1:
                yield error(
                    part.where,
                    f"low {low}, mode {mode}, high {high} are not in order inside 0 and 1.",
                    "Give 0 < low <= mode <= high < 1.",
                )
            if (count is None) != (of is None):
                yield error(part.where, "count and of go together.", "Give both or neither.")
            elif count is not None and of is not None and not 0 <= count <= of > 0:
                yield error(part.where, f"{count} of {of} is not possible.", "Look it up again.")
        case Content(low=low, mode=mode, high=high) if not 0 <= low <= mode <= high:
            yield error(part.where, "low, mode and high are not in order.", "Put them in order.")
        case DoseLevel(low=low, high=high):
            yield from _reversed(part, ("low", "high"), low, high)
        case Interval(low=low, high=high):
            yield from _reversed(part, ("low", "high"), low, high, one_needed=True)
        case ReferenceInterval(low=low, high=high, age_from=age_from, age_to=age_to):
            yield from _reversed(part, ("low", "high"), low, high, one_needed=True)
            yield from _reversed(part, ("age_from", "age_to"), age_from, age_to)
        case Guideline(deficient_below=low, indeterminate_below=middle, high_above=high):
            yield from _reversed(part, ("deficient_below", "indeterminate_below"), low, middle)
            yield from _reversed(part, ("indeterminate_below", "high_above"), middle, high)
        case FindingGroup(members=members, counts=counts) if not 1 <= counts < len(members):
            yield error(
                part.where,
                f"{counts} of {len(members)} members limits nothing.",
                "Let fewer members count than there are, and one at least.",
            )
        case PriorModifier(multiply_by=factor) if factor <= 0:
            yield error(part.where, "multiply_by is not above 0.", "Give a ratio of odds.")
        case FromLab(limit=limit, times_limit=times) if limit is not None and times is not None:
            yield error(part.where, "limit and times_limit exclude each other.", "Keep one.")


def _reversed(
    part: Part, names: tuple[str, str], low: Limit, high: Limit, *, one_needed: bool = False
) -> Iterator[Issue]:
    if low is not None and high is not None and low > high:
        yield error(part.where, f"{names[0]} lies above {names[1]}.", "Put them in order.")
    if one_needed and low is None and high is None:
        yield error(part.where, "it has no limit at all.", "Give low, high or both.")


def _states(knowledge: Knowledge) -> Iterator[Issue]:
    """States of one variable exclude each other, so together they must leave room for none."""
    sums: dict[tuple[str, Setting], list[Estimate]] = defaultdict(list)
    for cause in knowledge.causes.values():
        for setting, prior in cause.priors.items():
            sums[cause.state_of or f"causes/{cause.id}", setting].append(prior)
    for (variable, setting), priors in sums.items():
        do = "Lower the priors; the states exclude each other."
        if sum(prior.mode for prior in priors) >= 1:
            yield error(variable, f"the priors of its states reach 1 ({setting}).", do)
        elif len(priors) > 1 and sum(prior.high for prior in priors) >= 1:
            yield warning(variable, f"the upper priors of its states reach 1 ({setting}).", do)

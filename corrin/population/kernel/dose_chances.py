"""How probable a level is on a regimen, compiled: ``predicting.explains`` for many people.

Two kinds of question.  A *plain* one knows the regimen alone: each regimen is worked out
once and asked for all its levels.  A *weighed* one has other results of the person, by
which the drawn people count (``conditioning``).
"""

# ruff: noqa: PLR0917

from __future__ import annotations

import math
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from corrin.high_b12.conditioning import normal_below
from corrin.high_b12.parameters import Floats, Integers
from corrin.population.kernel.dose_worlds import BASELINE, LOG_BASELINE, RISE, ROWS
from corrin.population.kernel.dosing import ROOM, excess_of_all
from corrin.twitching.noisy_or_fast_table import OPTIONS, U, compiled, inlined

Booleans = NDArray[np.bool_]

#: Standard deviations from which the normal distribution function is 0 or 1 in a float.
_FAR = 9.0  # not clinical: floating point
#: Points of the table in each standard deviation, and terms of the series at each point.
_FINE, _TERMS = 64, 7  # not clinical: array mechanics
_TINY = float(np.finfo(np.float64).tiny)
#: Draws that fit worse than the best by this much (natural logarithm) weigh nothing.
_NOTHING = 50.0  # not clinical: floating point


def _normal_table() -> Floats:
    """Taylor series of the standard normal distribution function at evenly spaced points."""
    z = np.arange(-_FAR * _FINE, _FAR * _FINE + 1) / _FINE
    series = np.empty((len(z), _TERMS))
    series[:, 0] = normal_below(z)
    before, hermite = np.zeros_like(z), np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    for term in range(1, _TERMS):
        series[:, term] = hermite / math.factorial(term)
        before, hermite = hermite, -z * hermite - (term - 1) * before
    return series


_NORMAL = _normal_table()


@inlined
def _up_to(log_limit: float, log_level: float, within: float) -> float:
    """The probability of a result up to a limit at a true level."""
    z = (log_limit - log_level) / within
    if z > _FAR:
        return 1.0
    if z < -_FAR:
        return 0.0
    point = int((z + _FAR) * _FINE + 1 / 2)
    series, beyond = _NORMAL[point], z + _FAR - point / _FINE
    below = series[_TERMS - 1]
    for term in range(2, _TERMS + 1):
        below = below * beyond + series[_TERMS - term]
    return float(below)


@compiled
def _at_least(log_levels: Floats, log_low: float, within: float) -> float:
    """How many of the drawn people would show a result at least this high."""
    above = 0.0
    for d in range(log_levels.size):
        above += 1 - _up_to(log_low, log_levels[d], within)
    return above


@compiled
def _plain(
    trains: Floats,
    first: Integers,
    intrinsic: Booleans,
    asked: Integers,
    log_low: Floats,
    world: Floats,
    within: float,
    room: Floats,
    chance: Floats,
) -> None:
    """Fill ``chance`` (A,) for regimens whose days count from the day of the sample."""
    draws = world.shape[1]
    total = room[ROOM]
    for regimen in range(first.size - 1):
        begin, end = first[regimen], first[regimen + 1]
        excess_of_all(
            *(trains, begin, end, 0.0, 0.0, intrinsic[regimen], world),
            *(room, total),
        )
        for d in range(draws):
            total[d] = math.log(world[BASELINE, d] + total[d] * world[RISE, d])
        for ask in range(asked[regimen], asked[regimen + 1]):
            # A finite number of drawn people never shows that something is impossible.
            chance[ask] = (_at_least(total, log_low[ask], within) + 1 / 2) / (draws + 1)


@compiled
def _bare(log_low: Floats, world: Floats, within: float, chance: Floats) -> None:
    """Fill ``chance`` (A,) for people who take no B12."""
    for ask in range(log_low.size):
        above = _at_least(world[LOG_BASELINE], log_low[ask], within)
        chance[ask] = (above + 1 / 2) / (world.shape[1] + 1)


@compiled
def _likelihoods(
    trains: Floats,
    first: Integers,
    intrinsic: Booleans,
    results: Floats,
    result_first: Integers,
    which: Integers,
    world: Floats,
    within: float,
    worst: float,
    room: Floats,
    logs: Floats,
) -> None:
    """Fill ``logs`` (W, D): how well the drawn people fit the results of the people ``which``.

    ``results`` has day, lower and upper end (ng/L) of a result in each row.
    """
    draws = world.shape[1]
    total = room[ROOM]
    for place in range(which.size):
        one = which[place]
        logs[place] = 0
        for row in range(result_first[one], result_first[one + 1]):
            day, low, high = results[row, 0], results[row, 1], results[row, 2]
            excess_of_all(
                *(trains, first[one], first[one + 1], day, 0.0, intrinsic[one]),
                *(world, room, total),
            )
            log_low = math.log(low) if low > 0 else -math.inf
            log_high = math.log(high)
            for d in range(U(draws)):
                total[d] = world[BASELINE, d] + total[d] * world[RISE, d]
            if low != high:
                for d in range(draws):
                    level = math.log(total[d])
                    inside = _up_to(log_high, level, within) - _up_to(log_low, level, within)
                    logs[place, d] += math.log(max(inside, _TINY))
                continue
            # Those too far off to weigh anything beside anybody who fits are left aside.
            number = result_first[one + 1] - result_first[one]
            far = math.sqrt(number * worst * worst + 2 * _NOTHING) * within
            least, most = math.exp(log_low - far), math.exp(log_low + far)
            for d in range(draws):
                if total[d] < least or total[d] > most:
                    logs[place, d] = -math.inf
                elif logs[place, d] > -math.inf:
                    off = (log_low - math.log(total[d])) / within
                    logs[place, d] -= off * off / 2


@compiled
def _settle(logs: Floats, results: int, worst: float) -> float:
    """Turn ``logs`` into weights; how many people they are worth, 0 when none fits."""
    best = -math.inf
    for d in range(logs.size):
        best = max(best, logs[d])
    if best < -results * worst * worst / 2:
        return 0.0
    whole = 0.0
    for d in range(logs.size):
        logs[d] = math.exp(logs[d] - best) if logs[d] > best - _NOTHING else 0.0
        whole += logs[d]
    squares = 0.0
    for d in range(logs.size):
        logs[d] /= whole
        squares += logs[d] * logs[d]
    return 1 / squares


@compiled
def _weighed_by_few(
    trains: Floats,
    first: Integers,
    intrinsic: Booleans,
    log_low: Floats,
    result_first: Integers,
    world: Floats,
    within: float,
    worst: float,
    least: float,
    room: Floats,
    logs: Floats,
    chance: Floats,
) -> None:
    """Fill ``chance`` (P,) where enough drawn people fit; NaN where more must be drawn."""
    draws = world.shape[1]
    total = room[ROOM]
    for one in range(first.size - 1):
        results = result_first[one + 1] - result_first[one]
        if _settle(logs[one], results, worst) < least:
            chance[one] = math.nan
            continue
        excess_of_all(
            *(trains, first[one], first[one + 1], 0.0, 0.0, intrinsic[one]),
            *(world, room, total),
        )
        above = 0.0
        for d in range(draws):
            level = math.log(world[BASELINE, d] + total[d] * world[RISE, d])
            above += (1 - _up_to(log_low[one], level, within)) * logs[one, d]
        chance[one] = (above * draws + 1 / 2) / (draws + 1)


@compiled
def _weighed_by_many(
    trains: Floats,
    first: Integers,
    intrinsic: Booleans,
    log_low: Floats,
    result_first: Integers,
    which: Integers,
    draws: Floats,
    within: float,
    worst: float,
    spread_out: Integers,
    logs: Floats,
    chosen: Integers,
    world: Floats,
    room: Floats,
    chance: Floats,
) -> None:
    """Fill ``chance`` of the people ``which`` from people chosen among many by weight.

    ``draws`` (B, ROWS, D); ``logs`` (W, B x D); ``chosen`` (D,) and ``world`` (ROWS, D) are
    worked in.
    """
    count = draws.shape[2]
    total = room[ROOM]
    for place in range(which.size):
        one = which[place]
        results = result_first[one + 1] - result_first[one]
        some = spread_out
        if _settle(logs[place], results, worst) > 0:
            _choose(logs[place], chosen)
            some = chosen
        for d in range(count):
            block, one_drawn = some[d] // count, some[d] % count
            for row in range(ROWS):
                world[row, d] = draws[block, row, one_drawn]
        excess_of_all(
            *(trains, first[one], first[one + 1], 0.0, 0.0, intrinsic[one], world, room, total)
        )
        above = 0.0
        for d in range(count):
            level = math.log(world[BASELINE, d] + total[d] * world[RISE, d])
            above += 1 - _up_to(log_low[one], level, within)
        chance[one] = (above + 1 / 2) / (count + 1)


@compiled
def _choose(weights: Floats, chosen: Integers) -> None:
    """Fill ``chosen`` with people, each as often as its weight says (``conditioning.choose``)."""
    count = chosen.size
    at, summed = 0, weights[0]
    for number in range(count):
        tick = (number + 1 / 2) / count
        while summed < tick and at < weights.size - 1:
            at += 1
            summed += weights[at]
        chosen[number] = at


def _digest() -> int:
    """A number that changes with the source of the compiled functions."""
    names = (Path(__file__).name, "dosing.py", "dose_worlds.py")
    here = Path(__file__).parent
    digest = sha256(b"".join((here / name).read_bytes() for name in names)).digest()
    return int.from_bytes(digest[: np.dtype(np.int64).itemsize - 1], "big")


def _programs(source: int) -> tuple[Callable[..., int], ...]:
    """The programs, kept on disk by the ``source`` they were compiled from (``noisy_or_fast``)."""

    def plain(*arrays: Any) -> int:
        _plain(*arrays)
        return source

    def bare(*arrays: Any) -> int:
        _bare(*arrays)
        return source

    def likelihoods(*arrays: Any) -> int:
        _likelihoods(*arrays)
        return source

    def weighed_by_few(*arrays: Any) -> int:
        _weighed_by_few(*arrays)
        return source

    def weighed_by_many(*arrays: Any) -> int:
        _weighed_by_many(*arrays)
        return source

    programs = (plain, bare, likelihoods, weighed_by_few, weighed_by_many)
    return tuple(cast("Callable[..., int]", njit(cache=True, **OPTIONS)(each)) for each in programs)


def run(program: Callable[..., int], *arrays: Any) -> None:
    """Run one of the programs; the arrays it fills stand last."""
    if program(*arrays) != SOURCE:
        raise RuntimeError("numba ran a stale program; delete its cache (*.nbi, *.nbc).")


SOURCE = _digest()
plain, bare, likelihoods, weighed_by_few, weighed_by_many = _programs(SOURCE)

"""What goes into the question "does the dose explain the level?", and what comes out.

Days are counted from a reference day: the first dose for a bare regimen, the day of the
assessment for a person's file (so the past is negative).  Levels are in ng/L, the same
number in pg/mL.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from corrin.errors import Problem
from corrin.high_b12.parameters import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseTrain:
    """Equal doses at equal intervals.

    ``first`` is None when the start is not known, ``last`` when it goes on.  ``every`` is
    None for a single dose.  With ``by_last`` the days are counted back from ``last``.
    ``dose_spread`` is the standard deviation of the logarithm of a guessed content.
    """

    dose_ug: float
    every: float | None
    first: float | None = 0.0
    last: float | None = None
    by_last: bool = False
    dose_spread: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One product of a regimen: ids of substance and route, and its doses."""

    name: str
    substance: str
    route: str
    trains: tuple[DoseTrain, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitPassed:
    """A daily limit of an authority that an intake lies above."""

    value_mg: float
    who: str
    reference: str | None
    assumed: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VitaminB6:
    """Vitamin B6 taken along: milligrams a day, and the limits it passes.

    ``guessed`` is true when a content had to be assumed.
    """

    mg_a_day: float
    guessed: bool
    above: tuple[LimitPassed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Regimen:
    """Everything with B12 that a person takes, what was assumed, and what has to be asked.

    With a problem the products that could be read are there all the same, so that the
    caller can decide; :func:`corrin.high_b12.predicting.predict` refuses a regimen with
    problems.
    """

    products: tuple[Product, ...] = ()
    vitamin_b6: VitaminB6 | None = None
    assumptions: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    origin: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A measured level in ng/L on a day; ``high`` is infinite for "more than"."""

    day: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The level expected on a day, in ng/L: median and 90% interval."""

    day: float
    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Whether a regimen explains a level.

    ``probability`` is that of a level at least this high in a person on this regimen;
    ``results_used`` counts the other results that were taken into account, and
    ``results_fit`` is False when no drawn person could have given them.
    ``soon_after_injection`` is true when the sample says more of the last injection than
    of the stores.
    """

    probability: float
    expected: Expected
    results_used: int
    results_fit: bool
    soon_after_injection: bool
    assumptions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LevelCurve:
    """The expected level over time, for a picture: arrays of one length, in days and ng/L."""

    days: Floats
    median: Floats
    low: Floats
    high: Floats
    points: tuple[Level, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Decline:
    """What the level is expected to do after the last dose, and how little that rests on.

    ``curve`` counts days from stopping.  ``days_to_halve`` is when half of what the doses
    added is gone (median and 90% interval).  ``rests_on`` names rows of dose and level.
    """

    curve: LevelCurve
    days_to_halve: Expected
    rests_on: tuple[str, ...]
    words: str = field(default="")

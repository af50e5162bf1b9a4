"""What the statistics of reports take in and give out.

A *report* is one person's case; a *product* is what was taken and an *event* what
happened.  All counts are counts of distinct reports, never of rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Likelihood(StrEnum):
    """What the two-gamma mixture is fitted to.

    ``FULL``: every cell of products x events, zeros included.  ``MIXTURE``: the
    non-zero cells, with the mixture truncated at zero as a whole.  ``OPENEBGM``: the
    non-zero cells, with each component truncated by itself, as the R package of that
    name does by default; it can run to a boundary.
    """

    FULL = "full"
    MIXTURE = "mixture"
    OPENEBGM = "openebgm"


class ZeroCells(StrEnum):
    """What is done with a 2 x 2 table that holds a zero.

    ``NONE``: the ratio is what it is, perhaps infinite, and has no interval.
    ``HALF``: a half is added to all four cells of such a table (Haldane 1956, Anscombe 1956).
    """

    NONE = "none"
    HALF = "half"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Reports by product and event, non-zero pairs only, and the margins of all cells.

    ``n``, ``product`` and ``event`` have one entry a pair; the latter two index the names
    and the rows of the margins.  ``product_reports`` is (products, strata) and
    ``event_reports`` (events, strata): reports that name it, in each stratum.
    ``reports`` is (strata,).  Without strata there is one stratum.
    """

    products: tuple[str, ...]
    events: tuple[str, ...]
    product: Ints
    event: Ints
    n: Ints
    product_reports: Ints
    event_reports: Ints
    reports: Ints

    @property
    def cells(self) -> int:
        """How many cells the table has, zeros included."""
        return len(self.products) * len(self.events)

    @property
    def all_reports(self) -> int:
        """How many reports there are in all strata together."""
        return int(self.reports.sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Cells that share a count and an expected count, collapsed into one with a weight."""

    n: Ints
    expected: Floats
    weight: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Theta:
    """A mixture of two gamma distributions of the relative rate (DuMouchel 1999, equation 4).

    Shapes ``alpha``, rates ``beta``; ``p`` is the weight of the first.
    """

    alpha1: float
    beta1: float
    alpha2: float
    beta2: float
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """One run of the optimiser: where it began and ended, and whether at the optimum taken."""

    begun: Theta
    ended: Theta
    negative_log_likelihood: float
    steepest: float
    evaluations: int
    reached: bool
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """The fitted mixture with its diagnostics; there is always one.

    ``boundary`` says in words at which edge of what is possible the optimum lies, or is
    empty; ``remark`` says what else a reader must know of it.  ``given`` marks
    hyperparameters that were handed in, not fitted.
    """

    likelihood: Likelihood
    theta: Theta
    negative_log_likelihood: float
    boundary: str
    remark: str = ""
    starts: tuple[Start, ...]
    cells: int
    collapsed: int
    given: bool = False

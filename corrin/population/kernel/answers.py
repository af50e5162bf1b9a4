"""What the kernel answers for N people: arrays that ``answering`` turns into a table.

A question that was refused has a number in ``refused`` that indexes the codes named
beside it; -1 is "not refused".  Rows of those who were answered are in ``rows``, ascending.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corrin.b12_status.records import B12Class, Trust
from corrin.high_b12.sources_records import Lasting, Supplements
from corrin.population.kernel.people import Booleans, Days, Floats, States
from corrin.population.records import WhyNotClassed

#: What the numbers of these arrays stand for.
CLASSES = tuple(B12Class)
TRUSTS = tuple(Trust)
LASTINGS = tuple(Lasting)
SUPPLEMENTS = tuple(Supplements)
#: As ``B12Status.comparator``; 0 is none.
COMPARATORS = ("", ">", "<")
WHY_NOT_CLASSED = tuple(WhyNotClassed)
STATUS_REFUSALS = ("children",)
SOURCES_REFUSALS = ("children", "not-measured", "not-high", "pregnancy")
CAUSES_REFUSALS = ("children", "no-twitching-reported")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StatusOfMany:
    """Class, value, trust and function of B12, all (N,).

    ``refused`` indexes ``STATUS_REFUSALS``.  ``b12_class`` and ``trust`` index ``CLASSES``
    and ``TRUSTS`` (-1 when refused); ``functional`` is three-valued.  ``level`` (pmol/L,
    rounded for show, NaN when not known), ``comparator`` (indexes ``COMPARATORS``) and
    ``day`` are those of the latest total B12.  ``why_not_classed`` indexes
    ``WHY_NOT_CLASSED``, -1 where there is a class.
    """

    refused: States
    b12_class: States
    trust: States
    functional: States
    level: Floats
    comparator: States
    day: Days
    why_not_classed: States

    def is_class(self, wanted: B12Class) -> Booleans:
        """Return who has this class."""
        return np.equal(self.b12_class, CLASSES.index(wanted))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SourcesOfMany:
    """Why it is high.

    ``refused`` (N,) indexes ``SOURCES_REFUSALS``.  ``supplements`` (N,) indexes
    ``SUPPLEMENTS`` and is known for everybody, ``lasting`` (N,) indexes ``LASTINGS``, -1
    without any total B12.  ``treated`` (N,): B12 is on either list, or a finding says that
    it is taken.  ``probability`` (M, S), as shown, belongs to the people in ``rows`` (M,)
    and the sources ``ids`` (S), which are sorted.
    """

    refused: States
    supplements: States
    lasting: States
    treated: Booleans
    rows: NDArray[np.int64]
    ids: tuple[str, ...]
    probability: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CausesOfMany:
    """What explains the twitching.

    ``refused`` (N,) indexes ``CAUSES_REFUSALS``.  ``probability`` (M, C) belongs to the
    people in ``rows`` (M,) and the causes ``ids`` (C), which explain and are sorted.
    ``counted`` (M,) is how many findings counted, present and absent; ``left_out`` (M,) how
    many present ones were more than the exact computation holds (``Twitching.left_out``).
    ``reversible`` (M,): the causes that can be reversed are probable enough together.
    """

    refused: States
    rows: NDArray[np.int64]
    ids: tuple[str, ...]
    probability: Floats
    counted: NDArray[np.int16]
    left_out: NDArray[np.int16]
    reversible: Booleans

"""Many people as arrays: what every question of the kernel reads.

N people, F findings in the order of the knowledge.  Three-valued things are int8: 1 yes,
0 no, -1 not known.  Days count from 1970-01-01; NaT is the smallest integer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Floats = NDArray[np.float64]
States = NDArray[np.int8]
Days = NDArray[np.int64]
Booleans = NDArray[np.bool_]

NOT_KNOWN, NO, YES = -1, 0, 1  # not clinical: states
#: Positions of a result against its interval.
UNKNOWN, LOW, NORMAL, HIGH = -1, 0, 1, 2  # not clinical: positions
#: Where an interval came from.
NOWHERE, LABORATORY, OURS = -1, 0, 1  # not clinical: origins
#: What stands in the latest line of a person's B12.
NO_LINE, NO_UNIT, SOME_LINE = -1, 0, 1  # not clinical: states
#: A day that is not known.
NO_DAY = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Results:
    """Results of one lab, M of them, as ``measure`` reads them (after albumin's adjustment).

    ``person`` (M,) is the row of each; within a person latest first, undated last, in the
    order of the table.  ``low`` and ``high`` are NaN when only a word is known.
    ``reference_low`` and ``reference_high`` are NaN for an open end, as in ``Measurement``.
    ``assay`` is the number of an assay in ``assays`` or -1.
    """

    person: NDArray[np.int64]
    low: Floats
    high: Floats
    position: States
    reference_low: Floats
    reference_high: Floats
    interval_from: States
    day: Days
    assay: NDArray[np.int32]
    assays: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class People:
    """A batch of N people with everything that follows from what was given.

    ``findings`` (N, F) are those of the clinical picture: said, from results, medicines,
    supplements, implied, ruled out.  ``results`` has an entry for each lab with any
    readable result; ``as_printed`` those without albumin's adjustment where they differ.
    ``not_used`` (N,) marks people with a result left out that a critical limit could have
    caught.  ``sex`` is 0 female, 1 male, -1 not known; ``setting`` numbers ``Setting``'s
    members, -1 when not said.  ``twitching`` (N,) is as the person was asked.
    ``intake_known`` and ``intake_none`` (N,): supplements were asked; none is taken.
    ``b12_product`` (N,): a B12 product is on either list.  ``drugs_b12`` (N,): one is on
    the list of medicines.  ``shot_person`` and ``shot_day`` (K,) are the injections of B12
    among the supplements with a dated last dose: row and day.  ``b12_line`` (N,) says what
    stands in the latest line of total B12, else of active B12: ``NO_LINE``,
    ``NO_UNIT`` for a number without one, else ``SOME_LINE``.  ``batch`` is the canonical
    table the rows came from.
    """

    batch: pa.RecordBatch
    findings: States
    finding_column: Mapping[str, int]
    results: Mapping[str, Results]
    as_printed: Mapping[str, Results]
    age: Floats
    sex: States
    setting: States
    as_of: Days
    twitching: States
    not_used: Booleans
    intake_known: Booleans
    intake_none: Booleans
    b12_product: Booleans
    drugs_b12: Booleans
    shot_person: NDArray[np.int64]
    shot_day: Days
    b12_line: States

    def __len__(self) -> int:
        """Return how many people these are."""
        return int(self.findings.shape[0])

    def finding(self, name: str) -> States:
        """Return one finding's states (N,)."""
        return self.findings[:, self.finding_column[name]]

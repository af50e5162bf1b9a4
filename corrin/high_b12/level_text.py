"""Levels of B12 in ng/L (the same number in pg/mL), from text and from measurements."""

from __future__ import annotations

import re

from corrin.errors import InputError, Problem
from corrin.high_b12.records import Level
from corrin.knowledge.loading import Knowledge
from corrin.labs.reading import measure
from corrin.labs.records import Measurement
from corrin.labs.units import in_canonical, out_of_canonical
from corrin.person.records import LabResult

LAB = "serum_b12"
_UNIT = "ng/L"
_SPLIT = re.compile(r"\s*(?P<value>[<>=≤≥]*\s*[0-9][0-9.,'\s]*?)\s*(?P<unit>[^\d\s.,'][^\d]*)?\s*")


def level_from_text(text: str, knowledge: Knowledge, *, where: str, day: float = 0.0) -> Level:
    """Read "1450 pg/mL" or ">1476 pmol/L".

    Raises :class:`InputError` with a question: no number, no unit, an impossible value.
    """
    match = _SPLIT.fullmatch(text)
    if match is None:
        raise InputError(
            [Problem(where, "not-a-level", "is not a number with a unit.",
                     'Write it as in "1450 pg/mL" or "1070 pmol/L".')]
        )  # fmt: skip
    result = LabResult(lab=LAB, value=match["value"].strip(), unit=match["unit"])
    measurements, problems, _ = measure((result,), knowledge)
    if problems or not measurements:
        raise InputError([Problem(where, one.code, one.what, one.do) for one in problems])
    level = level_of(measurements[0], knowledge, day=day)
    if level is None or level.high == 0:
        raise InputError([Problem(where, "impossible-value", "is not a possible level.",
                                  "Check the number and the unit.")])  # fmt: skip
    return level


def level_of(measurement: Measurement, knowledge: Knowledge, *, day: float) -> Level | None:
    """Return a measurement of serum B12 as a level, or None when only words were given."""
    if measurement.low is None or measurement.high is None:
        return None
    lab = knowledge.labs[LAB]
    low, high = (
        limit if limit == float("inf") else out_of_canonical(limit, _UNIT, lab, knowledge)
        for limit in (measurement.low, measurement.high)
    )
    return Level(day=day, low=low, high=high)


def in_pmol_l(level: float, knowledge: Knowledge) -> float:
    """Return a level in ng/L in pmol/L."""
    return in_canonical(level, _UNIT, knowledge.labs[LAB], knowledge)

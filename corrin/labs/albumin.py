"""Total calcium depends on albumin: adjusted when albumin is given, else read as adjusted.

The formula and its numbers are those of ``labs/calcium.toml``:
adjusted = total + slope x (usual albumin - albumin).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from corrin.errors import Refusal
from corrin.knowledge.loading import Knowledge
from corrin.labs.positions import Span
from corrin.labs.records import Measurement, Position
from corrin.labs.units import exact

_ALREADY = re.compile(r"\b(adjusted|corrected)\b", re.IGNORECASE)


def adjust_calcium(
    measured: Sequence[Measurement], knowledge: Knowledge
) -> tuple[tuple[Measurement, ...], tuple[Refusal, ...]]:
    """Return the measurements with total calcium adjusted, and what was done or is asked.

    Without albumin of the same day the total stands for the adjusted value, for
    safety (a low total is then never explained away), and albumin is asked for.
    """
    adjusted: list[Measurement] = []
    notes: dict[str, Refusal] = {}
    for one in measured:
        if one.lab != "calcium" or one.low is None or already_adjusted(one.assay):
            adjusted.append(one)
            continue
        albumin = _albumin_for(one, measured)
        if albumin is None:
            notes["albumin-not-given"] = _not_given()
            adjusted.append(one)
            continue
        notes["albumin-adjusted"] = _adjusted_here()
        adjusted.append(_adjust(one, albumin, knowledge))
    return tuple(adjusted), tuple(notes.values())


def _albumin_for(calcium: Measurement, measured: Sequence[Measurement]) -> float | None:
    """Return the albumin (g/L) of the same day, or the only one when a date is missing."""
    known = [one for one in measured if one.lab == "albumin" and one.exact is not None]
    same_day = [one for one in known if one.taken == calcium.taken]
    if not same_day and len(known) == 1 and None in {known[0].taken, calcium.taken}:
        same_day = known
    return same_day[0].exact if same_day else None


def _adjust(calcium: Measurement, albumin: float, knowledge: Knowledge) -> Measurement:
    low, high = (with_albumin(end, albumin, knowledge) for end in (calcium.low, calcium.high))
    span = Span(calcium.reference_low, calcium.reference_high)
    known = calcium.interval_from is not None and (span.low, span.high) != (None, None)
    return replace(
        calcium,
        low=low,
        high=high,
        position=span.position_of(low, high) if known else Position.UNKNOWN,
        seen=f"{calcium.seen} (adjusted for albumin)",
    )


def already_adjusted(assay: str | None) -> bool:
    """Return whether the laboratory says that the calcium is adjusted."""
    return _ALREADY.search(assay or "") is not None


def with_albumin(end: float | None, albumin: float, knowledge: Knowledge) -> float:
    """Return one end of a calcium adjusted for albumin (g/L); an open end stays open."""
    if end is None or math.isinf(end):
        return math.inf
    constants = knowledge.labs["calcium"].constants
    slope, usual = (exact(constants[name].value) for name in ("albumin_slope", "albumin_usual"))
    return max(0.0, float(exact(end) + slope * (usual - exact(albumin))))


def _not_given() -> Refusal:
    return Refusal(
        "labs.calcium",
        "albumin-not-given",
        "Total calcium was read as it stands, as if albumin were usual.",
        "What was the albumin on the same day? "
        'If the laboratory had adjusted the calcium already, add assay = "adjusted".',
    )


def _adjusted_here() -> Refusal:
    return Refusal(
        "labs.calcium",
        "albumin-adjusted",
        "Total calcium was adjusted for albumin, so the number given was not used as it stands.",
        'If the laboratory had adjusted it already, add assay = "adjusted".',
    )

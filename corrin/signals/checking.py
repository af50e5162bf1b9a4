"""Refuses counts that no set of reports can have."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from corrin.errors import InputError, Problem
from corrin.signals.records import Counts, Floats


def as_counts(*arrays: npt.ArrayLike) -> tuple[Floats, ...]:
    """Return arrays of counts as floats, whose products cannot overflow as whole numbers do.

    Raises :class:`InputError` where one holds a negative number.
    """
    floats = tuple(np.asarray(one, np.float64) for one in arrays)
    if any(one.size and one.min() < 0 for one in floats):
        what = "a count is negative."
        raise InputError([Problem("counts", "impossible", what, "Count distinct reports.")])
    return floats


def checked(counts: Counts) -> Counts:
    """Return the counts, or raise :class:`InputError` naming everything that cannot be."""
    problems = [
        Problem("counts", "impossible", what, "Count distinct reports.") for what in _faults(counts)
    ]
    if problems:
        raise InputError(problems)
    return counts


def _faults(counts: Counts) -> Iterator[str]:
    if not counts.n.size == counts.product.size == counts.event.size:
        yield "n, product and event differ in length."
        return
    if not counts.n.size:
        yield "there is no pair."
        return
    wanted = ((counts.products, counts.product_reports), (counts.events, counts.event_reports))
    if any(margin.shape != (len(names), counts.reports.size) for names, margin in wanted):
        yield "the margins have another shape than names and strata."
        return
    for what, place, names in (
        ("product", counts.product, counts.products),
        ("event", counts.event, counts.events),
    ):
        if place.min() < 0 or place.max() >= len(names):
            yield f"a pair names a {what} that is not there."
            return
    if counts.n.min() < 0 or counts.product_reports.min() < 0 or counts.event_reports.min() < 0:
        yield "a count is negative."
    if (counts.n == 0).any():
        yield "a pair has no report; leave it out, the margins hold it."
    if np.unique(counts.product * len(counts.events) + counts.event).size != counts.n.size:
        yield "a pair stands twice."
    rows = counts.product_reports.sum(axis=1)
    columns = counts.event_reports.sum(axis=1)
    if (counts.n > np.minimum(rows[counts.product], columns[counts.event])).any():
        yield "a pair has more reports than its product or its event."
    if (counts.product_reports > counts.reports).any():
        yield "a product has more reports than there are."
    if (counts.event_reports > counts.reports).any():
        yield "an event has more reports than there are."

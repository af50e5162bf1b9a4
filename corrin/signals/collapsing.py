"""Expected counts, and cells that share observed and expected count made into one.

The expected count of a cell depends on its two margins only, and few margins differ: the
millions of zero cells of a table collapse to some thousands with a weight, and the
likelihood over all of them is computed exactly, with nothing binned or left out.
"""

from __future__ import annotations

import numpy as np

from corrin.signals.records import Cells, Counts, Floats


def expected(counts: Counts) -> Floats:
    """Expected reports of each non-zero pair if product and event were independent.

    Within each stratum the product of the margins over the reports, then summed
    (DuMouchel 1999, section 2.1; Mantel and Haenszel 1959).  Shape (pairs,).
    """
    rows = counts.product_reports[counts.product]
    columns = counts.event_reports[counts.event]
    return np.asarray(np.einsum("ps,ps,s->p", rows, columns, _one_over(counts)))


def collapse(counts: Counts) -> Cells:
    """Every cell of the table, zeros included, as distinct (observed, expected) with weights."""
    rows, row_of, row_weight = _distinct(counts.product_reports)
    columns, column_of, column_weight = _distinct(counts.event_reports)
    shape = (len(rows), len(columns))
    grid = np.einsum("rs,cs,s->rc", rows, columns, _one_over(counts)).ravel()
    empty = np.outer(row_weight, column_weight).astype(np.float64).ravel()
    place = row_of[counts.product] * shape[1] + column_of[counts.event]
    empty -= np.bincount(place, minlength=empty.size)
    # One sort instead of a sort by two keys: place and count fit into one integer.
    most = int(counts.n.max(initial=0)) + 1
    seen, weight = np.unique(place * most + counts.n, return_counts=True)
    left = (empty > 0) & (grid > 0)
    values, group = np.unique(grid[left], return_inverse=True)
    zeros = np.bincount(group, weights=empty[left])
    return Cells(
        n=np.concatenate([np.zeros(values.size, np.int64), seen % most]),
        expected=np.concatenate([values, grid[seen // most]]),
        weight=np.concatenate([zeros, weight.astype(np.float64)]),
    )


def _one_over(counts: Counts) -> Floats:
    reports = counts.reports.astype(np.float64)
    return np.divide(1.0, reports, out=np.zeros_like(reports), where=reports > 0)


def _distinct(margins: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The distinct rows of margins, which of them each row is, and how often each occurs."""
    if margins.shape[1] == 1:
        rows, of, weight = np.unique(margins[:, 0], return_inverse=True, return_counts=True)
        return rows[:, np.newaxis], of, weight
    rows, of, weight = np.unique(margins, axis=0, return_inverse=True, return_counts=True)
    return rows, of.reshape(-1), weight

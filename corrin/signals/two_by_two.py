"""Plain ratios of a 2 x 2 table of reports: RR, PRR, ROR, chi-square, Fisher.

==============  ===========  ============
reports with    the event    not the event
==============  ===========  ============
the product     a            b
not the product c            d
==============  ===========  ============
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri
from scipy.stats import chi2, hypergeom

from corrin.signals.checking import as_counts
from corrin.signals.records import Counts, Floats, ZeroCells

#: How many standard errors a 95% interval reaches to each side.
_Z95 = float(ndtri(0.975))  # not clinical: a normal quantile


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """One 2 x 2 table a pair, as in the module's picture."""

    a: Floats
    b: Floats
    c: Floats
    d: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A ratio with the limits of its 95% interval; NaN where there is none."""

    value: Floats
    low: Floats
    high: Floats


def tables(counts: Counts) -> Tables:
    """The 2 x 2 table of every non-zero pair, all strata together."""
    a = counts.n.astype(np.float64)
    with_product = counts.product_reports.sum(axis=1)[counts.product].astype(np.float64)
    with_event = counts.event_reports.sum(axis=1)[counts.event].astype(np.float64)
    everything = float(counts.all_reports)
    return Tables(
        a=a,
        b=with_product - a,
        c=with_event - a,
        d=everything - with_product - with_event + a,
    )


def proportional_reporting_ratio(table: Tables, *, zero_cells: ZeroCells = ZeroCells.NONE) -> Ratio:
    """(a/(a+b)) / (c/(c+d)), interval on the log scale (Evans, Waller and Davis 2001)."""
    a, b, c, d = _cells(table, zero_cells)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = (a / (a + b)) / (c / (c + d))
        error = np.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))
    return _with_limits(value, error)


def reporting_odds_ratio(table: Tables, *, zero_cells: ZeroCells = ZeroCells.NONE) -> Ratio:
    """(a d) / (b c), interval on the log scale (Woolf 1955; van Puijenbroek 2002)."""
    a, b, c, d = _cells(table, zero_cells)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = (a * d) / (b * c)
        error = np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    return _with_limits(value, error)


def _cells(table: Tables, zero_cells: ZeroCells) -> tuple[Floats, Floats, Floats, Floats]:
    a, b, c, d = as_counts(table.a, table.b, table.c, table.d)
    if ZeroCells(zero_cells) is ZeroCells.NONE:
        return a, b, c, d
    zero = (a == 0) | (b == 0) | (c == 0) | (d == 0)
    half = np.where(zero, 0.5, 0.0)  # not clinical: the half of Haldane and Anscombe
    return a + half, b + half, c + half, d + half


def _with_limits(value: Floats, error: Floats) -> Ratio:
    known = np.isfinite(value) & (value > 0) & np.isfinite(error)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        low = np.where(known, value * np.exp(-_Z95 * error), np.nan)
        high = np.where(known, value * np.exp(_Z95 * error), np.nan)
    return Ratio(value=value, low=low, high=high)


def chi_square(table: Tables, *, yates: bool = True) -> tuple[Floats, Floats]:
    """Pearson's chi-square with one degree of freedom (Yates's correction by default), and p."""
    a, b, c, d = as_counts(table.a, table.b, table.c, table.d)
    n = a + b + c + d
    off = np.abs(a * d - b * c)
    if yates:
        off = np.maximum(off - n / 2, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = n * off**2 / ((a + b) * (c + d) * (a + c) * (b + d))
    return value, chi2.sf(value, 1)


def fisher(table: Tables) -> Floats:
    """The chance of at least ``a`` reports with these margins (Fisher 1934, one-sided)."""
    a, b, c, d = as_counts(table.a, table.b, table.c, table.d)
    p: Floats = hypergeom.sf(a - 1, a + b + c + d, a + c, a + b)
    return np.minimum(p, 1.0)


def false_discovery(p: Floats) -> Floats:
    """Adjusted p-values, each in the place of its own p (Benjamini and Hochberg 1995)."""
    order = np.argsort(p)[::-1]
    rank = np.arange(p.size, 0, -1)
    stepped = np.minimum.accumulate(p[order] * p.size / rank)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted

"""Which unit was meant, when it was not printed or cannot be true.

How probable each unit of the test is follows from three things, all learned from results
whose units are known: how often the site prints it, how the values are spread (shifted by
the unit's factor, on the logarithm), and the reference interval printed beside the result.
A unit is filled in only when it is nearly certain, and where another unit would mean
another class, only when that other unit is as good as ruled out; else nothing is filled in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corrin.knowledge.loading import Knowledge
from corrin.population.canonical.class_limits import ClassLimits
from corrin.population.canonical.distributions import Spread, gain, spread_of
from corrin.population.canonical.grouping import Index, alike, starts
from corrin.population.canonical.interval_evidence import IntervalEvidence
from corrin.population.canonical.surveying import Survey
from corrin.population.kernel.people import Booleans, Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Printed:
    """Results as printed (N,): ``compared`` marks those with a comparator.

    ``scale`` is the number of the printed unit's scale, or below 0.  NaN ends are open.
    ``every`` marks results that are held against the limits of all ages and guidelines.
    """

    lab: Index
    site: Index
    scale: NDArray[np.int16]
    value: Floats
    compared: Booleans
    low: Floats
    high: Floats
    every: Booleans

    def take(self, rows: Index) -> Printed:
        """Return some of the rows."""
        return Printed(**{name: getattr(self, name)[rows] for name in self.__slots__})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Meant:
    """The scale that each result (N,) is in, -1 when not known, and how certain that is."""

    scale: NDArray[np.int16]
    certainty: Floats


class Units:
    """What a source teaches about the units of its results."""

    def __init__(self, survey: Survey, knowledge: Knowledge) -> None:
        self._survey = survey
        self._knowledge = knowledge
        self._labs: dict[int, _Lab] = {}

    def missing(self, printed: Printed) -> Meant:
        """Return the units of results that have none, or none that fits the test."""
        meant = _nothing(printed.value.size)
        for rows, lab, site in _by_site(printed):
            scale, certainty = self._lab(lab).missing(site, printed.take(rows))
            meant.scale[rows], meant.certainty[rows] = scale, certainty
        return meant

    def doubtful(self, printed: Printed) -> tuple[Booleans, Meant]:
        """Return which printed units are likely wrong, and the units that were meant instead.

        What was meant is said only when the printed interval and the spread of the values
        both say it, each by itself.  Else, with ``certainty`` 0, the scale is the printed
        one where nothing depends on it, and -1 where another unit would mean another class.
        """
        doubted = np.zeros(printed.value.size, np.bool_)
        meant = _nothing(printed.value.size)
        meant.scale[:] = printed.scale
        for lab in np.unique(printed.lab):
            here = np.flatnonzero((printed.lab == lab) & ~printed.compared & (printed.value > 0))
            one = self._lab(int(lab))
            likely = here[one.unlikely(printed.take(here))]
            for some, _, site in _by_site(printed.take(likely)):
                rows = likely[some]
                is_wrong, scale, certainty = one.wrong(site, printed.take(rows))
                doubted[rows] = is_wrong
                meant.scale[rows] = np.where(is_wrong, scale, printed.scale[rows])
                meant.certainty[rows] = np.where(is_wrong, certainty, 0.0)
        return doubted, meant

    def _lab(self, lab: int) -> _Lab:
        if lab not in self._labs:
            self._labs[lab] = _Lab(lab, self._survey, self._knowledge)
        return self._labs[lab]


def _nothing(rows: int) -> Meant:
    return Meant(scale=np.full(rows, -1, np.int16), certainty=np.zeros(rows))


def _by_site(printed: Printed) -> list[tuple[Index, int, int]]:
    """Return the rows of each lab and site, with the two."""
    groups = alike(printed.lab, printed.site)
    order = np.argsort(groups, kind="stable").astype(np.int64)
    first = starts(groups[order])
    return [
        (rows, int(printed.lab[rows[0]]), int(printed.site[rows[0]]))
        for rows in np.split(order, first[1:])
        if rows.size
    ]


class _Lab:
    """One lab: the spreads of its sites, the shares of its scales, and its limits."""

    def __init__(self, lab: int, survey: Survey, knowledge: Knowledge) -> None:
        setting = {name: one.value for name, one in knowledge.population.setting.items()}
        self._setting = setting
        scales = survey.scales
        self._logs = scales.logs(lab)
        self._lowest, self._highest = scales.lowest[lab], scales.highest[lab]
        values = survey.values
        rows = np.flatnonzero(values.lab == lab)
        scale = scales.of[lab][values.unit[rows]].astype(np.int64)
        self._site, self._log, self._n = values.site[rows], values.log[rows], values.results[rows]
        self._scale = scale
        self._canonical = self._log + np.where(scale >= 0, self._logs[np.maximum(scale, 0)], 0.0)
        self._known = (scale >= 0) & self._possible(self._canonical)
        self._shares = self._counted(self._known) + 1 / self._logs.size
        self._shares /= self._shares.sum()
        self._spreads: dict[int | None, Spread | None] = {}
        self._at_site: dict[int, Floats] = {}
        self._intervals = IntervalEvidence(lab, scales, survey.intervals, knowledge)
        self._limits = ClassLimits(scales.labs[lab], knowledge)

    def missing(self, site: int, printed: Printed) -> tuple[NDArray[np.int64], Floats]:
        """Return the scale of each result of a site, -1 when not certain, and the certainty."""
        spread = self._spread(site)
        rows = printed.value.size
        if spread is None:
            return np.full(rows, -1, np.int64), np.zeros(rows)
        score = self._of_values(printed, spread) + np.log(self._share(site))
        score += self._of_intervals(printed)
        other = np.full(rows, np.log(self._setting["other_unit"]) + spread.elsewhere)
        other[printed.compared] = np.log(self._setting["other_unit"])
        other += np.where(_has_interval(printed), self._intervals.elsewhere(), 0.0)
        probable = _normal(np.column_stack([score, other]))
        return self._certain(printed, probable)

    def unlikely(self, printed: Printed) -> Booleans:
        """Return which results might be in another unit: a quick look by all sites' spread."""
        spread = self._spread(None)
        if spread is None or self._logs.size == 1:
            return np.zeros(printed.value.size, np.bool_)
        score = self._of_values(printed, spread) + self._of_intervals(printed)
        # One site's spread may say more than all sites' together: look twice at its root.
        twice = self._setting["doubtful_evidence"] ** 0.5  # not clinical: a root
        return np.asarray(self._against(score, printed) >= twice)

    def _against(self, score: Floats, printed: Printed) -> Floats:
        """Return by how much each result speaks for its likeliest unit over the printed one."""
        own = score[np.arange(score.shape[0]), printed.scale]
        with np.errstate(invalid="ignore", over="ignore"):
            return np.asarray(np.exp(score.max(axis=1) - own), np.float64)

    def wrong(self, site: int, printed: Printed) -> tuple[Booleans, NDArray[np.int64], Floats]:
        """Return whether each printed unit is likely wrong, the scale to use, the certainty."""
        spread = self._spread(site) or self._spread(None)
        rows = np.arange(printed.value.size)
        if spread is None:
            return (
                np.zeros(rows.size, np.bool_),
                printed.scale.astype(np.int64),
                np.zeros(rows.size),
            )
        # A unit that the site seldom prints is the likelier a slip.
        prior = np.tile(self._share(site) * self._setting["wrong_unit"], (rows.size, 1))
        prior[rows, printed.scale] *= 1 / self._setting["wrong_unit"] - 1
        with np.errstate(divide="ignore"):
            before = np.log(prior)
        by_value, by_interval = self._of_values(printed, spread), self._of_intervals(printed)
        probable = _normal(before + by_value + by_interval)
        is_wrong = (1 - probable[rows, printed.scale] >= self._setting["doubtful_from"]) & (
            self._against(by_value + by_interval, printed) >= self._setting["doubtful_evidence"]
        )
        certain = self._setting["unit_certainty"]
        best = probable.argmax(axis=1)
        # Each by itself, with no unit preferred beforehand; and both with the printed one.
        alone = (_normal(each)[rows, best] for each in (by_value, by_interval))
        agree = np.minimum.reduce([probable[rows, best], *alone])
        both = is_wrong & (agree >= certain) & _has_interval(printed)
        places = self._places(printed)
        differs = places[rows, best] != places[rows, printed.scale]
        kept = np.where(differs, -1, printed.scale)
        return is_wrong, np.where(both, best, kept), np.where(both, agree, 0.0)

    def _certain(self, printed: Printed, probable: Floats) -> tuple[NDArray[np.int64], Floats]:
        """Return the scale of each row whose unit and class are certain, else -1."""
        rows = np.arange(probable.shape[0])
        units = probable[:, :-1]
        best = units.argmax(axis=1)
        certainty = units[rows, best]
        places = self._places(printed)
        changes = np.where(places != places[rows, best][:, None], units, 0.0).sum(axis=1)
        sure = (certainty >= self._setting["unit_certainty"]) & (
            changes <= 1 - self._setting["class_certainty"]
        )
        return np.where(sure, best, -1), np.where(sure, certainty, 0.0)

    def _places(self, printed: Printed) -> NDArray[np.int64]:
        """Return where each value lies among the limits under each scale (N, K)."""
        found = np.empty((printed.value.size, self._logs.size), np.int64)
        for scale, log in enumerate(self._logs):
            # Rounded: two units must not differ in class by the last digit of a logarithm.
            values = np.round(printed.value * np.exp(log), 9)  # not clinical: rounding
            found[:, scale] = self._limits.places(values, every=printed.every)
        return found

    def _of_values(self, printed: Printed, spread: Spread) -> Floats:
        """Return the log-density of each value under each scale (N, K)."""
        with np.errstate(divide="ignore"):
            logs = np.log(printed.value)[:, None] + self._logs[None, :]
        found = np.where(self._possible(logs), spread.of(logs), -np.inf)
        # What lies beyond a limit of the method says little of the unit; only what can be.
        found[printed.compared] = np.where(np.isfinite(found[printed.compared]), 0.0, -np.inf)
        return found

    def _of_intervals(self, printed: Printed) -> Floats:
        """Return the log-probability of each printed interval under each scale (N, K)."""
        groups = alike(printed.low, printed.high)
        _, first, back = np.unique(groups, return_index=True, return_inverse=True)
        each = [
            self._intervals.of(float(printed.low[row]), float(printed.high[row])) for row in first
        ]
        if not each:
            return np.zeros((0, self._logs.size))
        return np.asarray(np.array(each)[back.reshape(-1)])

    def _possible(self, logs: Floats) -> Booleans:
        with np.errstate(divide="ignore"):
            low, high = np.log(self._lowest), np.log(self._highest)
        return np.asarray((logs >= low) & (logs <= high))

    def _counted(self, rows: Booleans) -> Floats:
        """Return how many results of these rows are in each scale (K,)."""
        weights = self._n[rows].astype(np.float64)
        counts = np.bincount(self._scale[rows], weights=weights, minlength=self._logs.size)
        return np.asarray(counts, np.float64)

    def _share(self, site: int) -> Floats:
        """Return how probable each scale is for a result without a unit at a site (K,)."""
        if site not in self._at_site:
            own = self._counted(self._known & (self._site == site))
            weight = self._setting["weight_of_all_sites"]
            shares = (own + weight * self._shares) / (own.sum() + weight)
            if not self._hold(site, shares):
                shares = np.full(shares.size, 1 / shares.size)
            self._at_site[site] = shares
        return self._at_site[site]

    def _hold(self, site: int, shares: Floats) -> bool:
        """Whether a site's results without units look like a mixture in these shares."""
        rows = np.flatnonzero((self._site == site) & (self._scale < 0))
        spread = self._spread(site)
        if not rows.size or spread is None or shares.size == 1:
            return True
        logs = self._log[rows][:, None] + self._logs[None, :]
        densities = np.exp(np.where(self._possible(logs), spread.of(logs), -np.inf))
        some = densities.sum(axis=1) > 0
        if not some.any():
            return True
        gained = gain(densities[some], self._n[rows][some], shares)
        return gained <= self._setting["shares_differ_from"]

    def _spread(self, site: int | None) -> Spread | None:
        """Return the spread of a site's values, else of all; None when there are too few."""
        if site not in self._spreads:
            rows = self._known & (True if site is None else self._site == site)
            enough = self._n[rows].sum() >= self._setting["enough_results"]
            if enough:
                first = spread_of(self._canonical[rows], self._n[rows])
                rows &= ~self._slips(first)
                self._spreads[site] = spread_of(self._canonical[rows], self._n[rows])
            else:
                self._spreads[site] = None if site is None else self._spread(None)
        return self._spreads[site]

    def _slips(self, spread: Spread) -> Booleans:
        """Return which counted results would by far rather be in another unit than theirs."""
        logs = self._log[:, None] + self._logs[None, :]
        other = np.where(self._possible(logs), spread.of(logs), -np.inf).max(axis=1)
        return np.asarray(other - spread.of(self._canonical) > -np.log(self._setting["wrong_unit"]))


def _has_interval(printed: Printed) -> Booleans:
    return np.asarray(~(np.isnan(printed.low) & np.isnan(printed.high)))


def _normal(score: Floats) -> Floats:
    """Return probabilities from log-scores (N, K); all zero where nothing is possible."""
    top = score.max(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        weights = np.where(np.isfinite(score), np.exp(score - top), 0.0)
    total = weights.sum(axis=1, keepdims=True)
    return np.asarray(np.where(total > 0, weights / np.where(total > 0, total, 1.0), 0.0))

"""Which lines are one result: corrections, results taken back, copies, two units of one.

What has an id of its own in the source was settled by id already where a correction came
(``queries.py``); here are the rest: versions without an id, and copies.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from corrin.knowledge.loading import Knowledge
from corrin.population.canonical.grouping import Index, alike, place_in_run, repeated, starts
from corrin.population.canonical.lines import FAULTS, REMOVED, SUPERSEDED, Lines
from corrin.population.canonical.scales import second_factor
from corrin.population.canonical.surveying import LATER, REMOVES
from corrin.population.kernel.people import NO_DAY, Booleans

#: Bits of a key: a lab, and a day turned round so that the latest comes first.
_LAB_BITS, _DAY_BITS = 8, 24  # not clinical: sizes
_MIDDLE = 1 << 22  # not clinical: days before and after 1970 that a key holds
_UNDATED = (1 << _DAY_BITS) - 1
_DISAGREE = 1 << FAULTS.index("versions-disagree")


def keys_of(lines: Lines) -> Index:
    """Return a key (N,) that sorts by person, lab and day: latest first, undated last."""
    day = np.where(lines.day == NO_DAY, _UNDATED, _MIDDLE - np.clip(lines.day, -_MIDDLE, _MIDDLE))
    return ((lines.person << _LAB_BITS | lines.lab) << _DAY_BITS) | day


class Versions:
    """Leaves one line for each result, and counts the others by reason."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._within = 1 + knowledge.population.setting["same_result_within"].value
        self._second = second_factor(knowledge)
        self._b12 = sorted(knowledge.labs).index("serum_b12")

    def settle(self, lines: Lines, ignored: Counter[str], rejected: Counter[str]) -> Lines:
        """Return lines in order of ``keys_of``, one for each result.

        Within a day: the latest issued first, then what can be read, then by what it says.
        ``ignored`` and ``rejected`` are added to.
        """
        removed, superseded = lines.fate == REMOVED, lines.fate == SUPERSEDED
        rejected["entered-in-error"] += int(removed.sum())
        ignored["superseded"] += int(superseded.sum())
        if removed.any() or superseded.any():
            lines = lines.take(~(removed | superseded))
        lines = self._same_id(lines, ignored)
        keys = keys_of(lines)
        order = np.argsort(keys, kind="stable").astype(np.int64)
        tied = repeated(keys[order])
        order[tied] = order[tied][_by_everything(lines.take(order[tied]), keys[order[tied]])]
        lines = lines.take(order)
        drop = self._drop(lines, tied, ignored, rejected)
        return lines.take(~drop) if drop.any() else lines

    def _same_id(self, lines: Lines, ignored: Counter[str]) -> Lines:
        """Of one person's lines with one id keep the latest issued; two that differ: neither."""
        ids = np.sort(lines.id[lines.id > 0])
        several = np.unique(ids[repeated(ids)])
        if not several.size:
            return lines
        rows = np.flatnonzero(np.isin(lines.id, several))
        of = lines.take(rows)
        order = _by_everything(of, alike(of.person, of.id))
        rows, of = rows[order], of.take(order)
        group = alike(of.person, of.id)
        newest = of.issued == of.issued[starts(group)][group]
        content = _content(of)
        first = np.flatnonzero(place_in_run(group) == 0)
        differs = np.zeros(first.size, np.bool_)
        np.logical_or.at(differs, group, newest & (content != content[first][group]))
        drop = place_in_run(group) > 0
        ignored["superseded"] += int((~newest).sum())
        ignored["duplicate"] += int((drop & newest).sum())
        unsure = rows[first[differs]]
        faults, value, word = lines.faults.copy(), lines.value.copy(), lines.word.copy()
        faults[unsure] |= _DISAGREE
        value[unsure], word[unsure] = np.nan, -1
        lines = replace(lines, faults=faults, value=value, word=word)
        kept = np.ones(len(lines), np.bool_)
        kept[rows[drop]] = False
        return lines.take(kept)

    def _drop(
        self, lines: Lines, tied: Index, ignored: Counter[str], rejected: Counter[str]
    ) -> Booleans:
        """Return which lines (N,) are taken back, superseded or copies; ``tied`` may be."""
        drop = lines.status == REMOVES
        rejected["entered-in-error"] += int(drop.sum())
        if not tied.size:
            return np.asarray(drop)
        of = lines.take(tied)
        keys = keys_of(of)
        gone = of.status == REMOVES
        for reason, counter, which in (
            ("entered-in-error", rejected, self._taken_back(of, keys)),
            ("superseded", ignored, self._corrected(of, keys)),
            ("duplicate", ignored, self._copies(of, keys, gone)),
        ):
            new = which & ~gone
            counter[reason] += int(new.sum())
            gone |= new
        for reason, which in self._in_two_units(of, keys, gone):
            new = which & ~gone
            ignored[reason] += int(new.sum())
            gone |= new
        drop[tied] |= gone
        return np.asarray(drop)

    def _taken_back(self, of: Lines, keys: Index) -> Booleans:
        """Return lines without an id that a line of the same day, without one, takes back."""
        takes = of.status == REMOVES
        if not takes.any():
            return np.zeros(len(of), np.bool_)
        what = alike(keys, of.unit, of.printed)
        all_ = np.isin(keys, keys[takes & np.isnan(of.printed)])
        return np.asarray((of.id == 0) & ~takes & (np.isin(what, what[takes]) | all_))

    def _corrected(self, of: Lines, keys: Index) -> Booleans:
        """Return lines that a correction without an id, of the same day and later, replaces."""
        corrects = (of.status == LATER) & (of.id == 0)
        if not corrects.any():
            return np.zeros(len(of), np.bool_)
        first = starts(keys)
        lengths = np.diff(np.append(first, keys.size))
        issued = np.where(corrects, of.issued, NO_DAY)
        latest = np.repeat(np.maximum.reduceat(issued, first), lengths)
        any_ = np.repeat(np.logical_or.reduceat(corrects, first), lengths)
        # An issue that is not known cannot be shown to be later than the correction.
        unknown = (latest == NO_DAY) | (of.issued == NO_DAY)
        return np.asarray(any_ & ((of.issued < latest) | (~corrects & unknown)))

    def _copies(self, of: Lines, keys: Index, gone: Booleans) -> Booleans:
        """Return all but the first of the lines of a day that say the same."""
        content = alike(gone, keys, _content(of))
        order = np.argsort(content, kind="stable")
        copy = np.zeros(len(of), np.bool_)
        copy[order] = place_in_run(content[order]) > 0
        return copy & ~gone

    def _in_two_units(self, of: Lines, keys: Index, gone: Booleans) -> list[tuple[str, Booleans]]:
        """Return lines that give the line before them again in another unit, by factor."""
        order = np.flatnonzero(~gone & ~np.isnan(of.value) & (of.scale >= 0))
        order = order[np.lexsort((of.scale[order], of.value[order], keys[order]))]
        here, before = order[1:], order[:-1]
        pair = (keys[here] == keys[before]) & (of.scale[here] != of.scale[before])
        pair &= of.comparator[here] == of.comparator[before]
        ratio = np.divide(
            of.value[here],
            of.value[before],
            out=np.full(here.size, np.inf),
            where=of.value[before] > 0,
        )
        ratio[(of.value[here] == 0) & (of.value[before] == 0)] = 1.0
        found = []
        for reason, apart in (("same-in-two-units", 1.0), ("same-by-second-factor", self._second)):
            off = np.maximum(ratio / apart, apart / ratio)
            close = pair & (off <= self._within)
            if reason == "same-by-second-factor":
                close &= of.lab[here] == self._b12
            # The scale that the record of the lab names first stays.
            later = np.where(of.scale[here] > of.scale[before], here, before)
            which = np.zeros(len(of), np.bool_)
            which[later[close]] = True
            found.append((reason, which))
        return found


def _content(of: Lines) -> Index:
    """Return a number (N,) for what each line says: the same for lines that say the same."""
    known = of.scale >= 0
    word = np.where(np.isnan(of.value), of.word, 0)
    return alike(of.person, of.lab, of.day, of.value, known, of.comparator, word)


def _latest_first(issued: Index) -> Index:
    """Return times turned round for sorting, those not known last."""
    return np.where(issued == NO_DAY, np.iinfo(np.int64).max, -issued)


def _by_everything(of: Lines, keys: Index) -> NDArray[np.int64]:
    """Return the order of lines by key, then by all they say, so that no order is left open."""
    assay = pc.rank(of.assay, sort_keys="ascending", tiebreaker="dense")
    columns = (
        keys,
        _latest_first(of.issued),
        -of.status.astype(np.int64),
        ~of.readable,
        of.value,
        of.comparator,
        np.isnan(of.low) & np.isnan(of.high),
        -of.word.astype(np.int64),
        of.low,
        of.high,
        of.scale,
        of.unit,
        of.site,
        of.faults,
        of.problem,
        assay.to_numpy().astype(np.int64),
        of.id,
    )
    return np.lexsort(columns[::-1])

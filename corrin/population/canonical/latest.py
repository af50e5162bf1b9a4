"""Which results of a person are kept: the latest of each lab that can be read, B12's history."""

from __future__ import annotations

import numpy as np

from corrin.knowledge.loading import Knowledge
from corrin.population.canonical.grouping import Index, place_in_run, starts
from corrin.population.canonical.lines import Lines
from corrin.population.kernel.people import NO_DAY, Booleans

_FAR = np.iinfo(np.int64).max
_BITS = 32  # not clinical: a day beside a person in one number


class Latest:
    """Chooses lines; they come by person and lab, latest first, undated last."""

    def __init__(self, knowledge: Knowledge) -> None:
        labs = sorted(knowledge.labs)
        self._history = int(knowledge.population.setting["history"].value)
        self._lasting = labs.index("serum_b12")
        self._calcium, self._albumin = labs.index("calcium"), labs.index("albumin")

    def kept(self, lines: Lines) -> Booleans:
        """Return which lines (N,) are kept.

        Of B12 the latest twelve (the number is in the record).  Of other labs the latest,
        and the latest that can be read when that one cannot; with it every other whose
        order is not known: the same day and no later issue, or no day at all.  An albumin
        of the day of a calcium that is kept.
        """
        if not len(lines):
            return np.zeros(0, np.bool_)
        group = lines.person * (lines.lab.max() + 1) + lines.lab
        place = place_in_run(group)
        first = starts(group)
        rows = np.arange(len(lines))
        best = np.minimum.reduceat(np.where(lines.readable, rows, _FAR), first)
        best = np.repeat(best, np.diff(np.append(first, len(lines))))
        is_best = rows == best
        at = np.where(best == _FAR, 0, best)
        as_late = lines.readable & (lines.day == lines.day[at]) & (lines.issued == lines.issued[at])
        as_late &= best != _FAR
        undated = lines.day == NO_DAY
        after_best = np.where(best == _FAR, place, rows - best)
        few = after_best < self._history
        kept = (place == 0) | is_best | ((as_late | undated) & few)
        lasting = lines.lab == self._lasting
        kept |= lasting & (place < self._history)
        return np.asarray(kept | self._beside_calcium(lines, kept))

    def _beside_calcium(self, lines: Lines, kept: Booleans) -> Booleans:
        """Return albumins of the same person and day as a calcium that is kept."""
        at: Index = lines.person << _BITS | (lines.day & ((1 << _BITS) - 1))
        dated = lines.day != NO_DAY
        calcium = at[kept & dated & (lines.lab == self._calcium)]
        albumin = dated & lines.readable & (lines.lab == self._albumin)
        found = np.zeros(len(lines), np.bool_)
        found[albumin] = np.isin(at[albumin], calcium)
        return found

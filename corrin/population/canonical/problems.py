"""The problems of many people: where and a code, each once a person, in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from corrin.population.canonical.grouping import Index, offsets
from corrin.population.records import PROBLEM


class Problems:
    """Collects the problems of a batch of ``people``."""

    def __init__(self, people: int) -> None:
        self._people = people
        self._texts: dict[tuple[str, str], int] = {}
        self._who: list[Index] = []
        self._what: list[Index] = []

    def add(self, who: Index, where: str, code: str) -> None:
        """Note one problem of each of the people in ``who``."""
        if who.size:
            number = self._texts.setdefault((where, code), len(self._texts))
            self._who.append(who)
            self._what.append(np.full(who.size, number, np.int64))

    def add_each(self, who: Index, what: Index, texts: Sequence[tuple[str, str]]) -> None:
        """Note a problem of each of the people in ``who``: ``texts[what]`` (where, code)."""
        for number in np.unique(what):
            self.add(who[what == number], *texts[number])

    def lists(self, counted: Counter[str]) -> pa.Array:
        """Return the problems as a list a person; ``counted`` is added to by code."""
        texts = sorted(self._texts)
        rank = np.empty(len(texts), np.int64)
        for number, text in enumerate(texts):
            rank[self._texts[text]] = number
        none = np.empty(0, np.int64)
        who = np.concatenate([none, *self._who])
        what = rank[np.concatenate([none, *self._what])]
        pairs = np.unique(who * max(len(texts), 1) + what)
        who, what = np.divmod(pairs, max(len(texts), 1))
        for number, times in enumerate(np.bincount(what, minlength=len(texts))):
            counted[texts[number][1]] += int(times)
        columns = [pa.array([text[side] for text in texts], pa.string()) for side in (0, 1)]
        entries = pa.StructArray.from_arrays(
            [column.take(pa.array(what)) for column in columns], fields=list(PROBLEM)
        )
        return pa.ListArray.from_arrays(pa.array(offsets(who, self._people), pa.int32()), entries)

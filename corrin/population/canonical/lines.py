"""Results of many people as arrays: each line checked, its unit found, its number converted.

The same rules as ``corrin.labs.lines``, line by line, for as many as there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corrin.knowledge.loading import Knowledge
from corrin.labs.lines import PRESENCE, WORDS
from corrin.labs.numbers import Comparator
from corrin.population.canonical.class_limits import assays_named
from corrin.population.canonical.converting import times
from corrin.population.canonical.grouping import Index
from corrin.population.canonical.interval_evidence import empty, reversed_
from corrin.population.canonical.repairing import Meant, Printed, Units
from corrin.population.canonical.scales import NO_SCALE
from corrin.population.canonical.surveying import Survey
from corrin.population.kernel.people import NO_DAY, Booleans, Floats

COMPARATORS = tuple(each.value for each in Comparator)
SAID = tuple(WORDS)
#: Codes of comparators and words that are not known, and of words that are not there.
NOT_KNOWN, NOTHING = -2, -1  # not clinical: codes
#: What can be wrong with a line; each is a bit of ``Lines.faults``.
FAULTS = (
    *NO_SCALE,
    "missing-value",
    "not-a-number",
    "negative-value",
    "unknown-comparator",
    "impossible-value",
    "unit-doubtful",
    "empty-interval",
    "reversed-interval",
    "unknown-word",
    "wrong-word",
    "versions-disagree",
)
_BIT = {code: 1 << number for number, code in enumerate(FAULTS)}
#: What becomes of a version by another of the same id, as queries number it.
STANDS, REMOVED, SUPERSEDED, DISAGREES = 0, 1, 2, 3  # not clinical: codes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lines:
    """Results (N,), each a version that may still be a duplicate or superseded.

    ``value``, ``low`` and ``high`` are canonical where ``scale`` is known, as printed where
    it is below 0, and NaN where there is none that can be used; ``printed`` is as printed.
    ``day`` and ``issued`` are ``NO_DAY`` when not known, ``id`` is 0.  ``repaired`` marks
    units that were filled in, with ``certainty``.
    """

    person: Index
    lab: Index
    unit: Index
    site: Index
    scale: NDArray[np.int16]
    printed: Floats
    value: Floats
    comparator: NDArray[np.int8]
    word: NDArray[np.int8]
    low: Floats
    high: Floats
    day: Index
    issued: Index
    status: NDArray[np.int8]
    fate: NDArray[np.int8]
    id: NDArray[np.uint64]
    problem: NDArray[np.int16]
    faults: NDArray[np.int64]
    repaired: Booleans
    certainty: Floats
    assay: pa.Array

    def __len__(self) -> int:
        """Return how many results these are."""
        return int(self.person.size)

    def take(self, rows: Index | Booleans) -> Lines:
        """Return some of the rows, by number or by mask."""
        if rows.dtype == np.bool_:
            rows = np.flatnonzero(rows)
        columns = {one.name: getattr(self, one.name)[rows] for one in fields(self)[:-1]}
        return Lines(**columns, assay=self.assay.take(pa.array(rows)))

    @property
    def readable(self) -> Booleans:
        """Return which say something: a number in a known unit, or a word (N,)."""
        return ~np.isnan(self.value) & (self.scale >= 0) | (self.word >= 0)


def lines_of(person: Index, table: pa.Table) -> Lines:
    """Return rows of the sorted query (``queries.RESULTS``) as printed; ``person`` (N,)."""

    def numbers(name: str, kind: type, missing: int = 0) -> NDArray[Any]:
        return np.asarray(table[name].fill_null(missing).to_numpy(), kind)

    def reals(name: str) -> Floats:
        found = np.array(table[name].to_numpy(), np.float64)
        # Infinity is no number that a laboratory prints.
        found[np.isinf(found)] = np.nan
        return found

    rows = person.size
    return Lines(
        person=person,
        lab=numbers("lab", np.int64),
        unit=numbers("unit", np.int64),
        site=numbers("site", np.int64),
        scale=np.full(rows, -1, np.int16),
        printed=reals("value"),
        value=reals("value"),
        comparator=numbers("comparator", np.int8),
        word=numbers("word", np.int8),
        low=reals("low"),
        high=reals("high"),
        day=numbers("day", np.int64, NO_DAY),
        issued=numbers("issued", np.int64, NO_DAY),
        status=numbers("status", np.int8),
        fate=numbers("fate", np.int8),
        id=numbers("id", np.uint64),
        problem=numbers("problem", np.int16),
        faults=np.zeros(rows, np.int64),
        repaired=np.zeros(rows, np.bool_),
        certainty=np.zeros(rows),
        assay=_whole(table["assay"]),
    )


def _whole(column: pa.ChunkedArray) -> pa.Array:
    found = column.combine_chunks()
    return pa.concat_arrays(found.chunks) if isinstance(found, pa.ChunkedArray) else found


class Reader:
    """Reads lines: units, limits, intervals, words."""

    def __init__(self, survey: Survey, knowledge: Knowledge) -> None:
        self._scales = survey.scales
        self._units = Units(survey, knowledge)
        self._assays = pa.array(assays_named(knowledge), pa.string())
        presence = [knowledge.labs[id_].quantity == PRESENCE for id_ in survey.scales.labs]
        any_lab = [word in {"low", "normal", "high"} for word in SAID]
        #: Which words fit which labs (L, W), a last column for no word.
        self._fits = np.array([[*(each | lab for each in any_lab), True] for lab in presence])

    def read(self, lines: Lines, *, child: Booleans) -> Lines:
        """Return lines read; ``child`` (people,) marks people with other limits than adults."""
        faults = np.zeros(len(lines), np.int64)

        def say(code: str, where: Booleans) -> None:
            faults[where] |= _BIT[code]

        low, high = self._intervals(lines, faults)
        word = self._words(lines, faults)
        given = ~np.isnan(lines.value)
        say("negative-value", given & (lines.value < 0))
        say("unknown-comparator", given & (lines.comparator == NOT_KNOWN))
        say("versions-disagree", lines.fate == DISAGREES)
        usable = given & (lines.value >= 0) & (lines.comparator >= 0) & (lines.fate != DISAGREES)
        say("missing-value", ~given & (lines.word == NOTHING) & (lines.problem < 0))
        value = np.where(usable, lines.value, np.nan)
        scale = np.where(usable, self._scales.of[lines.lab, lines.unit], -1).astype(np.int16)
        printed = Printed(
            lab=lines.lab,
            site=lines.site,
            scale=scale,
            value=value,
            compared=lines.comparator > 0,
            low=low,
            high=high,
            every=child[lines.person],
        )
        scale, certainty, repaired = self._repaired(lines, printed, usable, faults)
        canonical, low, high = (self._converted(lines.lab, scale, x) for x in (value, low, high))
        limits = self._scales.lowest[lines.lab], self._scales.highest[lines.lab]
        possible = (canonical >= limits[0]) & (canonical <= limits[1])
        known = usable & (scale >= 0)
        say("impossible-value", known & ~possible)
        # A unit that is printed and not known is no unit at all: the number says nothing.
        no_unit = usable & (scale < 0) & ~_has(faults, "missing-unit", "unit-doubtful")
        value = np.where(known & ~possible | no_unit, np.nan, canonical)
        empty = np.isnan(value)
        return replace(
            lines,
            scale=np.where(empty, -1, scale).astype(np.int16),
            value=value,
            comparator=np.where(empty, 0, lines.comparator).astype(np.int8),
            word=word,
            low=np.where(empty, np.nan, low),
            high=np.where(empty, np.nan, high),
            faults=faults,
            repaired=repaired & ~empty,
            certainty=certainty,
        )

    def _repaired(
        self, lines: Lines, printed: Printed, usable: Booleans, faults: NDArray[np.int64]
    ) -> tuple[NDArray[np.int16], Floats, Booleans]:
        """Return the scale of each line, how certain a filled in one is, and which those are."""
        scale, certainty = printed.scale.copy(), np.zeros(len(lines))
        none = np.flatnonzero(usable & (scale < 0))
        meant = self._units.missing(self._with_assays(printed, lines, none))
        scale[none], certainty[none] = meant.scale, meant.certainty
        for number, code in enumerate(NO_SCALE):
            faults[none[(printed.scale[none] == -1 - number) & (meant.scale < 0)]] |= _BIT[code]
        some = np.flatnonzero(usable & (printed.scale >= 0))
        doubted, instead = self._units.doubtful(printed.take(some))
        some, instead = some[doubted], _some(instead, doubted)
        scale[some], certainty[some] = instead.scale, instead.certainty
        faults[some] |= _BIT["unit-doubtful"]
        return scale, certainty, certainty > 0

    def _with_assays(self, printed: Printed, lines: Lines, rows: Index) -> Printed:
        """Return some rows, those of an assay with limits of its own marked."""
        said = pc.utf8_lower(pc.utf8_trim_whitespace(lines.assay.take(pa.array(rows))))
        named = pc.is_in(said, value_set=self._assays).to_numpy(zero_copy_only=False)
        some = printed.take(rows)
        return replace(some, every=some.every | named)

    def _intervals(self, lines: Lines, faults: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Return the limits of each interval; NaN for both where it is none."""
        low, high = lines.low, lines.high
        zero, wrong = empty(low, high), reversed_(low, high)
        faults[zero] |= _BIT["empty-interval"]
        faults[wrong] |= _BIT["reversed-interval"]
        none = zero | wrong
        return np.where(none, np.nan, low), np.where(none, np.nan, high)

    def _words(self, lines: Lines, faults: NDArray[np.int64]) -> NDArray[np.int8]:
        known = np.maximum(lines.word, NOTHING)
        fits = self._fits[lines.lab, known]
        faults[lines.word == NOT_KNOWN] |= _BIT["unknown-word"]
        faults[~fits] |= _BIT["wrong-word"]
        return np.where(fits, known, NOTHING).astype(np.int8)

    def _converted(self, lab: Index, scale: NDArray[np.int16], values: Floats) -> Floats:
        """Return numbers in the canonical unit; as printed where no scale is known."""
        factor = self._scales.factor[lab, np.maximum(scale, -1)]
        found = times(values, factor, self._scales.factors)
        return np.where(scale >= 0, found, values + 0.0)


def _has(faults: NDArray[np.int64], *codes: str) -> Booleans:
    return np.asarray(faults & sum(_BIT[code] for code in codes) > 0)


def _some(meant: Meant, rows: Booleans) -> Meant:
    return Meant(scale=meant.scale[rows], certainty=meant.certainty[rows])


def fault_codes(faults: int) -> Sequence[str]:
    """Return the codes in a number of bits."""
    return [code for code in FAULTS if faults & _BIT[code]]

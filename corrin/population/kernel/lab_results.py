"""Reads the laboratory lines of many people, lab by lab, as ``labs.lines`` reads one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corrin.b12_status.classing import ACTIVE, TOTAL
from corrin.errors import InputError, Problem
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Lab
from corrin.labs.lines import WORDS, word_fits
from corrin.labs.numbers import Comparator, Reading, read_number
from corrin.labs.records import Position
from corrin.labs.units import factor_of, in_canonical
from corrin.population.kernel.calcium import adjusted
from corrin.population.kernel.columns import Codes, Lists, coded, days, lists, numbers
from corrin.population.kernel.intervals import positions, spans_of_many
from corrin.population.kernel.people import (
    LABORATORY,
    NO_LINE,
    NO_UNIT,
    NOWHERE,
    OURS,
    SOME_LINE,
    UNKNOWN,
    Booleans,
    Days,
    Floats,
    Results,
    States,
)

_POSITIONS = {Position.LOW: 0, Position.NORMAL: 1, Position.HIGH: 2}
_COMPARATORS = tuple(Comparator)
_NOT_READ = -2  # not clinical: a comparator that is none


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lines:
    """Lines of a laboratory report, M of them; texts as codes into ``units`` and so on."""

    person: NDArray[np.int64]
    value: Floats
    given: Booleans
    comparator: States
    unit: Codes
    word: Codes
    reference_low: Floats
    reference_high: Floats
    day: Days
    assay: Codes

    def take(self, rows: NDArray[np.int64]) -> Lines:
        """Return these lines, in this order."""
        return Lines(**{each.name: getattr(self, each.name)[rows] for each in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Texts:
    """What the codes of ``Lines`` stand for."""

    units: tuple[str, ...]
    words: tuple[str, ...]
    assays: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class About:
    """What decides how a person's results are read, each (N,)."""

    sex: States
    age: Floats
    as_of: Days


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReadResults:
    """``results``, ``as_printed`` and ``b12_line`` as in ``People``.

    ``faulty`` (N,): a line of a lab with a critical limit was at fault, so that part of it
    or all was not used.
    """

    results: Mapping[str, Results]
    as_printed: Mapping[str, Results]
    b12_line: States
    faulty: Booleans


def read_results(batch: pa.RecordBatch, about: About, knowledge: Knowledge) -> ReadResults:
    """Read every line of ``labs``."""
    column = lists(batch, "labs")
    lines, texts = _lines(column)
    watched = {value.lab for value in knowledge.critical_values.values()}
    faulty = np.zeros(len(batch), dtype=bool)
    b12_line = np.full(len(batch), NO_LINE, dtype=np.int8)
    found: dict[str, Results] = {}
    for lab, rows in _by_lab(column.fields["lab"], knowledge):
        results, fault = _read(knowledge.labs[lab], lines.take(rows), texts, about, knowledge)
        if len(results.person):
            found[lab] = results
        if lab in watched:
            faulty[fault] = True
        # In the order of the ids active B12 comes first, and total B12 stands over it.
        if lab in {ACTIVE, TOTAL}:
            _note_line(b12_line, lines.take(rows))
    printed: dict[str, Results] = {}
    if "calcium" in found:
        printed["calcium"] = found["calcium"]
        found["calcium"] = adjusted(found["calcium"], found.get("albumin"), knowledge)
    return ReadResults(
        results={lab: latest_first(each) for lab, each in found.items()},
        as_printed={lab: latest_first(each) for lab, each in printed.items()},
        b12_line=b12_line,
        faulty=faulty,
    )


def _note_line(states: States, lines: Lines) -> None:
    """Note what stands in each person's latest line."""
    latest_last = np.lexsort((-np.arange(len(lines.day)), lines.day))
    bare = lines.given & (lines.unit < 0)
    # Of several lines of a person the one written last stands.
    states[lines.person[latest_last]] = np.where(bare, NO_UNIT, SOME_LINE)[latest_last]


def latest_first(results: Results) -> Results:
    """Return the results of each person latest first, undated last, else as they stood."""
    same = results.person[1:] == results.person[:-1]
    if not (same & (results.day[1:] > results.day[:-1])).any():
        return results
    # The complement turns the order without the overflow of a minus sign.
    return take(results, np.lexsort((~results.day, results.person)))


def take(results: Results, rows: NDArray[np.int64]) -> Results:
    """Return these results, in this order."""
    arrays = {
        each.name: getattr(results, each.name)[rows]
        for each in fields(results)
        if each.name != "assays"
    }
    return replace(results, **arrays)


def latest(results: Results) -> Results:
    """Return the latest result of each person who has one."""
    first = np.flatnonzero(np.diff(results.person, prepend=-1))
    return results if len(first) == len(results.person) else take(results, first)


def _lines(column: Lists) -> tuple[Lines, Texts]:
    given = column.fields
    units = coded(given["unit"])
    words = coded(given["word"])
    assays = coded(given["assay"])
    comparator, signs = coded(given["comparator"])
    signed = np.array([*map(_comparator, signs), 0], dtype=np.int8)
    lines = Lines(
        person=column.person,
        value=numbers(given["value"]),
        given=given["value"].is_valid().to_numpy(zero_copy_only=False),
        comparator=signed[comparator],
        unit=units[0],
        word=words[0],
        reference_low=numbers(given["reference_low"]),
        reference_high=numbers(given["reference_high"]),
        day=days(given["taken"]),
        assay=assays[0],
    )
    return lines, Texts(units=units[1], words=words[1], assays=assays[1])


def _comparator(sign: str) -> int:
    found = read_number(f"{sign}1.0")
    return _COMPARATORS.index(found.comparator) if isinstance(found, Reading) else _NOT_READ


def _by_lab(names: pa.Array, knowledge: Knowledge) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """Yield each known lab with its rows, in the order of the table."""
    codes, texts = coded(names)
    if not texts:
        return
    ids = [knowledge.lab_id(text) for text in texts]
    labs = sorted({id_ for id_ in ids if id_ is not None})
    place = {lab: number for number, lab in enumerate(labs)}
    number_of = np.array([*(len(labs) if id_ is None else place[id_] for id_ in ids), len(labs)])
    number = number_of.astype(np.int16)[codes]
    order = np.argsort(number, kind="stable")
    ends = np.cumsum(np.bincount(number, minlength=len(labs) + 1))
    start = 0
    for lab, end in zip(labs, ends.tolist(), strict=False):
        yield lab, order[start:end]
        start = end


def _read(
    lab: Lab, lines: Lines, texts: Texts, about: About, knowledge: Knowledge
) -> tuple[Results, NDArray[np.int64]]:
    """Return the results of one lab, and the people with a line at fault."""
    late = lines.day > about.as_of[lines.person]
    value = lines.value
    possible = _possible(lab, value, knowledge)
    in_unit = _in_unit(lab, lines, texts, knowledge)
    number = lines.given & np.isfinite(value) & (value >= 0) & (lines.comparator != _NOT_READ)
    # As text a minus sign stays one, also before nothing.
    number &= ~((lines.comparator > 0) & np.signbit(value))
    measured = number & in_unit & possible & ~late
    low, high = _bounds(value, lines.comparator)
    printed = ~(np.isnan(lines.reference_low) & np.isnan(lines.reference_high))
    worded = _positions_of_words(lab, texts.words)[lines.word]
    fits = worded != UNKNOWN
    by_print = positions(low, high, lines.reference_low, lines.reference_high)
    compared = lines.given & number & printed & (lines.unit < 0) & (by_print != UNKNOWN)
    in_words = ~late & ~measured & (fits | compared)
    fault = late | (~measured & (lines.given | ~fits))

    spans = spans_of_many(lab.id, knowledge)
    kind = spans.kind(about.sex[lines.person], about.age[lines.person])
    by_word = ~printed & fits
    ours = ~printed & ~fits & spans.known[kind]
    position = np.where(printed, by_print, np.where(by_word, worded, UNKNOWN)).astype(np.int8)
    chosen = np.flatnonzero(ours & measured)
    position[chosen] = spans.position(kind[chosen], low[chosen], high[chosen])
    origin = np.where(printed | by_word, LABORATORY, np.where(ours, OURS, NOWHERE))
    results = Results(
        person=lines.person,
        low=np.where(measured, low, np.nan),
        high=np.where(measured, high, np.nan),
        position=np.where(measured, position, np.where(fits, worded, by_print)).astype(np.int8),
        reference_low=_reference(measured, ours, lines.reference_low, spans.widest_low[kind]),
        reference_high=_reference(measured, ours, lines.reference_high, spans.widest_high[kind]),
        interval_from=np.where(measured, origin, LABORATORY).astype(np.int8),
        day=lines.day,
        assay=lines.assay,
        assays=texts.assays,
    )
    used = measured | in_words
    if not used.all():
        results = take(results, np.flatnonzero(used))
    return results, lines.person[fault]


def _reference(measured: Booleans, ours: Booleans, printed: Floats, own: Floats) -> Floats:
    return np.where(measured, np.where(ours, own, printed), np.nan)


def _possible(lab: Lab, value: Floats, knowledge: Knowledge) -> Booleans:
    """Return which numbers are possible at all, in the lab's canonical unit."""
    low, high = (
        None if end is None else in_canonical(end, lab.plausible.unit, lab, knowledge)
        for end in (lab.plausible.low, lab.plausible.high)
    )
    possible = np.ones(len(value), dtype=bool)
    if low is not None:
        possible &= value >= low
    if high is not None:
        possible &= value <= high
    return possible


def _in_unit(lab: Lab, lines: Lines, texts: Texts, knowledge: Knowledge) -> Booleans:
    """Return which lines are in the lab's canonical unit; the rest have none that is known."""
    factors = [factor_of(text, lab, knowledge) for text in texts.units]
    of_lab = np.array([*(isinstance(by, Fraction) for by in factors), False])[lines.unit]
    canonical = np.array([*(by == 1 for by in factors), False])[lines.unit]
    if (of_lab & ~canonical).any():
        what = "holds a unit other than the test's own."
        raise InputError([Problem("labs", "not-canonical", what, "Make the canonical table anew.")])
    return np.asarray(canonical)


def _bounds(value: Floats, comparator: States) -> tuple[Floats, Floats]:
    """Return between what each number lies, as ``Reading.bounds`` does."""
    if not comparator.any():
        return value, value
    below, at_most, above, at_least = (
        comparator == _COMPARATORS.index(each)
        for each in (Comparator.BELOW, Comparator.AT_MOST, Comparator.ABOVE, Comparator.AT_LEAST)
    )
    low = np.where(below | at_most, 0.0, np.where(above, np.nextafter(value, np.inf), value))
    high = np.where(above | at_least, np.inf, np.where(below, np.nextafter(value, 0.0), value))
    return low, high


def _positions_of_words(lab: Lab, words: tuple[str, ...]) -> States:
    """Return the position each word stands for, and last for none; -1 when it does not fit."""
    found = [_POSITIONS[WORDS[word]] if word_fits(word, lab) else UNKNOWN for word in words]
    return np.array([*found, UNKNOWN], dtype=np.int8)

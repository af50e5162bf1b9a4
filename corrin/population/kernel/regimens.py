"""What the doses that people take say of their level, each regimen read and worked out once.

As ``high_b12.of_person.dose_answer`` and ``high_b12.answering``: of a level the latest
result decides, weighed by the person's other results; when another level is to be
explained, the doses speak alone.  Where they cannot be read, nothing is said of them.
"""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass, fields, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from corrin.high_b12.intake_words import words_of
from corrin.high_b12.label_text import LabelText
from corrin.high_b12.of_person import NO_INTRINSIC_FACTOR
from corrin.high_b12.parameters import Floats, Integers
from corrin.high_b12.regimens import regimen_from_intake
from corrin.high_b12.sources_lasting import TOTAL
from corrin.knowledge.loading import Knowledge
from corrin.labs.units import out_of_canonical
from corrin.person.records import Intake
from corrin.population.kernel.columns import lists
from corrin.population.kernel.dose_asking import Ask, ask_many, from_sample, trains_of
from corrin.population.kernel.lab_results import take
from corrin.population.kernel.people import NO_DAY, YES, People, Results

#: Fields of an entry that say when, not what.
_WHEN = ("since", "until", "last_dose", "duration")
#: Doses are reckoned in ng/L, the same number in pg/mL.
_UNIT = "ng/L"
_FIELDS = tuple(each.name for each in fields(Intake))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Explained:
    """What the doses of M people say of the level to explain.

    ``known`` (M,): doses and times can be read, and a number stands against them.
    ``chance`` and ``without`` (M,): the probability of a level at least this high on the
    regimen, and without the B12; NaN when not known.
    """

    known: NDArray[np.bool_]
    chance: Floats
    without: Floats


def explained_by_doses(
    people: People, rows: Integers, low: Floats, knowledge: Knowledge
) -> Explained:
    """Ask the doses of the people in ``rows`` (M,) about their levels ``low`` (M,), pmol/L."""
    found = Explained(
        known=np.zeros(len(rows), dtype=bool),
        chance=np.full(len(rows), np.nan),
        without=np.full(len(rows), np.nan),
    )
    takes = people.intake_known[rows] & ~people.intake_none[rows] & ~np.isnan(low)
    places = np.flatnonzero(takes)
    if not len(places):
        return found
    trains = _trains(people, rows[places], knowledge)
    read = np.array([each is not None for each in trains], dtype=bool)
    found.known[places] = read
    # A level of nothing is not asked about: everybody has at least that.
    asked = places[read & (low[places] > 0)]
    if len(asked):
        doses = [trains[place] for place in np.flatnonzero(np.isin(places, asked)).tolist()]
        asks = _asks(people, rows[asked], low[asked], doses, knowledge)
        answers = ask_many(asks, knowledge)
        found.chance[asked], found.without[asked] = answers.given, answers.without
    return found


def _asks(
    people: People,
    rows: Integers,
    low: Floats,
    trains: list[Floats | None],
    knowledge: Knowledge,
) -> list[Ask]:
    """Return the questions.  Results without a date count as drawn on the day of the answer."""
    results = _in_numbers(people.results[TOTAL], rows)
    mass = out_of_canonical(1.0, _UNIT, knowledge.labs[TOTAL], knowledge)
    undated = results.day == NO_DAY
    day = np.where(undated, 0, results.day - people.as_of[results.person]).astype(np.float64)
    order = np.lexsort((-day, results.person))
    levels = np.stack((day, results.low * mass, results.high * mass), axis=1)[order]
    lows = results.low[order]
    ends = np.searchsorted(results.person[order], np.append(rows, rows[-1] + 1))
    lacking = np.zeros(len(people), dtype=bool)
    for finding in NO_INTRINSIC_FACTOR:
        lacking |= people.finding(finding) == YES
    asks = []
    for place, (first, last) in enumerate(pairwise(ends.tolist())):
        about = trains[place]
        if about is None:
            raise ValueError(place)
        sample = float(levels[first, 0])
        others = levels[first + 1 : last] - (sample, 0.0, 0.0)
        same = bool(lows[first] == low[place])
        asks.append(
            Ask(
                trains=from_sample(about, sample),
                intrinsic=not (same and lacking[rows[place]]),
                low=float(low[place]) * mass,
                results=others if same else others[:0],
            )
        )
    return asks


def _in_numbers(results: Results, rows: Integers) -> Results:
    """Return the results of these people that are numbers."""
    wanted = np.zeros(int(rows[-1]) + 1, dtype=bool)
    wanted[rows] = True
    near = results.person <= rows[-1]
    kept = near & ~np.isnan(results.low)
    kept[near] &= wanted[results.person[near]]
    return take(results, np.flatnonzero(kept))


def _trains(people: People, rows: Integers, knowledge: Knowledge) -> list[Floats | None]:
    """Return the doses of each person as rows for ``dosing``, None where they cannot be read."""
    batch = people.batch.select(["as_of", "intake"]).take(rows)
    column = lists(batch, "intake")
    given = [column.fields[name].to_pylist() for name in _FIELDS]
    entries = [Intake(**dict(zip(_FIELDS, each, strict=True))) for each in zip(*given, strict=True)]
    ends = np.concatenate(([0], np.cumsum(column.count))).tolist()
    as_of = batch.column("as_of").to_pylist()
    return [
        _read(tuple(entries[first:last]), day, knowledge)
        for day, (first, last) in zip(as_of, pairwise(ends), strict=True)
    ]


@functools.lru_cache(maxsize=8192)
def _read(intake: tuple[Intake, ...], as_of: dt.date, knowledge: Knowledge) -> Floats | None:
    regimen = regimen_from_intake(intake, knowledge, as_of=as_of, words=_words)
    if regimen.problems or not regimen.products:
        return None
    trains = trains_of(regimen, knowledge)
    trains.setflags(write=False)
    return trains


def _words(entry: Intake, knowledge: Knowledge, *, where: str) -> LabelText:
    """Read the words of an entry, each text once."""
    return _read_words(replace(entry, **dict.fromkeys(_WHEN)), knowledge, where)


@functools.lru_cache(maxsize=8192)
def _read_words(entry: Intake, knowledge: Knowledge, where: str) -> LabelText:
    return words_of(entry, knowledge, where=where)

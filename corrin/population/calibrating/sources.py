"""The sources of a high B12, held against those that were drawn.

The truth is the model: source, band, answer on supplements and signs are drawn each by
itself, given the source.  The answer that is shown lets correlated signs count less.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pyarrow as pa

from corrin.errors import CorrinError
from corrin.high_b12.sources_numbers import CompiledSources, compile_sources
from corrin.high_b12.sources_records import Supplements
from corrin.high_b12.weighing import NONE_TAKEN, NOT_ASKED, TAKEN, PeopleKnown, weigh
from corrin.knowledge.loading import Knowledge
from corrin.population.calibrating.measuring import Calibration, calibrate
from corrin.population.kernel.answers import SUPPLEMENTS, SourcesOfMany
from corrin.population.kernel.b12_status import class_b12_of_many
from corrin.population.kernel.reading_batch import read_batch
from corrin.population.kernel.sources import weigh_sources
from corrin.population.records import PRODUCT
from corrin.population.simulating.drawing import draw_blocks
from corrin.population.simulating.levels import source_odds
from corrin.population.simulating.people import SETTINGS
from corrin.population.simulating.recording import record
from corrin.population.simulating.rows_of import rows_of
from corrin.population.simulating.streams import Booleans, Floats, Integers, Stream, Thing


class SeenOfSource(StrEnum):
    """What of the truth the answer is given."""

    MODEL = "as the model has it"
    SHARED = "signs of one group share their weight, as in the answer"
    RECORDED = "read from the record, doses and signs that hang together included"
    RECORDED_ASKED = "the same, in people who were asked about supplements"
    WITHOUT_TIMES = "the same, but when they take it is not known, so that no dose is reckoned with"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStudy:
    """How each source fared, seen in one way."""

    seen: SeenOfSource
    people: int
    sources: tuple[Calibration, ...]

    @property
    def worst(self) -> float:
        """Return the largest error of any source, in bins of equal count or of equal width."""
        return max(max(each.ece_count, each.ece_width) for each in self.sources)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Drawn:
    """Some people of one setting: their true source, and what is known of them."""

    source: Integers
    band: Integers
    odds: Floats
    present: Booleans
    absent: Booleans
    answer: Integers


def study_sources(knowledge: Knowledge, people: int, *, seed: int) -> tuple[SourceStudy, ...]:
    """Draw ``people`` adults with a high level and weigh the sources of each, in both ways."""
    parts: dict[SeenOfSource, tuple[list[Floats], list[Booleans]]]
    parts = {each: ([], []) for each in SeenOfSource}
    ids: tuple[str, ...] = ()
    for compiled, drawn in _drawn(knowledge, people, seed):
        ids = compiled.sources
        for seen in (SeenOfSource.MODEL, SeenOfSource.SHARED):
            parts[seen][0].append(_posterior(compiled, drawn, seen, knowledge))
            parts[seen][1].append(drawn.source[:, None] == np.arange(len(ids)))
    for seen, posterior, source in _answered(knowledge, people, seed):
        parts[seen][0].append(posterior)
        parts[seen][1].append(source[:, None] == np.arange(len(ids)))
    return tuple(
        SourceStudy(
            seen=seen,
            people=sum(map(len, posterior)),
            sources=calibrate(np.concatenate(posterior), np.concatenate(truth), ids),
        )
        for seen, (posterior, truth) in parts.items()
    )


def _answered(
    knowledge: Knowledge, people: int, seed: int
) -> Iterator[tuple[SeenOfSource, Floats, Integers]]:
    """Yield the answers from clean records, and the sources that were drawn."""
    for block, count in draw_blocks(knowledge, seed, people, twitching=0.0, high=1.0):
        who = np.flatnonzero(block.sources.source[:count] >= 0)
        rows = rows_of(record(block, count, knowledge), knowledge).take(pa.array(who))
        for whole, seen in (
            (rows, SeenOfSource.RECORDED_ASKED),
            (_without_times(rows), SeenOfSource.WITHOUT_TIMES),
        ):
            found = _weighed(whole, knowledge)
            source = block.sources.source[who[found.rows]]
            if seen is SeenOfSource.RECORDED_ASKED:
                yield SeenOfSource.RECORDED, found.probability, source
            not_asked = SUPPLEMENTS.index(Supplements.NOT_ASKED)
            asked = found.supplements[found.rows] != not_asked
            yield seen, found.probability[asked], source[asked]


def _weighed(rows: pa.RecordBatch, knowledge: Knowledge) -> SourcesOfMany:
    people = read_batch(rows, knowledge)
    found = weigh_sources(people, class_b12_of_many(people, knowledge), knowledge)
    if found.ids != compile_sources(knowledge, SETTINGS[0]).sources:
        raise CorrinError("The sources stand in another order than they were drawn in.")
    return found


def _without_times(rows: pa.RecordBatch) -> pa.RecordBatch:
    """Return the people with what they take, but not how often or since when."""
    column = rows.column("intake")
    entries = column.values
    kept = [
        pa.nulls(len(entries), field.type)
        if field.name in {"every", "since", "until", "last_dose"}
        else entries.field(field.name)
        for field in PRODUCT
    ]
    products = pa.StructArray.from_arrays(kept, fields=list(PRODUCT))
    lists = pa.ListArray.from_arrays(column.offsets, products, mask=column.is_null())
    place = rows.schema.get_field_index("intake")
    return rows.set_column(place, rows.schema.field(place), lists)


def _drawn(
    knowledge: Knowledge, people: int, seed: int
) -> Iterator[tuple[CompiledSources, _Drawn]]:
    rules = knowledge.population.simulation
    looked_for = rules.asked["history"].value
    asked = rules.rate["intake_asked"].value
    for block, count in draw_blocks(knowledge, seed, people, twitching=0.0):
        stream = Stream(seed, block.number, Thing.STUDY)
        size, signs = block.sources.sign.shape
        by_sign = stream.uniform(size, signs)
        looked = stream.below(looked_for, size, signs)
        known = stream.below(asked, size)
        taken_by = stream.uniform(size)
        pick = stream.uniform(size, 2)
        for number, setting in enumerate(SETTINGS):
            rows = np.flatnonzero((block.people.setting == number)[:count])
            rows = rows[block.people.adult[rows]]
            if not len(rows):
                continue
            compiled = compile_sources(knowledge, setting)
            numbers = compiled.numbers(0)
            odds = source_odds(compiled, block.people.age[rows], block.people.sex[rows])
            source = _column(numbers.base * odds, pick[rows, 0])
            taken = taken_by[rows] < numbers.answer[0][source, TAKEN]
            sign = by_sign[rows] < numbers.sign[0][source]
            # Some signs mean something only in people who are known to take B12.
            only = np.array([each.only_when_taken for each in knowledge.high_b12.sign])
            seen = looked[rows] & (~only | (taken & known[rows])[:, None])
            yield (
                compiled,
                _Drawn(
                    source=source,
                    band=_column(numbers.band[0][source], pick[rows, 1]),
                    odds=odds,
                    present=seen & sign,
                    absent=seen & ~sign,
                    answer=np.where(known[rows], np.where(taken, TAKEN, NONE_TAKEN), NOT_ASKED),
                ),
            )


def _column(weights: Floats, uniform: Floats) -> Integers:
    ends = np.cumsum(weights, axis=1)
    return np.asarray((uniform[:, None] * ends[:, -1:] >= ends).sum(axis=1), dtype=np.int64)


def _posterior(
    compiled: CompiledSources, drawn: _Drawn, seen: SeenOfSource, knowledge: Knowledge
) -> Floats:
    count = len(drawn.source)
    present, absent = drawn.present.astype(float), drawn.absent.astype(float)
    if seen is SeenOfSource.SHARED:
        present, absent = (_shared(each, compiled, knowledge) for each in (present, absent))
    nothing = np.full(count, np.nan)
    known = PeopleKnown(
        bands=np.eye(len(compiled.band_ids))[drawn.band],
        odds=drawn.odds,
        present=present,
        absent=absent,
        answer=drawn.answer,
        level=np.ones(count),
        tail=nothing,
        tail_without=nothing,
    )
    return weigh(compiled.numbers(0), known)[:, 0]


def _shared(held: Floats, compiled: CompiledSources, knowledge: Knowledge) -> Floats:
    """Return the weights of signs when those of one group share what it may weigh."""
    shared = held.copy()
    for group in knowledge.high_b12.group:
        members = [compiled.signs.index(each) for each in group.members]
        together = np.maximum(held[:, members].sum(axis=1, keepdims=True), 1)
        shared[:, members] *= np.minimum(1.0, group.counts / together)
    return shared

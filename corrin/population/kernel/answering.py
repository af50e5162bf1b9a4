"""Every question of a batch of people, put together in the table of answers.

The next steps, the claims and what was not asked are not here: they are answered for one
person at a time, on demand.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from corrin.high_b12.sources import TIED
from corrin.knowledge.loading import Knowledge, load
from corrin.population.kernel.answers import (
    CAUSES_REFUSALS,
    CLASSES,
    COMPARATORS,
    LASTINGS,
    SOURCES_REFUSALS,
    STATUS_REFUSALS,
    SUPPLEMENTS,
    TRUSTS,
    WHY_NOT_CLASSED,
    CausesOfMany,
    SourcesOfMany,
    StatusOfMany,
)
from corrin.population.kernel.b12_status import class_b12_of_many
from corrin.population.kernel.columns import list_array, picked, words_by_person
from corrin.population.kernel.follow_up import NOT_CLASSED, FollowUp, follow_up
from corrin.population.kernel.lasting import lasting_of
from corrin.population.kernel.lookup import LookupOfPeople
from corrin.population.kernel.people import NO_DAY, NOT_KNOWN, Days, Floats, States
from corrin.population.kernel.reading_batch import read_batch
from corrin.population.kernel.sources import weigh_sources
from corrin.population.kernel.triage import TIERS, UrgencyOfMany, urgency_of_many
from corrin.population.kernel.twitching import weigh_causes
from corrin.population.records import ANSWERS, RANKED

#: How many of a ranked list are kept.
SHOWN = 5  # not clinical: the length of a list


def answer_batch(batch: pa.RecordBatch, knowledge: Knowledge | None = None) -> pa.RecordBatch:
    """Return the answers (``ANSWERS``) for a batch of people (``CANONICAL``), row by row.

    A person's answers have the same bits in any batch and any order.  Raises
    :class:`InputError` for a batch that is not canonical.
    """
    knowledge = knowledge or load()
    people = read_batch(batch, knowledge)
    status = class_b12_of_many(people, knowledge)
    lookup = LookupOfPeople(
        people=people,
        status=status,
        lasting=lasting_of(people, knowledge),
        knowledge=knowledge,
    )
    urgency = urgency_of_many(lookup, knowledge)
    sources = weigh_sources(people, status, knowledge)
    causes = weigh_causes(people, knowledge)
    columns = {
        **_given(batch),
        **_of_status(status),
        **_of_sources(sources, len(batch)),
        "twitching": _booleans(lookup.twitching()),
        **_of_causes(causes, len(batch)),
        **_of_urgency(urgency),
        **_of_follow_up(follow_up(status, sources, causes, knowledge)),
        "refusals": _refusals(status, sources, causes, len(batch)),
    }
    return pa.RecordBatch.from_arrays([columns[name] for name in ANSWERS.names], schema=ANSWERS)


def _given(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    names = ("person_id", "as_of", "age", "sex", "setting", "problems")
    return {name: batch.column(name) for name in names}


def _of_status(status: StatusOfMany) -> dict[str, pa.Array]:
    return {
        "b12_class": picked(CLASSES, status.b12_class),
        "b12_pmol_l": _floats(status.level),
        "b12_comparator": picked((None, *COMPARATORS[1:]), status.comparator),
        "b12_taken": _dates(status.day),
        "b12_trust": picked(TRUSTS, status.trust),
        "functional_deficiency": _booleans(status.functional),
        "b12_not_classed": picked(WHY_NOT_CLASSED, status.why_not_classed),
    }


def _of_sources(sources: SourcesOfMany, count: int) -> dict[str, pa.Array]:
    not_classed = np.full(count, np.nan)
    not_classed[sources.rows] = sources.probability[:, sources.ids.index(NOT_CLASSED)]
    return {
        "supplements": picked(SUPPLEMENTS, sources.supplements),
        "b12_treated": pa.array(sources.treated),
        "lasting": picked(LASTINGS, sources.lasting),
        "sources": _ranked(sources.rows, sources.ids, sources.probability, count),
        "source_not_classed": _floats(not_classed),
    }


def _of_causes(causes: CausesOfMany, count: int) -> dict[str, pa.Array]:
    return {
        "causes": _ranked(causes.rows, causes.ids, causes.probability, count),
        "findings_counted": _counts(causes.rows, causes.counted, count),
        "findings_left_out": _counts(causes.rows, causes.left_out, count),
    }


def _of_urgency(urgency: UrgencyOfMany) -> dict[str, pa.Array]:
    return {"tier": picked(TIERS, urgency.tier), "rules": urgency.rules}


def _of_follow_up(found: FollowUp) -> dict[str, pa.Array]:
    return {
        "high_without_reason": _booleans(found.high_without_reason),
        "persistently_high": _booleans(found.persistently_high),
        "low_untreated": _booleans(found.low_untreated),
        "twitches_reversible": _booleans(found.twitches_reversible),
    }


def _refusals(
    status: StatusOfMany, sources: SourcesOfMany, causes: CausesOfMany, count: int
) -> pa.ListArray:
    """Return the codes of the questions that were refused, in the order of the questions."""
    words, who = [], []
    for question, codes, refused in (
        ("b12_status", STATUS_REFUSALS, status.refused),
        ("high_b12", SOURCES_REFUSALS, sources.refused),
        ("twitching", CAUSES_REFUSALS, causes.refused),
    ):
        for place, code in enumerate(codes):
            words.append(f"{question}:{code}")
            who.append(refused == place)
    return words_by_person(words, who, count)


def _ranked(
    rows: np.ndarray[tuple[int], np.dtype[np.int64]],
    ids: Sequence[str],
    probability: Floats,
    count: int,
) -> pa.ListArray:
    """Return the likeliest of each row that was answered; of two as likely the first by id."""
    best = np.argsort(-np.round(probability, TIED), axis=1, kind="stable")[:, :SHOWN]
    shown = best.shape[1]
    entries = pa.StructArray.from_arrays(
        [
            pa.array(ids, pa.string()).take(pa.array(best.ravel())),
            pa.array(np.take_along_axis(probability, best, axis=1).ravel()),
        ],
        fields=list(RANKED),
    )
    lists = list_array(np.repeat(rows, shown), entries, count)
    unanswered = np.ones(count, dtype=bool)
    unanswered[rows] = False
    return pa.ListArray.from_arrays(lists.offsets, entries, mask=pa.array(unanswered))


def _counts(
    rows: np.ndarray[tuple[int], np.dtype[np.int64]],
    counts: np.ndarray[tuple[int], np.dtype[np.int16]],
    count: int,
) -> pa.Array:
    full, unanswered = np.zeros(count, dtype=np.int16), np.ones(count, dtype=bool)
    full[rows], unanswered[rows] = counts, False
    return pa.array(full, mask=unanswered)


def _booleans(states: States) -> pa.Array:
    return pa.array(states > 0, mask=states == NOT_KNOWN)


def _floats(values: Floats) -> pa.Array:
    return pa.array(values, mask=np.isnan(values))


def _dates(days: Days) -> pa.Array:
    known = days != NO_DAY
    counted = np.where(known, days, 0).astype(np.int32)
    return pa.array(counted, mask=~known).cast(pa.date32())

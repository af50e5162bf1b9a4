"""A block as facts, in the kinds and columns that every reader of a source yields."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from corrin.knowledge.loading import Knowledge
from corrin.population.facts import SCHEMAS, FactBatch, FactKind
from corrin.population.simulating.causes import dense
from corrin.population.simulating.columns import dates, nulls, person_ids, words
from corrin.population.simulating.messing import Messed
from corrin.population.simulating.people import SETTINGS, SEXES
from corrin.population.simulating.printing import as_facts
from corrin.population.simulating.recording import Recorded
from corrin.population.simulating.rows_of import medicines, products
from corrin.population.simulating.streams import Integers


def facts_of(
    recorded: Recorded, messed: Messed, knowledge: Knowledge, *, count: int
) -> Iterator[FactBatch]:
    """Yield the facts about the first ``count`` people of a block, kind by kind."""
    ids = person_ids(recorded.block.seed, recorded.block.first, recorded.size)
    yield _batch(FactKind.PEOPLE, _people(recorded, ids, count))
    yield _batch(FactKind.ASKED, _asked(recorded, ids, count))
    yield _batch(FactKind.FINDINGS, _findings(recorded, messed, ids, count, knowledge))
    rows = messed.rows.take(messed.rows.person < count)
    yield FactBatch(FactKind.RESULTS, as_facts(recorded, rows, knowledge))
    taken = recorded.block.taken
    who = np.flatnonzero((taken.regimen >= 0)[:count] & recorded.intake_known[:count])
    yield _batch(
        FactKind.PRODUCTS,
        {"person_id": ids.take(pa.array(who)), **products(recorded, who, knowledge)},
    )
    person, name, since, until = medicines(recorded, knowledge)
    held = pa.array(np.flatnonzero(person < count))
    yield _batch(
        FactKind.DRUGS,
        {
            "person_id": ids.take(pa.array(person)).take(held),
            "name": name.take(held),
            "since": since.take(held),
            "until": until.take(held),
        },
    )


def _batch(kind: FactKind, columns: dict[str, pa.Array]) -> FactBatch:
    schema = SCHEMAS[kind]
    return FactBatch(
        kind, pa.RecordBatch.from_arrays([columns[name] for name in schema.names], schema=schema)
    )


def _people(recorded: Recorded, ids: pa.Array, count: int) -> dict[str, pa.Array]:
    people = recorded.block.people
    twitching = np.where(people.twitches, 1, np.where(people.denies, 0, -1))[:count]
    return {
        "person_id": ids[:count],
        "birth_date": dates(people.born[:count]),
        "age": nulls(count, pa.float64()),
        "sex": words(SEXES, people.sex[:count]),
        "setting": words([each.value for each in SETTINGS], people.setting[:count]),
        "country": nulls(count, pa.string()),
        "twitching": pa.array(twitching == 1, mask=twitching < 0),
    }


def _asked(recorded: Recorded, ids: pa.Array, count: int) -> dict[str, pa.Array]:
    known = np.stack([recorded.intake_known, recorded.drugs_known], axis=1)[:count]
    person, what = np.nonzero(known)
    return {
        "person_id": ids.take(pa.array(person)),
        "what": words(("intake", "drugs"), what.astype(np.int64)),
    }


def _findings(
    recorded: Recorded, messed: Messed, ids: pa.Array, count: int, knowledge: Knowledge
) -> dict[str, pa.Array]:
    person, finding = np.nonzero(recorded.said[:count] >= 0)
    present = recorded.said[person, finding] == 1
    contrary = messed.contradicted[messed.contradicted[:, 0] < count]
    person = np.concatenate([person, contrary[:, 0]])
    finding = np.concatenate([finding, contrary[:, 1]])
    present = np.concatenate([present, recorded.said[contrary[:, 0], contrary[:, 1]] != 1])
    order: Integers = np.lexsort((finding, person))
    return {
        "person_id": ids.take(pa.array(person[order])),
        "finding": words(dense(knowledge).findings, finding[order]),
        "present": pa.array(present[order]),
        "noted": dates(recorded.block.people.sampled[person[order]]),
    }

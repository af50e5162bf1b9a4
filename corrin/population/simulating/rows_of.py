"""A block as rows of the canonical table, without a source in between."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from corrin.knowledge.loading import Knowledge
from corrin.labs.records import DAYS_OF_A_YEAR
from corrin.population.records import CANONICAL, DRUG, LAB, PRODUCT
from corrin.population.simulating.causes import dense
from corrin.population.simulating.columns import dates, decimals, nulls, person_ids, words
from corrin.population.simulating.people import SETTINGS, SEXES, day_of
from corrin.population.simulating.recording import (
    WORDS,
    Recorded,
    Results,
    medicine_texts,
    names,
)
from corrin.population.simulating.streams import Booleans, Integers
from corrin.population.simulating.taking import NO_DAY


def rows_of(recorded: Recorded, knowledge: Knowledge) -> pa.RecordBatch:
    """Return the people of a block with the schema ``CANONICAL``."""
    block, size = recorded.block, recorded.size
    people = block.people
    rules = knowledge.population.simulation
    said = recorded.said
    findings = pa.array(dense(knowledge).findings, pa.string())
    twitching = np.where(people.twitches, 1, np.where(people.denies, 0, -1))[:size]
    columns = {
        "person_id": person_ids(block.seed, block.first, size),
        "as_of": pa.array([rules.as_of] * size, pa.date32()),
        "age": pa.array(people.age[:size].astype(np.float64)),
        "sex": words(SEXES, people.sex[:size]),
        "setting": words([each.value for each in SETTINGS], people.setting[:size]),
        "country": nulls(size, pa.string()),
        "twitching": pa.array(twitching == 1, mask=twitching < 0),
        "present": _lists(said == 1, findings),
        "absent": _lists(said == 0, findings),
        "labs": _labs(recorded.results, size, knowledge),
        "intake": _intake(recorded, knowledge),
        "drugs": _drugs(recorded, knowledge),
        "problems": pa.array([[]] * size, CANONICAL.field("problems").type),
    }
    return pa.RecordBatch.from_arrays(
        [columns[name].cast(CANONICAL.field(name).type) for name in CANONICAL.names],
        schema=CANONICAL,
    )


def _lists(held: Booleans, texts: pa.Array) -> pa.Array:
    """Return for each row the texts of the columns that are true."""
    rows, columns = np.nonzero(held)
    return pa.ListArray.from_arrays(_offsets(rows, len(held)), texts.take(pa.array(columns)))


def _offsets(rows: Integers, size: int) -> pa.Array:
    """Return where the entries of each row begin; ``rows`` are in order."""
    counts = np.bincount(rows, minlength=size)
    return pa.array(np.concatenate([[0], np.cumsum(counts)]), pa.int32())


def _labs(results: Results, size: int, knowledge: Knowledge) -> pa.Array:
    labs, _ = names(knowledge)
    units = [knowledge.labs[each].canonical_unit for each in labs]
    numeric = ~np.isnan(results.canonical)
    count = len(results.person)
    columns = {
        "lab": words(labs, results.lab),
        "value": decimals(results.canonical),
        "comparator": nulls(count, pa.string()),
        "unit": words(units, np.where(numeric, results.lab, -1)),
        "word": words(WORDS, results.word),
        "reference_low": decimals(results.canonical_low),
        "reference_high": decimals(results.canonical_high),
        "taken": dates(results.day),
        "assay": nulls(count, pa.string()),
    }
    entries = pa.StructArray.from_arrays([columns[field.name] for field in LAB], fields=list(LAB))
    # As the canonical table leaves out what is too old.
    kept = results.day >= day_of(knowledge.population.simulation) - int(
        knowledge.model["oldest_result"].value * DAYS_OF_A_YEAR
    )
    return pa.ListArray.from_arrays(
        _offsets(results.person[kept], size), entries.filter(pa.array(kept))
    )


def _intake(recorded: Recorded, knowledge: Knowledge) -> pa.Array:
    """Return the products of each person: null where not asked, empty where none is taken."""
    taken, size = recorded.block.taken, recorded.size
    rows = np.flatnonzero((taken.regimen[:size] >= 0) & recorded.intake_known)
    entries = products(recorded, rows, knowledge)
    return _with_nulls(_offsets(rows, size), pa.StructArray.from_arrays(
        [entries[field.name] for field in PRODUCT], fields=list(PRODUCT)
    ), ~recorded.intake_known)  # fmt: skip


def products(recorded: Recorded, rows: Integers, knowledge: Knowledge) -> dict[str, pa.Array]:
    """Return the columns of the products that these people take."""
    taken = recorded.block.taken
    regimens = knowledge.population.simulation.regimen
    regimen = taken.regimen[rows]
    texts = {
        name: words([getattr(each, name) for each in regimens], regimen)
        for name in ("substance", "route", "dose", "every", "product")
    }
    return {
        **texts,
        "since": dates(taken.since[rows]),
        "until": dates(taken.until[rows]),
        "last_dose": dates(taken.last_dose[rows]),
        "duration": nulls(len(rows), pa.string()),
    }


def medicines(
    recorded: Recorded, knowledge: Knowledge
) -> tuple[Integers, pa.Array, pa.Array, pa.Array]:
    """Return person, name, first and last day of every medicine, B12 among them."""
    taken, size = recorded.block.taken, recorded.size
    regimens = knowledge.population.simulation.regimen
    texts = (
        *medicine_texts(knowledge),
        *(f"{each.substance} {each.dose} injection" for each in regimens),
    )
    rows = np.flatnonzero(taken.as_medicine[:size])
    first = len(medicine_texts(knowledge))
    person = np.concatenate([recorded.drug_person, rows])
    name = np.concatenate([recorded.drug, first + taken.regimen[rows]])
    since = np.concatenate([np.full(len(recorded.drug), NO_DAY), taken.since[rows]])
    until = np.concatenate([np.full(len(recorded.drug), NO_DAY), taken.until[rows]])
    by_name = np.argsort(np.argsort(np.array(texts)))
    order = np.lexsort((by_name[name], person))
    return person[order], words(texts, name[order]), dates(since[order]), dates(until[order])


def _drugs(recorded: Recorded, knowledge: Knowledge) -> pa.Array:
    person, name, since, until = medicines(recorded, knowledge)
    entries = pa.StructArray.from_arrays([name, since, until], fields=list(DRUG))
    unknown = ~recorded.drugs_known & ~recorded.on_list
    return _with_nulls(_offsets(person, recorded.size), entries, unknown)


def _with_nulls(offsets: pa.Array, entries: pa.Array, missing: Booleans) -> pa.Array:
    return pa.ListArray.from_arrays(offsets, entries, mask=pa.array(missing))

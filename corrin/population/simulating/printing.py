"""Results as a source holds them, row by row, before any of them is made a mess of."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corrin.knowledge.loading import Knowledge
from corrin.labs.units import units_spelt
from corrin.population.facts import SCHEMAS, FactKind
from corrin.population.simulating.columns import dates, decimals, nulls, person_ids, words
from corrin.population.simulating.recording import WORDS, Recorded, names
from corrin.population.simulating.streams import Booleans, Floats, Integers

STATUSES = ("final", "corrected", "entered-in-error", "preliminary")
COMPARATORS = (None, "<", ">")
#: What comes before the id of a lab under a code that only the site knows.
LOCAL = "local:"
#: Ends of the ids of rows beside a result: none, sent again, entered in error, preliminary.
ENDINGS = ("", "-again", "-error", "-early")
_HOURS = 8  # not clinical: hours after which a result is issued
_HOUR_US = 3_600_000_000  # not clinical: microseconds of an hour


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """M rows of results.  ``unit`` numbers ``texts`` (-1: none), ``status``, ``comparator``
    and ``ending`` the tuples above; ``issued`` counts hours since 1970-01-01; ``of`` is the
    result that a row belongs to.
    """

    person: Integers
    lab: Integers
    value: Floats
    unit: Integers
    low: Floats
    high: Floats
    word: Integers
    day: Integers
    version: Integers
    site: Integers
    status: Integers
    comparator: Integers
    issued: Integers
    ending: Integers
    local: Booleans
    of: Integers

    def take(self, rows: Integers | Booleans) -> Rows:
        """Return these rows, in this order."""
        return Rows(**{each.name: getattr(self, each.name)[rows] for each in fields(self)})

    def beside(self, other: Rows) -> Rows:
        """Return these rows and others after them."""
        return Rows(**{
            each.name: np.concatenate([getattr(self, each.name), getattr(other, each.name)])
            for each in fields(self)
        })  # fmt: skip


@lru_cache(maxsize=2)
def unit_texts(knowledge: Knowledge) -> tuple[tuple[str, ...], Integers]:
    """Return every text a unit is written as, and for each unit of ``names`` another one."""
    _, units = names(knowledge)
    texts = list(units)
    other = np.arange(len(units))
    for number, unit in enumerate(units):
        for spelling in knowledge.units[unit].spellings:
            same = {each.id for each in units_spelt(spelling, knowledge)}
            if spelling not in texts and same == {each.id for each in units_spelt(unit, knowledge)}:
                other[number] = len(texts)
                texts.append(spelling)
                break
    return tuple(texts), other


def clean_rows(recorded: Recorded) -> Rows:
    """Return the results as they should be: final, with unit and interval."""
    results = recorded.results
    count = len(results.person)
    nothing = np.zeros(count, dtype=np.int64)
    has_number = ~np.isnan(results.value)
    return Rows(
        person=results.person,
        lab=results.lab,
        value=results.value,
        unit=np.where(has_number, results.unit, -1),
        low=results.low,
        high=results.high,
        word=results.word,
        day=results.day,
        version=results.version,
        site=results.site,
        status=nothing,
        comparator=nothing,
        issued=results.day * 24 + _HOURS,  # not clinical: hours of a day
        ending=nothing,
        local=np.zeros(count, dtype=bool),
        of=np.arange(count),
    )


def lab_texts(knowledge: Knowledge) -> tuple[str, ...]:
    """Return what a lab of each number is called: by its id, then under a local code."""
    labs, _ = names(knowledge)
    return (*labs, *(LOCAL + lab for lab in labs))


def local_codes(results: pa.RecordBatch) -> pa.Array:
    """Return the code that only its site knows of each result (facts), null where there is none."""
    labs = results.column("lab")
    local = pc.starts_with(labs, LOCAL)
    # The letters of the name, turned around, so that nobody can guess what is meant.
    hidden = pc.utf8_upper(pc.utf8_reverse(pc.utf8_slice_codeunits(labs, len(LOCAL))))
    site = pc.fill_null(results.column("site"), "site")
    return pc.if_else(local, pc.binary_join_element_wise(site, hidden, "-"), None)


def result_ids(recorded: Recorded, rows: Rows, knowledge: Knowledge) -> pa.Array:
    """Return the id of the result of each row."""
    labs, _ = names(knowledge)
    block = recorded.block
    persons = person_ids(block.seed, block.first, recorded.size).take(pa.array(rows.person))
    numbers = pa.array(rows.version).cast(pa.string())
    endings = words(ENDINGS, rows.ending)
    tail = pc.binary_join_element_wise(numbers, endings, "")
    return pc.binary_join_element_wise(persons, words(labs, rows.lab), tail, "-")


def as_facts(recorded: Recorded, rows: Rows, knowledge: Knowledge) -> pa.RecordBatch:
    """Return rows of results in the columns of facts."""
    block = recorded.block
    labs, _ = names(knowledge)
    texts, _ = unit_texts(knowledge)
    sites = [each.id for each in knowledge.population.simulation.site]
    count = len(rows.person)
    persons = person_ids(block.seed, block.first, recorded.size)
    number = np.where(rows.local, rows.lab + len(labs), rows.lab)
    columns = {
        "person_id": persons.take(pa.array(rows.person)),
        "result_id": result_ids(recorded, rows, knowledge),
        "lab": words(lab_texts(knowledge), number),
        "value": decimals(rows.value),
        "comparator": words(COMPARATORS, rows.comparator),
        "unit_seen": words(texts, rows.unit),
        "word": words(WORDS, rows.word),
        "reference_low": decimals(rows.low),
        "reference_high": decimals(rows.high),
        "taken": dates(rows.day),
        "issued": pa.array(rows.issued * _HOUR_US).cast(pa.timestamp("us")),
        "status": words(STATUSES, rows.status),
        "assay": nulls(count, pa.string()),
        "site": words(sites, rows.site),
        "problem": nulls(count, pa.string()),
    }
    schema = SCHEMAS[FactKind.RESULTS]
    return pa.RecordBatch.from_arrays([columns[name] for name in schema.names], schema=schema)

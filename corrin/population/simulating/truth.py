"""What is true of each made-up person: to be held against the answers, never read by a run."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from corrin.b12_status.records import B12Class
from corrin.high_b12.sources_numbers import compile_sources
from corrin.knowledge.loading import Knowledge
from corrin.labs.units import in_canonical
from corrin.population.simulating.causes import dense
from corrin.population.simulating.columns import decimals, person_ids, words
from corrin.population.simulating.drawing import Block
from corrin.population.simulating.lab_limits import TOTAL
from corrin.population.simulating.levels import HIGH, LOW
from corrin.population.simulating.messing import CONTRADICTION, FAULTS, Messed
from corrin.population.simulating.people import SETTINGS
from corrin.population.simulating.printing import clean_rows, result_ids
from corrin.population.simulating.recording import Recorded, names
from corrin.population.simulating.streams import Floats, Integers
from corrin.twitching.network import compile_network

#: What was done to one fact: ``where`` (``labs.serum_b12``, ``findings.cramps``), and the
#: unit and number as the laboratory had them.
MESS = pa.struct(
    [
        pa.field("where", pa.string(), nullable=False),
        pa.field("result_id", pa.string()),
        pa.field("what", pa.string(), nullable=False),
        pa.field("unit", pa.string()),
        pa.field("value", pa.float64()),
    ]
)
#: One made-up person.  ``causes`` explain the twitching, ``background`` is a state of B12
#: that does not; ``source`` is null where the level is not high or was not drawn from a
#: source (in people who twitch); ``b12_class`` is that of the latest number by the
#: guideline in use, outside pregnancy, null where B12 was not measured.
TRUTH = pa.schema(
    [
        pa.field("person_id", pa.string(), nullable=False),
        pa.field("twitches", pa.bool_(), nullable=False),
        pa.field("causes", pa.list_(pa.string()), nullable=False),
        pa.field("background", pa.string()),
        pa.field("source", pa.string()),
        pa.field("b12_class", pa.string()),
        pa.field("b12_pmol_l", pa.float64()),
        pa.field("takes_b12", pa.bool_(), nullable=False),
        pa.field("mess", pa.list_(MESS), nullable=False),
    ]
)
#: Two floats that are one number but for rounding.
_SAME = 1e-12  # not clinical: rounding
_CLASSES = tuple(each.value for each in B12Class)


def truth_of(
    recorded: Recorded, messed: Messed, knowledge: Knowledge, *, count: int
) -> pa.RecordBatch:
    """Return what is true of the first ``count`` people of a block."""
    block = recorded.block
    compiled = compile_network(knowledge, SETTINGS[0])
    active = block.active[:count]
    background = active & ~compiled.explains
    of_background = np.where(background.any(axis=1), background.argmax(axis=1), -1)
    sources = compile_sources(knowledge, SETTINGS[0]).sources
    level = latest_level(recorded, knowledge)[:count]
    columns = {
        "person_id": person_ids(block.seed, block.first, count),
        "twitches": pa.array(block.people.twitches[:count]),
        "causes": _lists(active & compiled.explains, dense(knowledge).states),
        "background": words(compiled.states, of_background),
        "source": words(sources, block.sources.source[:count]),
        "b12_class": words(_CLASSES, b12_classes(block, level, knowledge)),
        "b12_pmol_l": decimals(level),
        "takes_b12": pa.array(block.taken.regimen[:count] >= 0),
        "mess": _mess(recorded, messed, knowledge, count),
    }
    return pa.RecordBatch.from_arrays(
        [columns[name].cast(TRUTH.field(name).type) for name in TRUTH.names], schema=TRUTH
    )


def latest_level(recorded: Recorded, knowledge: Knowledge) -> Floats:
    """Return everybody's latest total B12 in pmol/L, as it was printed; NaN for none."""
    results = recorded.results
    level = np.full(recorded.size, np.nan)
    latest = (results.lab == names(knowledge)[0].index(TOTAL)) & (results.version == 0)
    level[results.person[latest]] = results.canonical[latest]
    return level


def b12_classes(block: Block, level: Floats, knowledge: Knowledge) -> Integers:
    """Return the class of each level as a number of ``B12Class``, -1 where there is none."""
    count = len(level)
    lab = knowledge.labs[TOTAL]
    (guideline,) = (each for each in knowledge.guidelines.values()
                    if each.lab == TOTAL and each.default)  # fmt: skip
    deficient, indeterminate = (
        in_canonical(limit, guideline.unit, lab, knowledge)
        for limit in (guideline.deficient_below, guideline.indeterminate_below)
    )
    where = block.where[:count]
    prints = np.array([each.prints for each in knowledge.population.simulation.site])
    by_laboratory = prints[block.levels.site[:count]]
    found = np.full(count, _CLASSES.index(B12Class.NORMAL))
    low_here = (where == LOW) & by_laboratory
    found[(level <= indeterminate * (1 + _SAME)) | low_here] = _CLASSES.index(
        B12Class.INDETERMINATE
    )
    found[level < deficient * (1 - _SAME)] = _CLASSES.index(B12Class.DEFICIENT)
    found[where == HIGH] = _CLASSES.index(B12Class.HIGH)
    youngest = guideline.age_from or 0
    found[np.isnan(level) | (block.people.age[:count] < youngest)] = -1
    return found


def _lists(
    held: np.ndarray[tuple[int, int], np.dtype[np.bool_]], texts: tuple[str, ...]
) -> pa.Array:
    rows, columns = np.nonzero(held)
    ends = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(held)))])
    return pa.ListArray.from_arrays(
        pa.array(ends, pa.int32()), pa.array(texts).take(pa.array(columns))
    )


def _mess(recorded: Recorded, messed: Messed, knowledge: Knowledge, count: int) -> pa.Array:
    rows = clean_rows(recorded).take(messed.of)
    labs, units = names(knowledge)
    findings = dense(knowledge).findings
    contrary = messed.contradicted
    person = np.concatenate([rows.person, contrary[:, 0]])
    places = [*(f"labs.{lab}" for lab in labs), *(f"findings.{each}" for each in findings)]
    where = np.concatenate([rows.lab, contrary[:, 1] + len(labs)])
    what = np.concatenate([messed.fault, np.full(len(contrary), len(FAULTS))])
    none = pa.nulls(len(contrary), pa.string())
    ids = pa.concat_arrays([result_ids(recorded, rows, knowledge).cast(pa.string()), none])
    unit = np.concatenate([rows.unit, np.full(len(contrary), -1)])
    value = np.concatenate([rows.value, np.full(len(contrary), np.nan)])
    order = np.lexsort((what, where, person))
    order = order[person[order] < count]
    entries = pa.StructArray.from_arrays(
        [
            words(places, where[order]),
            ids.take(pa.array(order)),
            words((*FAULTS, CONTRADICTION), what[order]),
            words(units, unit[order]),
            decimals(value[order]),
        ],
        fields=list(MESS),
    )
    ends = np.concatenate([[0], np.cumsum(np.bincount(person[order], minlength=count))])
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), entries)

"""Measurements of an OMOP CDM as results."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from corrin.knowledge.lab_names import by_code, exactly
from corrin.knowledge.loading import Knowledge
from corrin.labs.faults import Fault
from corrin.labs.units import factor_of
from corrin.population.facts import FactBatch, FactKind
from corrin.population.sources import cells, known_words
from corrin.population.sources.omop_codes import LOINC, UCUM, Concepts, omop_codes
from corrin.population.sources.records import batch_of
from corrin.population.sources.table_cells import Batch

_TEXT, _NUMBER = pa.string(), pa.float64()
_BESIDE = "\x1f"


def measurements(batch: Batch, knowledge: Knowledge, concepts: Concepts) -> Iterator[FactBatch]:
    """Yield the results that a batch of the table ``measurement`` holds."""
    lab, disagree = _labs(batch, knowledge, concepts)
    batch, lab = batch.reject(disagree, "codes-disagree"), lab.filter(pc.invert(disagree))
    ours = pc.is_valid(lab)
    batch, lab = batch.ignore(pc.invert(ours), "not-our-test"), lab.filter(ours)
    columns = _columns(batch, lab, concepts, knowledge)
    given = pc.or_(
        pc.or_(pc.is_valid(columns["value"]), pc.is_valid(columns["word"])),
        pc.is_valid(columns["problem"]),
    )
    batch = batch.ignore(pc.invert(given), "no-value")
    batch.use()
    kept = {name: column.filter(given) for name, column in columns.items()}
    yield batch_of(FactKind.RESULTS, kept, len(batch))


def by_id(column: pa.Array, meaning: Callable[[int], str | None]) -> pa.Array:
    """Return what the concept ids of a column mean; 0 is OMOP's word for none."""
    known = cells.ids(column)
    return cells.by_distinct(
        known, lambda id_: meaning(int(id_)) if id_.isascii() and id_.isdigit() else None, _TEXT
    )


def _labs(batch: Batch, knowledge: Knowledge, concepts: Concepts) -> tuple[pa.Array, pa.Array]:
    """Return the test of each row, and where its codes mean more than one."""
    loinc = {id_: code for code, id_ in omop_codes().loinc.items()}

    def of_concept(id_: int) -> str | None:
        code = concepts.code(id_, LOINC) or loinc.get(id_)
        return by_code(code, knowledge) if code else None

    standard = by_id(batch.columns["measurement_concept_id"], of_concept)
    source = by_id(batch.columns["measurement_source_concept_id"], of_concept)
    said = batch.text("measurement_source_value")
    written = cells.by_distinct(
        said, lambda text: by_code(text.removeprefix("LOINC:"), knowledge), _TEXT
    )
    coded = pc.coalesce(standard, source, written)
    disagree = pc.or_(
        pc.fill_null(pc.not_equal(coded, source), fill_value=False),
        pc.fill_null(pc.not_equal(coded, written), fill_value=False),
    )
    # A name counts only where no concept says that it is something else.
    no_concept = pc.is_in(
        pc.fill_null(cells.ids(batch.columns["measurement_concept_id"]), "0"),
        value_set=pa.array(["0"]),
    )
    named = cells.by_distinct(said, lambda text: exactly(text, knowledge), _TEXT)
    named = pc.if_else(no_concept, named, pa.scalar(None, _TEXT))
    return pc.coalesce(coded, named), disagree


def _columns(
    batch: Batch, lab: pa.Array, concepts: Concepts, knowledge: Knowledge
) -> dict[str, pa.Array]:
    number = batch.numbers("value_as_number")
    printed = cells.numbers(batch.columns["value_source_value"], None)
    from_text = pc.and_(pc.is_null(number.value), pc.is_null(number.problem))
    value = pc.if_else(from_text, printed.value, number.value)
    comparator, wrong_operator = _comparators(batch, value, printed)
    word = pc.coalesce(
        by_id(batch.columns["value_as_concept_id"], omop_codes().values.get),
        cells.words(
            batch.text("value_source_value"), known_words.result_words(batch.mapping.words)
        ).value,
    )
    problem = number.problem
    unread = pc.and_(from_text, pc.is_null(word))
    problem = pc.if_else(unread, pc.coalesce(problem, printed.problem), problem)
    unit, differ = _units(batch, lab, concepts, knowledge)
    problem = pc.if_else(differ, "units-differ", problem)
    problem = pc.if_else(wrong_operator, "unknown-comparator", problem)
    taken = batch.days("measurement_date")
    problem = pc.if_else(taken.wrong, cells.WRONG_DATE, problem)
    sound = pc.is_null(problem)
    issued = cells.moments(batch.columns["measurement_datetime"], batch.mapping.dates)
    batch.note(issued.wrong, "measurement_datetime", cells.WRONG_DATE)
    final = pa.repeat(pa.scalar("final", _TEXT), len(batch))
    return {
        "person_id": batch.person,
        "result_id": cells.ids(batch.columns["measurement_id"]),
        "lab": lab,
        "value": pc.if_else(sound, value, pa.scalar(None, _NUMBER)),
        "comparator": pc.if_else(sound, comparator, pa.scalar(None, _TEXT)),
        "unit_seen": unit,
        "word": pc.if_else(sound, word, pa.scalar(None, _TEXT)),
        "reference_low": batch.limit("range_low"),
        "reference_high": batch.limit("range_high"),
        "taken": taken.value,
        "issued": issued.value,
        "status": final,
        "problem": problem,
    }


def _comparators(
    batch: Batch, value: pa.Array, printed: cells.Numbers
) -> tuple[pa.Array, pa.Array]:
    """Return the comparators and where the operator is none that is known.

    What the source printed counts where the operator was left out.
    """
    known = omop_codes().operators
    given = cells.ids(batch.columns["operator_concept_id"])
    meant = by_id(given, known.get)
    stated = pc.fill_null(pc.not_equal(given, "0"), fill_value=False)
    wrong = pc.and_(stated, pc.is_null(meant))
    same = pc.fill_null(pc.equal(value, printed.value), fill_value=False)
    beside = pc.if_else(same, printed.comparator, pa.scalar(None, _TEXT))
    found = pc.if_else(stated, meant, beside)
    return pc.if_else(pc.equal(found, ""), pa.scalar(None, _TEXT), found), wrong


def _units(
    batch: Batch, lab: pa.Array, concepts: Concepts, knowledge: Knowledge
) -> tuple[pa.Array, pa.Array]:
    """Return the units as printed, else of their concept; and where the two differ."""
    printed = batch.text("unit_source_value")
    coded = by_id(batch.columns["unit_concept_id"], lambda id_: concepts.code(id_, UCUM))
    both = pc.binary_join_element_wise(lab, printed, coded, _BESIDE)
    differ = cells.by_distinct(both, lambda text: _differ(text, knowledge), pa.bool_())
    return pc.coalesce(printed, coded), pc.fill_null(differ, fill_value=False)


def _differ(text: str, knowledge: Knowledge) -> bool:
    lab, *units = text.split(_BESIDE)
    sizes = [factor_of(unit, knowledge.labs[lab], knowledge) for unit in units]
    known = {size for size in sizes if not isinstance(size, Fault)}
    return len(known) > 1

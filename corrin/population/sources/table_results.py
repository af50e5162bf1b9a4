"""Results of a table: a row each, or a column each in a row a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from corrin.knowledge.lab_names import by_code
from corrin.knowledge.loading import Knowledge
from corrin.population.facts import FactBatch, FactKind
from corrin.population.sources import cells, known_words
from corrin.population.sources.mapping import LabColumn
from corrin.population.sources.records import batch_of
from corrin.population.sources.table_cells import Batch

_TEXT, _NUMBER = pa.string(), pa.float64()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Where:
    """The columns in which the parts of a result stand."""

    value: str | None
    unit: str | None
    low: str | None
    high: str | None
    range: str | None
    flag: str | None
    taken: str | None
    issued: str | None
    status: str | None
    result_id: str | None
    assay: str | None
    site: str | None


def result_rows(batch: Batch, knowledge: Knowledge) -> Iterator[FactBatch]:
    """Yield the results of a table of one result a row."""
    named = batch.mapping.columns
    code = batch.text(named.code)
    batch = batch.reject(pc.is_null(code), "no-code")
    code = code.drop_null()
    meant = {each: _meant(each, batch, knowledge) for each in pc.unique(code).to_pylist()}
    lab = cells.by_distinct(code, lambda one: meant[one][0], _TEXT)
    ours = pc.is_valid(lab)
    unit = cells.by_distinct(code, lambda one: meant[one][1], _TEXT).filter(ours)
    lab = lab.filter(ours)
    batch = batch.ignore(pc.invert(ours), "not-our-test")
    status, known = _statuses(batch, named.status)
    lab, unit, status = (each.filter(known) for each in (lab, unit, status))
    batch = batch.reject(pc.invert(known), "unknown-status")
    where = _Where(
        value=named.value, unit=named.unit, low=named.low, high=named.high, range=named.range,
        flag=named.flag, taken=named.taken, issued=named.issued, status=named.status,
        result_id=named.result_id, assay=named.assay, site=named.site,
    )  # fmt: skip
    columns, given = _columns(batch, where)
    columns |= {"lab": lab, "status": status}
    columns["unit_seen"] = pc.coalesce(columns["unit_seen"], unit)
    batch = batch.ignore(pc.invert(given), "no-value")
    batch.use()
    if len(batch):
        kept = {name: column.filter(given) for name, column in columns.items()}
        yield batch_of(FactKind.RESULTS, kept, len(batch))


def result_column(batch: Batch, one: LabColumn, knowledge: Knowledge) -> Iterator[FactBatch]:
    """Yield the results that one column of a table of one person a row holds."""
    named = batch.mapping.columns
    there = pc.is_valid(batch.text(one.column))
    if one.flag is not None:
        there = pc.or_(there, pc.is_valid(batch.text(one.flag)))
    batch = batch.kept(there)
    status, known = _statuses(batch, one.status)
    batch.note(pc.invert(known), one.column, "unknown-status")
    batch, status = batch.kept(known), status.filter(known)
    where = _Where(
        value=one.column, unit=one.unit_column, low=one.low, high=one.high, range=one.range,
        flag=one.flag, taken=one.taken or named.taken, issued=None, status=one.status,
        result_id=None, assay=one.assay, site=named.site,
    )  # fmt: skip
    columns, given = _columns(batch, where)
    columns |= {
        "lab": pa.repeat(pa.scalar(knowledge.lab_id(one.lab), _TEXT), len(batch)),
        "status": status,
        "unit_seen": pc.coalesce(columns["unit_seen"], pa.scalar(one.unit, _TEXT)),
    }
    if pc.any(given).as_py():
        kept = {name: column.filter(given) for name, column in columns.items()}
        yield batch_of(FactKind.RESULTS, kept, pc.sum(given).as_py())


def _meant(code: str, batch: Batch, knowledge: Knowledge) -> tuple[str | None, str | None]:
    """Return the test and the fixed unit that a code means: the site's word, else LOINC."""
    known = batch.mapping.codes.get(code)
    if known is not None:
        return knowledge.lab_id(known.lab), known.unit
    return by_code(code, knowledge), None


def _statuses(batch: Batch, column: str | None) -> tuple[pa.Array, pa.Array]:
    """Return the states of results and where they are known; without a column all are final."""
    if column is None:
        final = pa.repeat(pa.scalar("final", _TEXT), len(batch))
        return final, pc.invert(batch.never())
    read = cells.words(batch.text(column), known_words.statuses(batch.mapping.words))
    return read.value, pc.invert(read.wrong)


def _columns(batch: Batch, where: _Where) -> tuple[dict[str, pa.Array], pa.Array]:
    """Return the columns of the facts, and the rows in which anything was found."""
    number = batch.numbers(where.value)
    in_place = _words_in_place(batch, where, number)
    problem = pc.if_else(pc.is_valid(in_place), pa.scalar(None, _TEXT), number.problem)
    beside = cells.words(batch.text(where.flag), known_words.flags(batch.mapping.words))
    word = pc.coalesce(in_place, beside.value)
    unclear = pc.and_(beside.wrong, pc.and_(pc.is_null(number.value), pc.is_null(in_place)))
    problem = pc.if_else(pc.and_(unclear, pc.is_null(problem)), "unknown-word", problem)
    taken = batch.days(where.taken)
    problem = pc.if_else(taken.wrong, cells.WRONG_DATE, problem)
    sound = pc.is_null(problem)
    low, high = _limits(batch, where)
    columns = {
        "person_id": batch.person,
        "result_id": batch.text(where.result_id),
        "value": pc.if_else(sound, number.value, pa.scalar(None, _NUMBER)),
        "comparator": pc.if_else(sound, number.comparator, pa.scalar(None, _TEXT)),
        "unit_seen": batch.text(where.unit),
        "word": pc.if_else(sound, word, pa.scalar(None, _TEXT)),
        "reference_low": low,
        "reference_high": high,
        "taken": taken.value,
        "issued": _issued(batch, where.issued),
        "assay": batch.text(where.assay),
        "site": batch.text(where.site),
        "problem": problem,
    }
    given = pc.or_(pc.is_valid(number.value), pc.or_(pc.is_valid(word), pc.is_valid(problem)))
    return columns, given


def _words_in_place(batch: Batch, where: _Where, number: cells.Numbers) -> pa.Array:
    """Return the words that stand where a number could: positive, high."""
    if number.problem.null_count == len(batch):
        return pa.nulls(len(batch), _TEXT)
    no_number = pc.if_else(
        pc.is_valid(number.problem), batch.text(where.value), pa.scalar(None, _TEXT)
    )
    return cells.words(no_number, known_words.result_words(batch.mapping.words)).value


def _limits(batch: Batch, where: _Where) -> tuple[pa.Array, pa.Array]:
    low, high = batch.limit(where.low), batch.limit(where.high)
    held = batch.raw(where.range)
    if held is None:
        return low, high
    ends = cells.ranges(held, batch.mapping.decimal, batch.mapping.words.nothing)
    batch.note(ends[0].wrong, str(where.range), "unreadable-range")
    return pc.coalesce(low, ends[0].value), pc.coalesce(high, ends[1].value)


def _issued(batch: Batch, column: str | None) -> pa.Array:
    held = batch.raw(column)
    if held is None:
        return pa.nulls(len(batch), pa.timestamp("us"))
    read = cells.moments(held, batch.mapping.dates, batch.mapping.words.nothing)
    batch.note(read.wrong, str(column), cells.WRONG_DATE)
    return read.value

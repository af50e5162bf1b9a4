"""People, findings, medicines and supplements of a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from corrin.knowledge.loading import Knowledge
from corrin.population.facts import FactBatch, FactKind
from corrin.population.sources import cells, known_words
from corrin.population.sources.mapping import FindingColumn, MedicineColumn, SupplementColumn
from corrin.population.sources.records import batch_of
from corrin.population.sources.table_cells import Batch
from corrin.population.sources.table_results import result_column

_TEXT = pa.string()
#: A year of birth alone stands for the middle of that year: at most half a year off.
_MID_YEAR = (7, 1)  # not clinical: a month and a day
_LETTERS = 2
_LISTS = {"medicines": "drugs", "supplements": "intake"}


def person_rows(batch: Batch, knowledge: Knowledge) -> Iterator[FactBatch]:
    """Yield everything that a table of one person (or one visit) a row says."""
    named, words = batch.mapping.columns, batch.mapping.words
    yes_no = known_words.yes_no(words)
    batch.use()
    people = {
        "person_id": batch.person,
        "birth_date": _born(batch),
        "age": batch.limit(named.age),
        "sex": batch.words(named.sex, known_words.sexes(words), "unknown-word"),
        "setting": batch.words(named.setting, known_words.settings(words), "unknown-word"),
        "country": _countries(batch),
        "twitching": batch.yes_no(named.twitching, yes_no),
    }
    yield batch_of(FactKind.PEOPLE, people, len(batch))
    for lab in batch.mapping.labs:
        yield from result_column(batch, lab, knowledge)
    for finding in batch.mapping.findings:
        yield from _finding_column(batch, finding, knowledge)
    for medicine in batch.mapping.medicines:
        yield from _medicine_column(batch, medicine)
    for supplement in batch.mapping.supplements:
        yield from _supplement_column(batch, supplement)
    for what, complete, column in (
        ("intake", batch.mapping.supplements_complete, named.supplements_complete),
        ("drugs", batch.mapping.medicines_complete, named.medicines_complete),
    ):
        asked = batch.yes_no(column, yes_no)
        mask = pc.invert(batch.never()) if complete else pc.fill_null(asked, fill_value=False)
        yield from _asked(batch, mask, what)


def finding_rows(batch: Batch, knowledge: Knowledge) -> Iterator[FactBatch]:
    """Yield the findings of a table of one finding a row; without a column all are present."""
    named, codes = batch.mapping.columns, batch.mapping.finding_codes
    said = batch.text(named.finding)
    batch, said = batch.reject(pc.is_null(said), "no-code"), said.drop_null()
    finding = cells.by_distinct(said, lambda one: knowledge.finding_id(codes.get(one, one)), _TEXT)
    ours = pc.is_valid(finding)
    batch, finding = batch.ignore(pc.invert(ours), "not-our-finding"), finding.filter(ours)
    held = batch.raw(named.present)
    if held is None:
        present = pc.invert(batch.never())
    else:
        words = batch.mapping.words
        read = cells.yes_no(held, known_words.yes_no(words), words.nothing)
        said = pc.is_valid(read.value)
        finding, present = finding.filter(said), read.value.filter(said)
        batch = batch.reject(read.wrong, "neither-yes-nor-no")
        batch = batch.ignore(pc.invert(said.filter(pc.invert(read.wrong))), "no-value")
    batch.use()
    columns = {
        "person_id": batch.person,
        "finding": finding,
        "present": present,
        "noted": batch.noted_days(named.noted),
    }
    yield batch_of(FactKind.FINDINGS, columns, len(batch))


def medicine_rows(batch: Batch, _knowledge: Knowledge) -> Iterator[FactBatch]:
    """Yield the medicines of a table of one medicine a row."""
    named = batch.mapping.columns
    batch = batch.reject(pc.is_null(batch.text(named.name)), "no-name")
    for column in (named.since, named.until):
        batch = batch.reject(batch.days(column).wrong, cells.WRONG_DATE)
    batch.use()
    columns = {
        "person_id": batch.person,
        "name": batch.text(named.name),
        "since": batch.days(named.since).value,
        "until": batch.days(named.until).value,
    }
    yield batch_of(FactKind.DRUGS, columns, len(batch))


def supplement_rows(batch: Batch, _knowledge: Knowledge) -> Iterator[FactBatch]:
    """Yield the products of a table of one supplement a row."""
    named = batch.mapping.columns
    for column in (named.since, named.until, named.last_dose):
        batch = batch.reject(batch.days(column).wrong, cells.WRONG_DATE)
    texts = ("substance", "route", "dose", "every", "duration", "product")
    columns = {part: batch.text(getattr(named, part)) for part in texts}
    named_one = pc.or_(pc.is_valid(columns["substance"]), pc.is_valid(columns["product"]))
    batch = batch.reject(pc.invert(named_one), "no-name")
    batch.use()
    columns = {part: column.filter(named_one) for part, column in columns.items()}
    columns |= {
        part: batch.days(getattr(named, part)).value for part in ("since", "until", "last_dose")
    }
    yield batch_of(FactKind.PRODUCTS, columns | {"person_id": batch.person}, len(batch))


def list_rows(batch: Batch, _knowledge: Knowledge) -> Iterator[FactBatch]:
    """Yield whose list of medicines or of supplements is complete, even when it is empty."""
    named = cells.words(batch.text(batch.mapping.columns.list), _LISTS)
    known = pc.is_valid(named.value)
    batch = batch.reject(pc.invert(known), "no-such-list")
    batch.use()
    columns = {"person_id": batch.person, "what": named.value.filter(known)}
    yield batch_of(FactKind.ASKED, columns, len(batch))


def _born(batch: Batch) -> pa.Array:
    named = batch.mapping.columns
    born = batch.noted_days(named.birth_date)
    if named.birth_year is None:
        return born
    years = batch.text(named.birth_year)
    middle = cells.by_distinct(years, _middle_of, pa.date32())
    batch.note(pc.and_(pc.is_valid(years), pc.is_null(middle)), named.birth_year, cells.WRONG_DATE)
    return pc.coalesce(born, middle)


def _middle_of(year: str) -> dt.date | None:
    try:
        return dt.date(int(float(year)), *_MID_YEAR)
    except (ValueError, OverflowError):
        return None


def _countries(batch: Batch) -> pa.Array:
    column = batch.mapping.columns.country
    said = batch.text(column)
    fits = pc.match_substring_regex(said, f"^[A-Za-z]{{{_LETTERS}}}$")
    batch.note(pc.fill_null(pc.invert(fits), fill_value=False), str(column), "unknown-word")
    return pc.if_else(fits, pc.utf8_upper(said), pa.scalar(None, _TEXT))


def _finding_column(batch: Batch, one: FindingColumn, knowledge: Knowledge) -> Iterator[FactBatch]:
    present = batch.yes_no(one.column, known_words.yes_no(batch.mapping.words))
    said = pc.is_valid(present)
    people = batch.person.filter(said)
    columns = {
        "person_id": people,
        "finding": pa.repeat(pa.scalar(knowledge.finding_id(one.finding), _TEXT), len(people)),
        "present": present.filter(said),
        "noted": batch.noted_days(batch.mapping.columns.noted).filter(said),
    }
    yield batch_of(FactKind.FINDINGS, columns, len(people))


def _medicine_column(batch: Batch, one: MedicineColumn) -> Iterator[FactBatch]:
    yes_no = known_words.yes_no(batch.mapping.words)
    if one.name is not None:
        taken = pc.fill_null(batch.yes_no(one.column, yes_no), fill_value=False)
        people = batch.person.filter(taken)
        names = pa.repeat(pa.scalar(one.name, _TEXT), len(people))
        yield batch_of(FactKind.DRUGS, {"person_id": people, "name": names}, len(people))
        return
    said = batch.text(one.column)
    none = pc.is_in(pc.utf8_lower(said), value_set=pa.array(
        [word for word, meant in yes_no.items() if not meant], _TEXT))  # fmt: skip
    yield from _asked(batch, none, "drugs")
    lists = pc.split_pattern(pc.if_else(none, pa.scalar(None, _TEXT), said), one.separator)
    names = pc.utf8_trim_whitespace(pc.list_flatten(lists))
    people = pc.take(batch.person, pc.list_parent_indices(lists))
    there = pc.not_equal(names, "")
    columns = {"person_id": people.filter(there), "name": names.filter(there)}
    yield batch_of(FactKind.DRUGS, columns, len(columns["name"]))


def _supplement_column(batch: Batch, one: SupplementColumn) -> Iterator[FactBatch]:
    if one.gives is None:
        there = pc.fill_null(
            batch.yes_no(one.column, known_words.yes_no(batch.mapping.words)), fill_value=False
        )
    else:
        there = pc.is_valid(batch.text(one.column))
    people = batch.person.filter(there)
    columns = {
        part: pa.repeat(pa.scalar(getattr(one, part), _TEXT), len(people))
        for part in ("substance", "route", "dose", "every", "product")
    }
    if one.gives is not None:
        columns[one.gives] = batch.text(one.column).filter(there)
    yield batch_of(FactKind.PRODUCTS, columns | {"person_id": people}, len(people))


def _asked(batch: Batch, mask: pa.Array, what: str) -> Iterator[FactBatch]:
    people = batch.person.filter(mask)
    columns = {"person_id": people, "what": pa.repeat(pa.scalar(what, _TEXT), len(people))}
    yield batch_of(FactKind.ASKED, columns, len(people))

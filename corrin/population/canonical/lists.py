"""What each person has, takes and was asked: findings, products and medicines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corrin.population.canonical.grouping import Index, offsets
from corrin.population.canonical.problems import Problems
from corrin.population.facts import Tally
from corrin.population.kernel.people import Booleans
from corrin.population.records import DRUG, PRODUCT

_FUTURE = "future-date"


def findings(
    people: int,
    owner: Index,
    table: pa.Table | None,
    *,
    ids: Sequence[str],
    as_of: int,
    tally: Tally,
    problems: Problems,
) -> tuple[pa.Array, pa.Array]:
    """Return the findings present and absent of each person, as two lists of ids.

    One that is recorded as both is present, with a problem.  ``as_of`` is a day.
    """
    if table is None:
        return (pa.array([[]] * people, pa.list_(pa.string())),) * 2
    finding = table["finding"].to_numpy().astype(np.int64)
    day = table["day"].fill_null(as_of).to_numpy().astype(np.int64)
    is_present = table["present"].to_numpy().astype(np.bool_)
    unknown, late = finding < 0, (finding >= 0) & (day > as_of)
    tally.read += finding.size
    tally.rejected["unknown-finding"] += int(unknown.sum())
    tally.rejected[_FUTURE] += int(late.sum())
    where = [(f"findings.{id_}", _FUTURE) for id_ in ids]
    problems.add_each(owner[late], finding[late], where)
    good = ~unknown & ~late
    pairs = owner * len(ids) + finding
    present = np.unique(pairs[good & is_present])
    absent = np.unique(pairs[good & ~is_present])
    both = np.isin(absent, present, assume_unique=True)
    who, what = np.divmod(absent[both], len(ids))
    problems.add_each(who, what, [(f"findings.{id_}", "contradiction") for id_ in ids])
    absent = absent[~both]
    tally.used += present.size + absent.size
    tally.ignored["contradiction"] += int(both.sum())
    tally.ignored["duplicate"] += int(good.sum()) - present.size - absent.size - int(both.sum())
    names = pa.array(ids)
    lists = []
    for pairs in (present, absent):
        who, what = np.divmod(pairs, len(ids))
        lists.append(_list(who, people, names.take(pa.array(what))))
    return lists[0], lists[1]


def products(
    owner: Index,
    table: pa.Table,
    asked: Booleans,
    *,
    as_of: dt.date,
    tally: Tally,
    problems: Problems,
) -> pa.Array:
    """Return the B12 products of each person; null when nobody asked, empty when none."""
    return _courses(
        "intake",
        owner,
        table,
        asked,
        of=PRODUCT,
        named=("substance", "product"),
        missing="missing-substance",
        as_of=as_of,
        tally=tally,
        problems=problems,
    )


def drugs(
    owner: Index,
    table: pa.Table,
    asked: Booleans,
    *,
    as_of: dt.date,
    tally: Tally,
    problems: Problems,
) -> pa.Array:
    """Return the medicines of each person; null when nobody asked, empty when none."""
    return _courses(
        "drugs",
        owner,
        table,
        asked,
        of=DRUG,
        named=("name",),
        missing="missing-name",
        as_of=as_of,
        tally=tally,
        problems=problems,
    )


def _courses(
    where: str,
    owner: Index,
    table: pa.Table,
    asked: Booleans,
    *,
    of: pa.StructType,
    named: Sequence[str],
    missing: str,
    as_of: dt.date,
    tally: Tally,
    problems: Problems,
) -> pa.Array:
    """Return a list of courses a person; rows come sorted, so that copies stand together.

    One that begins after ``as_of`` is not taken yet; a later end or dose is not known yet.
    One without a name leaves it open what is taken.
    """
    people = asked.size
    columns = {name: _blank_is_null(table[name]) for name in table.column_names[1:]}
    tally.read += owner.size
    copy = _copies(owner, columns)
    late = _after(columns["since"], as_of) & ~copy
    nameless = _all_null([columns[name] for name in named]) & ~copy & ~late
    used = ~copy & ~late & ~nameless
    for code, counter, rows in (
        ("duplicate", tally.ignored, copy),
        (_FUTURE, tally.rejected, late),
        (missing, tally.rejected, nameless),
    ):
        counter[code] += int(rows.sum())
        if code != "duplicate":
            problems.add(owner[rows], where, code)
    tally.used += int(used.sum())
    for name in ("until", "last_dose"):
        if name in columns:
            after = _after(columns[name], as_of)
            problems.add(owner[after & used], f"{where}.{name}", _FUTURE)
            columns[name] = _nulled(columns[name], after)
    for name in ("until", "last_dose"):
        if name in columns:
            wrong = pc.fill_null(pc.less(columns[name], columns["since"]), False)
            wrong = wrong.to_numpy(zero_copy_only=False)
            problems.add(owner[wrong & used], where, "reversed-dates")
            columns |= {each: _nulled(columns[each], wrong) for each in ("since", name)}
    kept = pa.array(np.flatnonzero(used))
    entries = pa.StructArray.from_arrays(
        [columns[one.name].take(kept) for one in of], fields=list(of)
    )
    known = asked.copy()
    known[owner[nameless]] = False
    known[owner[used]] = True
    return _list(owner[used], people, entries, known=known)


def _list(owner: Index, people: int, values: pa.Array, known: Booleans | None = None) -> pa.Array:
    """Return a list a person of values sorted by owner; null where not ``known``."""
    mask = None if known is None else pa.array(~known)
    return pa.ListArray.from_arrays(pa.array(offsets(owner, people), pa.int32()), values, mask=mask)


def _blank_is_null(column: pa.ChunkedArray) -> pa.Array:
    values = column.combine_chunks()
    if not pa.types.is_string(values.type):
        return values
    even = pc.utf8_trim_whitespace(values)
    return pc.if_else(pc.equal(even, ""), pa.nulls(len(even), pa.string()), even)


def _copies(owner: Index, columns: dict[str, pa.Array]) -> Booleans:
    """Return which rows are like the row before them."""
    if not owner.size:
        return np.zeros(0, np.bool_)
    same = np.append(False, owner[1:] == owner[:-1])
    for column in columns.values():
        one, other = column[1:], column[:-1]
        equal = pc.fill_null(pc.equal(one, other), False)
        neither = pc.and_(pc.is_null(one), pc.is_null(other))
        same[1:] &= pc.or_(equal, neither).to_numpy(zero_copy_only=False)
    return same


def _after(column: pa.Array, day: dt.date) -> Booleans:
    after = pc.fill_null(pc.greater(column, pa.scalar(day, pa.date32())), False)
    return np.asarray(after.to_numpy(zero_copy_only=False))


def _nulled(column: pa.Array, where: Booleans) -> pa.Array:
    return pc.if_else(pa.array(where), pa.nulls(len(column), column.type), column)


def _all_null(columns: Sequence[pa.Array]) -> Booleans:
    found = np.ones(len(columns[0]), np.bool_)
    for column in columns:
        found &= pc.is_null(column).to_numpy(zero_copy_only=False)
    return found

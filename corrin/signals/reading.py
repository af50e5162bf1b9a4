"""Reads reports into DuckDB: once, as small whole numbers, within a limit of memory.

After reading, the connection holds these tables: ``reports (report, stratum, day)``,
``taken (report, product)``, ``had (report, event)``, the names ``product_names`` and
``event_names``, and ``listed (report, product, event)``, each line of it once.  In layouts
that list products and events of a report apart, ``listed`` is a view that joins the two.
"""

# ruff: noqa: S608 - queries are made of our own words and of names that were quoted

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb

from corrin.errors import InputError, Problem
from corrin.signals import faers_folder
from corrin.signals.layouts import recognise
from corrin.signals.numbering import SEVERAL, number
from corrin.signals.records_of_reading import Columns, Layout, Reading, Roles

#: Told what is being done, for whoever waits.
Tell = Callable[[str], None]

#: DuckDB spills to disk rather than hold more than this.
MEMORY = "512MB"
_DATES = "['%m/%d/%Y', '%Y-%m-%d', '%Y%m%d', '%d-%b-%Y']"
#: Lines from which the way of writing is guessed; quotes are always the usual ones.
_SAMPLE = 2_000  # not clinical: lines of a file
#: Files larger than this are read several times; more rows than this make one slice.
_LARGE = 48_000_000  # not clinical: bytes
_SLICE = 2_500_000  # not clinical: rows
_TABLES = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz", ".parquet")


@dataclass(frozen=True, slots=True)
class Reports:
    """Reports held in DuckDB, and what was read; close it, or use it in a ``with``.

    Large data are worked on in ``slices`` of the reports, so that memory stays bounded.
    """

    connection: duckdb.DuckDBPyConnection
    reading: Reading
    room: Path
    slices: int = 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the data and of what was spilt to disk."""
        self.connection.close()
        shutil.rmtree(self.room, ignore_errors=True)


def read_reports(
    path: Path,
    *,
    columns: Mapping[str, str | None] | None = None,
    roles: Roles = Roles.SUSPECT,
    by_sex: bool = False,
    memory: str = MEMORY,
    threads: int | None = None,
    tell: Tell = lambda _: None,
) -> Reports:
    """Read a file (``.csv``, ``.csv.gz``, ``.tsv``, ``.parquet``) or a FAERS folder.

    ``columns`` names columns by part (``report``, ``product``, ``event``, ``stratum``,
    ``date``); without them the layout is recognised.  ``by_sex`` takes the sex of the
    layout as stratum.  Raises :class:`InputError` when nothing can be read or counted.
    """
    roles = Roles(roles)
    named = dict(columns or {})
    if not path.exists():
        raise _refused("DATA", "no-such-file", "there is no such file or folder.", "Check it.")
    room = Path(tempfile.mkdtemp(prefix="corrin-signals-"))
    connection = _connect(room, memory, threads)
    try:
        tell(f"Reading {path.name}")
        if path.is_dir():
            facts = faers_folder.load(connection, path, roles=roles, by_sex=by_sex)
        else:
            facts = _load_file(connection, path, named, roles, by_sex=by_sex)
        tell("Numbering reports, products and events")
        slices = 1 + facts["rows"] // _SLICE
        number(connection, apart=facts.pop("apart"), slices=slices)
        return Reports(connection, _reading(connection, path, facts), room, slices)
    except duckdb.OutOfMemoryException as error:
        _abandon(connection, room)
        raise _refused(
            "--memory", "too-little", f"{memory} is too little for these data.", "Allow more."
        ) from error
    except BaseException:
        _abandon(connection, room)
        raise


def _abandon(connection: duckdb.DuckDBPyConnection, room: Path) -> None:
    connection.close()
    shutil.rmtree(room, ignore_errors=True)


def _connect(room: Path, memory: str, threads: int | None) -> duckdb.DuckDBPyConnection:
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory,
        "temp_directory": str(room),
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
    }
    if threads is not None:
        config["threads"] = threads
    try:
        connection = duckdb.connect(config=config)
    except duckdb.Error as error:
        shutil.rmtree(room, ignore_errors=True)
        raise _refused(
            "--memory", "not-an-amount", f"'{memory}' is not an amount.", "Write it as 2GB."
        ) from error
    # The bar would be written into standard output, among the answer.
    connection.execute("set enable_progress_bar = false")
    return connection


def _load_file(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    named: Mapping[str, str | None],
    roles: Roles,
    *,
    by_sex: bool,
) -> dict[str, Any]:
    """Fill ``raw`` tables from one file."""
    ways = _ways(path)
    header = [str(row[0]) for row in _tried(connection, [f"describe {way}" for way in ways])]
    layout, parts = recognise(header, named)
    if by_sex and parts.stratum is None:
        sex = {"ci_gender", "sex", "strat1", "gender"}
        found = next((name for name in header if name.casefold() in sex), None)
        if found is None:
            message = "the file has no column of sex."
            raise _refused("--by-sex", "no-such-column", message, "Name one with --strata.")
        parts = Columns(**{**_as_dict(parts), "stratum": found})
    apart = layout in {Layout.CAERS, Layout.CAERS_OLDER}
    # A large table is read several times rather than held as text.
    kept = apart or path.stat().st_size < _LARGE
    facts: dict[str, Any] = {"layout": layout, "apart": apart}
    facts |= _fill_raw(connection, ways, parts, roles, apart=apart, kept=kept)
    if apart:
        _set_apart(connection, roles, parts)
    return facts | {
        "has_dates": parts.date is not None,
        "has_strata": parts.stratum is not None,
        "has_outcomes": parts.outcome is not None,
    }


def _as_dict(columns: Columns) -> dict[str, Any]:
    return {name: getattr(columns, name) for name in Columns.__slots__}


def _ways(path: Path) -> list[str]:
    """The parts of queries that may read the file, every value as text."""
    name = "'" + str(path).replace("'", "''") + "'"
    if path.name.lower().endswith(".parquet"):
        return [f"from read_parquet({name})"]
    if not path.name.lower().endswith(_TABLES):
        message = f"'{path.suffix}' files are not read."
        raise _refused("DATA", "unknown-kind", message, f"Give one of {', '.join(_TABLES)}.")
    # The agency's files are Latin-1; everybody else's are UTF-8.
    return [
        f"from read_csv({name}, all_varchar = true, header = true, quote = '\"', "
        f"escape = '\"', sample_size = {_SAMPLE}, encoding = '{encoding}')"
        for encoding in ("utf-8", "latin-1")
    ]


def _tried(connection: duckdb.DuckDBPyConnection, queries: list[str]) -> list[tuple[Any, ...]]:
    """What the first query gives that does not fail."""
    for query in queries:
        try:
            return connection.execute(query).fetchall()
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error as error:
            # The message repeats the line, which could hold a person's data.
            kind = type(error).__name__
    raise _refused(
        "DATA", "not-a-table", f"it cannot be read as a table ({kind}).",
        "It needs one header line, and as many values in each line.",
    )  # fmt: skip


def _fill_raw(
    connection: duckdb.DuckDBPyConnection,
    ways: list[str],
    parts: Columns,
    roles: Roles,
    *,
    apart: bool,
    kept: bool,
) -> dict[str, int]:
    """Make ``raw``; return how many rows lack what, each under the first that it lacks."""
    # The agency's own files differ in case and spaces between quarters; other names stay.
    clean = "upper(regexp_replace({}, '\\s+', ' ', 'g'))" if apart else "{}"
    name = {part: _text(getattr(parts, part)) for part in Columns.__slots__}
    made = f"""create or replace temp {"table" if kept else "view"} raw as select
            {name["report"]} as report,
            {clean.format(name["product"])} as product,
            {clean.format(name["event"])} as event,
            {name["stratum"]} as stratum,
            try_strptime({name["date"]}, {_DATES})::date as day,
            lower({name["role"]}) as role,
            {name["outcome"]} as outcome"""
    missing = f"""select count(*),
            count(*) filter (report is null),
            count(*) filter (report is not null and product is null),
            count(*) filter (report is not null and product is not null and event is null),
            count(*) filter (report is not null and not {_suspected(roles, parts)})
        from raw"""
    row = _tried(connection, [f"{made} {way}; {missing}" for way in ways])[0]
    names = ("rows", "no_report", "no_product", "no_event", "concomitant")
    return dict(zip(names, map(int, row), strict=True))


def _text(column: str | None) -> str:
    if column is None:
        return "null::varchar"
    quoted = '"' + column.replace('"', '""') + '"'
    return f"nullif(trim({quoted}::varchar), '')"


def _suspected(roles: Roles, parts: Columns) -> str:
    if roles is Roles.ALL or parts.role is None:
        return "true"
    return "coalesce(role like 'suspect%', true)"


def _set_apart(connection: duckdb.DuckDBPyConnection, roles: Roles, parts: Columns) -> None:
    connection.execute(
        f"""create temp table raw_taken as select distinct report, product from raw
        where report is not null and product is not null and {_suspected(roles, parts)};
        create temp table raw_had as
        with each as (
            select distinct report, event as events from raw
            where report is not null and event is not null
        ), one as (
            select report, trim(unnest(string_split(events, ','))) as event from each
        ) select distinct report, event from one where event <> '';
        create temp table raw_outcome as
        with each as (
            select distinct report, outcome from raw
            where report is not null and outcome is not null
        ), one as (
            select report, upper(trim(unnest(string_split(outcome, ',')))) as outcome from each
        ) select distinct report, outcome from one where outcome <> '';"""
    )


def _reading(connection: duckdb.DuckDBPyConnection, path: Path, facts: dict[str, Any]) -> Reading:
    row = connection.execute(
        f"""select (select count(*) from reports), (select count(*) from product_names),
            (select count(*) from event_names),
            (select count(*) from reports where stratum = '{SEVERAL}'),
            (select min(day)::varchar from reports), (select max(day)::varchar from reports)"""
    ).fetchone()
    assert row is not None  # noqa: S101 - an aggregate always gives a row
    reports, products, events, several, first, last = row
    if not reports:
        raise _refused(
            "DATA", "nothing-to-count",
            f"of its {facts['rows']:,} rows none names a report, a product and an event.",
            "Check which column is which.",
        )  # fmt: skip
    if facts["layout"] in {Layout.TABLE, Layout.OPENEBGM}:
        counted = connection.execute("select count(*) from listed").fetchone()
        left_out = facts["no_report"] + facts["no_product"] + facts["no_event"]
        facts["repeated"] = facts["rows"] - left_out - int((counted or (0,))[0])
    return Reading(
        source=path.name,
        reports=reports,
        products=products,
        events=events,
        two_strata=several if facts.get("has_strata") else 0,
        first_day=first,
        last_day=last,
        **facts,
    )


def _refused(where: str, code: str, what: str, do: str) -> InputError:
    return InputError([Problem(where, code, what, do)])

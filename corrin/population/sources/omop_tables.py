"""The tables of an OMOP CDM, wherever they are: a folder, a DuckDB file, PostgreSQL.

Names of tables and columns are taken in any case.  Nothing is written, and no extension of
DuckDB is installed.
"""

# ruff: noqa: S608 - queries are made of our own words and of names that were quoted

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import duckdb
import pyarrow as pa

from corrin.errors import CorrinError, InputError, Problem
from corrin.population.sources.mapping_reading import near
from corrin.population.sources.raw_rows import (
    CHUNK,
    Broken,
    Form,
    RawRows,
    is_table,
    open_rows,
    quoted,
    text_of,
)
from corrin.population.sources.records import refused

POSTGRESQL = ("postgresql://", "postgres://")
DUCKDB = (".duckdb", ".ddb", ".db")
_HERE = "source"


@dataclass(frozen=True, slots=True)
class TableShape:
    """The columns of a table of the CDM that are read; a source may lack the optional ones."""

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()


#: The tables that are read, in this order.
SHAPES: Mapping[str, TableShape] = MappingProxyType(
    {
        "person": TableShape(
            ("person_id",),
            ("gender_concept_id", "year_of_birth", "month_of_birth", "day_of_birth",
             "birth_datetime", "gender_source_value"),
        ),
        "measurement": TableShape(
            ("person_id", "measurement_concept_id", "measurement_date", "value_as_number"),
            ("measurement_id", "measurement_datetime", "operator_concept_id",
             "value_as_concept_id", "unit_concept_id", "range_low", "range_high",
             "measurement_source_value", "measurement_source_concept_id", "unit_source_value",
             "value_source_value"),
        ),
        "condition_occurrence": TableShape(
            ("person_id", "condition_start_date"),
            ("condition_source_value", "condition_source_concept_id", "condition_end_date"),
        ),
        "drug_exposure": TableShape(
            ("person_id", "drug_concept_id", "drug_exposure_start_date"),
            ("drug_exposure_end_date", "drug_source_value", "drug_source_concept_id",
             "route_source_value", "sig"),
        ),
        "observation": TableShape(
            ("person_id", "observation_date"),
            ("observation_source_value", "value_as_string"),
        ),
        "visit_occurrence": TableShape(
            ("person_id", "visit_concept_id", "visit_start_date"),
            ("visit_end_date", "visit_source_value"),
        ),
        "concept": TableShape(("concept_id", "concept_name", "vocabulary_id", "concept_code")),
    }
)  # fmt: skip
#: A source without these is no OMOP CDM.
NEEDED = ("person", "measurement")


@dataclass(slots=True)
class StoredRows:
    """A table of a database, read as :class:`RawRows` reads a file."""

    connection: duckdb.DuckDBPyConnection
    table: str
    columns: tuple[str, ...]
    broken: list[Broken] = field(default_factory=list)

    def batches(self, wanted: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Yield the rows, with the columns that are wanted."""
        names = list(self.columns if wanted is None else dict.fromkeys(wanted))
        picked = ", ".join(f"{quoted(name)} as c_{at}" for at, name in enumerate(names))
        cursor = self.connection.cursor()
        try:
            for batch in cursor.sql(f"select {picked} from {self.table}").to_arrow_reader(CHUNK):
                yield pa.RecordBatch.from_arrays(batch.columns, names=names)
        except duckdb.OutOfMemoryException:
            raise
        except (duckdb.Error, pa.ArrowInvalid, OSError):
            self.broken.append(Broken(None, "unreadable-from-here"))


@dataclass(frozen=True, slots=True)
class CdmPart:
    """Rows of a table of the CDM: the name for messages, and its columns by CDM name."""

    table: str
    name: str
    rows: RawRows | StoredRows
    size: int
    columns: Mapping[str, str]

    def batches(self) -> Iterator[dict[str, pa.Array]]:
        """Yield columns by their CDM names; those that the source lacks are nulls."""
        shape = SHAPES[self.table]
        names = (*shape.needed, *shape.optional)
        held = [name for name in names if name in self.columns]
        for batch in self.rows.batches([self.columns[name] for name in held]):
            found = dict(zip(held, batch.columns, strict=True))
            yield {
                name: found[name] if name in found else pa.nulls(batch.num_rows, pa.string())
                for name in names
            }


def open_cdm(source: str | Path, connection: duckdb.DuckDBPyConnection) -> dict[str, list[CdmPart]]:
    """Return the parts of each table that is there.

    ``source`` is a folder, a DuckDB file, or ``postgresql://...``.  Raises
    :class:`InputError` when a table or a column that is needed is missing, and
    :class:`CorrinError` when DuckDB's extension for PostgreSQL is not installed.
    """
    if isinstance(source, str) and source.startswith(POSTGRESQL):
        parts = _of_database(_attached_postgresql(source, connection), connection)
        shown = "the PostgreSQL database"
    elif (path := Path(source)).is_dir():
        parts, shown = _of_folder(path, connection), path.name
    else:
        parts = _of_database(_attached_file(path, connection), connection)
        shown = path.name
    problems = [
        Problem(
            shown, "missing-table", f"has no table {table}.",
            near(table, parts) if parts else "Is it an OMOP CDM?",
        )
        for table in NEEDED
        if table not in parts
    ]  # fmt: skip
    for part in (each for held in parts.values() for each in held):
        problems += _missing_columns(part)
    if problems:
        raise InputError(problems)
    return {table: parts[table] for table in SHAPES if table in parts}


def _missing_columns(part: CdmPart) -> list[Problem]:
    if part.rows.broken:
        return []
    return [
        Problem(part.name, "missing-column", f"has no column {column}.", near(column, part.columns))
        for column in SHAPES[part.table].needed
        if column not in part.columns
    ]


def files_of_cdm(folder: Path) -> dict[str, list[Path]]:
    """Return the files of each CDM table in a folder: ``person.csv``, ``person/part-0.parquet``."""
    found: dict[str, list[Path]] = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and is_table(file):
            for name in (file.name.partition(".")[0].lower(), file.parent.name.lower()):
                if name in SHAPES:
                    found.setdefault(name, []).append(file)
                    break
    return found


def _of_folder(folder: Path, connection: duckdb.DuckDBPyConnection) -> dict[str, list[CdmPart]]:
    parts: dict[str, list[CdmPart]] = {}
    for table, files in files_of_cdm(folder).items():
        for file in files:
            rows = open_rows(file, connection, Form())
            name = file.relative_to(folder).as_posix()
            columns = {column.lower(): column for column in rows.columns}
            part = CdmPart(table, name, rows, file.stat().st_size, columns)
            parts.setdefault(table, []).append(part)
    return parts


def _of_database(name: str, connection: duckdb.DuckDBPyConnection) -> dict[str, list[CdmPart]]:
    found = connection.execute(
        "select table_schema, table_name, list(column_name) from information_schema.columns "
        f"where table_catalog = {text_of(name)} group by all order by all"
    ).fetchall()
    parts: dict[str, list[CdmPart]] = {}
    for schema, table, columns in found:
        known = table.lower()
        if known in SHAPES:
            if known in parts:
                raise refused(
                    f"{schema}.{table}", "several-schemas", "stands in another schema as well.",
                    "Give a database, or a user, that sees one OMOP CDM only.",
                )  # fmt: skip
            full = ".".join(quoted(each) for each in (name, schema, table))
            rows = StoredRows(connection, full, tuple(columns))
            parts[known] = [
                CdmPart(known, f"{schema}.{table}", rows, 1, {one.lower(): one for one in columns})
            ]
    return parts


def _attached_file(path: Path, connection: duckdb.DuckDBPyConnection) -> str:
    try:
        connection.execute(f"attach {text_of(str(path))} as {_HERE} (read_only)")
    except duckdb.Error:
        raise refused(
            path.name, "not-a-database", "is no DuckDB database that can be read.",
            "Give a folder of tables, a DuckDB file, or postgresql://...",
        ) from None  # fmt: skip
    return _HERE


def _attached_postgresql(url: str, connection: duckdb.DuckDBPyConnection) -> str:
    try:
        connection.execute("load postgres")
    except duckdb.Error:
        raise CorrinError(
            "PostgreSQL is read through DuckDB's extension 'postgres', which is not installed "
            "here and is never installed unasked. Where downloads are allowed, run once: "
            "python -c \"import duckdb; duckdb.sql('install postgres')\"  or export the tables "
            "to Parquet and give that folder."
        ) from None
    try:
        connection.execute(f"attach {text_of(url)} as {_HERE} (type postgres, read_only)")
    except duckdb.Error:
        # The message would repeat the address with its password.
        raise refused(
            "SOURCE", "no-connection", "the PostgreSQL database cannot be reached or refuses.",
            "Check host, name of the database, user and password.",
        ) from None  # fmt: skip
    return _HERE

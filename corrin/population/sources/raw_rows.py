"""The rows of one file as text or as Parquet holds them, in order, in bounded memory.

CSV is read with a stated delimiter and every column as text, so that nothing is guessed
and nothing turns silently into a null: what is no row of the table is a :class:`Broken`
row with its line.  Parquet keeps its types.
"""

# ruff: noqa: S608 - queries are made of our own words and of names that were quoted

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import duckdb
import pyarrow as pa

from corrin.population.duck import connected
from corrin.population.sources.records import Room, refused

CSV = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
PARQUET = (".parquet",)
#: Delimiters that are recognised, the likelier first.
DELIMITERS = (",", ";", "\t", "|")
ENCODINGS = ("utf-8", "latin-1", "utf-16")
#: Rows at a time.
CHUNK = 60_000  # not clinical: rows at a time
#: A header line is never longer.
_HEADER = 1_000_000  # not clinical: characters
_CODES: Mapping[str, str] = MappingProxyType(
    {
        "MISSING COLUMNS": "too-few-columns",
        "TOO MANY COLUMNS": "too-many-columns",
        "UNQUOTED VALUE": "quote-not-closed",
        "LINE SIZE OVER MAXIMUM": "line-too-long",
        "INVALID ENCODING": "wrong-encoding",
    }
)
#: Temporary tables of a cursor, which DuckDB fills.
_REJECTS, _SCANS = "corrin_rejects", "corrin_scans"


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that is none: the line it begins on, why, and how many lines went with it."""

    line: int | None
    code: str
    lines: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How a CSV file is written; without a delimiter the header tells it."""

    delimiter: str | None = None
    encoding: str = "utf-8"


@dataclass(slots=True)
class RawRows:
    """One file: its columns, its batches in order, and after the last its broken rows."""

    file: Path
    columns: tuple[str, ...]
    connection: duckdb.DuckDBPyConnection
    form: Form
    broken: list[Broken] = field(default_factory=list)

    def batches(self, wanted: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order, with the columns that are wanted (all without)."""
        names = list(self.columns if wanted is None else dict.fromkeys(wanted))
        try:
            # A cursor of its own: a second query on one connection would end the first.
            cursor = self.connection.cursor()
            for batch in cursor.sql(self._query(names)).to_arrow_reader(CHUNK):
                yield pa.RecordBatch.from_arrays(batch.columns, names=names)
            self._note_rejects(cursor)
        except duckdb.OutOfMemoryException:
            raise
        except (duckdb.Error, pa.ArrowInvalid, OSError):
            # The message would repeat a line of the file.
            mixed = self._is_csv and _mixes_line_breaks(self.file)
            code = "mixed-line-breaks" if mixed else "unreadable-from-here"
            self.broken.append(Broken(None, code))

    def _query(self, names: Sequence[str]) -> str:
        picked = ", ".join(
            f"{quoted(f'c{self.columns.index(name)}' if self._is_csv else name)} as c_{at}"
            for at, name in enumerate(names)
        )
        return f"select {picked or '1 as c_0'} from {self._from()}"

    @property
    def _is_csv(self) -> bool:
        return is_csv(self.file)

    def _from(self) -> str:
        name = text_of(str(self.file))
        if not self._is_csv:
            return f"read_parquet({name})"
        columns = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(len(self.columns)))
        delimiter = text_of(self.form.delimiter or ",")
        return (
            f"read_csv({name}, auto_detect = false, header = true, delim = {delimiter}, "
            f"quote = '\"', escape = '\"', columns = {{{columns}}}, null_padding = false, "
            f"encoding = {text_of(self.form.encoding)}, store_rejects = true, "
            f"rejects_table = '{_REJECTS}', rejects_scan = '{_SCANS}')"
        )

    def _note_rejects(self, cursor: duckdb.DuckDBPyConnection) -> None:
        if not self._is_csv:
            return
        try:
            found = cursor.execute(
                "select line, min(error_type::varchar), max(len(csv_line) - "
                f"len(replace(csv_line, chr(10), ''))) from {_REJECTS} group by line order by line"
            ).fetchall()
        except duckdb.CatalogException:
            return
        self.broken += [
            Broken(int(line), _CODES.get(kind, "broken-line"), 1 + int(swallowed or 0))
            for line, kind, swallowed in found
        ]


def connect(room: Room) -> duckdb.DuckDBPyConnection:
    """Return a connection that stays within ``room`` and installs nothing by itself."""
    return connected(
        memory_limit=room.memory_limit, threads=room.threads, spill=room.spill, keep_order=True
    )


def is_csv(file: Path) -> bool:
    """Return whether a file's name says that it is CSV."""
    return file.name.lower().endswith(CSV)


def is_table(file: Path) -> bool:
    """Return whether a file's name says that it is a table that can be read here."""
    return file.name.lower().endswith((*CSV, *PARQUET))


def open_rows(file: Path, connection: duckdb.DuckDBPyConnection, form: Form) -> RawRows:
    """Open a file and read which columns it has.

    Raises :class:`InputError` when it has no header, names a column twice, or is no table.
    A file that cannot be read at all (cut off, no Parquet) has no columns and one broken row.
    """
    if not is_csv(file):
        return _open_parquet(file, connection)
    try:
        line = header_line(file, form.encoding)
    except UnicodeError:
        raise refused(
            file.name, "wrong-encoding", f"is not {form.encoding} text.",
            f"Say which it is: encoding = one of {', '.join(ENCODINGS)}.",
        ) from None  # fmt: skip
    except (OSError, EOFError, zlib.error):
        return RawRows(file, (), connection, form, [Broken(None, "unreadable-file")])
    if not line.strip():
        raise refused(file.name, "no-header", "has no line of column names.", "Add one.")
    delimiter = form.delimiter or delimiter_of(line)
    columns = tuple(name.strip() for name in next(csv.reader([line], delimiter=delimiter)))
    if twice := sorted({name for name in columns if columns.count(name) > 1}):
        raise refused(
            file.name, "column-twice", f"has more than one column called '{twice[0]}'.",
            "Give each column a name of its own.",
        )  # fmt: skip
    return RawRows(file, columns, connection, Form(delimiter=delimiter, encoding=form.encoding))


def _open_parquet(file: Path, connection: duckdb.DuckDBPyConnection) -> RawRows:
    try:
        described = connection.execute(
            f"describe from read_parquet({text_of(str(file))})"
        ).fetchall()
    except (duckdb.Error, OSError):
        return RawRows(file, (), connection, Form(), [Broken(None, "unreadable-file")])
    return RawRows(file, tuple(str(row[0]) for row in described), connection, Form())


def header_line(file: Path, encoding: str) -> str:
    """Return the first line of a CSV file, without the mark that some programs begin with."""
    with (
        file.open("rb") as stored,
        gzip.GzipFile(fileobj=stored) if _is_gzip(file) else stored as data,
    ):
        if encoding == "utf-16":
            with io.TextIOWrapper(data, encoding=encoding, newline="") as text:
                return text.readline(_HEADER).rstrip("\r\n")
        # The line alone: what follows may not be text at all.
        line = data.readline(_HEADER).partition(b"\r")[0]
        return line.decode("utf-8-sig" if encoding == "utf-8" else encoding).rstrip("\n")


def _mixes_line_breaks(file: Path) -> bool:
    """Return whether lines of a CSV file end in more than one way, as DuckDB does not read."""
    kinds = set()
    try:
        with (
            file.open("rb") as stored,
            gzip.GzipFile(fileobj=stored) if _is_gzip(file) else stored as data,
        ):
            for line in data:
                kinds.add(line[-2:] == b"\r\n")
                if len(kinds) > 1:
                    return True
    except (OSError, EOFError, zlib.error):
        pass
    return False


def _is_gzip(file: Path) -> bool:
    return file.name.lower().endswith(".gz")


def is_cut_off(raw: RawRows) -> bool:
    """Return whether a file's last line has all its columns but no line break at its end.

    A last line that lacks a column or the end of a quote is no row anyway; what is compressed
    cannot be told.
    """
    if not is_csv(raw.file) or _is_gzip(raw.file):
        return False
    with raw.file.open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        file.seek(max(0, size - _HEADER))
        last = file.read().rpartition(b"\n")[2].decode(raw.form.encoding, errors="replace")
    if not last.strip() or last.count('"') % 2:
        return False
    found = next(csv.reader([last], delimiter=raw.form.delimiter or ","), [])
    return len(found) == len(raw.columns)


def delimiter_of(header: str) -> str:
    """Return the delimiter that parts a header into the most columns."""
    return max(DELIMITERS, key=lambda mark: (header.count(mark), -DELIMITERS.index(mark)))


def quoted(name: str) -> str:
    """Return a name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def text_of(value: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"

"""CSV and Parquet tables with a mapping, as facts: every row is used, ignored or rejected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from types import MappingProxyType

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corrin.errors import InputError, Problem
from corrin.knowledge.loading import Knowledge
from corrin.population.facts import FactBatch, Tally
from corrin.population.sources import cells
from corrin.population.sources.mapping import Rows, SiteMapping, TableMapping
from corrin.population.sources.mapping_reading import near
from corrin.population.sources.raw_rows import (
    Broken,
    Form,
    RawRows,
    connect,
    is_cut_off,
    is_table,
    open_rows,
)
from corrin.population.sources.records import Progress, Rejects, Room, Told, no_one
from corrin.population.sources.table_cells import Batch
from corrin.population.sources.table_people import (
    finding_rows,
    list_rows,
    medicine_rows,
    person_rows,
    supplement_rows,
)
from corrin.population.sources.table_results import result_rows

_READERS: Mapping[Rows, Callable[[Batch, Knowledge], Iterator[FactBatch]]] = MappingProxyType(
    {
        Rows.PERSON: person_rows,
        Rows.RESULT: result_rows,
        Rows.FINDING: finding_rows,
        Rows.MEDICINE: medicine_rows,
        Rows.SUPPLEMENT: supplement_rows,
        Rows.LIST: list_rows,
    }
)


def read_tables(
    source: Path,
    mapping: SiteMapping,
    knowledge: Knowledge,
    *,
    tally: Tally,
    room: Room,
    told: Told = no_one,
) -> Iterator[FactBatch]:
    """Yield the facts of a file or a folder of files, counting in ``tally``.

    Raises :class:`InputError` before anything is read when a file is in no table of the
    mapping, a table has no file, or a column is missing.
    """
    files = _assigned(source, mapping)
    progress = Progress(sum(file.stat().st_size for file, _ in files), told)
    connection = connect(room)
    try:
        opened = [(_opened(file, table, connection), table) for file, table in files]
        for raw, table in opened:
            yield from _File(
                raw=raw,
                name=_name(raw.file, source),
                table=table,
                knowledge=knowledge,
                rejects=Rejects(tally),
                progress=progress,
            ).facts()
    finally:
        connection.close()


def _assigned(source: Path, mapping: SiteMapping) -> list[tuple[Path, TableMapping]]:
    """Return each file with its table, sorted by name; none is left over or taken twice."""
    if source.is_dir():
        files = sorted(file for file in source.rglob("*") if file.is_file() and is_table(file))
        names = {file: _name(file, source) for file in files}
    else:
        names = {source: source.name}
    taken: dict[Path, list[TableMapping]] = {file: [] for file in names}
    problems = []
    for at, table in enumerate(mapping.table):
        found = [
            file for file, name in names.items() if any(fnmatch(name, one) for one in table.files)
        ]
        for file in found:
            taken[file].append(table)
        if not found:
            problems.append(
                Problem(
                    f"table[{at}].files", "no-such-file",
                    f"no file of {source.name} is called {' or '.join(table.files)}.",
                    near(table.files[0], names.values()),
                )
            )  # fmt: skip
    for file, tables in taken.items():
        left = any(fnmatch(names[file], one) for one in mapping.leave)
        if len(tables) > 1:
            problems.append(
                Problem(
                    names[file], "file-twice", "belongs to more than one table.",
                    "Make the `files` of the tables more exact.",
                )
            )  # fmt: skip
        elif not tables and not left:
            problems.append(
                Problem(
                    names[file], "file-not-mapped", "is in no table of the mapping.",
                    "Add it to the `files` of a table, or to `leave`.",
                )
            )  # fmt: skip
    if problems:
        raise InputError(problems)
    return [(file, tables[0]) for file, tables in taken.items() if tables]


def _opened(file: Path, table: TableMapping, connection: duckdb.DuckDBPyConnection) -> RawRows:
    raw = open_rows(file, connection, Form(delimiter=table.delimiter, encoding=table.encoding))
    missing = [] if raw.broken else [one for one in table.wanted() if one not in raw.columns]
    if missing:
        raise InputError(
            [
                Problem(
                    file.name, "missing-column", f"has no column '{one}'.",
                    f"{near(one, raw.columns)} It has {_listed(raw.columns)}.",
                )
                for one in missing
            ]
        )  # fmt: skip
    return raw


def _name(file: Path, source: Path) -> str:
    return file.relative_to(source).as_posix() if source.is_dir() else file.name


def _listed(columns: tuple[str, ...]) -> str:
    most = 20  # not clinical: names in a message
    return ", ".join(columns[:most]) + (" ..." if len(columns) > most else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """One file of a source and what reading it shares."""

    raw: RawRows
    name: str
    table: TableMapping
    knowledge: Knowledge
    rejects: Rejects
    progress: Progress

    def facts(self) -> Iterator[FactBatch]:
        """Yield the facts of the file, then what of it was rejected."""
        size, seen, first = self.raw.file.stat().st_size, 0, 1
        if self.raw.columns:
            for held in self._batches():
                yield from self._of_batch(held, first)
                yield from self._rejected()
                first += held.num_rows
                done = min(held.nbytes, size - seen)
                seen += done
                self.progress.add(done)
        for broken in self.raw.broken:
            where = self.name if broken.line is None else f"{self.name}:line {broken.line}"
            self.rejects.add(where, self.table.rows.value, broken.code, records=broken.lines)
        yield from self._rejected()
        self.progress.add(size - seen)

    def _batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows; without the last when its line was cut off."""
        batches = self.raw.batches(self.table.wanted())
        if not (self.table.every_line_ends and is_cut_off(self.raw)):
            yield from batches
            return
        waiting = None
        for held in batches:
            if waiting is not None:
                yield waiting
            waiting = held
        if waiting is not None:
            yield waiting.slice(0, waiting.num_rows - 1)
            self.raw.broken.append(Broken(None, "half-written"))

    def _rejected(self) -> Iterator[FactBatch]:
        if (taken := self.rejects.taken()) is not None:
            yield taken

    def _of_batch(self, held: pa.RecordBatch, first: int) -> Iterator[FactBatch]:
        columns = dict(zip(held.schema.names, held.columns, strict=True))
        batch = Batch(
            columns=columns,
            mapping=self.table,
            file=self.name,
            rows=pa.array(np.arange(first, first + held.num_rows)),
            person=cells.ids(columns[self.table.person], self.table.words.nothing),
            rejects=self.rejects,
            kind=self.table.rows.value,
        )
        batch = batch.reject(pc.is_null(batch.person), "no-person-id")
        yield from _READERS[self.table.rows](batch, self.knowledge)

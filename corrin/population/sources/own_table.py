"""Corrin's own tables: six CSV or Parquet files a laboratory could write, read without a mapping.

The files and their columns are those of :data:`FILES`; each file may be missing but
``people`` or ``results``.  CSV is UTF-8 with commas, a decimal point, days as 2026-11-23,
moments in UTC, and a line break behind every line, the last too.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pyarrow as pa
import pyarrow.compute as pc

from corrin.knowledge.loading import Knowledge
from corrin.population.facts import FactBatch, FactKind
from corrin.population.sources.mapping import (
    Columns,
    LabCode,
    Rows,
    SiteMapping,
    TableMapping,
    Words,
)
from corrin.population.sources.table_files import TableFiles

#: The columns of each file.  What stands last is never empty, so that a line that was cut
#: off shows.  ``test`` is Corrin's id of a test or its LOINC code, ``value`` a number, one
#: with a comparator (``<150``) or a word (``positive``).
FILES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "people": (
            "birth_date", "age", "sex", "setting", "country", "twitching", "person_id",
        ),
        "results": (
            "person_id", "result_id", "test", "value", "unit", "reference_low",
            "reference_high", "flag", "taken", "issued", "assay", "site", "status",
        ),
        "findings": ("person_id", "finding", "noted", "present"),
        "medicines": ("person_id", "since", "until", "name"),
        "supplements": (
            "person_id", "substance", "product", "route", "dose", "every", "since", "until",
            "last_dose", "duration",
        ),
        "complete_lists": ("person_id", "list"),
    }
)  # fmt: skip
_KINDS: Mapping[FactKind, str] = MappingProxyType(
    {
        FactKind.PEOPLE: "people",
        FactKind.RESULTS: "results",
        FactKind.FINDINGS: "findings",
        FactKind.DRUGS: "medicines",
        FactKind.PRODUCTS: "supplements",
        FactKind.ASKED: "complete_lists",
    }
)
_ENDINGS = (".csv", ".csv.gz", ".parquet")
_ROWS: Mapping[str, Rows] = MappingProxyType(
    {
        "people": Rows.PERSON,
        "results": Rows.RESULT,
        "findings": Rows.FINDING,
        "medicines": Rows.MEDICINE,
        "supplements": Rows.SUPPLEMENT,
        "complete_lists": Rows.LIST,
    }
)
#: Names of columns that are called otherwise in a mapping.
_PARTS = {"test": "code", "reference_low": "low", "reference_high": "high"}
_TEXT = pa.string()


def files_of(folder: Path) -> dict[str, list[Path]]:
    """Return the files of our own tables that a folder holds, by table."""
    found = {
        table: [file for end in _ENDINGS if (file := folder / f"{table}{end}").is_file()]
        for table in FILES
    }
    return {table: files for table, files in found.items() if files}


def own_mapping(folder: Path, knowledge: Knowledge) -> SiteMapping:
    """Return the mapping that reads our own tables, for the files that are there."""
    tests = {lab: LabCode(lab=lab) for lab in knowledge.labs}
    return SiteMapping(
        confirmed=True,
        table=tuple(
            TableMapping(
                files=tuple(file.name for file in files),
                rows=_ROWS[table],
                person="person_id",
                delimiter=",",
                columns=_columns(table),
                words=Words(nothing=()),
                codes=tests if table == "results" else {},
                every_line_ends=True,
            )
            for table, files in files_of(folder).items()
        ),
        leave=("truth.parquet",),
    )


def _columns(table: str) -> Columns:
    named = {_PARTS.get(name, name): name for name in FILES[table] if name != "person_id"}
    return Columns(**named)


class OwnTableWriter:
    """Writes facts as our own tables; close it, or use it with ``contextlib.closing``.

    ``ending`` is ``"csv"`` or ``"parquet"``.  Facts may come in any order; each file is
    written as they come.  The tables of which no fact came are there with no rows.
    """

    def __init__(self, folder: Path, *, ending: str = "csv") -> None:
        schemas = {table: _schema(columns) for table, columns in FILES.items()}
        self._files = TableFiles(folder, schemas, ending=ending)

    def write(self, facts: FactBatch) -> None:
        """Write facts; what was rejected has no place in a table."""
        table = _KINDS.get(facts.kind)
        if table is None or not facts.table.num_rows:
            return
        schema = _schema(FILES[table])
        given = _given(facts)
        arrays = [pc.cast(given[name], schema.field(name).type) for name in FILES[table]]
        self._files.write(table, pa.RecordBatch.from_arrays(arrays, schema=schema))

    def close(self) -> None:
        """Finish every file."""
        self._files.close()


_TYPES: Mapping[str, pa.DataType] = MappingProxyType(
    {
        **dict.fromkeys(
            ("birth_date", "noted", "taken", "since", "until", "last_dose"), pa.date32()
        ),
        **dict.fromkeys(("age", "reference_low", "reference_high"), pa.float64()),
        **dict.fromkeys(("twitching", "present"), pa.bool_()),
        "issued": pa.timestamp("us"),
    }
)


def _schema(columns: tuple[str, ...]) -> pa.Schema:
    return pa.schema([(name, _TYPES.get(name, _TEXT)) for name in columns])


def _given(facts: FactBatch) -> dict[str, pa.Array]:
    """Return the columns of facts by the names they have in our tables."""
    columns = dict(zip(facts.table.schema.names, facts.table.columns, strict=True))
    if facts.kind is FactKind.RESULTS:
        columns["value"] = _values(columns)
        columns["test"], columns["flag"] = columns["lab"], columns["word"]
        columns["unit"] = columns["unit_seen"]
    if facts.kind is FactKind.ASKED:
        columns["list"] = pc.if_else(pc.equal(columns["what"], "drugs"), "medicines", "supplements")
    return columns


def _values(columns: Mapping[str, pa.Array]) -> pa.Array:
    """Return results as a laboratory prints them; a result that could not be read stays so."""
    number = pc.cast(columns["value"], _TEXT)
    printed = pc.binary_join_element_wise(pc.fill_null(columns["comparator"], ""), number, "")
    unreadable = pc.and_(pc.is_valid(columns["problem"]), pc.is_null(printed))
    return pc.if_else(unreadable, "?", printed)

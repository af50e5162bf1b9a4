"""A file for each table, written as the rows come: CSV or Parquet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq


class TableFiles:
    """The files of some tables in one folder; ``ending`` is ``"csv"`` or ``"parquet"``.

    Every table has its file, also one that no row comes for.
    """

    def __init__(self, folder: Path, schemas: Mapping[str, pa.Schema], *, ending: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._writers: dict[str, pa_csv.CSVWriter | pq.ParquetWriter] = {
            table: (
                pa_csv.CSVWriter(folder / f"{table}.csv", schema)
                if ending == "csv"
                else pq.ParquetWriter(folder / f"{table}.{ending}", schema, compression="zstd")
            )
            for table, schema in schemas.items()
        }

    def write(self, table: str, rows: pa.RecordBatch) -> None:
        """Write rows of one table."""
        self._writers[table].write_batch(rows)

    def close(self) -> None:
        """Finish every file."""
        for writer in self._writers.values():
            writer.close()

"""The answers of one run's table by Spark, laid down in the same files as without it.

Spark answers and sorts; the files are then written part by part as the runner does, so
that both engines leave the same bytes and a killed run goes on in the same way.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from corrin.errors import CorrinError, needing
from corrin.population.parts import Part, is_done, parts_of, write_part
from corrin.population.records import ANSWERS
from corrin.population.runs import Folder
from corrin.population.spark.answers import BATCH, answers

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_DONE = "_SUCCESS"


def answer_with_spark(folder: Folder, *, master: str | None, processes: int) -> Iterator[Part]:
    """Write the answers of every part that is not there yet; yield each part when it is.

    ``master`` is a Spark master's address; None takes ``processes`` cores of this machine.
    Raises :class:`CorrinError` when Spark cannot be had or fails; what is finished stays.
    """
    parts = parts_of(folder.canonical)
    if all(is_done(folder.answers / part.name, rows=part.rows) for part in parts):
        yield from parts
        return
    sorted_ = folder.work / "spark"
    if not (sorted_ / _DONE).exists():
        shutil.rmtree(sorted_, ignore_errors=True)
        with _session(master, processes) as session:
            people = session.read.parquet(str(folder.canonical.absolute()))
            told = answers(people).orderBy("person_id").write
            told.option("compression", "zstd").parquet(str(sorted_.absolute()))
    yield from _laid_down(parts, sorted_, folder.answers)
    shutil.rmtree(sorted_, ignore_errors=True)


@contextmanager
def _session(master: str | None, processes: int) -> Iterator[SparkSession]:
    """Give a session; what goes wrong in it is said without a traceback or a person's data."""
    with needing("spark", "the engine Spark"):
        from py4j.protocol import Py4JError  # noqa: PLC0415
        from pyspark.errors import PySparkException  # noqa: PLC0415
        from pyspark.sql import SparkSession  # noqa: PLC0415

    # The executors' Python has to be the one that Corrin is installed in.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("corrin population")
    builder = builder.master(master or f"local[{processes}]")
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except (PySparkException, Py4JError, OSError, RuntimeError):
        raise CorrinError(
            "Spark could not be started. It needs Java 17 or newer (JAVA_HOME), and a master "
            "that can be reached when --spark-master is given."
        ) from None
    try:
        session.sparkContext.setLogLevel("ERROR")
        yield session
    except (PySparkException, Py4JError) as error:
        raise CorrinError(
            f"Spark could not finish ({type(error).__name__}); its own log says why. What was "
            "finished is kept: run the same command with --resume."
        ) from None
    finally:
        session.stop()


_SETTINGS = {
    "spark.sql.execution.arrow.maxRecordsPerBatch": str(BATCH),
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


def _laid_down(parts: Sequence[Part], sorted_: Path, out: Path) -> Iterator[Part]:
    """Cut Spark's sorted rows into the parts of the table, one file each."""
    rows = _rows(sorted(sorted_.glob("part-*.parquet")))
    left: list[pa.RecordBatch] = []
    for part in parts:
        held = sum(batch.num_rows for batch in left)
        while held < part.rows and (more := next(rows, None)) is not None:
            left.append(more)
            held += more.num_rows
        table = pa.Table.from_batches(left, ANSWERS).combine_chunks()
        ours, rest = table.slice(0, part.rows), table.slice(part.rows)
        if ours.num_rows != part.rows:
            shutil.rmtree(sorted_, ignore_errors=True)
            raise CorrinError(
                "Spark gave fewer rows than there are people. Its output was removed: run the "
                "same command with --resume."
            )
        (batch,) = ours.combine_chunks().to_batches() or (ANSWERS.empty_table().to_batches()[0],)
        write_part(batch, out / part.name)
        left = rest.to_batches()
        yield part


def _rows(files: Sequence[Path]) -> Iterator[pa.RecordBatch]:
    for file in files:
        for batch in pq.ParquetFile(file).iter_batches(BATCH, use_threads=False):
            yield batch.select(ANSWERS.names).cast(ANSWERS)

"""Answers for a Spark DataFrame of people, by the kernel that answers for one machine.

``answers(people)`` is all a cluster's own job needs: rows in the columns of
``corrin.population.records.CANONICAL`` in, rows in those of ``ANSWERS`` out, wherever they
are stored.  Corrin has to be installed where the executors run their Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pyarrow as pa

from corrin.errors import InputError, Problem
from corrin.population.records import ANSWERS, CANONICAL

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

#: People of one batch; ``spark.sql.execution.arrow.maxRecordsPerBatch`` should be as large.
BATCH = 20_000  # not clinical: rows held at once

_SPARK: dict[pa.DataType, str] = {
    pa.string(): "string",
    pa.float64(): "double",
    pa.bool_(): "boolean",
    pa.date32(): "date",
    pa.int16(): "smallint",
}


def answers(people: DataFrame) -> DataFrame:
    """Return one row of answers a person; order is Spark's own.

    Raises :class:`InputError` when columns are missing or of another kind.
    """
    wrong = [
        field.name
        for field in CANONICAL
        if dict(people.dtypes).get(field.name) != spark_type(field.type)
    ]
    if wrong:
        raise InputError(
            [
                Problem(
                    f"column {name}",
                    "wrong-schema",
                    "is missing or of another kind.",
                    "Make the table with corrin population, or as its reference says.",
                )
                for name in wrong
            ]
        )
    chosen = people.select(*CANONICAL.names)
    return chosen.mapInArrow(_answered, ddl(ANSWERS))


def _answered(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Run where the data are; the kernel is imported there."""
    from corrin.population.kernel.answering import answer_batch  # noqa: PLC0415

    pa.set_cpu_count(1)
    for batch in batches:
        yield answer_batch(batch.cast(CANONICAL))


def ddl(schema: pa.Schema) -> str:
    """Return an Arrow schema as Spark spells it."""
    return ", ".join(f"`{field.name}` {spark_type(field.type)}" for field in schema)


def spark_type(kind: pa.DataType) -> str:
    """Return how Spark spells an Arrow type."""
    if pa.types.is_list(kind):
        return f"array<{spark_type(kind.value_type)}>"
    if pa.types.is_struct(kind):
        return f"struct<{','.join(f'{field.name}:{spark_type(field.type)}' for field in kind)}>"
    return _SPARK[kind]

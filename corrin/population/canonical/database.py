"""DuckDB over a folder of facts: bounded memory, what does not fit goes to the work folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from corrin.errors import CorrinError
from corrin.population.duck import connected, quoted, said
from corrin.population.facts import SCHEMAS, FactKind, parts

#: Rows of one Arrow batch: enough to be quick, few enough to be small.
BATCH = 300_000  # not clinical: rows held at once
_UNREADABLE = "a part of the facts could not be read. Read the source again."


class Facts:
    """The facts of a folder as tables of a database; use as a context manager.

    In a query ``{results}`` and the other kinds stand for their tables, and each of ``words``
    for what it says.
    """

    def __init__(
        self,
        folder: Path,
        work: Path,
        *,
        memory_limit: str,
        threads: int,
        words: Mapping[str, str],
    ) -> None:
        self._connection = connected(memory_limit=memory_limit, threads=threads, spill=work)
        self._words = words
        try:
            with said(unreadable=_UNREADABLE):
                self._tables = {kind: self._named(kind, parts(folder, kind)) for kind in FactKind}
        except CorrinError:
            self._connection.close()
            raise

    def __enter__(self) -> Facts:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def run(self, sql: str) -> None:
        """Run a statement."""
        with said(unreadable=_UNREADABLE):
            self._connection.execute(self._filled(sql))

    def table(self, sql: str) -> pa.Table:
        """Return a small answer whole."""
        with said(unreadable=_UNREADABLE):
            return self._connection.sql(self._filled(sql)).to_arrow_table()

    def stream(self, sql: str) -> Iterator[pa.RecordBatch]:
        """Yield a large answer in batches; several may be open at once."""
        with said(unreadable=_UNREADABLE):
            yield from self._connection.cursor().sql(self._filled(sql)).to_arrow_reader(BATCH)

    def enum(self, name: str, values: Sequence[str]) -> None:
        """Make a type whose codes number ``values``."""
        words = ", ".join(quoted(each) for each in values) or "''"
        self.run_as_is(f"create type {name} as enum ({words})")

    def run_as_is(self, sql: str) -> None:
        """Run a statement that holds text of the source."""
        with said(unreadable=_UNREADABLE):
            self._connection.execute(sql)

    def _named(self, kind: FactKind, files: Sequence[Path]) -> str:
        """Return how SQL names the facts of a kind; without any part they are no rows."""
        if files:
            return f"read_parquet([{', '.join(quoted(str(file)) for file in files)}])"
        self._connection.from_arrow(SCHEMAS[kind].empty_table()).create(f"no_{kind}")
        return f"no_{kind}"

    def _filled(self, sql: str) -> str:
        return sql.format(
            **{kind.value: table for kind, table in self._tables.items()}, **self._words
        )

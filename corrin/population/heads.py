"""How many people a folder of facts speaks of, counted apart from the table made of them."""

from __future__ import annotations

from pathlib import Path

import duckdb

from corrin.population.duck import connected, quoted, said
from corrin.population.facts import FactKind, parts

#: Kinds of rejected records that stand for a person.
PERSON_KINDS = ("people", "person", "patient")


def people_in(facts: Path, *, work: Path, memory_limit: str, threads: int) -> int:
    """Return how many people there are in the facts, those of rejected records included.

    A rejected record of a person without an id is a person of its own.
    """
    counts = []
    with (
        connected(memory_limit=memory_limit, threads=threads, spill=work) as base,
        said(unreadable="a part of the facts could not be read. Read the source again."),
    ):
        for kind in FactKind:
            if files := parts(facts, kind):
                listed = ", ".join(quoted(str(file)) for file in files)
                base.execute(f"create view {kind.value} as select * from read_parquet([{listed}])")
                counts.append(kind)
        if not counts:
            return 0
        named = " union all ".join(_ids(kind) for kind in counts)
        found = _number(
            base, f"select count(distinct person_id) from ({named}) where trim(person_id) <> ''"
        )
        if FactKind.REJECTED in counts:
            found += _number(
                base,
                f"select count(*) from rejected where {_OF_PERSON} "
                "and coalesce(trim(person_id), '') = ''",
            )
    return found


_OF_PERSON = f"lower(kind) in ({', '.join(map(repr, PERSON_KINDS))})"


def _ids(kind: FactKind) -> str:
    only = f" where {_OF_PERSON}" if kind is FactKind.REJECTED else ""
    return f"select person_id from {kind.value}{only}"


def _number(base: duckdb.DuckDBPyConnection, sql: str) -> int:
    (number,) = base.execute(sql).fetchone() or (0,)
    return int(number)

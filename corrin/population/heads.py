"""How many people a folder of facts speaks of, counted apart from the table made of them."""

from __future__ import annotations

from pathlib import Path

import duckdb

from corrin.population.facts import FactKind, parts

#: Kinds of rejected records that stand for a person.
PERSON_KINDS = ("people", "person", "patient")


def people_in(facts: Path, *, work: Path, memory_limit: str, threads: int) -> int:
    """Return how many people there are in the facts, those of rejected records included.

    A rejected record of a person without an id is a person of its own.
    """
    work.mkdir(parents=True, exist_ok=True)
    counts = []
    with duckdb.connect(
        config={"memory_limit": memory_limit, "threads": threads, "temp_directory": str(work)}
    ) as base:
        base.execute("set enable_progress_bar = false")
        for kind in FactKind:
            if files := [str(file) for file in parts(facts, kind)]:
                listed = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
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

"""Sums over the answers of a run, for its report: always counts of people, never a person.

DuckDB reads the files of answers; memory does not grow with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from corrin.b12_status.records import B12Class
from corrin.population.duck import connected, quoted, said
from corrin.population.reconciling import QUESTIONS
from corrin.population.runs import Folder

#: Bands of age in the pictures: the first age of each.
AGE_BANDS = (0, 18, 40, 60, 75)  # not clinical: bands of a picture
#: Bins of the level, half a doubling each, counted from 2^5 pmol/L.
FIRST_BIN, BINS = 5, 16  # not clinical: bins of a picture
_REPAIRED = "unit-repaired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """How many people of one age band and sex have a level in one bin.

    ``band`` is a place in ``AGE_BANDS`` and ``sex`` "female" or "male", None when not known.
    ``repaired`` of the ``people`` had a unit that was filled in.
    """

    band: int | None
    sex: str | None
    bin: int
    people: int
    repaired: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How many of one age band and sex there are, and for how many each question is a yes."""

    band: int | None
    sex: str | None
    people: int
    yes: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """How many people went one way: class of B12, whether it has lasted, with a reason or not."""

    b12_class: str
    lasting: str | None
    without_reason: bool | None
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Everything the report of a population shows."""

    levels: tuple[Level, ...]
    asked: tuple[Asked, ...]
    flows: tuple[Flow, ...]
    sources: tuple[tuple[str, int], ...]
    causes: tuple[tuple[str, int], ...]
    rules: tuple[tuple[str, int], ...]
    problems: tuple[tuple[str, int], ...]


def sums_of(folder: Folder, *, memory_limit: str, threads: int) -> Sums:
    """Return the sums over every file of answers in a run's folder."""
    with _opened(folder, memory_limit, threads) as base:
        return Sums(
            levels=tuple(Level(**row) for row in _rows(base, _LEVELS)),
            asked=tuple(_asked(row) for row in _rows(base, _ASKED)),
            flows=tuple(Flow(**row) for row in _rows(base, _FLOWS)),
            sources=_pairs(base, _FIRST.format(column="sources")),
            causes=_pairs(base, _FIRST.format(column="causes")),
            rules=_pairs(base, _EACH.format(what="unnest(rules)")),
            problems=_pairs(
                base, _EACH.format(what="unnest(list_transform(problems, lambda one: one.code))")
            ),
        )


_BAND = "case " + " ".join(
    f"when age >= {first} then {place}"
    for place, first in reversed(tuple(enumerate(AGE_BANDS)))
) + " end"  # fmt: skip
_BIN = f"cast(greatest(0, least({BINS - 1}, floor(2 * (log2(b12_pmol_l) - {FIRST_BIN})))) as int)"
_HAS_REPAIR = (
    f"len(list_filter(problems, lambda one: starts_with(one.code, '{_REPAIRED}') "
    "and contains(one.\"where\", 'serum_b12'))) > 0"
)
_LEVELS = f"""
    select {_BAND} as band, sex, {_BIN} as bin, count(*) as people,
           count(*) filter ({_HAS_REPAIR}) as repaired
    from answers where b12_pmol_l > 0 group by all order by all nulls last
"""
_ASKED = f"""
    select {_BAND} as band, sex, count(*) as people,
           {", ".join(f"count(*) filter ({name}) as {name}" for name in QUESTIONS)}
    from answers group by all order by band nulls last, sex nulls last
"""
_FLOWS = f"""
    select coalesce(b12_class, '{B12Class.NOT_CLASSED.value}') as b12_class, lasting,
           high_without_reason as without_reason, count(*) as people
    from answers group by all order by all nulls last
"""
_FIRST = """
    select {column}[1].id as id, count(*) as people
    from answers where len({column}) > 0 group by all order by people desc, id
"""
_EACH = """
    select id, count(*) as people from (select {what} as id from answers)
    group by all order by people desc, id
"""


def _asked(row: dict[str, Any]) -> Asked:
    return Asked(
        band=row["band"],
        sex=row["sex"],
        people=row["people"],
        yes={name: row[name] for name in QUESTIONS},
    )


def write_work_list(
    folder: Folder, file: Path, *, names: Mapping[str, str], tiers: tuple[str, ...],
    memory_limit: str, threads: int,
) -> None:  # fmt: skip
    """Write the people to look at as CSV: most urgent first, each with every reason.

    ``tiers`` are those that are listed whatever else holds, most urgent first; ``names``
    gives the name of each red-flag rule.  People of other tiers are listed when a question
    about them is a yes.  An id that begins like a formula of a spreadsheet gets an
    apostrophe before it.
    """
    with _opened(folder, memory_limit, threads) as base:
        base.execute("create table rule_names (id varchar, name varchar)")
        if names:
            base.executemany("insert into rule_names values (?, ?)", list(names.items()))
        base.execute("create macro name_of(rule) as (select name from rule_names where id = rule)")
        rank = " ".join(f"when tier = '{tier}' then {place}" for place, tier in enumerate(tiers))
        told = ", ".join(
            f"case when {name} then '{words}' end" for name, words in _QUESTION_WORDS.items()
        )
        base.execute(
            f"""
            copy (
                with named as (
                    select person_id, list(name order by place) as flags
                    from (select person_id, unnest(rules) as rule,
                                 generate_subscripts(rules, 1) as place from answers)
                    left join rule_names on id = rule group by person_id
                )
                select tier, {_SAFE_ID} as person_id, b12_class, round(b12_pmol_l, 1) as b12_pmol_l,
                       b12_taken, lasting, concat_ws('; ', {told}) as questions,
                       coalesce(array_to_string(flags, '; '), '') as red_flags,
                       sources[1].id as likeliest_source, causes[1].id as likeliest_cause,
                       '{_NOTE}' as note
                from answers left join named using (person_id)
                where tier in ({", ".join(f"'{tier}'" for tier in tiers)})
                      or {" or ".join(f"coalesce({name}, false)" for name in QUESTIONS)}
                order by case {rank} else {len(tiers)} end, person_id
            ) to {quoted(str(file))} (format csv, header)
            """
        )


#: An id that a spreadsheet would take for a formula gets an apostrophe before it.
_SAFE_ID = (
    "case when regexp_matches(person_id, '^[-=+@\\t\\r]') then chr(39) else '' end || person_id"
)
_NOTE = "To be looked at, not a diagnosis. Nobody should stop prescribed B12 because of this list."
_QUESTION_WORDS = {
    "high_without_reason": "high without a known reason",
    "persistently_high": "high for long",
    "low_untreated": "low, no treatment on record",
    "twitches_reversible": "twitches, likely with a cause that can be put right",
}


@contextmanager
def _opened(folder: Folder, memory_limit: str, threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection with the answers of a run as its view ``answers``."""
    with (
        connected(memory_limit=memory_limit, threads=threads, spill=folder.work / "duckdb") as base,
        said(unreadable="a part of the answers could not be read. Remove it, and use --resume."),
    ):
        files = quoted(str(folder.answers / "*.parquet"))
        base.execute(f"create view answers as select * from read_parquet({files})")
        yield base


def _rows(base: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = base.sql(sql).to_arrow_table().to_pylist()
    return found


def _pairs(base: duckdb.DuckDBPyConnection, sql: str) -> tuple[tuple[str, int], ...]:
    return tuple((row["id"], row["people"]) for row in _rows(base, sql))

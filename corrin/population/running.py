"""The runner: read once, one table, answers part by part, and a count that must balance.

Each step leaves a file that is whole, so a run that is killed goes on where it stopped and
ends with the same bytes.  Memory does not grow with the number of people.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from corrin.errors import CorrinError
from corrin.knowledge.loading import Knowledge
from corrin.population.canonical.building import build_canonical
from corrin.population.canonical.writing import GROUP
from corrin.population.facts import Tally
from corrin.population.heads import people_in
from corrin.population.parts import Part, parts_of, sweep, write_json
from corrin.population.reconciling import reconcile
from corrin.population.runs import Engine, Folder, Run, alone, begin, check
from corrin.population.working import answer_parts

_TABLE = "canonical.json"


class Stage(StrEnum):
    """Where a run is."""

    MAKING = "making people up"
    READING = "reading the source"
    TABLE = "making one row a person"
    ANSWERS = "answering"
    COUNTING = "counting"


class Told(Protocol):
    """Is told how far a stage is: so many of so many (0: not known) of a unit."""

    def __call__(self, stage: Stage, done: int, of: int, unit: str) -> None:
        """Take note."""


#: Reads a source into a folder of facts, telling how many bytes it has done.
Read = Callable[[Path, Callable[[int, int], None]], Tally]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a run is done; none of it changes an answer.

    ``people_a_part`` are answered at once, and are what a stopped run may have to do again.
    """

    processes: int
    memory_limit: str
    people_a_part: int = GROUP
    spark_master: str | None = None


def run_population(
    read: Read,
    folder: Folder,
    run: Run,
    knowledge: Knowledge,
    *,
    options: Options,
    told: Told,
    resume: bool = False,
) -> dict[str, Any]:
    """Assess everyone in a source; return what ``reconciliation.json`` holds.

    Raises :class:`InputError` for a folder that is not this run's, and
    :class:`CorrinError` when the count does not balance or the disk is full; what was
    finished before stays.
    """
    check(folder, run, resume=resume)
    with alone(folder):
        begin(folder, run, resume=resume)
        for each in (folder.out, folder.work, folder.canonical, folder.answers):
            sweep(each)
        told(Stage.READING, 0, 0, "bytes")
        tally = _read(read, folder, told)
        told(Stage.TABLE, 0, 0, "people")
        table = _table(folder, run.as_of, knowledge, options)
        told(Stage.ANSWERS, 0, 0, "people")
        _answer(folder, run, options, told)
        told(Stage.COUNTING, 0, 0, "people")
        counted = reconcile(folder, run, tally=tally, table=table)
        write_json(counted, folder.reconciliation)
        shutil.rmtree(folder.facts, ignore_errors=True)
    if not counted["balances"]:
        raise CorrinError(
            f"the counts do not balance; {folder.reconciliation} says where. "
            "Do not use these answers, and please report it."
        )
    return counted


def _read(read: Read, folder: Folder, told: Told) -> dict[str, Any]:
    """Read the source, unless an earlier run of this folder has read all of it."""
    noted = folder.read
    if noted.exists():
        return _loaded(noted)
    shutil.rmtree(folder.facts, ignore_errors=True)
    tally = read(folder.facts, lambda done, of: told(Stage.READING, done, of, "bytes"))
    tally.check()
    write_json(tally.as_json(), noted)
    return _loaded(noted)


def _table(
    folder: Folder, as_of: dt.date | None, knowledge: Knowledge, options: Options
) -> dict[str, Any]:
    """Make the canonical table, unless that is done."""
    noted = folder.work / _TABLE
    if noted.exists():
        return _loaded(noted)
    shutil.rmtree(folder.canonical, ignore_errors=True)
    folder.canonical.mkdir()
    report = build_canonical(
        folder.facts,
        folder.canonical,
        knowledge,
        work=folder.work / "duckdb",
        as_of=as_of,
        memory_limit=options.memory_limit,
        threads=options.processes,
        group=options.people_a_part,
    )
    # Counted apart from the table, so that the count can fail.
    people = people_in(
        folder.facts,
        work=folder.work / "duckdb",
        memory_limit=options.memory_limit,
        threads=options.processes,
    )
    write_json(report.as_json() | {"people_in_facts": people}, noted)
    return _loaded(noted)


def _answer(folder: Folder, run: Run, options: Options, told: Told) -> None:
    parts = parts_of(folder.canonical)
    people = sum(part.rows for part in parts)
    done = 0
    for part in _engine(folder, run, options, parts):
        done += part.rows
        told(Stage.ANSWERS, done, people, "people")


def _engine(folder: Folder, run: Run, options: Options, parts: tuple[Part, ...]) -> Iterator[Part]:
    if run.engine is Engine.DUCKDB:
        return answer_parts(parts, folder.answers, processes=options.processes)
    from corrin.population.spark.running import answer_with_spark

    return answer_with_spark(folder, master=options.spark_master, processes=options.processes)


def _loaded(file: Path) -> dict[str, Any]:
    held: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return held

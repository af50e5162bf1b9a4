"""A made-up population, written: facts or canonical rows, the truth beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from corrin._version import __version__
from corrin.knowledge.loading import Knowledge
from corrin.population.facts import FactBatch
from corrin.population.parts import whole, write_json
from corrin.population.records import CANONICAL
from corrin.population.simulating.drawing import draw_blocks
from corrin.population.simulating.facts_of import facts_of
from corrin.population.simulating.messing import mess, untouched
from corrin.population.simulating.recording import record
from corrin.population.simulating.rows_of import rows_of
from corrin.population.simulating.streams import BLOCK
from corrin.population.simulating.truth import TRUTH, truth_of

TRUTH_FILE = "truth.parquet"
ABOUT_FILE = "simulation.json"
#: Takes facts and writes them in some format.
Write = Callable[[FactBatch], None]
#: Is told how many people are made, of how many.
Told = Callable[[int, int], None]


def simulate(
    people: int,
    knowledge: Knowledge,
    *,
    seed: int,
    folder: Path,
    write: Write,
    messy: bool = True,
    told: Told | None = None,
) -> dict[str, Any]:
    """Make ``people`` people, hand their facts to ``write``, and leave the truth in ``folder``.

    Person i of a seed is the same however many are made.  Facts come block by block, each
    kind once a block; the lab of a result under a code that only its site knows is its id
    after ``printing.LOCAL``.  Returns what ``simulation.json`` holds.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (
        whole(folder / TRUTH_FILE) as unfinished,
        pq.ParquetWriter(unfinished, TRUTH, compression="zstd") as truth,
    ):
        for block, count in draw_blocks(knowledge, seed, people):
            # The whole block, so that the mess is the same however many of it count.
            recorded = record(block, BLOCK, knowledge)
            messed = mess(recorded, knowledge) if messy else untouched(recorded)
            for facts in facts_of(recorded, messed, knowledge, count=count):
                if facts.table.num_rows:
                    write(facts)
            truth.write_batch(truth_of(recorded, messed, knowledge, count=count))
            if told is not None:
                told(block.first + count, people)
    about = about_simulation(people, knowledge, seed=seed, messy=messy)
    write_json(about, folder / ABOUT_FILE)
    return about


def simulate_table(
    people: int,
    knowledge: Knowledge,
    *,
    seed: int,
    folder: Path,
    rows: int = 50_000,  # not clinical: rows of a row group
    truth: bool = True,
    told: Told | None = None,
) -> None:
    """Write clean people straight as the canonical table, ``people.parquet`` in ``folder``.

    For measuring the answers without a source; ``rows`` is the size of a row group.
    """
    folder.mkdir(parents=True, exist_ok=True)
    held: list[pa.RecordBatch] = []
    with (
        whole(folder / "people.parquet") as unfinished,
        pq.ParquetWriter(unfinished, CANONICAL, compression="zstd") as table,
    ):
        for batch, done in _table(people, knowledge, seed, folder if truth else None):
            held.append(batch)
            if sum(each.num_rows for each in held) >= rows or done == people:
                _flush(held, table, rows, last=done == people)
            if told is not None:
                told(done, people)


def _table(
    people: int, knowledge: Knowledge, seed: int, truth: Path | None
) -> Iterator[tuple[pa.RecordBatch, int]]:
    writer = pq.ParquetWriter(truth / TRUTH_FILE, TRUTH, compression="zstd") if truth else None
    try:
        for block, count in draw_blocks(knowledge, seed, people):
            recorded = record(block, count, knowledge)
            if writer is not None:
                writer.write_batch(truth_of(recorded, untouched(recorded), knowledge, count=count))
            yield rows_of(recorded, knowledge), block.first + count
    finally:
        if writer is not None:
            writer.close()


def _flush(held: list[pa.RecordBatch], table: pq.ParquetWriter, rows: int, *, last: bool) -> None:
    """Write whole row groups; keep the rest unless it is the last."""
    waiting = pa.Table.from_batches(held, schema=CANONICAL)
    held.clear()
    while waiting.num_rows >= rows or (last and waiting.num_rows):
        table.write_table(waiting.slice(0, rows), row_group_size=rows)
        waiting = waiting.slice(rows)
    held += waiting.to_batches()


def about_simulation(
    people: int, knowledge: Knowledge, *, seed: int, messy: bool
) -> dict[str, Any]:
    """Return what made-up data are: from which seed, at which rates, by which knowledge."""
    rules = knowledge.population.simulation
    return {
        "made_up": True,
        "people": people,
        "seed": seed,
        "mess": messy,
        "as_of": rules.as_of.isoformat(),
        "rates": {name: each.value for name, each in sorted(rules.rate.items())},
        "mess_rates": {name: each.value for name, each in sorted(rules.mess.items())},
        "knowledge_version": knowledge.version,
        "software_version": __version__,
    }

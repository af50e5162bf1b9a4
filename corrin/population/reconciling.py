"""Does the count balance?  Everybody who was read is assessed, not classed, or rejected.

The three are counted where they ended: people in the facts, rows of the answers, rejected
people in the report on the table.  A run whose count does not balance fails.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corrin.b12_status.records import B12Class
from corrin.population.runs import Folder, Run

#: Answers that are counted by their words, and questions that are counted when yes.
COUNTED = ("tier", "b12_class", "lasting")
QUESTIONS = ("high_without_reason", "persistently_high", "low_untreated", "twitches_reversible")
_NOT_ANSWERED = "not-answered"
_WHY = "b12_not_classed"


def reconcile(
    folder: Folder, run: Run, *, tally: dict[str, Any], table: dict[str, Any]
) -> dict[str, Any]:
    """Return the reconciliation, in people and in records, and whether it balances.

    ``tally`` counts the records of the source; ``table`` is the report on the canonical
    table, whose ``people_in_facts`` and ``rejected`` (reason -> people) are used here.
    """
    answers = sorted(folder.answers.glob("*.parquet"))
    seen = _count(answers)
    same = _same_people(sorted(folder.canonical.glob("*.parquet")), answers)
    rejected = Counter(table["rejected"])
    not_classed = seen.not_classed.total()
    assessed = seen.people - not_classed
    read = table["people_in_facts"]
    return {
        "read": read,
        "assessed": assessed,
        "not_classed": not_classed,
        "rejected": rejected.total(),
        "reasons": dict(sorted((seen.not_classed + rejected).items())),
        "balances": same and read == assessed + not_classed + rejected.total(),
        "same_people_in_and_out": same,
        "counts": {name: dict(sorted(each.items())) for name, each in seen.words.items()},
        "questions": {name: seen.yes[name] for name in QUESTIONS},
        "records": tally,
        "table": table,
        "run": run.as_table(),
    }


@dataclass(slots=True)
class _Seen:
    """What the answers hold, as counted so far."""

    people: int = 0
    not_classed: Counter[str] = field(default_factory=Counter)
    words: dict[str, Counter[str]] = field(
        default_factory=lambda: {name: Counter() for name in COUNTED}
    )
    yes: Counter[str] = field(default_factory=Counter)


def _count(answers: Sequence[Path]) -> _Seen:
    seen = _Seen()
    for batch in _batches(answers, [*COUNTED, *QUESTIONS, _WHY]):
        seen.people += batch.num_rows
        for name, counter in seen.words.items():
            counter.update(_counted(batch.column(name)))
        for name in QUESTIONS:
            seen.yes[name] += pc.sum(batch.column(name)).as_py() or 0
        classes = batch.column("b12_class").fill_null(B12Class.NOT_CLASSED.value)
        open_ = batch.filter(pc.equal(classes, B12Class.NOT_CLASSED.value))
        seen.not_classed.update(_counted(open_.column(_WHY)))
    return seen


def _counted(column: pa.Array) -> Counter[str]:
    counts = pc.value_counts(column.fill_null(_NOT_ANSWERED)).to_pylist()
    return Counter({one["values"]: one["counts"] for one in counts})


def _same_people(canonical: Sequence[Path], answers: Sequence[Path]) -> bool:
    """Whether the answers hold just the people of the table, each once, in rising order."""
    inn, out = (_batches(files, ["person_id"]) for files in (canonical, answers))
    left, last = pa.array([], pa.string()), None
    for ids in (batch.column(0) for batch in out if batch.num_rows):
        parts = [left]
        held = len(left)
        while held < len(ids) and (more := next(inn, None)) is not None:
            parts.append(more.column(0))
            held += more.num_rows
        left = pa.concat_arrays(parts)
        if not left[: len(ids)].equals(ids) or not _rising(ids, last):
            return False
        left, last = left[len(ids) :], ids[-1].as_py()
    return len(left) == 0 and sum(batch.num_rows for batch in inn) == 0


def _rising(ids: pa.Array, last: str | None) -> bool:
    first = last is None or last < ids[0].as_py()
    return first and bool(pc.all(pc.less(ids[:-1], ids[1:])).as_py() is not False)


def _batches(files: Iterable[Path], columns: list[str]) -> Iterator[pa.RecordBatch]:
    for file in files:
        yield from pq.ParquetFile(file).iter_batches(columns=columns, use_threads=False)

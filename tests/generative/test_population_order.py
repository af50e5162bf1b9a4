"""Neither the order of the facts nor how they lie in parts changes a byte of the table."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from corrin.population.canonical import database
from corrin.population.canonical.writing import GROUP
from corrin.population.facts import FactKind, from_rows
from tests.population_facts import Made, a_result, made_of

DAYS = [None, *(dt.date(2026, 1, 1) + dt.timedelta(days=40 * number) for number in range(4))]
STATUSES = [*["final"] * 6, "corrected", "amended", "entered-in-error", None]
LABS: dict[str, list[str | None]] = {
    "serum_b12": ["pg/mL", "ng/L", "pmol/L", None, "cups"],
    "calcium": ["mmol/L", "mg/dL", None],
    "albumin": ["g/L"],
    "potassium": ["mmol/L", None],
}


def a_mess(seed: int, people: int) -> dict[FactKind, list[dict[str, Any]]]:
    """Return facts in which everything that can tie does: days, ids, numbers, records."""
    draw = random.Random(seed)
    one: Callable[[Sequence[Any]], Any] = draw.choice
    facts: dict[FactKind, list[dict[str, Any]]] = {kind: [] for kind in FactKind}
    for number in range(people):
        who = {"person_id": f"p{number * 7919 % people:05d}"}
        for _ in range(draw.randrange(3)):
            facts[FactKind.PEOPLE].append(
                who | {"sex": one(["female", "male", None]), "age": one([30.0, 31.0, None])}
            )
        for _ in range(draw.randrange(14)):
            lab = str(one(list(LABS)))
            facts[FactKind.RESULTS].append(
                a_result(
                    **who,
                    lab=lab,
                    result_id=one([None, None, f"{number}-{draw.randrange(4)}"]),
                    value=one([None, 2.4, 4.1, 40.0, 300.0, 300.0, 406.6, 900.0]),
                    unit_seen=one(LABS[lab]),
                    comparator=one([None, None, None, "<"]),
                    word=one([None, None, "high", "low"]),
                    taken=one(DAYS),
                    issued=one([None, dt.datetime(2026, 6, 1, draw.randrange(3))]),
                    status=one(STATUSES),
                    assay=one([None, "Cobas", "Centaur"]),
                    site=one([None, "north", "south"]),
                    reference_low=one([None, 180.0]),
                    reference_high=one([None, 914.0, 0.0]),
                )
            )
        for _ in range(draw.randrange(4)):
            facts[FactKind.FINDINGS].append(
                who
                | {
                    "finding": one(["cramps", "fatigue", "pregnant"]),
                    "present": one([True, False]),
                    "noted": one(DAYS),
                }
            )
        for kind, name in ((FactKind.DRUGS, "name"), (FactKind.PRODUCTS, "substance")):
            for _ in range(draw.randrange(3)):
                facts[kind].append(who | {name: one(["a", "b"]), "since": one(DAYS)})
        facts[FactKind.ASKED] += [who | {"what": what} for what in ("intake", "drugs")][
            : draw.randrange(3)
        ]
    return facts


def table(
    folder: Path, facts: dict[FactKind, list[dict[str, Any]]], *, part: int, group: int = GROUP
) -> Made:
    batches = [
        from_rows(kind, rows[start : start + part])
        for kind, rows in facts.items()
        for start in range(0, len(rows), part)
    ]
    return made_of(folder, batches, as_of=None, rows_a_part=part, group=group)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_order_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    facts = a_mess(seed, people=150)
    first = table(tmp_path / "a", facts, part=10**6)
    shuffled = {kind: random.Random(seed).sample(rows, len(rows)) for kind, rows in facts.items()}
    # Small batches, so that people lie across their ends.
    monkeypatch.setattr(database, "BATCH", 61)
    second = table(tmp_path / "b", shuffled, part=97)
    assert len(first.people) > 100
    assert first.files == second.files
    assert first.report.as_json() == second.report.as_json()
    assert sum(len(row["labs"]) for row in first.people.values()) > 300
    for tally in first.report.records.values():
        assert tally.balances()


def test_a_row_group_has_as_many_people_as_it_should(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BATCH", 61)
    facts = a_mess(4, people=150)
    one = table(tmp_path / "a", facts, part=10**6, group=40)
    monkeypatch.setattr(database, "BATCH", 100_000)
    other = table(tmp_path / "b", facts, part=50, group=40)
    assert one.files == other.files
    groups = [pq.ParquetFile(file).metadata for file in (tmp_path / "a/canonical").iterdir()]
    rows = [
        about.row_group(each).num_rows for about in groups for each in range(about.num_row_groups)
    ]
    assert rows[:-1] == [40] * (len(one.people) // 40)
    assert sum(rows) == len(one.people)

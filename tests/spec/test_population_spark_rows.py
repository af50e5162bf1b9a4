"""What Spark hands back becomes the files of a run, all of it or nothing."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corrin.errors import CorrinError
from corrin.population.parts import Part
from corrin.population.records import ANSWERS
from corrin.population.spark.running import _laid_down

IDS = [f"p{number}" for number in range(7)]


def rows(ids: list[str]) -> pa.Table:
    """Return answers that say next to nothing of these people."""
    columns = [
        pa.array(ids)
        if field.name == "person_id"
        else pa.array([_nothing(field)] * len(ids), field.type)
        for field in ANSWERS
    ]
    return pa.Table.from_arrays(columns, schema=ANSWERS)


def _nothing(field: pa.Field) -> object:
    if field.nullable:
        return None
    if pa.types.is_list(field.type):
        return []
    return "" if pa.types.is_string(field.type) else 0


@pytest.fixture
def sorted_(tmp_path: Path) -> Path:
    """Seven people in two files, as Spark leaves them."""
    folder = tmp_path / "spark"
    folder.mkdir()
    pq.write_table(rows(IDS[:4]), folder / "part-00000-a.parquet")
    pq.write_table(rows(IDS[4:]), folder / "part-00001-b.parquet")
    return folder


def parts(folder: Path, *sizes: int) -> list[Part]:
    return [
        Part(number=number, file=folder / "table.parquet", row_group=number, rows=size)
        for number, size in enumerate(sizes)
    ]


def test_rows_are_laid_down_part_by_part(sorted_: Path, tmp_path: Path) -> None:
    out = tmp_path / "answers"
    out.mkdir()
    done = list(_laid_down(parts(tmp_path, 3, 3, 1), sorted_, out))
    told = [pq.read_table(out / part.name)["person_id"].to_pylist() for part in done]
    assert told == [IDS[:3], IDS[3:6], IDS[6:]]
    assert pq.read_table(out / done[0].name).schema.names == ANSWERS.names


def test_fewer_rows_than_people_fail_and_are_thrown_away(sorted_: Path, tmp_path: Path) -> None:
    out = tmp_path / "answers"
    out.mkdir()
    with pytest.raises(CorrinError, match="fewer rows than there are people"):
        list(_laid_down(parts(tmp_path, 4, 4), sorted_, out))
    assert not sorted_.exists(), "what was cut short is not taken up again"
    assert [file.name for file in out.iterdir()] == ["part-000000.parquet"]


def test_columns_that_do_not_fit_are_no_answers(sorted_: Path, tmp_path: Path) -> None:
    pq.write_table(pa.table({"person_id": IDS}), sorted_ / "part-00000-a.parquet")
    with pytest.raises((KeyError, pa.ArrowException)):
        list(_laid_down(parts(tmp_path, 7), sorted_, tmp_path))

"""A report on many people shows nobody, and a list of people to look at is no diagnosis."""

from __future__ import annotations

import csv
import datetime as dt
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrin.interfaces.population_pages.pictures import ribbons
from corrin.interfaces.population_pages.small_cells import alone, shown
from corrin.interfaces.population_pages.writing import LISTED, write_pages
from corrin.knowledge.loading import load
from corrin.population.records import ANSWERS
from corrin.population.runs import Folder
from corrin.population.summing import Flow, write_work_list
from tests.interfaces.population_runs import made_up, reconciled, run
from tests.pages.page_parts import Element, parse

SMALLEST = int(load().population.setting["smallest_cell"].value)
COUNTS = st.lists(st.integers(0, 40), max_size=12)


@given(counts=COUNTS, smallest=st.integers(2, 15))
def test_a_small_count_is_never_printed(counts: list[int], smallest: int) -> None:
    for count, kept in zip(counts, shown(counts, smallest=smallest), strict=True):
        assert kept in {count, None}
        assert kept is None or not 0 < kept < smallest
        assert alone(count, smallest=smallest).isdigit() is (count == 0 or count >= smallest)


@given(counts=COUNTS, smallest=st.integers(2, 15))
def test_one_count_left_out_cannot_be_had_from_the_sum(counts: list[int], smallest: int) -> None:
    left_out = shown(counts, smallest=smallest).count(None)
    others = sum(count > 0 for count in counts)
    assert left_out != 1 or others == 1, "the sum is then as small as the count"


@given(counts=COUNTS, smallest=st.integers(2, 15))
def test_counts_left_out_come_to_enough_together(counts: list[int], smallest: int) -> None:
    kept = shown(counts, smallest=smallest)
    hidden = [count for count, one in zip(counts, kept, strict=True) if one is None]
    everything = [count for count in counts if count]
    assert not hidden or sum(hidden) >= smallest or sorted(hidden) == sorted(everything)


def test_a_stretch_of_a_bar_does_not_tell_a_hidden_count() -> None:
    flows = [
        Flow(b12_class=name, lasting=None, without_reason=None, people=people)
        for name, people in (("deficient", 3), ("normal", 5_000), ("high", 40))
    ]
    everybody, *_ = ribbons(flows, rejected=0, smallest=SMALLEST)
    assert [(part.label, part.count) for part in everybody.segments] == [
        ("Usual", "5,000"),
        ("Together: low, high", "43"),
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = made_up(tmp_path_factory.mktemp("people") / "table", 120, form="table")
    out = tmp_path_factory.mktemp("run") / "out"
    run(source, out)
    write_pages(Folder(out=out), reconciled(out), load(), memory_limit="500MB", threads=1)
    return out


def listed(folder: Path) -> list[dict[str, str]]:
    with (folder / "work_list.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def page(folder: Path) -> Element:
    return parse((folder / "report.html").read_text(encoding="utf-8"))


def test_the_report_of_a_run_prints_no_small_count(page: Element) -> None:
    cells = [cell.words() for cell in page.all("td")]
    numbers = [int(cell.replace(",", "")) for cell in cells if re.fullmatch(r"[\d,]+", cell)]
    assert len(numbers) > 20
    assert [number for number in numbers if 0 < number < SMALLEST] == []
    assert any(cell in {"not shown", f"fewer than {SMALLEST}"} for cell in cells)
    titles = " ".join(title.words() for title in page.all("title"))
    assert not re.search(r": ([1-9]|10) people\b", titles)


def test_the_report_names_nobody(folder: Path) -> None:
    report = (folder / "report.html").read_text(encoding="utf-8")
    rows = listed(folder)
    assert rows
    assert not [row["person_id"] for row in rows if row["person_id"] in report]


def test_the_report_says_what_the_list_is_not(page: Element) -> None:
    words = page.words()
    assert "It is not a diagnosis of anybody" in words
    assert "nobody should stop prescribed B12" in words
    assert load().wording["disclaimer"].clinician in words


def test_the_work_list_warns_inside_and_runs_nothing(tmp_path: Path) -> None:
    folder = Folder(out=tmp_path)
    folder.answers.mkdir()
    ids = ["=1+1", "+2", "-3", "@sum", "plain", "a=b"]
    rows = [
        {"person_id": id_, "as_of": dt.date(2026, 1, 1), "tier": "emergency", "rules": [],
         "refusals": [], "problems": []}
        for id_ in sorted(ids)
    ]  # fmt: skip
    pq.write_table(
        pa.Table.from_pylist(rows, schema=ANSWERS), folder.answers / "part-000000.parquet"
    )
    write_work_list(folder, tmp_path / "work_list.csv", names={}, tiers=("emergency",),
                    memory_limit="100MB", threads=1)  # fmt: skip
    found = listed(tmp_path)
    assert {row["person_id"] for row in found} == {"'=1+1", "'+2", "'-3", "'@sum", "plain", "a=b"}
    assert all("not a diagnosis" in row["note"] for row in found)
    assert all("Nobody should stop prescribed B12" in row["note"] for row in found)


def test_the_work_list_is_in_order_of_urgency_with_reasons(folder: Path) -> None:
    rows = listed(folder)
    order = {tier.value: place for place, tier in enumerate(LISTED)}
    ranks = [order.get(row["tier"], len(order)) for row in rows]
    assert ranks == sorted(ranks)
    assert {0, len(order)} <= set(ranks), "some are urgent, some are there for a question"
    assert all(row["questions"] or row["red_flags"] for row in rows)
    assert "likeliest_cause" in rows[0], "as the likeliest, never as the diagnosis"

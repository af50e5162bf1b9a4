"""What tells a unit and what does not: shares, intervals, comparators; and printed units."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.population_facts import a_result, made


def one_site(units: list[str | None], values: list[float]) -> list[dict[str, Any]]:
    return [
        a_result(person_id=f"{number:05d}", unit_seen=unit, value=value)
        for number, (unit, value) in enumerate(zip(units, values, strict=True))
    ]


def test_what_has_no_unit_may_be_in_another_than_what_has(tmp_path: Path) -> None:
    """All units of a site are pg/mL; the analyser that prints none measures in pmol/L.

    Two hundred such results lie too low for pg/mL as a whole, so none is filled in by share.
    """
    draw = np.random.default_rng(7)
    numbers = 330 * np.exp(draw.normal(0, 0.4, 3200))
    numbers[:3000] *= 1.3554
    units = [*["pg/mL"] * 3000, *[None] * 200]
    rows = one_site(units, [round(float(each)) for each in numbers])
    # A second site, so that the other unit is one that the source knows.
    rows += [
        a_result(person_id=f"x{each}", site="b", unit_seen="pmol/L", value=300.0 + each % 100)
        for each in range(300)
    ]
    filled = [each["person_id"] for each in rows if each["unit_seen"] is None]
    odd = made(tmp_path / "odd", results=rows)
    assert not any(odd.filled_in(person) for person in filled)
    rows = [
        row | ({} if row["unit_seen"] else {"value": round(row["value"] * 1.3554)}) for row in rows
    ]
    alike = made(tmp_path / "alike", results=rows)
    assert sum(alike.filled_in(person) for person in filled) > 100


def test_an_interval_tells_the_unit(tmp_path: Path) -> None:
    """180 to 914 is printed with pg/mL only; 133 to 674 with pmol/L only."""
    rows = []
    for number in range(4000):
        mass = number % 2 == 0
        ends = (180.0, 914.0) if mass else (133.0, 674.0)
        rows.append(
            a_result(
                person_id=f"{number:04d}",
                unit_seen="pg/mL" if mass else "pmol/L",
                value=300.0 + number % 200,
                reference_low=ends[0],
                reference_high=ends[1],
            )
        )
    ask = a_result(unit_seen=None, value=500.0)
    found = made(
        tmp_path,
        results=[
            *rows,
            ask | {"person_id": "mass", "reference_low": 180.0, "reference_high": 914.0},
            ask | {"person_id": "molar", "reference_low": 133.0, "reference_high": 674.0},
            ask | {"person_id": "neither"},
            ask | {"person_id": "word", "unit_seen": "see report"}
            | {"reference_low": 180.0, "reference_high": 914.0},
        ],
    )  # fmt: skip
    assert found.labs("mass")[0]["value"] == pytest.approx(500 / 1.3554)
    assert found.labs("molar")[0]["value"] == 500.0
    assert found.labs("neither")[0]["unit"] is None
    assert found.labs("word")[0]["unit"] == "pmol/L"
    assert found.problems("mass") == {("labs.serum_b12", "unit-repaired:pg/mL")}
    seen = {(one.seen, one.unit, one.results) for one in found.report.repairs}
    assert seen == {("", "pg/mL", 1), ("", "pmol/L", 1), ("see report", "pg/mL", 1)}


def test_a_comparator_says_little_of_the_unit(tmp_path: Path) -> None:
    """Above 2000 is high in either unit; below 150 is deficient in one of the two only."""
    units: list[str | None] = [*["pmol/L"] * 10, *["pg/mL"] * 4000]
    rows = one_site(units, [200.0 + number % 500 for number in range(4010)])
    found = made(
        tmp_path,
        results=[
            *rows,
            a_result(person_id="above", unit_seen=None, comparator=">", value=2000.0),
            a_result(person_id="below", unit_seen=None, comparator="<", value=150.0),
        ],
    )
    assert found.labs("above")[0]["comparator"] == ">"
    assert found.labs("above")[0]["unit"] == "pmol/L"
    assert found.labs("below")[0]["unit"] is None


def test_without_anything_to_learn_from_nothing_is_filled_in(tmp_path: Path) -> None:
    found = made(tmp_path, results=one_site([None] * 500, [400.0] * 500))
    assert found.report.repairs == ()
    assert {lab["unit"] for row in found.people.values() for lab in row["labs"]} == {None}


def test_the_days_of_a_repair_do_not_matter(tmp_path: Path) -> None:
    """A filled in unit is counted once a result that is kept, whatever its day."""
    rows = one_site(["pg/mL"] * 3000, [200.0 + number % 500 for number in range(3000)])
    ask = a_result(unit_seen=None, value=600.0)
    days = [{"taken": dt.date(2026, 1, day)} for day in (1, 2, 3)]
    found = made(tmp_path, results=[*rows, *(ask | day for day in days)])
    assert [one.results for one in found.report.repairs] == [3]
    assert found.problems() == {("labs.serum_b12", "unit-repaired:pg/mL")}


def test_a_printed_unit_against_its_interval(tmp_path: Path) -> None:
    """pmol/L beside 180 to 914, at a site that prints pg/mL: called doubtful, never turned round.

    Where both units give one class the number stays as it was printed; where they do not,
    it is not classed by number.  That a site seldom prints a unit is no reason to doubt it.
    """
    rows = []
    for number in range(6000):
        mass = number < 2970
        ends = (180.0, 914.0) if mass else (133.0, 674.0)
        value = 300.0 + number % 300
        rows.append(
            a_result(
                person_id=f"{number:04d}",
                site="here" if number < 3000 else "elsewhere",
                unit_seen="pg/mL" if mass else "pmol/L",
                value=value if mass else round(value / 1.3554),
                reference_low=ends[0],
                reference_high=ends[1],
            )
        )
    slip = a_result(site="here", unit_seen="pmol/L", reference_low=180.0, reference_high=914.0)
    found = made(
        tmp_path,
        results=[
            *rows,
            slip | {"person_id": "one class", "value": 500.0},
            slip | {"person_id": "two classes", "value": 300.0},
            slip | {"person_id": "seldom", "value": 300.0}
            | {"reference_low": 133.0, "reference_high": 674.0},
            slip | {"person_id": "no interval", "value": 300.0}
            | {"reference_low": None, "reference_high": None},
        ],
    )  # fmt: skip
    shown = {
        person: (found.labs(person)[0]["value"], found.labs(person)[0]["unit"])
        for person in ("one class", "two classes", "seldom", "no interval")
    }
    assert shown == {
        "one class": (500.0, "pmol/L"),
        "two classes": (300.0, None),
        "seldom": (300.0, "pmol/L"),
        "no interval": (300.0, "pmol/L"),
    }
    doubted = {person for person in found.people if found.problems(person)}
    assert doubted == {"one class", "two classes"}
    assert found.problems("one class") == {("labs.serum_b12", "unit-doubtful")}
    assert found.report.repairs == ()

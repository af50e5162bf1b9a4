"""One row a person: what a line of the canonical table says, and what it leaves open."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any

import pytest

from corrin.errors import CorrinError
from corrin.knowledge.loading import load
from corrin.labs.reading import measure
from corrin.person.records import LabResult
from corrin.population.canonical.building import build_canonical
from corrin.population.facts import FactBatch, FactKind, FactWriter, from_rows
from corrin.population.records import CANONICAL
from corrin.population.rows import person_of_row
from tests.population_facts import AS_OF, a_result, made, made_of

MAY_1 = dt.date(2026, 5, 1)


def test_a_row_is_what_was_said(tmp_path: Path) -> None:
    found = made(
        tmp_path,
        people=[
            {
                "person_id": "ann",
                "birth_date": dt.date(1980, 6, 2),
                "sex": "female",
                "setting": "hospital",
                "country": "GB",
                "twitching": True,
            }
        ],
        results=[
            a_result(
                comparator=">",
                value=2000.0,
                reference_low=180.0,
                reference_high=914.0,
                assay="Cobas",
            )
        ],
        findings=[
            {"person_id": "ann", "finding": "cramps", "present": True, "noted": MAY_1},
            {"person_id": "ann", "finding": "pregnant", "present": False},
        ],
        products=[
            {"person_id": "ann", "substance": "cyanocobalamin", "dose": "1 mg", "every": "day"}
        ],
        drugs=[{"person_id": "ann", "name": "omeprazole", "since": dt.date(2026, 1, 1)}],
    )
    row = found.people["ann"]
    assert {name: row[name] for name in CANONICAL.names[:9]} == {
        "person_id": "ann",
        "as_of": AS_OF,
        "age": 45.0,
        "sex": "female",
        "setting": "hospital",
        "country": "GB",
        "twitching": True,
        "present": ["cramps"],
        "absent": ["pregnant"],
    }
    (lab,) = found.labs()
    assert lab == {
        "lab": "serum_b12",
        "value": pytest.approx(2000 / 1.3554),
        "comparator": ">",
        "unit": "pmol/L",
        "word": None,
        "reference_low": pytest.approx(180 / 1.3554),
        "reference_high": pytest.approx(914 / 1.3554),
        "taken": MAY_1,
        "assay": "Cobas",
    }
    assert [one["substance"] for one in row["intake"]] == ["cyanocobalamin"]
    assert row["drugs"] == [{"name": "omeprazole", "since": dt.date(2026, 1, 1), "until": None}]
    assert row["problems"] == []
    person = person_of_row(row)
    measured, problems, _ = measure(person.labs, load(), sex="female", age=45.0, as_of=AS_OF)
    assert (measured[0].position.value, problems) == ("high", ())


def read_alone(given: dict[str, Any]) -> tuple[Any, ...]:
    """Return what the way of one person makes of a line: bounds, position and codes."""
    value = given.get("value")
    sign = given.get("comparator")
    text = value if value is None or not sign else f"{sign}{value!r}"
    if isinstance(text, str) and "e" not in text:
        text += "e0"
    one = LabResult(
        lab=given["lab"],
        value=text,
        unit=given.get("unit_seen"),
        interpretation=given.get("word"),
    )
    measured, problems, _ = measure([one], load())
    shown = [(each.low, each.high, each.position) for each in measured]
    return shown, {problem.code for problem in problems}


LINES: list[dict[str, Any]] = [
    {"value": 400.0},
    {"value": 180.0, "comparator": "<"},
    {"value": 350.0, "comparator": ">="},
    {"value": 900.5, "word": "high"},
    {"value": None, "word": "high"},
    {"value": None, "word": "positive"},
    {"value": None},
    {"value": -1.0},
    {"value": 1e9},
    {"value": 1e9, "word": "high"},
    {"value": 400.0, "unit_seen": "bottles"},
    {"value": 400.0, "unit_seen": "bottles", "word": "low"},
    {"value": 400.0, "unit_seen": "g"},
    {"value": 400.0, "unit_seen": None},
    {"value": 400.0, "unit_seen": "   "},
    {"value": 400.0, "unit_seen": " PG/ML "},
    {"lab": "calcium", "value": 4.8, "unit_seen": "meq/L"},
    {"lab": "tsh", "value": 0.0, "unit_seen": "mIU/L"},
    {"lab": "haemoglobin", "value": 13.7, "unit_seen": "g/dL"},
    {"lab": "intrinsic_factor_antibody", "value": None, "word": "positive"},
]


@pytest.mark.parametrize("given", LINES)
def test_a_line_is_read_as_for_one_person(tmp_path: Path, given: dict[str, Any]) -> None:
    """Nothing here has company to tell its unit by, so none is filled in."""
    line = a_result() | given
    found = made(tmp_path, results=[line])
    again, _, _ = measure(person_of_row(found.people["ann"]).labs, load())
    shown, codes = read_alone(line)
    assert [(each.low, each.high, each.position) for each in again] == shown
    assert {code for _, code in found.problems()} == codes


def test_a_number_without_a_unit_keeps_its_printed_interval(tmp_path: Path) -> None:
    found = made(
        tmp_path, results=[a_result(unit_seen=None, reference_low=180.0, reference_high=390.0)]
    )
    (lab,) = found.labs()
    assert (lab["value"], lab["unit"], lab["reference_high"]) == (400.0, None, 390.0)
    measured, _, _ = measure(person_of_row(found.people["ann"]).labs, load())
    assert measured[0].position.value == "high"


@pytest.mark.parametrize(
    ("ends", "code"),
    [
        ((0.0, 0.0), "empty-interval"),
        ((0.0, None), "empty-interval"),
        ((914.0, 180.0), "reversed-interval"),
        ((180.0, 180.0), "reversed-interval"),
        ((-5.0, 10.0), "reversed-interval"),
    ],
)
def test_limits_that_are_no_interval(
    tmp_path: Path, ends: tuple[float | None, float | None], code: str
) -> None:
    found = made(tmp_path, results=[a_result(reference_low=ends[0], reference_high=ends[1])])
    (lab,) = found.labs()
    assert (lab["reference_low"], lab["reference_high"]) == (None, None)
    assert lab["value"] is not None
    assert found.problems() == {("labs.serum_b12", code)}


def test_an_interval_with_one_end(tmp_path: Path) -> None:
    found = made(tmp_path, results=[a_result(lab="crp", unit_seen="mg/L", reference_high=5.0)])
    assert (found.labs()[0]["reference_low"], found.labs()[0]["reference_high"]) == (None, 5.0)
    assert found.problems() == set()


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    found = made(
        tmp_path,
        results=[
            a_result(value=None, problem="not-a-number"),
            a_result(lab="potassium", value=4.0, unit_seen="mmol/L", comparator="ad"),
            a_result(lab="sodium", value=140.0, unit_seen="mmol/L", word="elevated"),
            a_result(lab="calcium", value=math.inf, unit_seen="mmol/L"),
        ],
    )
    assert found.problems() == {
        ("labs.serum_b12", "not-a-number"),
        ("labs.potassium", "unknown-comparator"),
        ("labs.sodium", "unknown-word"),
        ("labs.calcium", "missing-value"),
    }
    assert [one["value"] for one in found.labs()] == [None, None, None, 140.0]


def test_findings(tmp_path: Path) -> None:
    def finding(name: str, present: bool, noted: dt.date | None = None) -> dict[str, Any]:
        return {"person_id": "ann", "finding": name, "present": present, "noted": noted}

    found = made(
        tmp_path,
        findings=[
            finding("cramps", False),
            finding("cramps", True),
            finding("cramps", True, MAY_1),
            finding("fatigue", False),
            finding("pregnant", True, AS_OF + dt.timedelta(days=1)),
            finding("dragon_pox", True),
        ],
    )
    row = found.people["ann"]
    assert (row["present"], row["absent"]) == (["cramps"], ["fatigue"])
    assert found.problems() == {
        ("findings.cramps", "contradiction"),
        ("findings.pregnant", "future-date"),
    }
    assert found.counted("findings") == {
        "read": 6,
        "used": 2,
        "ignored": {"contradiction": 1, "duplicate": 1},
        "rejected": {"future-date": 1, "unknown-finding": 1},
    }


def test_no_facts_at_all(tmp_path: Path) -> None:
    found = made_of(tmp_path, [])
    assert (found.people, found.report.people_in_facts) == ({}, 0)


def test_texts_of_the_source_are_only_texts(tmp_path: Path) -> None:
    """Quotes and braces in a unit, a site or an id are no part of a query."""
    odd = "x'; drop table results; -- {results} \\"
    found = made(
        tmp_path,
        results=[a_result(person_id=odd, site=odd, unit_seen=odd, assay=odd, result_id=odd)],
    )
    assert list(found.people) == [odd]
    assert found.problems(odd) == {("labs.serum_b12", "unknown-unit")}


def test_facts_have_their_columns(tmp_path: Path) -> None:
    """What a reader writes is what the table is made of: nothing else gets in."""
    batch = from_rows(FactKind.ASKED, [{"person_id": "ann", "what": "drugs"}])
    with pytest.raises(Exception, match="other columns"):
        FactBatch(FactKind.DRUGS, batch.table)
    with pytest.raises(Exception, match="do not fit"), FactWriter(tmp_path) as writer:
        writer.write(from_rows(FactKind.ASKED, [{"person_id": None, "what": "drugs"}]))
    assert not list(tmp_path.rglob("*.parquet*"))


def test_a_part_that_is_damaged_is_said(tmp_path: Path) -> None:
    made(tmp_path, results=[a_result(value=123.456)])
    (part,) = (tmp_path / "facts/results").iterdir()
    part.write_bytes(part.read_bytes()[:-40])
    with pytest.raises(CorrinError, match="could not be read") as error:
        build_canonical(
            tmp_path / "facts", tmp_path / "again", load(), work=tmp_path / "work", as_of=AS_OF
        )
    assert "123" not in str(error.value)
    assert not list((tmp_path / "again").glob("*"))


def test_too_little_memory_is_said(tmp_path: Path) -> None:
    made(tmp_path, results=[a_result()])
    for memory, message in (("some", "is not an amount"), ("1KB", "memory")):
        with pytest.raises(CorrinError, match=message):
            build_canonical(
                tmp_path / "facts",
                tmp_path / "again",
                load(),
                work=tmp_path / "work",
                as_of=AS_OF,
                memory_limit=memory,
            )


def test_what_is_too_old_says_nothing_of_today(tmp_path: Path) -> None:
    two_years = dt.timedelta(days=int(load().model["oldest_result"].value * 365.25))
    old, edge = AS_OF - two_years - dt.timedelta(days=1), AS_OF - two_years
    rows = [
        a_result(taken=old),
        a_result(lab="potassium", value=7.5, unit_seen="mmol/L", taken=old),
        a_result(person_id="bob", taken=old),
        a_result(person_id="bob", taken=edge, value=900.0),
    ]
    found = made(tmp_path, results=rows)
    assert found.labs("ann") == []
    assert found.problems("ann") == {("labs.serum_b12", "too-old")}
    assert [line["taken"] for line in found.labs("bob")] == [edge]
    assert found.problems("bob") == set()
    assert found.counted()["ignored"] == {"too-old": 3}

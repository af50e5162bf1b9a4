"""Who is in the table, what they were asked, and which day it is."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from corrin.errors import InputError
from tests.population_facts import AS_OF, a_result, made

MAY_1 = dt.date(2026, 5, 1)


def test_asked_and_not_asked(tmp_path: Path) -> None:
    found = made(
        tmp_path,
        people=[{"person_id": name} for name in ("asked", "not-asked", "takes", "asked-and-takes")],
        asked=[
            {"person_id": "asked", "what": "intake"},
            {"person_id": "asked", "what": "drugs"},
            {"person_id": "asked-and-takes", "what": "drugs"},
            {"person_id": "asked-and-takes", "what": "drugs"},
            {"person_id": "asked-and-takes", "what": "pets"},
        ],
        drugs=[{"person_id": name, "name": "metformin"} for name in ("takes", "asked-and-takes")],
    )
    drug = [{"name": "metformin", "since": None, "until": None}]
    assert {name: (row["intake"], row["drugs"]) for name, row in found.people.items()} == {
        "asked": ([], []),
        "not-asked": (None, None),
        "takes": (None, drug),
        "asked-and-takes": (None, drug),
    }
    assert found.counted("asked")["rejected"] == {"unknown-list": 1}


def test_courses_and_the_day_of_the_assessment(tmp_path: Path) -> None:
    later, before = AS_OF + dt.timedelta(days=9), AS_OF - dt.timedelta(days=90)

    def product(person: str, **given: Any) -> dict[str, Any]:
        return {"person_id": person, "substance": "cyanocobalamin", **given}

    found = made(
        tmp_path,
        products=[
            product("begins later", since=later),
            product("ends later", since=before, until=later),
            product("wrong way", since=AS_OF, until=before),
            product("twice", since=before),
            product("twice", since=before),
            {"person_id": "nameless", "dose": "1 mg", "product": " "},
        ],
        asked=[{"person_id": name, "what": "intake"} for name in ("begins later", "nameless")],
    )
    courses = {
        name: None
        if row["intake"] is None
        else [(one["since"], one["until"]) for one in row["intake"]]
        for name, row in found.people.items()
    }
    assert courses == {
        "begins later": [],
        "ends later": [(before, None)],
        "wrong way": [(None, None)],
        "twice": [(before, None)],
        # Something is taken and nobody said what: it is not known, and not nothing.
        "nameless": None,
    }
    assert {name: {code for _, code in found.problems(name)} for name in found.people} == {
        "begins later": {"future-date"},
        "ends later": {"future-date"},
        "wrong way": {"reversed-dates"},
        "twice": set(),
        "nameless": {"missing-substance"},
    }


@pytest.mark.parametrize(
    ("born", "age"),
    [
        (dt.date(1980, 6, 1), 46.0),
        (dt.date(1980, 6, 2), 45.0),
        (dt.date(2000, 2, 29), 26.0),
        (dt.date(2026, 6, 1), 0.0),
        (dt.date(1907, 1, 31), 119.0),
        (dt.date(1905, 1, 1), None),
        (dt.date(2026, 6, 2), None),
        (dt.date(1969, 12, 31), 56.0),
    ],
)
def test_age_in_whole_years(tmp_path: Path, born: dt.date, age: float | None) -> None:
    found = made(tmp_path, people=[{"person_id": "ann", "birth_date": born, "age": 30.0}])
    assert found.people["ann"]["age"] == age
    assert bool(found.problems()) is (age is None)


def test_records_of_one_person_that_disagree(tmp_path: Path) -> None:
    found = made(
        tmp_path,
        people=[
            {"person_id": "ann", "sex": "female", "age": 40.0, "country": "GB"},
            {"person_id": "ann", "sex": "male", "setting": "hospital", "country": "GB"},
        ],
    )
    row = found.people["ann"]
    assert [row[name] for name in ("sex", "age", "setting", "country")] == [
        None, 40.0, "hospital", "GB",
    ]  # fmt: skip
    assert found.problems() == {("sex", "records-disagree")}
    assert found.counted("people")["ignored"] == {"duplicate": 1}


def test_words_about_a_person_that_are_not_ours(tmp_path: Path) -> None:
    found = made(
        tmp_path,
        people=[
            {"person_id": "ann", "sex": "F", "setting": "ward", "country": "Wales", "age": 200.0}
        ],
    )
    row = found.people["ann"]
    assert [row[name] for name in ("age", "sex", "setting", "country")] == [None] * 4
    assert {where for where, _ in found.problems()} == {"age", "sex", "setting", "country"}


def test_people_in_any_fact_are_people(tmp_path: Path) -> None:
    found = made(
        tmp_path,
        results=[a_result(person_id="r")],
        findings=[{"person_id": "f", "finding": "cramps", "present": True}],
        products=[{"person_id": "p", "substance": "methylcobalamin"}],
        drugs=[{"person_id": "d", "name": "metformin"}],
        asked=[{"person_id": "a", "what": "drugs"}],
        people=[{"person_id": "Ä"}, {"person_id": "Z"}, {"person_id": "\U0001f600"}],
    )
    assert list(found.people) == ["Z", "a", "d", "f", "p", "r", "Ä", "\U0001f600"]
    assert [found.people["r"][name] for name in ("age", "sex", "setting")] == [None] * 3


def test_nobody_and_rejected_people(tmp_path: Path) -> None:
    found = made(
        tmp_path,
        people=[{"person_id": "ann"}, {"person_id": "  "}],
        results=[a_result(person_id="")],
        rejected=[
            {"where": "a:1", "kind": "Patient", "code": "no-id"},
            {"where": "a:2", "kind": "Patient", "code": "no-id"},
            {"where": "a:3", "kind": "Patient", "code": "wrong-gender", "person_id": "bob"},
            {"where": "a:4", "kind": "Patient", "code": "wrong-gender", "person_id": "ann"},
            {"where": "a:5", "kind": "Observation", "code": "no-value", "person_id": "eve"},
        ],
    )
    report = found.report
    assert (list(found.people), report.persons, report.people_in_facts) == (["ann"], 1, 4)
    assert report.rejected == {"no-id": 2, "wrong-gender": 1}
    assert found.counted("results")["rejected"] == {"no-id": 1}
    assert found.counted("people")["rejected"] == {"no-id": 1}


def test_the_day_of_the_assessment_is_the_latest_of_the_facts(tmp_path: Path) -> None:
    late = dt.date(2026, 5, 20)
    found = made(
        tmp_path,
        as_of=None,
        results=[a_result()],
        findings=[{"person_id": "ann", "finding": "cramps", "present": True, "noted": late}],
    )
    assert found.report.as_of == late == found.people["ann"]["as_of"]


def test_a_slip_of_the_year_does_not_move_the_day(tmp_path: Path) -> None:
    many = [a_result(person_id=f"p{number}") for number in range(2000)]
    slip = a_result(person_id="p7", taken=dt.date(2206, 5, 1), value=99.0)
    found = made(tmp_path, as_of=None, results=[*many, slip])
    assert found.report.as_of == MAY_1
    assert found.problems("p7") == {("labs.serum_b12", "future-date")}


def test_without_any_day_one_has_to_be_given(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--as-of"):
        made(tmp_path, as_of=None, people=[{"person_id": "ann"}])
    found = made(tmp_path, people=[{"person_id": "ann"}])
    assert found.people["ann"]["labs"] == []

"""Which results of a source count: by status, by version, once each, the latest."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from corrin.knowledge.loading import load
from tests.population_facts import a_result, made

MAY_1, MAY_2, MAY_3 = (dt.date(2026, 5, day) for day in (1, 2, 3))


def at(hour: int) -> dt.datetime:
    return dt.datetime(2026, 5, 4, hour)


def values(labs: list[dict[str, Any]]) -> list[float | None]:
    return [None if lab["value"] is None else round(lab["value"] * 1.3554, 6) for lab in labs]


@pytest.mark.parametrize("status", ["final", "amended", "corrected"])
def test_a_finished_result_counts(tmp_path: Path, status: str) -> None:
    found = made(tmp_path, results=[a_result(status=status)])
    assert values(found.labs()) == [400.0]
    assert found.counted() == {"read": 1, "used": 1, "ignored": {}, "rejected": {}}


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("preliminary", "not-final"),
        ("registered", "not-final"),
        (None, "no-status"),
        ("F", "unknown-status"),
    ],
)
def test_any_other_result_does_not(tmp_path: Path, status: str | None, reason: str) -> None:
    one = a_result(status=status)
    found = made(tmp_path, results=[one, a_result(lab="potassium", value=4.1, unit_seen="mmol/L")])
    assert [lab["lab"] for lab in found.labs()] == ["potassium"]
    assert found.counted()["ignored"] == {reason: 1}


def test_nobody_is_lost_whose_results_do_not_count(tmp_path: Path) -> None:
    found = made(
        tmp_path,
        people=[{"person_id": "eve"}],
        results=[
            a_result(status="preliminary"),
            a_result(person_id="bob", lab="not_ours"),
            a_result(person_id="dan", status="cancelled", result_id="1"),
        ],
    )
    assert list(found.people) == ["ann", "bob", "dan", "eve"]
    assert not any(row["labs"] for row in found.people.values())
    assert found.counted("people") == {"read": 1, "used": 1, "ignored": {}, "rejected": {}}
    assert found.report.people_in_facts == len(found.people)


@pytest.mark.parametrize("status", ["corrected", "amended"])
def test_a_correction_replaces_what_has_its_id(tmp_path: Path, status: str) -> None:
    found = made(
        tmp_path,
        results=[
            a_result(result_id="1", value=900.0, taken=MAY_2),
            a_result(result_id="1", value=300.0, taken=MAY_1, status=status),
        ],
    )
    assert values(found.labs()) == [300.0]
    assert found.counted()["ignored"] == {"superseded": 1}


def test_of_two_corrections_the_later_counts(tmp_path: Path) -> None:
    found = made(
        tmp_path,
        results=[
            a_result(result_id="1", value=300.0, status="corrected", issued=at(9)),
            a_result(result_id="1", value=310.0, status="corrected", issued=at(11)),
            a_result(result_id="1", value=900.0, issued=at(12)),
        ],
    )
    assert values(found.labs()) == [310.0]


def test_a_result_may_be_corrected_into_somebody_elses(tmp_path: Path) -> None:
    found = made(
        tmp_path,
        people=[{"person_id": "ann"}],
        results=[
            a_result(result_id="1"),
            a_result(result_id="1", person_id="bob", status="corrected"),
        ],
    )
    assert (found.labs("ann"), values(found.labs("bob"))) == ([], [400.0])


def test_corrections_that_differ_and_have_no_order_are_not_believed(tmp_path: Path) -> None:
    found = made(
        tmp_path,
        results=[
            a_result(result_id="1", value=100.0, status="corrected"),
            a_result(result_id="1", value=800.0, status="corrected"),
            a_result(result_id="1", value=400.0),
        ],
    )
    assert values(found.labs()) == [None]
    assert ("labs.serum_b12", "versions-disagree") in found.problems()


def test_versions_of_one_id_without_a_correction(tmp_path: Path) -> None:
    """The latest issued counts, be the day of the sample another."""
    found = made(
        tmp_path,
        results=[
            a_result(result_id="1", value=900.0, taken=MAY_3, issued=at(9)),
            a_result(result_id="1", value=300.0, taken=MAY_1, issued=at(11)),
        ],
    )
    assert values(found.labs()) == [300.0]
    assert found.counted()["ignored"] == {"superseded": 1}


def test_versions_of_one_id_that_differ_without_an_order(tmp_path: Path) -> None:
    found = made(
        tmp_path,
        results=[a_result(result_id="1", value=900.0), a_result(result_id="1", value=300.0)],
    )
    assert values(found.labs()) == [None]
    assert ("labs.serum_b12", "versions-disagree") in found.problems()


def test_a_correction_without_an_id_replaces_what_was_issued_before(tmp_path: Path) -> None:
    found = made(
        tmp_path,
        results=[
            a_result(value=900.0, issued=at(9)),
            a_result(value=910.0),
            a_result(value=300.0, issued=at(10), status="corrected"),
            a_result(value=500.0, issued=at(12)),
            a_result(value=700.0, taken=MAY_2, issued=at(8)),
        ],
    )
    assert values(found.labs()) == [700.0, 500.0, 300.0]
    assert found.counted()["ignored"] == {"superseded": 2}


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled"])
def test_what_is_taken_back_goes_with_all_its_versions(tmp_path: Path, status: str) -> None:
    found = made(
        tmp_path,
        people=[{"person_id": "ann"}],
        results=[
            a_result(result_id="1"),
            a_result(result_id="1", value=300.0, status="corrected"),
            a_result(result_id="1", value=None, status=status, taken=None),
            a_result(result_id="2", lab="potassium", value=4.1, unit_seen="mmol/L"),
        ],
    )
    assert [lab["lab"] for lab in found.labs()] == ["potassium"]
    assert found.counted() == {
        "read": 4,
        "used": 1,
        "ignored": {},
        "rejected": {"entered-in-error": 3},
    }


def test_what_is_taken_back_without_an_id(tmp_path: Path) -> None:
    """The same number of the same day goes; another number of that day stays."""
    found = made(
        tmp_path,
        results=[
            a_result(value=900.0),
            a_result(value=400.0),
            a_result(value=900.0, taken=MAY_2),
            a_result(value=900.0, status="entered-in-error"),
        ],
    )
    assert values(found.labs()) == [900.0, 400.0]
    assert found.counted()["rejected"] == {"entered-in-error": 2}


def test_an_impossible_number_that_is_taken_back_leaves_the_other(tmp_path: Path) -> None:
    found = made(
        tmp_path,
        results=[
            a_result(lab="potassium", value=41.0, unit_seen="mmol/L", status="entered-in-error"),
            a_result(lab="potassium", value=41.0, unit_seen="mmol/L"),
            a_result(lab="potassium", value=4.1, unit_seen="mmol/L"),
        ],
    )
    assert [lab["value"] for lab in found.labs()] == [4.1]
    assert found.problems() == set()


def test_copies_count_once(tmp_path: Path) -> None:
    found = made(
        tmp_path,
        results=[
            a_result(result_id="1"),
            a_result(result_id="2"),
            a_result(result_id="3", unit_seen="ng/L"),
            a_result(taken=None),
            a_result(taken=None),
        ],
    )
    assert values(found.labs()) == [400.0, 400.0]
    assert [lab["taken"] for lab in found.labs()] == [MAY_1, None]
    assert found.counted()["ignored"] == {"duplicate": 3}


@pytest.mark.parametrize(
    ("molar", "reason"),
    [(295.0, "same-in-two-units"), (301.0, "same-by-second-factor")],
)
def test_one_result_printed_in_two_units(tmp_path: Path, molar: float, reason: str) -> None:
    """400 pg/mL is 295 pmol/L; by the other factor in use, 1.329, it is 301."""
    found = made(tmp_path, results=[a_result(), a_result(value=molar, unit_seen="pmol/L")])
    assert values(found.labs()) == [400.0]
    assert found.counted()["ignored"] == {reason: 1}


def test_two_results_in_two_units_that_differ_are_two(tmp_path: Path) -> None:
    found = made(tmp_path, results=[a_result(), a_result(value=330.0, unit_seen="pmol/L")])
    assert len(found.labs()) == 2


def test_b12_keeps_its_history_and_others_their_latest(tmp_path: Path) -> None:
    kept = int(load().population.setting["history"].value)
    days = [dt.date(2025, 1, 1) + dt.timedelta(days=20 * number) for number in range(kept + 3)]
    found = made(
        tmp_path,
        results=[
            *(a_result(taken=day, value=300.0 + number) for number, day in enumerate(days)),
            *(
                a_result(lab="potassium", value=4.0, unit_seen="mmol/L", taken=day)
                for day in reversed(days)
            ),
        ],
    )
    by_lab = {lab: [one for one in found.labs() if one["lab"] == lab] for lab in
              ("potassium", "serum_b12")}  # fmt: skip
    assert [one["taken"] for one in by_lab["potassium"]] == [days[-1]]
    assert [one["taken"] for one in by_lab["serum_b12"]] == days[:2:-1]
    assert [one["lab"] for one in found.labs()] == ["potassium"] + ["serum_b12"] * kept
    assert found.counted()["ignored"] == {"older": 3 + kept + 2}


def test_the_latest_that_can_be_read_is_kept_beside_one_that_cannot(tmp_path: Path) -> None:
    potassium = a_result(lab="potassium", unit_seen="mmol/L")
    found = made(
        tmp_path,
        results=[
            potassium | {"value": 4.0, "taken": MAY_1},
            potassium | {"value": 4.2, "taken": MAY_2},
            potassium | {"value": 4200.0, "taken": MAY_3},
        ],
    )
    assert [(one["taken"], one["value"]) for one in found.labs()] == [(MAY_3, None), (MAY_2, 4.2)]
    assert found.problems() == {("labs.potassium", "impossible-value")}


def test_of_one_day_the_later_issued_is_the_latest(tmp_path: Path) -> None:
    potassium = a_result(lab="potassium", unit_seen="mmol/L")
    found = made(
        tmp_path,
        results=[
            potassium | {"value": 5.9, "issued": at(8)},
            potassium | {"value": 4.2, "issued": at(9)},
        ],
    )
    assert [one["value"] for one in found.labs()] == [4.2]


def test_of_one_day_all_are_kept_whose_order_is_not_known(tmp_path: Path) -> None:
    """One of them may be critical; and one without a day may be the newest."""
    potassium = a_result(lab="potassium", unit_seen="mmol/L")
    found = made(
        tmp_path,
        results=[
            potassium | {"value": 4.2},
            potassium | {"value": 5.9},
            potassium | {"value": 3.0, "taken": None},
            potassium | {"value": 4.4, "taken": dt.date(2026, 4, 1)},
        ],
    )
    assert [one["value"] for one in found.labs()] == [4.2, 5.9, 3.0]


def test_the_albumin_of_the_day_of_the_calcium_is_kept(tmp_path: Path) -> None:
    found = made(
        tmp_path,
        results=[
            a_result(lab="calcium", value=2.1, unit_seen="mmol/L", taken=MAY_1),
            a_result(lab="albumin", value=25.0, unit_seen="g/L", taken=MAY_1),
            a_result(lab="albumin", value=31.0, unit_seen="g/L", taken=MAY_2),
            a_result(lab="albumin", value=33.0, unit_seen="g/L", taken=MAY_3),
        ],
    )
    albumin = [(one["taken"], one["value"]) for one in found.labs() if one["lab"] == "albumin"]
    assert albumin == [(MAY_3, 33.0), (MAY_1, 25.0)]


def test_a_result_after_the_day_of_the_assessment_is_not_known_yet(tmp_path: Path) -> None:
    found = made(tmp_path, as_of=MAY_1, results=[a_result(), a_result(value=900.0, taken=MAY_2)])
    assert values(found.labs()) == [400.0]
    assert found.problems() == {("labs.serum_b12", "future-date")}
    assert found.counted()["rejected"] == {"future-date": 1}

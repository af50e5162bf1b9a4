"""B12 with several instructions: read together or in turn when FHIR says which, else not at all."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from corrin.assessment import assess
from corrin.interfaces.fhir.courses import ALIKE, NO_END, NOT_WHOLE, ORDER_NOT_SAID, OVERLAP
from corrin.knowledge.loading import load
from corrin.person.reading import person_from_table
from corrin.picture.person_file import vocabulary
from tests.interfaces.fhir_parts import PATIENT, UCUM, medicine, observation, read

Row = dict[str, Any]
BEGUN = dt.date(2026, 1, 5)


def instruction(
    sequence: Any = None, milligrams: float = 1, *, period: int = 1, unit: str = "d", **repeat: Any
) -> Row:
    """So many milligrams into a muscle, once in a period."""
    said = {"frequency": 1, "period": period, "periodUnit": unit} | repeat
    return {
        "route": {"text": "intramuscular"},
        "timing": {"repeat": said},
        "doseAndRate": [
            {"doseQuantity": {"value": milligrams, "unit": "mg", "code": "mg", "system": UCUM}}
        ],
    } | ({} if sequence is None else {"sequence": sequence})


def order(*instructions: Row, **more: Any) -> Row:
    said = {"authoredOn": "2026-01-05", "dosageInstruction": list(instructions)} | more
    return medicine("Hydroxocobalamin", **said)


def intake(*instructions: Row, **more: Any) -> list[Row]:
    found: list[Row] = read(PATIENT, order(*instructions, **more)).person_table["intake"]
    return found


def why_not(*instructions: Row) -> str:
    """Why the doses were not taken over; the product itself must be kept."""
    reading = read(PATIENT, order(*instructions))
    (row,) = reading.person_table["intake"]
    assert row["substance"] == "hydroxocobalamin"
    assert "dose" not in row
    assert "every" not in row
    (said,) = (one.as_ for one in reading.used if one.as_.startswith("intake"))
    return said.partition("(")[2].removesuffix(")")


def weeks(count: float) -> Row:
    return {"boundsDuration": {"value": count, "unit": "wk", "code": "wk", "system": UCUM}}


def test_a_loading_course_is_followed_by_what_goes_on() -> None:
    """As the British National Formulary gives it: every other day for two weeks, then 3-monthly."""
    rows = intake(instruction(2, period=3, unit="mo"), instruction(1, period=2, **weeks(2)))
    assert [(r["every"], r["since"], r.get("until")) for r in rows] == [
        ("2 day", BEGUN, dt.date(2026, 1, 19)),
        ("3 month", dt.date(2026, 1, 19), None),
    ]
    assert {r["dose"] for r in rows} == {"1000 ug"}
    assert {r["route"] for r in rows} == {"intramuscular"}


def test_a_number_of_doses_is_a_time_too() -> None:
    rows = intake(instruction(1, period=2, count=6), instruction(2, period=3, unit="mo"))
    assert [(r["since"], r.get("until")) for r in rows] == [
        (BEGUN, dt.date(2026, 1, 17)), (dt.date(2026, 1, 17), None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "unit", "until"),
    [
        (10, "d", dt.date(2026, 1, 15)), (2, "wk", dt.date(2026, 1, 19)),
        (1, "mo", dt.date(2026, 2, 5)), (48, "h", dt.date(2026, 1, 7)),
    ],
)  # fmt: skip
def test_a_duration_ends_on_the_day_of_the_calendar(value: int, unit: str, until: dt.date) -> None:
    limit = {"boundsDuration": {"value": value, "code": unit, "system": UCUM}}
    rows = intake(instruction(1, **limit), instruction(2, period=3, unit="mo"))
    assert (rows[0]["until"], rows[1]["since"]) == (until, until)


def test_the_end_of_january_has_no_thirty_first_of_february() -> None:
    limit = {"boundsDuration": {"value": 1, "code": "mo", "system": UCUM}}
    rows = intake(
        instruction(1, **limit), instruction(2, period=3, unit="mo"), authoredOn="2026-01-31"
    )
    assert rows[0]["until"] == dt.date(2026, 2, 28)


def test_periods_that_are_written_out_are_taken_as_written() -> None:
    rows = intake(
        instruction(1, boundsPeriod={"start": "2026-02-01", "end": "2026-02-14"}),
        instruction(2, 2, period=1, unit="mo", boundsPeriod={"start": "2026-03-01"}),
    )
    assert [(r["since"], r.get("until")) for r in rows] == [
        (dt.date(2026, 2, 1), dt.date(2026, 2, 14)), (dt.date(2026, 3, 1), None),
    ]  # fmt: skip


def test_the_next_one_ends_the_one_before() -> None:
    rows = intake(
        instruction(1), instruction(2, period=1, unit="mo", boundsPeriod={"start": "2026-03-01"})
    )
    assert rows[0]["until"] == rows[1]["since"] == dt.date(2026, 3, 1)


def test_what_has_not_begun_is_not_taken_yet() -> None:
    ahead = (dt.date.today() + dt.timedelta(days=30)).isoformat()
    (row,) = intake(
        instruction(1), instruction(2, period=1, unit="mo", boundsPeriod={"start": ahead})
    )
    assert (row["every"], row.get("until")) == ("1 day", None)


def test_nothing_begun_is_nothing_taken() -> None:
    ahead = (dt.date.today() + dt.timedelta(days=30)).isoformat()
    reading = read(PATIENT, order(
        instruction(1, boundsPeriod={"start": ahead}),
        instruction(2, boundsPeriod={"start": ahead}),
    ))  # fmt: skip
    assert "intake" not in reading.person_table
    assert reading.used == () or all("intake" not in one.as_ for one in reading.used)


def test_one_dose_first_and_then_the_rest() -> None:
    rows = intake(
        instruction(1, 2, count=1), instruction(2, 1, period=1, unit="wk"),
    )  # fmt: skip
    assert rows[0]["dose"] == "2000 ug once"
    assert rows[0]["last_dose"] == BEGUN
    assert rows[1]["since"] == BEGUN


def test_instructions_of_one_number_are_taken_together() -> None:
    rows = intake(instruction(1, 1), instruction(1, 0.5, period=1, unit="wk"))
    assert [(r["dose"], r["every"], r["since"]) for r in rows] == [
        ("1000 ug", "1 day", BEGUN), ("500 ug", "1 week", BEGUN),
    ]  # fmt: skip


def test_the_same_morning_and_evening_is_twice_a_day() -> None:
    def at(code: str) -> Row:
        return instruction(1, 0.5) | {"timing": {"code": {"coding": [{"code": code}]}}}

    (row,) = intake(at("AM"), at("PM"))
    assert (row["dose"], row["every"]) == ("500 ug", "2 times a day")


def test_an_order_that_has_ended_ends_all_of_it() -> None:
    rows = intake(
        instruction(1, boundsPeriod={"start": "2026-01-05", "end": "2026-01-19"}),
        instruction(
            2, period=1, unit="mo", boundsPeriod={"start": "2026-01-19", "end": "2026-06-01"}
        ),
        status="completed",
    )
    assert [r["until"] for r in rows] == [dt.date(2026, 1, 19), dt.date(2026, 6, 1)]


@pytest.mark.parametrize(
    ("instructions", "why"),
    [
        ((instruction(), instruction(period=3, unit="mo")), ORDER_NOT_SAID),
        ((instruction(1), instruction(period=3, unit="mo")), ORDER_NOT_SAID),
        ((instruction("1"), instruction("2")), ORDER_NOT_SAID),
        ((instruction(True), instruction(2)), ORDER_NOT_SAID),
        ((instruction(1), instruction(2, period=3, unit="mo")), NO_END),
        ((instruction(1, **weeks(2)) | {"doseAndRate": []}, instruction(2)), NOT_WHOLE),
        ((instruction(1, **weeks(2)) | {"asNeededBoolean": True}, instruction(2)), NOT_WHOLE),
        ((instruction(1, period=2), instruction(1, period=2)), ALIKE),
        (
            (
                instruction(1, boundsPeriod={"start": "2026-02-01", "end": "2026-05-01"}),
                instruction(2, boundsPeriod={"start": "2026-03-01"}),
            ),
            OVERLAP,
        ),
    ],
)
def test_what_is_not_certain_leaves_the_product_and_says_why(
    instructions: tuple[Row, ...], why: str
) -> None:
    assert why_not(*instructions) == why


def test_without_a_beginning_a_sequence_is_not_certain() -> None:
    reading = read(PATIENT, medicine(
        "Hydroxocobalamin",
        dosageInstruction=[instruction(1, **weeks(2)), instruction(2, period=3, unit="mo")],
    ))  # fmt: skip
    assert NO_END in next(one.as_ for one in reading.used if one.as_.startswith("intake"))


def test_a_sequence_is_one_person_that_can_be_answered() -> None:
    """The rows are those of a person file: the answer reads both, and refuses neither."""
    reading = read(
        PATIENT,
        observation(value=1900),
        order(instruction(1, period=2, **weeks(2)), instruction(2, period=3, unit="mo")),
    )
    person, problems = person_from_table(reading.person_table, vocabulary(load()))
    assert problems == ()
    assert person.intake is not None
    assert [one.every for one in person.intake] == ["2 day", "3 month"]
    answer = assess(person, draws=0)
    assert not [one for one in answer.refusals if one.question.startswith("intake")]

"""What the table of people is read as: order, calcium, units, lists of what is taken."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from corrin.errors import InputError
from corrin.knowledge.loading import load
from corrin.labs.numbers import Reading, read_number
from corrin.population.kernel.people import NO_DAY, People
from corrin.population.kernel.reading_batch import read_batch
from corrin.population.rows import person_of_row
from tests.population_people import AS_OF, batch_of

KNOWLEDGE = load()


def _line(lab: str, value: float | None, unit: str | None = None, **more: Any) -> dict[str, Any]:
    names = ("comparator", "word", "reference_low", "reference_high", "taken", "assay")
    return {**dict.fromkeys(names), "lab": lab, "value": value, "unit": unit, **more}


def _person(*labs: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        **dict.fromkeys(("age", "sex", "setting", "country", "twitching", "intake", "drugs")),
        "person_id": "p",
        "as_of": AS_OF,
        "present": [],
        "absent": [],
        "labs": list(labs),
        "problems": [],
        **more,
    }


def _read(*people: dict[str, Any]) -> People:
    return read_batch(batch_of(people), KNOWLEDGE)


def _day(back: int) -> dt.date:
    return AS_OF - dt.timedelta(days=back)


def test_results_come_latest_first_however_the_table_has_them() -> None:
    first = _person(
        _line("serum_b12", 200, "pmol/L"),
        _line("serum_b12", 300, "pmol/L", taken=_day(30)),
        _line("serum_b12", 400, "pmol/L", taken=_day(3)),
    )
    results = _read(first, _person(_line("serum_b12", 500, "pmol/L"))).results["serum_b12"]
    assert results.person.tolist() == [0, 0, 0, 1]
    assert results.low.tolist() == [400, 300, 200, 500]
    assert (results.day == NO_DAY).tolist() == [False, False, True, True]


def test_a_comparator_opens_the_result_and_leaves_out_its_own_end() -> None:
    lines = [_line("serum_b12", 180, "pmol/L", comparator=sign) for sign in ("<", "<=", ">", ">=")]
    results = _read(*map(_person, lines)).results["serum_b12"]
    assert results.low.tolist() == [0, 0, np.nextafter(180, np.inf), 180]
    assert results.high.tolist() == [np.nextafter(180, 0), 180, np.inf, np.inf]


@pytest.mark.parametrize("sign", ["<", "<=", ">", ">="])
@pytest.mark.parametrize(
    "value", [0.0, 0.1, 1.475, 175.83, 175.831, 12.3456, 1475.0, 1e-7, 5e-324, 123456.789, 1e22]
)
def test_a_row_writes_a_comparator_so_that_it_is_read_back(sign: str, value: float) -> None:
    line = _line("serum_b12", value, "pmol/L", comparator=sign)
    (result,) = person_of_row(_person(line)).labs
    assert result.value is not None
    read = read_number(result.value)
    assert isinstance(read, Reading)
    assert (float(read.number), read.comparator.value) == (value, sign)


def test_calcium_is_adjusted_by_the_albumin_of_its_day() -> None:
    # 2.10 + 0.02 x (40 - 30) = 2.30, worked out by hand.
    together = [_line("albumin", 30, "g/L", taken=_day(2)),
                _line("calcium", 2.1, "mmol/L", taken=_day(2))]  # fmt: skip
    apart = [_line("albumin", 30, "g/L", taken=_day(5)),
             _line("calcium", 2.1, "mmol/L", taken=_day(2))]  # fmt: skip
    undated = [_line("albumin", 30, "g/L"), _line("calcium", 2.1, "mmol/L", taken=_day(2))]
    done = [_line("albumin", 30, "g/L", taken=_day(2)),
            _line("calcium", 2.1, "mmol/L", taken=_day(2), assay="Adjusted")]  # fmt: skip
    people = _read(*(_person(*lines) for lines in (together, apart, undated, done)))
    assert people.results["calcium"].low.tolist() == [2.3, 2.1, 2.3, 2.1]
    assert people.as_printed["calcium"].low.tolist() == [2.1] * 4
    # Ours is 2.2 to 2.6 mmol/L for adults.
    assert people.results["calcium"].position.tolist() == [1, 0, 1, 0]


def test_a_number_without_a_unit_is_held_against_its_own_interval_only() -> None:
    bare = _line("serum_b12", 900)
    printed = _line("serum_b12", 900, reference_low=100, reference_high=800)
    people = _read(_person(bare), _person(printed))
    results = people.results["serum_b12"]
    assert results.person.tolist() == [1]
    assert np.isnan(results.low[0])
    assert results.position.tolist() == [2]


def test_what_cannot_be_read_is_noted_where_it_could_have_been_critical() -> None:
    people = _read(
        _person(_line("potassium", None)),
        _person(_line("potassium", 4.1)),
        _person(_line("potassium", 4.1, "mmol/L", taken=AS_OF + dt.timedelta(days=1))),
        _person(_line("potassium", 4000.0, "mmol/L")),
        _person(_line("potassium", None, word="low")),
        _person(_line("potassium", 4.1, word="low")),
        _person(_line("serum_folate", None)),
    )
    assert people.not_used.tolist() == [True, True, True, True, False, True, False]


def test_a_unit_other_than_the_labs_own_is_refused() -> None:
    with pytest.raises(InputError, match="unit other than") as raised:
        _read(_person(_line("serum_b12", 900, "pg/mL")))
    assert raised.value.problems[0].code == "not-canonical"
    assert "900" not in str(raised.value)


def test_lists_of_what_is_taken_are_three_valued() -> None:
    ended = {"name": "vitamin B12", "since": None, "until": _day(9)}
    product = {**dict.fromkeys(("every", "since", "until", "last_dose", "duration", "product")),
               "substance": "cyanocobalamin", "route": "oral", "dose": "1000 ug"}  # fmt: skip
    people = _read(
        _person(),
        _person(intake=[], drugs=[]),
        _person(intake=[product]),
        _person(drugs=[ended]),
        _person(intake=[{**product, "dose": "2 ug"}]),
    )
    high_dose = people.finding("b12_supplement").tolist()
    assert high_dose == [-1, 0, 1, -1, 0]
    assert people.intake_known.tolist() == [False, True, True, False, True]
    assert people.intake_none.tolist() == [False, True, False, False, False]
    assert people.b12_product.tolist() == [False, False, True, True, True]
    assert people.drugs_b12.tolist() == [False, False, False, True, False]
    # An empty list of medicines says no to every drug; so does one on which all has ended.
    assert people.finding("rx_ppi").tolist() == [-1, 0, -1, 0, -1]

"""Cells of tables are read as one person's file is, whatever stands in them."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from corrin.labs.numbers import Reading, read_number
from corrin.population.sources.cells import Decimal, days, numbers, plain_number

_PRINTED = st.text(alphabet="0123456789.,<>=≤ -'eE\u00a0x", min_size=1, max_size=12)


@given(st.lists(_PRINTED, max_size=20))
def test_without_a_stated_mark_a_number_is_what_it_is_in_a_person_file(texts: list[str]) -> None:
    read = numbers(pa.array(texts, pa.string()), None)
    for text, value, sign, problem in zip(
        texts, read.value.to_pylist(), read.comparator.to_pylist(), read.problem.to_pylist(),
        strict=True,
    ):  # fmt: skip
        if not text.strip():
            assert (value, sign, problem) == (None, None, None)
            continue
        one = read_number(text.strip())
        if isinstance(one, Reading):
            assert (value, sign or "", problem) == (float(one.number), one.comparator, None)
        else:
            assert (value, problem) == (None, one.code)


@given(st.lists(_PRINTED, max_size=20), st.sampled_from(Decimal))
def test_a_stated_mark_only_settles_what_was_open(texts: list[str], mark: Decimal) -> None:
    read = numbers(pa.array(texts, pa.string()), mark)
    for text, value, problem in zip(
        texts, read.value.to_pylist(), read.problem.to_pylist(), strict=True
    ):
        one = read_number(text.strip())
        if value is not None and isinstance(one, Reading):
            assert value == float(one.number)
        if value is None and problem not in {None, "ambiguous-number"}:
            assert not isinstance(one, Reading)


@given(
    st.floats(min_value=0, max_value=1e9, allow_nan=False).map(lambda value: round(value, 3)),
    st.sampled_from(Decimal),
)
def test_a_number_printed_with_groups_and_its_mark_is_read_back(
    value: float, mark: Decimal
) -> None:
    printed = f"{value:,.3f}"
    if mark is Decimal.COMMA:
        printed = printed.translate(str.maketrans(",.", ".,"))
    assert float(plain_number(printed, mark) or "nan") == value
    assert numbers(pa.array([printed]), mark).value.to_pylist() == [value]


@given(st.dates(min_value=dt.date(1000, 1, 1)), st.sampled_from(["%d.%m.%Y", "%m/%d/%Y", "%Y%m%d"]))
def test_days_are_read_as_they_are_printed(day: dt.date, form: str) -> None:
    printed = [day.strftime(form), day.isoformat(), f"{day.isoformat()}T23:59:00+02:00"]
    read = days(pa.array(printed), (form,))
    assert read.value.to_pylist() == [day] * len(printed)


@given(st.lists(st.text(max_size=12), max_size=10))
def test_no_text_is_too_strange_to_be_told(texts: list[str]) -> None:
    column = pa.array(texts, pa.string())
    for read in (days(column, ("%d.%m.%Y",)), days(column, ())):
        assert len(read.value) == len(texts)
    found = numbers(column, Decimal.COMMA)
    for text, value, problem in zip(
        texts, found.value.to_pylist(), found.problem.to_pylist(), strict=True
    ):
        assert (value is None and problem is None) == (not text.strip())

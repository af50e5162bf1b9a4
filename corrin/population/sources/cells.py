"""Columns of cells as numbers, days, words: what cannot be read has a code, never a silent null.

Each distinct text is read once, by the same rules as one person's file; what is written in
the plainest way is read by the column.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corrin.labs.numbers import Comparator, Reading, read_number

NOT_A_NUMBER, WRONG_DATE = "not-a-number", "wrong-date"
_PLAIN = r"^[0-9]{1,15}(\.[0-9]{1,15})?$"
_ISO_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_ISO_MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?Z?$"
_SIGNED = re.compile(r"(?P<sign>[<>]=?|=[<>]|[=≤≥])?\s*(?P<number>.*)", re.DOTALL)
_SPACES = "[ \u00a0\u2009\u202f'\u2019]"
_RANGE = re.compile(r"(?P<low>[^-–—]+?)\s*(?:[-–—]|\bto\b|\bbis\b)\s*(?P<high>[^-–—]+)")


class Decimal(StrEnum):
    """Which mark a table writes before decimals."""

    POINT = "point"
    COMMA = "comma"


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers: values, comparators, and a code where a cell is no number."""

    value: pa.Array
    comparator: pa.Array
    problem: pa.Array


@dataclass(frozen=True, slots=True)
class Read:
    """A column that was read: its values, and True where a cell could not be read."""

    value: pa.Array
    wrong: pa.Array


def text(column: pa.Array, nothing: Collection[str] = ()) -> pa.Array:
    """Return a column as text without spaces around it; what means "nothing" is null."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if not pa.types.is_string(column.type):
        column = pc.cast(column, pa.string())
    column = pc.utf8_trim_whitespace(column)
    empty = pc.is_in(column, value_set=pa.array(["", *nothing], pa.string()))
    return pc.if_else(empty, pa.scalar(None, pa.string()), column)


def ids(column: pa.Array, nothing: Collection[str] = ()) -> pa.Array:
    """Return a column of ids as text; a whole number that Parquet holds as 12.0 is 12."""
    if pa.types.is_floating(column.type):
        whole = pc.cast(column, pa.int64(), safe=False)
        same = pc.equal(column, pc.cast(whole, column.type))
        column = pc.if_else(same, whole, pa.scalar(None, pa.int64()))
    return text(column, nothing)


def by_distinct(column: pa.Array, read: Callable[[str], Any], kind: pa.DataType) -> pa.Array:
    """Return what ``read`` makes of each text, asked once for each distinct one."""
    coded = column.dictionary_encode()
    read_ones = pa.array([read(one) for one in coded.dictionary.to_pylist()], kind)
    return pc.take(read_ones, coded.indices)


def words(column: pa.Array, meaning: Mapping[str, str]) -> Read:
    """Return the words that a column of text stands for, whatever its case."""
    found = by_distinct(column, lambda word: meaning.get(word.casefold()), pa.string())
    return Read(found, pc.and_(pc.is_valid(column), pc.is_null(found)))


def yes_no(column: pa.Array, meaning: Mapping[str, bool], nothing: Collection[str] = ()) -> Read:
    """Return a column of yes and no."""
    if pa.types.is_boolean(column.type):
        return Read(column, _never(len(column)))
    given = text(column, nothing)
    found = by_distinct(given, lambda word: meaning.get(word.casefold()), pa.bool_())
    return Read(found, pc.and_(pc.is_valid(given), pc.is_null(found)))


def numbers(column: pa.Array, decimal: Decimal | None, nothing: Collection[str] = ()) -> Numbers:
    """Return a column of results: ``1480``, ``<150``, ``1.234,5``.

    Without ``decimal`` a number that can be read in two ways is none.
    """
    size = len(column)
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return _typed(pc.cast(column, pa.float64(), safe=False))
    given = text(column, nothing)
    plain = pc.fill_null(pc.match_substring_regex(given, _PLAIN), fill_value=False)
    if decimal is not Decimal.POINT:
        # "1.234" has a meaning of its own there.
        has_point = pc.fill_null(pc.match_substring(given, "."), fill_value=False)
        plain = pc.and_(plain, pc.invert(has_point))
    value = pc.cast(pc.if_else(plain, given, pa.scalar(None, pa.string())), pa.float64())
    rest = pc.if_else(plain, pa.scalar(None, pa.string()), given)
    if rest.null_count == size:
        return Numbers(value, pa.nulls(size, pa.string()), pa.nulls(size, pa.string()))
    coded = rest.dictionary_encode()
    read = [_number(one, decimal) for one in coded.dictionary.to_pylist()]
    others = [
        pc.take(pa.array([each[at] for each in read], kind), coded.indices)
        for at, kind in enumerate((pa.float64(), pa.string(), pa.string()))
    ]
    return Numbers(pc.coalesce(value, others[0]), others[1], others[2])


def _typed(value: pa.Array) -> Numbers:
    """Return numbers that were numbers already."""
    finite = pc.fill_null(pc.is_finite(value), fill_value=True)
    negative = pc.fill_null(pc.less(value, 0.0), fill_value=False)
    missing = pc.fill_null(pc.is_nan(value), fill_value=False)
    nothing = pa.nulls(len(value), pa.string())
    problem = pc.if_else(
        pc.invert(pc.or_(finite, missing)),
        NOT_A_NUMBER,
        pc.if_else(negative, "negative-value", nothing),
    )
    bad = pc.or_(negative, pc.invert(finite))
    return Numbers(pc.if_else(bad, pa.scalar(None, pa.float64()), value), nothing, problem)


def _number(written: str, decimal: Decimal | None) -> tuple[float | None, str | None, str | None]:
    match = _SIGNED.fullmatch(written)
    sign, number = (match["sign"] or "", match["number"].strip()) if match else ("", written)
    plain = None if decimal is None else plain_number(number, decimal)
    # With an exponent nothing can be taken for thousands: the mark is known.
    found = read_number(
        written if plain is None else sign + plain + ("" if "e" in plain.lower() else "e0")
    )
    if not isinstance(found, Reading):
        return None, None, found.code
    if plain is None and decimal is not None:
        # It is a number only by the other mark's rules.
        return None, None, "ambiguous-number"
    value = float(found.number)
    if not math.isfinite(value):
        return None, None, NOT_A_NUMBER
    return value, found.comparator.value or None, None


def plain_number(written: str, decimal: Decimal) -> str | None:
    """Return a number with a decimal point and no grouping, or None when it is none."""
    mark, group = (r"\.", ",") if decimal is Decimal.POINT else (",", r"\.")
    grouped = rf"[1-9][0-9]{{0,2}}(?:(?:{group}|{_SPACES})[0-9]{{3}})+"
    shape = rf"(?:{grouped}|[0-9]+)(?:{mark}[0-9]+)?(?:[eE][+-]?[0-9]{{1,2}})?|{mark}[0-9]+"
    if not re.fullmatch(shape, written):
        return None
    return re.sub(rf"{group}|{_SPACES}", "", written).replace(mark[-1], ".")


def days(column: pa.Array, formats: Sequence[str], nothing: Collection[str] = ()) -> Read:
    """Return a column of days in one of ``formats`` or ISO's; a time of day is left off."""
    if pa.types.is_date(column.type):
        return Read(pc.cast(column, pa.date32()), _never(len(column)))
    if pa.types.is_timestamp(column.type):
        return Read(pc.cast(pc.cast(column, pa.timestamp("us")), pa.date32(), safe=False),
                    _never(len(column)))  # fmt: skip
    given = text(column, nothing)
    if pc.all(pc.match_substring_regex(given, f"{_ISO_DAY}|{_ISO_MOMENT}")).as_py():
        try:
            day = pc.utf8_slice_codeunits(given, 0, len("2026-11-23"))
            return Read(pc.cast(day, pa.date32()), _never(len(given)))
        except pa.ArrowInvalid:
            pass
    found = by_distinct(given, lambda one: _day(one, formats), pa.date32())
    return Read(found, pc.and_(pc.is_valid(given), pc.is_null(found)))


def moments(column: pa.Array, formats: Sequence[str], nothing: Collection[str] = ()) -> Read:
    """Return a column of moments in UTC; one without a zone is taken to be in UTC."""
    kind = pa.timestamp("us")
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        return Read(pc.cast(pc.cast(column, kind, safe=False), kind), _never(len(column)))
    given = text(column, nothing)
    if pc.all(pc.match_substring_regex(given, _ISO_MOMENT)).as_py():
        try:
            bare = pc.utf8_rtrim(given, "Z")
            return Read(pc.cast(bare, kind), _never(len(given)))
        except pa.ArrowInvalid:
            pass
    found = by_distinct(given, lambda one: _moment(one, formats), kind)
    return Read(found, pc.and_(pc.is_valid(given), pc.is_null(found)))


def ranges(column: pa.Array, decimal: Decimal, nothing: Collection[str] = ()) -> tuple[Read, Read]:
    """Return both ends of a column of ranges as printed: ``197 - 771``, ``<5``, ``> 60``."""
    given = text(column, nothing)
    coded = given.dictionary_encode()
    read = [_range(one, decimal) for one in coded.dictionary.to_pylist()]
    wrong = pc.fill_null(
        pc.take(pa.array([each is None for each in read], pa.bool_()), coded.indices),
        fill_value=False,
    )
    low, high = (
        pc.take(pa.array([each and each[at] for each in read], pa.float64()), coded.indices)
        for at in range(2)
    )
    return Read(low, wrong), Read(high, wrong)


def _range(written: str, decimal: Decimal) -> tuple[float | None, float | None] | None:
    text_ = written.strip("[]() ")
    if match := _RANGE.fullmatch(text_):
        ends = [_number(end.strip(), decimal) for end in match.group("low", "high")]
        if any(value is None or sign for value, sign, _ in ends):
            return None
        return ends[0][0], ends[1][0]
    value, sign, _ = _number(re.sub(r"^(bis|up to)\s+", "<", text_, flags=re.IGNORECASE), decimal)
    if value is None or not sign:
        return None
    below = sign in {Comparator.BELOW, Comparator.AT_MOST}
    return (None, value) if below else (value, None)


def _day(written: str, formats: Sequence[str]) -> dt.date | None:
    for form in (*formats, "%Y-%m-%d"):
        try:
            return dt.datetime.strptime(written, form).date()
        except ValueError:
            continue
    moment = _moment(written, ()) if len(written) > len("2026-11-23") else None
    if moment is not None:
        # The day as printed, not as it was in UTC.
        return dt.date.fromisoformat(written[: len("2026-11-23")])
    day, _, rest = written.partition(" ")
    if formats and re.fullmatch(r"\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?", rest):
        return _day(day, formats)
    return None


def _moment(written: str, formats: Sequence[str]) -> dt.datetime | None:
    found = None
    try:
        found = dt.datetime.fromisoformat(written)
    except ValueError:
        day, _, time = written.partition(" ")
        for form in formats:
            for clock in ("", "%H:%M", "%H:%M:%S"):
                if bool(clock) is bool(time):
                    try:
                        found = dt.datetime.strptime(
                            f"{day} {time}".strip(), f"{form} {clock}".strip()
                        )
                    except ValueError:
                        continue
    if found is not None and found.tzinfo is not None:
        found = found.astimezone(dt.UTC).replace(tzinfo=None)
    return found


def _never(size: int) -> pa.Array:
    return pa.repeat(pa.scalar(value=False), size)

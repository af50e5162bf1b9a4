"""Reads the number of a result as it was written: ``1480``, ``"> 2000"``, ``"0,73"``.

A number that two countries would read differently (``1,234``) is never guessed: it is
a :class:`Fault` that asks.  Numbers stay exact (:class:`~fractions.Fraction`) until the
unit has been turned into the canonical one, so ``0.73`` is 73/100 and nothing else.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from corrin.labs.faults import Fault


class Comparator(StrEnum):
    """What a laboratory prints before a number that lies outside what it can measure."""

    NONE = ""
    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True)
class Reading:
    """A number exactly as written, and its comparator."""

    number: Fraction
    comparator: Comparator = Comparator.NONE

    def times(self, factor: Fraction) -> Fraction:
        """Return the number in another unit, exactly."""
        return self.number if factor == 1 else self.number * factor

    def bounds(self, factor: Fraction) -> tuple[float, float]:
        """Return the lowest and highest value it can stand for, times ``factor``.

        Both ends belong to the interval: an end that does not (``<180``) is moved to
        the next float, so that ``<180`` is below 180 and ``<=180`` is not.
        """
        limit = float(self.times(factor))
        match self.comparator:
            case Comparator.NONE:
                return limit, limit
            case Comparator.BELOW:
                return 0.0, math.nextafter(limit, 0.0)
            case Comparator.AT_MOST:
                return 0.0, limit
            case Comparator.ABOVE:
                return math.nextafter(limit, math.inf), math.inf
            case Comparator.AT_LEAST:
                return limit, math.inf


_SIGNS = {
    "<": Comparator.BELOW,
    "<=": Comparator.AT_MOST,
    "=<": Comparator.AT_MOST,
    "≤": Comparator.AT_MOST,
    ">": Comparator.ABOVE,
    ">=": Comparator.AT_LEAST,
    "=>": Comparator.AT_LEAST,
    "≥": Comparator.AT_LEAST,
    "=": Comparator.NONE,
}
_SIGNED = re.compile(r"(?P<sign>[<>]=|=[<>]|[<>=≤≥])?\s*(?P<number>.*)", re.DOTALL)
_GROUPING = re.compile(r"(?<=[0-9])[ \u00a0\u2009\u202f'\u2019](?=[0-9]{3}(?![0-9]))")
_PLAIN = re.compile(r"[+]?([0-9]+([.][0-9]+)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?")
_POINTED_GROUPS = re.compile(r"[1-9][0-9]{0,2}([.][0-9]{3}){2,}")
_COMMA_GROUPS = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3}){2,}")
_EITHER_WAY = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")


def read_number(value: float | str) -> Reading | Fault:
    """Read a value as a laboratory or a person writes it."""
    if isinstance(value, str):
        return _read_text(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return _not_a_number()
    return _negative() if value < 0 else Reading(Fraction(Decimal(repr(value))))


def _read_text(value: str) -> Reading | Fault:
    match = _SIGNED.fullmatch(value.strip())
    comparator = _SIGNS[match["sign"]] if match and match["sign"] else Comparator.NONE
    text = _GROUPING.sub("", match["number"].strip()) if match else ""
    if text[:1] in {"-", "−"}:
        return _negative()
    if _EITHER_WAY.fullmatch(text):
        return Fault(
            "value",
            "ambiguous-number",
            "can be read as thousands or as a decimal fraction.",
            "Which is it? Write it without quotes and with a point for decimals.",
        )
    plain = _with_decimal_point(text)
    if not _PLAIN.fullmatch(plain):
        return _not_a_number()
    return Reading(Fraction(plain), comparator)


def _with_decimal_point(text: str) -> str:
    """Return the text with a decimal point and without grouping marks."""
    if "," in text and "." in text:
        grouping, decimal = (",", ".") if text.rindex(".") > text.rindex(",") else (".", ",")
        whole, _, rest = text.rpartition(decimal)
        groups = whole.split(grouping)
        if all(len(group) == len("000") for group in groups[1:]):
            return f"{''.join(groups)}.{rest}"
        return text
    if _POINTED_GROUPS.fullmatch(text) or _COMMA_GROUPS.fullmatch(text):
        return text.replace(".", "").replace(",", "")
    return text.replace(",", ".")


def _not_a_number() -> Fault:
    return Fault(
        "value",
        "not-a-number",
        "is not a number.",
        'Write a number, or a text such as ">2000"; the unit goes under `unit`.',
    )


def _negative() -> Fault:
    return Fault("value", "negative-value", "is below zero.", "Was the minus sign a slip?")

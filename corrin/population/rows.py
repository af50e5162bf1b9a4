"""One row of the canonical table as a person, so that anyone can be asked about in full."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from corrin.person.records import Drug, Intake, LabResult, Person, PrintedInterval


def person_of_row(row: Mapping[str, Any]) -> Person:
    """Return the person whom a row of ``records.CANONICAL`` (as Python values) describes."""
    intake, drugs = row["intake"], row["drugs"]
    return Person(
        age=row["age"],
        sex=row["sex"],
        setting=row["setting"],
        country=row["country"],
        twitching=row["twitching"],
        findings={
            **dict.fromkeys(row["present"], True),
            **dict.fromkeys(row["absent"], False),
        },
        labs=tuple(_lab(line) for line in row["labs"]),
        intake=None if intake is None else tuple(Intake(**each) for each in intake),
        drugs=None if drugs is None else tuple(Drug(**each) for each in drugs),
        as_of=row["as_of"],
    )


def _lab(line: Mapping[str, Any]) -> LabResult:
    ends = line["reference_low"], line["reference_high"]
    interval = None if ends == (None, None) else PrintedInterval(low=ends[0], high=ends[1])
    return LabResult(
        lab=line["lab"],
        value=_value(line["value"], line["comparator"]),
        unit=line["unit"],
        taken=line["taken"],
        reference_interval=interval,
        interpretation=line["word"],
        assay=line["assay"],
    )


def _value(value: float | None, comparator: str | None) -> float | str | None:
    if value is None or not comparator:
        return value
    # In full, since an exponent may be longer than a laboratory's.
    text = f"{Decimal(repr(value)):f}".removesuffix(".0")
    # With another decimal "1.475" cannot be taken for one thousand four hundred.
    thousandths = len(text.partition(".")[2]) == len("000")
    return f"{comparator}{text}0" if thousandths else f"{comparator}{text}"

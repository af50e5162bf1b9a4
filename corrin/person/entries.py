"""Reads the lists of a person file: laboratory results, intake, medicines."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from corrin.errors import Problem
from corrin.person.records import Drug, Intake, LabResult, PrintedInterval
from corrin.person.vocabulary import Vocabulary, did_you_mean

LAB_KEYS = ("lab", "value", "unit", "taken", "reference_interval", "interpretation", "assay")
INTAKE_KEYS = (
    "substance",
    "route",
    "dose",
    "every",
    "since",
    "until",
    "last_dose",
    "for",
    "product",
)
DRUG_KEYS = ("name", "since", "until")
INTERPRETATIONS = ("low", "normal", "high", "positive", "negative")
LONGEST_TEXT = 200  # not clinical: characters of one free-text entry


def date(value: Any, where: str, problems: list[Problem]) -> dt.date | None:
    """Read a TOML date or an ISO text date; anything else is a problem."""
    if value is None:
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value.strip())
        except ValueError:
            pass
    problems.append(
        Problem(where, "wrong-date", "is not a date.", "Write year-month-day, as in 2026-03-31.")
    )
    return None


def text(value: Any, where: str, problems: list[Problem]) -> str | None:
    """Read a short non-empty text; anything else is a problem."""
    if value is None:
        return None
    if isinstance(value, str) and value.strip() and len(value) <= LONGEST_TEXT:
        return value.strip()
    problems.append(
        Problem(
            where,
            "wrong-type",
            "is not a short text.",
            f"Write it in quotes, at most {LONGEST_TEXT} characters.",
        )
    )
    return None


def is_finite(number: float) -> bool:
    """Return whether a number can be reckoned with; a whole one may be too long for that."""
    try:
        return math.isfinite(number)
    except OverflowError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """Reads rows against a vocabulary; no date may lie after ``today``."""

    vocabulary: Vocabulary
    today: dt.date

    def labs(
        self, rows: list[Any], problems: list[Problem], *, keep_last: bool = False
    ) -> tuple[LabResult, ...]:
        """Read laboratory rows; with ``keep_last`` a repeated result replaces the earlier."""
        results: dict[tuple[str, dt.date | None], LabResult] = {}
        for index, row in enumerate(rows):
            where = f"labs[{index}]"
            found: list[Problem] = []
            result = self._lab(row, where, found)
            problems.extend(found)
            if result is None or found:
                continue
            key = (result.lab, result.taken)
            if key in results:
                problems.append(
                    Problem(
                        where,
                        "duplicate-lab",
                        f"gives '{result.lab}' a second time for the same day.",
                        "Keep one result, or give each its own `taken` date.",
                    )
                )
                if not keep_last:
                    continue
            results[key] = result
        return tuple(results.values())

    def _lab(self, row: Any, where: str, problems: list[Problem]) -> LabResult | None:
        if not self._is_table(row, where, LAB_KEYS, problems):
            return None
        name = text(row.get("lab"), f"{where}.lab", problems)
        if name is None:
            if row.get("lab") is None:
                problems.append(
                    Problem(
                        where,
                        "missing-lab",
                        "does not say which test it is.",
                        'Add lab = "serum_b12" or another laboratory id.',
                    )
                )
            return None
        lab = self.vocabulary.labs.get(name) or self.vocabulary.labs.get(name.lower())
        if lab is None:
            problems.append(
                Problem(
                    f"{where}.lab",
                    "unknown-lab",
                    "is not a known laboratory test.",
                    did_you_mean(name, self.vocabulary.labs),
                )
            )
            return None
        value = self._value(row.get("value"), f"{where}.value", problems)
        interpretation = self._interpretation(row.get("interpretation"), where, problems)
        if value is None and interpretation is None and not problems:
            problems.append(
                Problem(
                    where,
                    "missing-value",
                    "has neither value nor interpretation.",
                    'Give value and unit, or interpretation = "low", "normal" or "high".',
                )
            )
        return LabResult(
            lab=lab,
            value=value,
            unit=text(row.get("unit"), f"{where}.unit", problems),
            taken=self._past(row.get("taken"), f"{where}.taken", problems),
            reference_interval=self._interval(row.get("reference_interval"), where, problems),
            interpretation=interpretation,
            assay=text(row.get("assay"), f"{where}.assay", problems),
        )

    def _value(self, value: Any, where: str, problems: list[Problem]) -> float | str | None:
        if value is None:
            return None
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            if is_finite(value):
                return float(value)
        elif isinstance(value, str) and value.strip() and len(value) <= LONGEST_TEXT:
            return value.strip()
        problems.append(
            Problem(
                where,
                "wrong-type",
                "is not a number.",
                'Write a number, or a text such as ">2000".',
            )
        )
        return None

    def _interpretation(self, value: Any, where: str, problems: list[Problem]) -> str | None:
        if value is None:
            return None
        if isinstance(value, str) and value.strip().lower() in INTERPRETATIONS:
            return value.strip().lower()
        problems.append(
            Problem(
                f"{where}.interpretation",
                "unknown-choice",
                "is not one of the known words.",
                "Use one of " + ", ".join(f'"{word}"' for word in INTERPRETATIONS) + ".",
            )
        )
        return None

    def _interval(self, value: Any, where: str, problems: list[Problem]) -> PrintedInterval | None:
        if value is None:
            return None
        where = f"{where}.reference_interval"
        if not self._is_table(value, where, ("low", "high"), problems):
            return None
        limits: dict[str, float | None] = {}
        for side in ("low", "high"):
            limit = value.get(side)
            if limit is not None and (
                isinstance(limit, bool)
                or not isinstance(limit, (int, float))
                or not is_finite(limit)
                or limit < 0
            ):
                problems.append(
                    Problem(
                        f"{where}.{side}",
                        "wrong-type",
                        "is not a possible limit.",
                        "Write the number the laboratory printed.",
                    )
                )
                return None
            limits[side] = None if limit is None else float(limit)
        low, high = limits["low"], limits["high"]
        if low is None and high is None:
            problems.append(
                Problem(where, "missing-value", "has no limit.", "Give low, high, or both.")
            )
            return None
        if low is not None and high is not None and low >= high:
            problems.append(
                Problem(
                    where,
                    "reversed-interval",
                    "has its lower limit above its upper.",
                    "Swap the two numbers.",
                )
            )
            return None
        return PrintedInterval(low=low, high=high)

    def intake(self, rows: list[Any], problems: list[Problem]) -> tuple[Intake, ...]:
        """Read supplement and injection rows; ``for`` is kept as ``duration``."""
        products = []
        for index, row in enumerate(rows):
            where = f"intake[{index}]"
            if not self._is_table(row, where, INTAKE_KEYS, problems):
                continue
            words = {
                key: text(row.get(key), f"{where}.{key}", problems)
                for key in ("substance", "route", "dose", "every", "for", "product")
            }
            dates = {
                key: self._past(row.get(key), f"{where}.{key}", problems)
                for key in ("since", "until", "last_dose")
            }
            if words["substance"] is None and words["product"] is None:
                problems.append(
                    Problem(
                        where,
                        "missing-substance",
                        "says neither substance nor product.",
                        'Add substance = "cyanocobalamin" or product = "..." from the label.',
                    )
                )
            self._ordered(dates["since"], dates["until"], where, problems)
            self._ordered(dates["since"], dates["last_dose"], where, problems)
            products.append(
                Intake(
                    substance=words["substance"],
                    route=words["route"],
                    dose=words["dose"],
                    every=words["every"],
                    duration=words["for"],
                    product=words["product"],
                    since=dates["since"],
                    until=dates["until"],
                    last_dose=dates["last_dose"],
                )
            )
        return tuple(products)

    def drugs(self, rows: list[Any], problems: list[Problem]) -> tuple[Drug, ...]:
        """Read medicine rows; a bare text is a medicine by name."""
        drugs = []
        for index, entry in enumerate(rows):
            where = f"drugs[{index}]"
            row = {"name": entry} if isinstance(entry, str) else entry
            if not self._is_table(row, where, DRUG_KEYS, problems):
                continue
            name = text(row.get("name"), f"{where}.name", problems)
            since = self._past(row.get("since"), f"{where}.since", problems)
            until = self._past(row.get("until"), f"{where}.until", problems)
            self._ordered(since, until, where, problems)
            if name is not None:
                drugs.append(Drug(name=name, since=since, until=until))
            elif row.get("name") is None:
                problems.append(
                    Problem(
                        where,
                        "missing-name",
                        "does not name the medicine.",
                        'Add name = "omeprazole" or another name.',
                    )
                )
        return tuple(drugs)

    def _past(self, value: Any, where: str, problems: list[Problem]) -> dt.date | None:
        day = date(value, where, problems)
        if day is not None and day > self.today:
            problems.append(Problem(where, "future-date", "lies in the future.", "Check the year."))
            return None
        return day

    def _ordered(
        self, first: dt.date | None, last: dt.date | None, where: str, problems: list[Problem]
    ) -> None:
        if first is not None and last is not None and first > last:
            problems.append(
                Problem(where, "reversed-dates", "ends before it starts.", "Check the dates.")
            )

    def _is_table(
        self, row: Any, where: str, keys: tuple[str, ...], problems: list[Problem]
    ) -> bool:
        if not isinstance(row, Mapping):
            problems.append(
                Problem(where, "wrong-type", "is not a table.", f"Give {', '.join(keys)}.")
            )
            return False
        problems.extend(
            Problem(
                f"{where}.{key}", "unknown-key", "is not a key here.", did_you_mean(str(key), keys)
            )
            for key in row
            if key not in keys
        )
        return True

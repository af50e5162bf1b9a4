"""Chances, evidence and names in words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrin.report.chances import Limits, chance, effect
from corrin.report.words import (
    joined,
    lower_first,
    neutral_text,
    quantity_words,
    unit_words,
)

WITHIN = Limits(floor=0.001, ceiling=0.99)
NOTHING_OR_ALL = re.compile(r"(?<![\d.,])(0(\.0+)?|100(\.0+)?)\s?%|\b0 in 1|\b100 in 100\b")


@pytest.mark.parametrize(
    ("p", "low", "high", "person", "clinician"),
    [
        (0.12, 0.04, 0.28, "about 12 in 100, likely between 4 and 28 in 100",
         "12%, 90% interval 4.0% to 28%"),
        (0.004, 0.002, 0.03, "about 4 in 1,000, likely between 2 and 30 in 1,000",
         "0.4%, 90% interval 0.2% to 3.0%"),
        (0.0001, 0.00001, 0.0005, "less than 1 in 1,000, likely no more than that",
         "<0.1%, 90% interval <0.1%"),
        (0.0001, 0.00001, 0.004, "less than 1 in 1,000, likely up to 4 in 1,000",
         "<0.1%, 90% interval <0.1% to 0.4%"),
        (0.004, 0.0001, 0.16, "less than 1 in 100, likely up to 16 in 100",
         "0.4%, 90% interval <0.1% to 16%"),
        (0.995, 0.9, 0.999, "more than 99 in 100, likely 90 in 100 or more",
         ">99%, 90% interval 90% to >99%"),
        (0.03, 0.026, 0.034, "about 3 in 100, likely close to that",
         "3.0%, 90% interval 2.6% to 3.4%"),
    ],
)  # fmt: skip
def test_a_chance_in_words(p: float, low: float, high: float, person: str, clinician: str) -> None:
    told = chance(p, low, high, within=WITHIN)
    assert f"{told.per_hundred}, {told.per_hundred_interval}" == person
    assert f"{told.percent}, {told.percent_interval}" == clinician


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.booleans())
def test_no_chance_reads_as_none_or_certain(a: float, b: float, c: float, drawn: bool) -> None:
    low, p, high = sorted((a, b, c))
    told = chance(p, low, high, within=WITHIN, drawn=drawn)
    words = (
        f"{told.per_hundred}, {told.per_hundred_interval}, {told.percent}, {told.percent_interval}"
    )
    assert not NOTHING_OR_ALL.search(words), words
    assert drawn == bool(told.percent_interval)


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_greater_chance_never_reads_as_a_smaller_one(a: float, b: float) -> None:
    def counted(p: float) -> float:
        words = chance(p, p, p, within=WITHIN).per_hundred
        count, base = re.search(r"([\d,]+) in ([\d,]+)", words).groups()  # type: ignore[union-attr]
        number = float(count.replace(",", "")) / float(base.replace(",", ""))
        return 0.0 if words.startswith("less") else number

    low, high = sorted((a, b))
    assert counted(low) <= counted(high)


@pytest.mark.parametrize(
    ("log10_odds", "words", "times", "signed"),
    [
        (0.0, "almost no difference", "odds about the same", "0.00"),
        (0.015, "almost no difference", "odds about the same", "+0.01"),
        (0.2, "slightly for", "odds × 1.6", "+0.20"),
        (0.82, "clearly for", "odds × 6.6", "+0.82"),
        (2.0, "strongly for", "odds × 100", "+2.00"),
        (-0.2, "slightly against", "odds ÷ 1.6", "−0.20"),
        (-1.34, "strongly against", "odds ÷ 22", "−1.34"),
    ],
)
def test_evidence_in_words(log10_odds: float, words: str, times: str, signed: str) -> None:
    told = effect(log10_odds)
    assert (told.words, told.times, told.signed) == (words, times, signed)


@given(st.floats(-8, 8))
def test_the_words_of_evidence_agree_with_its_sign(log10_odds: float) -> None:
    told = effect(log10_odds)
    if told.side == "neither":
        assert abs(10**log10_odds - 1) < 0.06
    else:
        assert ("for" in told.words) == (log10_odds > 0)
        assert ("×" in told.times) == (log10_odds > 0)


def test_names_that_reassure_are_held_back() -> None:
    name = "Twitching with normal strength (benign fasciculation syndrome)"
    assert neutral_text(name, reader="person", may_say_benign=True) == name
    held = neutral_text(name, reader="person")
    assert held == "Twitching with normal strength"
    other = neutral_text("Benign fasciculation", reader="clinician")
    assert other == "Isolated fasciculation"


def test_a_warning_survives_without_the_word() -> None:
    text = "Four benign-looking cases did progress. Examine strength."
    told = neutral_text(text, reader="clinician")
    assert told == "Four isolated-looking cases did progress. Examine strength."


@pytest.mark.parametrize(
    ("value", "words"), [(1480, "1,480"), (99.96, "100"), (12.34, "12.3"), (0.7, "0.7"), (1, "1")]
)
def test_values_have_as_many_digits_as_can_be_used(value: float, words: str) -> None:
    assert quantity_words(value) == words


def test_small_words() -> None:
    assert joined(["a", "b", "c"]) == "a, b and c"
    assert joined(["a"]) == "a"
    assert lower_first("Poor sleep") == "poor sleep"
    assert lower_first("EMG: fasciculations only") == "EMG: fasciculations only"
    assert lower_first("Chvostek sign") == "Chvostek sign"
    assert unit_words("umol/L") == "µmol/L"
    assert unit_words("m[IU]/L") == "mIU/L"
    assert unit_words("ug/L") == "µg/L"

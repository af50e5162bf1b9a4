"""Where things are drawn: true to the numbers, and honest about small effects."""

from __future__ import annotations

import dataclasses
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrin.report import charts
from corrin.report.building import build
from corrin.report.chances import Limits, chance, effect
from corrin.report.view import LevelView
from tests.pages import sample

WITHIN = Limits(floor=0.001, ceiling=0.99)
LEVEL = build(sample.assessment()).b12.level  # type: ignore[union-attr]


def _chart(**changes: object) -> charts.LevelChart:
    assert isinstance(LEVEL, LevelView)
    made = charts.level_chart(dataclasses.replace(LEVEL, **changes), reader="person")  # type: ignore[arg-type]
    assert made is not None
    return made


def test_a_high_level_stands_right_of_its_range_and_of_every_cut_off() -> None:
    chart = _chart()
    assert chart.range_start is not None
    assert chart.range_end is not None
    assert chart.range_start < chart.range_end < chart.value.at < 1
    assert [zone.kind for zone in chart.zones] == ["low", "unclear", "not-low"]
    assert all(a.end == b.start for a, b in itertools.pairwise(chart.zones))


@given(st.floats(1, 50_000))
def test_any_level_is_on_the_axis_and_equal_ratios_are_equal_steps(value: float) -> None:
    chart = _chart(low=value, high=value)
    assert 0 < chart.value.at < 1
    marks = {mark.label: mark.at for mark in chart.marks}
    if {"100", "1,000", "10,000"} <= set(marks):
        assert marks["1,000"] - marks["100"] == pytest.approx(marks["10,000"] - marks["1,000"])
    assert len(chart.marks) <= 7


@pytest.mark.parametrize(
    ("comparator", "low", "high", "side"),
    [(">", 1476.0, None, "right"), ("<", None, 110.0, "left"), (None, 300.0, 300.0, "")],
)
def test_an_open_result_has_an_arrow_to_its_open_side(
    comparator: str | None, low: float | None, high: float | None, side: str
) -> None:
    assert _chart(comparator=comparator, low=low, high=high).open_side == side


def test_without_any_range_the_level_still_has_its_place() -> None:
    nothing = dict.fromkeys(
        ("interval_low", "interval_high", "deficient_below", "indeterminate_below", "guideline")
    )
    chart = _chart(**nothing)
    assert chart.range_start is None
    assert chart.zones == ()
    assert chart.facts == ((LEVEL.lab, LEVEL.shown),)  # type: ignore[union-attr]


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.sampled_from(["person", "clinician"]))
def test_a_dot_stands_in_its_interval_and_on_the_axis(
    a: float, b: float, c: float, reader: str
) -> None:
    low, p, high = sorted((a, b, c))
    bar = charts.chance_bar("x", chance(p, low, high, within=WITHIN), WITHIN, reader=reader)
    assert 0 <= bar.start <= bar.dot <= bar.end <= 1


def test_the_axes_say_what_they_measure() -> None:
    person = charts.chance_axis(WITHIN, reader="person")
    assert [(mark.label, mark.at) for mark in person.marks] == [
        ("25", 0.25), ("50", 0.5), ("75", 0.75),
    ]  # fmt: skip
    clinician = charts.chance_axis(WITHIN, reader="clinician")
    assert [mark.label for mark in clinician.marks] == ["0.1%", "1%", "10%"]
    steps = [b.at - a.at for a, b in itertools.pairwise(clinician.marks)]
    assert steps[0] == pytest.approx(steps[1])
    assert "log" in clinician.words


def test_the_evidence_axis_never_spans_less_than_four_decades() -> None:
    view = build(sample.assessment())
    assert view.twitching is not None
    slight = [cause for cause in view.twitching.causes if cause.rank <= 3]
    assert charts.evidence_span(slight) == 2
    assert charts.evidence_span([]) == 2
    assert charts.evidence_span(view.twitching.causes) == 3  # one effect of -2.3
    assert [mark.label for mark in charts.evidence_axis(2)] == [
        "÷100", "÷10", "same", "×10", "×100",
    ]  # fmt: skip


@given(st.floats(-5, 5), st.integers(2, 6))
def test_a_bar_goes_to_the_side_it_speaks_for_as_far_as_it_says(value: float, span: int) -> None:
    bar = charts.evidence_bar(effect(value), span)
    assert 0 <= bar.start <= 0.5 <= bar.end <= 1
    if bar.side == "for":
        assert bar.start == 0.5
        assert bar.end == pytest.approx(0.5 + min(value / span, 1) / 2)
    if bar.side == "against":
        assert bar.end == 0.5


def test_a_slight_effect_looks_slight() -> None:
    bar = charts.evidence_bar(effect(0.1), 2)
    assert bar.end - bar.start < 0.03

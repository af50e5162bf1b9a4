"""The Naranjo score and the WHO-UMC category that published case assessments state."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from corrin.claims.naranjo import band, points, score
from corrin.claims.records_of_causality import Answer
from corrin.claims.who_umc import UmcAnswers, category
from corrin.knowledge.loading import load

RULES = load().causality
CASES = tomllib.loads(Path(__file__).with_name("causality_cases.toml").read_text())
ANSWER = {"y": Answer.YES, "n": Answer.NO, "?": Answer.UNKNOWN}

# Naranjo 1981 as reprinted in PMC5774610, table 2: (yes, no, not known), and the bands.
PRINTED = [
    (1, 0, 0), (2, -1, 0), (1, 0, 0), (2, -1, 0), (-1, 2, 0),
    (-1, 1, 0), (1, 0, 0), (1, 0, 0), (1, 0, 0), (1, 0, 0),
]  # fmt: skip
BANDS = {9: "definite", 8: "probable", 5: "probable", 4: "possible", 1: "possible", 0: "doubtful"}


def _answers(case: dict[str, Any]) -> dict[str, Answer]:
    given = case["answers"].split()
    assert len(given) == len(RULES.item)
    return {
        item.id: ANSWER[mark] for item, mark in zip(RULES.item, given, strict=True) if mark != "."
    }


def test_the_points_and_bands_are_those_that_were_printed() -> None:
    assert [(item.yes, item.no, item.unknown) for item in RULES.item] == PRINTED
    assert {total: band(total, RULES).id for total in BANDS} == BANDS
    assert band(-4, RULES).id == "doubtful"
    assert band(13, RULES).id == "definite"


@pytest.mark.parametrize("case", CASES["naranjo"], ids=lambda case: case["id"])
def test_a_published_naranjo_score_comes_out(case: dict[str, Any]) -> None:
    answers = _answers(case)
    if case["given"] == "points":
        items = [item for item in RULES.item if item.id in answers]
        assert [points(item, answers[item.id]) for item in items] == case["points"]
    total = score(answers, RULES)
    assert "score" in case or "band" in case
    assert total == case.get("score", total)
    assert band(total, RULES).id == case.get("band", band(total, RULES).id)


@pytest.mark.parametrize("case", CASES["who_umc"], ids=lambda case: case["id"])
def test_a_published_who_umc_category_comes_out(case: dict[str, Any]) -> None:
    names = ("time_fits", "better_off_it", "back_on_it", "other_causes", "definitive")
    given = {name: Answer(case[name]) for name in names if name in case}
    assert category(UmcAnswers(**given)) == case["category"]


def test_there_are_at_least_ten_and_each_can_be_found() -> None:
    cases = [*CASES["naranjo"], *CASES["who_umc"]]
    assert len(cases) >= 10
    assert len({case["id"] for case in cases}) >= 10
    assert all(case["source"] and (case.get("doi") or case.get("url")) for case in cases)

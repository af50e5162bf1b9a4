"""Certainties printed in summary-of-findings tables come out of the judgements beside them.

The rows stand in ``grade_rows.toml``, each with its paper and the address of its table.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from corrin.claims.grading import LEVELS, grade
from corrin.claims.records import Grade
from corrin.knowledge.records_of_claims import Asked, Certainty, Design, Domain, Judgement, Rating

Row = dict[str, Any]
ROWS: list[Row] = tomllib.loads(
    (Path(__file__).parent / "grade_rows.toml").read_text(encoding="utf-8")
)["row"]
AGREE = [row for row in ROWS if "differs" not in row]
DIFFER = [row for row in ROWS if "differs" in row]


def _named(row: Row) -> str:
    return str(row["id"])


def _graded(row: Row) -> Grade:
    judgements = tuple(
        Judgement(domain=Domain(domain), rating=Rating(rating), why="As printed.")
        for domain, rating in row["judged"].items()
    )
    return grade(asked=Asked(row["asked"]), design=Design(row["design"]), judgements=judgements)


@pytest.mark.parametrize("row", AGREE, ids=_named)
def test_the_printed_certainty_comes_out(row: Row) -> None:
    assert _graded(row).certainty == Certainty(row["certainty"])


@pytest.mark.parametrize("row", DIFFER, ids=_named)
def test_where_a_table_deviates_the_difference_is_the_one_we_say(row: Row) -> None:
    computed = _graded(row).certainty
    assert computed == Certainty(row["differs"]["computed"])
    assert abs(LEVELS.index(computed) - LEVELS.index(Certainty(row["certainty"]))) == 1
    assert "one level" in row["differs"]["why"]


def test_a_start_at_moderate_accounts_for_the_prognostic_rows_that_deviate() -> None:
    """Huguet and others grade phase 1 research from moderate: their steps are ours."""
    rows = [row for row in ROWS if row.get("doi") == "10.1186/2046-4053-2-71"]
    assert len(rows) >= 3
    for row in rows:
        steps = sum(step.change for step in _graded(row).steps)
        level = LEVELS.index(Certainty.MODERATE) + steps
        assert LEVELS[max(level, 0)] == Certainty(row["certainty"]), row["id"]


def test_the_admission_row_tells_where_prognosis_starts() -> None:
    """From low, as for effects, its printed steps would end below the printed high."""
    (row,) = [row for row in ROWS if row["id"] == "age-and-admission"]
    as_effect = _graded({**row, "asked": "effect"})
    assert as_effect.certainty is Certainty.MODERATE
    assert _graded(row).certainty is Certainty.HIGH


def test_the_rows_cover_what_grading_does() -> None:
    printed = [row for row in AGREE if row["levels"] == "printed"]
    assert len(printed) >= 12
    assert {row["asked"] for row in printed} >= {"effect", "prognosis", "test-accuracy"}
    effects = [row for row in printed if row["asked"] == "effect"]
    assert {row["design"] == "randomised" for row in effects} == {True, False}
    assert {row["certainty"] for row in printed} == {level.value for level in LEVELS}
    changes = {step.change for row in printed for step in _graded(row).steps}
    assert changes == {-2, -1, 0, 1, 2}
    lowered = {
        step.judgement.domain for row in AGREE for step in _graded(row).steps if step.change < 0
    }
    assert lowered == set(Domain) - {
        Domain.LARGE_EFFECT,
        Domain.DOSE_RESPONSE,
        Domain.CONFOUNDING,
    }
    raised = {
        step.judgement.domain for row in printed for step in _graded(row).steps if step.change > 0
    }
    assert raised == {Domain.LARGE_EFFECT, Domain.DOSE_RESPONSE, Domain.CONFOUNDING}


def test_every_row_can_be_looked_up() -> None:
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    for row in ROWS:
        assert row["url"].startswith("http"), row["id"]
        assert row["outcome"], row["id"]
        assert row["title"] or row["journal"], row["id"]
        assert row["levels"] in {"printed", "named"}, row["id"]

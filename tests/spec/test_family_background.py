"""Usual levels of B12 differ by ancestry: it is said, may be left out, and decides nothing."""

from __future__ import annotations

import re

import pytest

from corrin.assessment import assess
from corrin.knowledge.loading import load
from tests.people import person_of

FINDING = "black_ethnicity_family_background"
WORDS = re.compile(r"ethnic|ancestr|\brace\b|family_background", re.IGNORECASE)


@pytest.mark.parametrize("level", [90, 160, 240, 300, 500, 900, 1500])
def test_it_changes_no_class_no_urgency_and_no_probability(level: int) -> None:
    lab = [f"serum_b12 {level} pmol/L"]
    without, with_it = (
        assess(person_of(said, labs=lab, twitching=True), draws=0, reader="clinician")
        for said in ("fatigue", f"fatigue {FINDING}")
    )
    assert without.b12_status is not None
    assert with_it.b12_status is not None
    assert without.twitching is not None
    assert with_it.twitching is not None
    assert with_it.b12_status.b12_class is without.b12_status.b12_class
    assert with_it.urgency.tier is without.urgency.tier
    chances = {cause.id: cause.probability for cause in without.twitching.causes}
    for cause in with_it.twitching.causes:
        assert cause.probability == pytest.approx(chances[cause.id], rel=1e-9)


def test_it_is_said_that_the_usual_level_may_be_higher() -> None:
    answer = assess(person_of(FINDING, labs=["serum_b12 240 pmol/L"]), draws=0)
    assert answer.b12_status is not None
    reasons = " ".join(reason.person for reason in answer.b12_status.reasons)
    assert "higher" in reasons


def test_no_rule_and_no_cause_asks_for_it() -> None:
    knowledge = load()
    assert "You can leave it out" in (knowledge.findings[FINDING].help or "")
    for flag in knowledge.red_flags.values():
        assert not WORDS.search(flag.when), flag.id
    for step in knowledge.next_steps.values():
        assert not WORDS.search(step.when or ""), step.id
    for cause in knowledge.causes.values():
        assert FINDING not in {link.finding for link in cause.links}, cause.id
        assert not [one for one in cause.prior_modifiers if WORDS.search(one.when)], cause.id

"""What was not asked and could make it more urgent is named, most urgent first."""

from __future__ import annotations

from corrin.knowledge.loading import load
from corrin.knowledge.records import Tier
from corrin.triage.gate import gate
from corrin.triage.lookup import PictureLookup
from corrin.triage.records import Urgency
from tests.people import person_of, read, seen


def could_raise_to(answer: Urgency) -> dict[str, Tier]:
    return {item.finding: item.would_raise_to for item in answer.not_asked}


def test_nothing_asked_leaves_every_sign_of_danger_open() -> None:
    open_ = could_raise_to(seen())
    for sign in ("breathless_rest", "choking_new", "weakness_sudden", "cauda_equina", "jaw_spasm"):
        assert open_[sign] is Tier.EMERGENCY
    assert open_["confusion"] is Tier.SAME_DAY
    assert open_["atrophy"] is Tier.TWO_WEEKS
    assert "poor_sleep" not in open_


def test_the_most_urgent_come_first() -> None:
    tiers = [list(Tier).index(item.would_raise_to) for item in seen().not_asked]
    assert tiers == sorted(tiers)


def test_what_was_answered_is_not_asked_again() -> None:
    open_ = could_raise_to(seen("-breathless_rest -confusion seizure"))
    assert not {"breathless_rest", "confusion", "seizure"} & set(open_)


def test_an_answer_counts_for_what_it_would_add_to_what_is_known() -> None:
    assert "sweating" not in could_raise_to(seen("dist_calf_foot"))
    open_ = could_raise_to(seen("rx_serotonergic inducible_clonus"))
    assert open_["sweating"] is Tier.EMERGENCY
    open_ = could_raise_to(seen("rx_ppi cramps"))
    assert open_["rx_diuretic"] is Tier.SAME_DAY
    assert open_["palpitations"] is Tier.SAME_DAY


def test_a_no_can_raise_the_tier_too() -> None:
    open_ = could_raise_to(seen("", labs=["serum_b12 1100 pmol/L"]))
    assert open_["b12_supplement"] is Tier.TWO_WEEKS


def test_what_implies_an_answer_is_asked_as_well() -> None:
    # Waking with cramps is having cramps.
    open_ = could_raise_to(seen("rx_ppi"))
    assert open_["cramps"] is open_["night_cramps"] is Tier.TWO_WEEKS


def test_an_emergency_leaves_nothing_to_raise() -> None:
    assert seen("breathless_rest").not_asked == ()


def test_the_gate_looks_at_both_questions_of_breathing() -> None:
    knowledge = load()
    answers = "-objective_weakness -atrophy -dysarthria -dysphagia"
    for breathing, is_open, unanswered in (
        ("-orthopnoea", True, ()),
        ("-breathless_rest", True, ()),
        ("-orthopnoea breathless_rest", False, ()),
        ("", False, ("orthopnoea",)),
    ):
        picture, status = read(person_of(f"{answers} {breathing}"))
        found = gate(PictureLookup(picture, status, knowledge))
        assert (found.is_open, found.unanswered) == (is_open, unanswered)

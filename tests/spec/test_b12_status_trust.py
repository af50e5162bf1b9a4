"""Can the number be trusted?  A high or normal total never rules deficiency out.

Each row of the tables is a person with one thing that makes a number lie, and what is
said about it.
"""

from __future__ import annotations

import datetime as dt

import pytest

from corrin.b12_status.classing import class_b12
from corrin.b12_status.records import B12Class, B12Status, Trust
from corrin.b12_status.trust import SIGNS
from corrin.b12_status.words_functional import FUNCTIONAL
from corrin.b12_status.words_trust import TRUST
from corrin.knowledge.loading import load
from corrin.person.records import Drug, Intake, LabResult, Person
from corrin.picture.building import clinical_picture

KNOWLEDGE = load()
MMA, HCY = "methylmalonic_acid", "homocysteine"


def status(*labs: LabResult, age=41.0, **person) -> B12Status:
    found = class_b12(clinical_picture(Person(age=age, labs=labs, **person), KNOWLEDGE), KNOWLEDGE)
    assert isinstance(found, B12Status)
    return found


def b12(value, **more) -> LabResult:
    return LabResult(lab="serum_b12", value=value, unit="ng/L", **more)


def codes(found: B12Status) -> list[str]:
    return [reason.code for reason in found.reasons]


@pytest.mark.parametrize("value", [400, 900, 1000, 1500, 20000])
def test_a_normal_or_high_total_never_rules_deficiency_out(value):
    found = status(b12(value))
    assert "does-not-rule-out" in codes(found)
    assert found.functional_deficiency is None


@pytest.mark.parametrize("value", [400, 1500])
@pytest.mark.parametrize("sign", SIGNS)
def test_signs_with_a_total_that_does_not_fit_ask_for_mma_and_homocysteine(value, sign):
    assert sign in KNOWLEDGE.findings
    found = status(b12(value), findings={sign: True})
    assert found.trust is Trust.LIMITED
    assert {MMA, HCY} <= set(found.ask_for)


MADE_UNRELIABLE = [
    ({"nitrous_use": True}, "nitrous-oxide"),
    ({"if_antibody_positive": True}, "intrinsic-factor-antibody"),
    ({"macro_b12_known": True}, "macro-b12"),
]


@pytest.mark.parametrize("value", [250, 400, 1500])
@pytest.mark.parametrize(("findings", "reason"), MADE_UNRELIABLE)
def test_what_makes_a_number_look_better_than_it_is(value, findings, reason):
    found = status(b12(value), findings=findings)
    assert found.trust is Trust.NOT_RELIABLE
    assert reason in codes(found)
    assert {MMA, HCY} <= set(found.ask_for)


def test_the_antibody_counts_as_a_laboratory_result_too():
    for line in (
        LabResult(lab="intrinsic_factor_antibody", interpretation="positive"),
        LabResult(lab="intrinsic_factor_antibody", value="positive"),
    ):
        assert "intrinsic-factor-antibody" in codes(status(b12(500), line))
    negative = LabResult(lab="intrinsic_factor_antibody", interpretation="negative")
    assert "intrinsic-factor-antibody" not in codes(status(b12(500), negative))


def test_homocysteine_is_asked_first_after_nitrous_oxide():
    assert status(b12(500), findings={"nitrous_use": True}).ask_for[:2] == (HCY, MMA)


def test_a_low_total_is_not_made_better_by_any_of_them():
    findings = {"nitrous_use": True, "if_antibody_positive": True, "macro_b12_known": True}
    found = status(b12(100), findings=findings)
    assert found.b12_class is B12Class.DEFICIENT
    assert found.trust is Trust.USUAL


def test_the_pill_can_make_a_low_total_falsely_low():
    found = status(b12(150), drugs=(Drug(name="Microgynon 30"),))
    assert found.b12_class is B12Class.DEFICIENT
    assert found.trust is Trust.LIMITED
    assert "oral-contraceptive" in codes(found)
    assert "oral-contraceptive" not in codes(
        status(b12(500), findings={"oral_contraceptive": True})
    )


DAY = dt.date(2026, 3, 20)
TAKEN = [
    ((Intake(substance="cyanocobalamin", dose="1000 ug", every="1 day"),), "b12-taken", "limited"),
    ((Intake(product="Vitamin B12 chewables", dose="50 ug"),), "b12-taken", "limited"),
    (
        (
            Intake(
                substance="hydroxocobalamin", route="intramuscular", last_dose=dt.date(2026, 3, 15)
            ),
        ),
        "recent-injection",
        "not-reliable",
    ),
    (
        (Intake(substance="hydroxocobalamin", last_dose=dt.date(2026, 1, 1)),),
        "b12-taken",
        "limited",
    ),
    ((Intake(substance="magnesium", dose="300 mg"),), None, "usual"),
    ((), None, "usual"),
]


@pytest.mark.parametrize(("intake", "reason", "trust"), TAKEN)
def test_b12_that_is_taken_limits_what_the_number_says(intake, reason, trust):
    found = status(b12(1500, taken=DAY), intake=intake)
    assert found.trust.value == trust
    about_intake = {"b12-taken", "recent-injection"} & set(codes(found))
    assert about_intake == ({reason} if reason else set())


def test_supplements_are_asked_about_when_a_number_is_high_and_nobody_asked():
    assert "b12_supplement" in status(b12(1500)).ask_for
    assert "b12_supplement" not in status(b12(1500), intake=()).ask_for
    answered = status(b12(1500), findings={"b12_supplement": False})
    assert "b12_supplement" not in answered.ask_for


def test_a_number_high_enough_to_be_a_wrong_unit_is_said():
    assert "check-unit" in codes(status(b12(50_000)))
    assert "check-unit" not in codes(status(b12(5_000)))


def test_the_combined_indicator_is_refused_with_the_reason():
    labs = (
        b12(300),
        LabResult(lab="active_b12", value=50, unit="pmol/L"),
        LabResult(lab=MMA, value=300, unit="nmol/L"),
        LabResult(lab=HCY, value=14, unit="umol/L"),
    )
    assert "combined-indicator-refused" in codes(status(*labs))
    assert "combined-indicator-refused" in codes(status(*labs[:3]))
    assert "combined-indicator-refused" not in codes(status(*labs[:2]))


def test_every_reason_has_both_voices_and_a_source_that_exists():
    for code, reason in {**TRUST, **FUNCTIONAL}.items():
        assert reason.code == code
        assert reason.person.endswith((".", "?"))
        assert reason.clinician.endswith(".")
        assert (reason.reference is None) != (reason.assumed is None)
        assert reason.reference is None or reason.reference in KNOWLEDGE.references


def test_nobody_is_told_to_stop():
    for reason in (*TRUST.values(), *FUNCTIONAL.values()):
        assert "stop taking" not in reason.person.lower()
        assert "stop it" not in reason.person.lower()

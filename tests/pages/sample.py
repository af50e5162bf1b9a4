"""An invented person and invented knowledge, made of the real records.

The figures and sources here are made up to try the pages; none of them is a finding.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from types import SimpleNamespace
from typing import Any

from corrin.b12_status.records import B12Class, B12Status, Reason, Trust
from corrin.errors import Refusal
from corrin.knowledge.facts import Knowledge
from corrin.knowledge.records import (
    Cause,
    Effort,
    Estimate,
    Finding,
    Guideline,
    Interval,
    Lab,
    Link,
    Quantity,
    Read,
    Reference,
    Setting,
    Tier,
    Wording,
)
from corrin.labs.records import Measurement, Position
from corrin.next_steps.records import SuggestedStep
from corrin.person.records import Drug, Intake, Person
from corrin.picture.records import FindingState, Origin, Picture
from corrin.triage.records import NotAsked, RaisedFlag, Urgency
from corrin.twitching.records import AskNext, Evidence, ExplainedBy, Twitching

LATER = dt.date(2099, 1, 1)
GUESS = "made up to try the pages"


def _estimate(mode: float, reference: str | None = None) -> Estimate:
    return Estimate(
        low=mode / 2,
        mode=mode,
        high=mode * 1.5,
        reference=reference,
        assumed=None if reference else GUESS,
    )


def _finding(one: str, name: str, professional: str, question: str) -> Finding:
    return Finding(
        id=one,
        name=name,
        professional_name=professional,
        kind="symptom",
        effort=Effort.QUESTION,
        question=question,
        leak=_estimate(0.1),
        review_by=LATER,
    )


FINDINGS = {
    one.id: one
    for one in (
        _finding("caffeine_high", "A lot of coffee or energy drinks", "High caffeine intake",
                 "Do you drink a lot of coffee or energy drinks?"),
        _finding("poor_sleep", "Poor sleep", "Poor sleep", "Do you sleep badly?"),
        _finding("dist_calf_foot", "Twitching mostly in a calf or foot",
                 "Twitching mainly of calf or foot", "Is the twitch mostly in a calf or foot?"),
        _finding("objective_weakness", "A weak muscle", "Weakness on examination",
                 "Is a muscle weak, so that you cannot do things?"),
        _finding("atrophy", "A muscle getting thinner", "Muscle wasting",
                 "Has a muscle got thinner?"),
        _finding("paraesthesia", "Tingling or numbness", "Paraesthesia of the limbs",
                 "Do your hands or feet tingle or feel numb?"),
        _finding("dysphagia", "Trouble swallowing", "Dysphagia", "Is it hard to swallow?"),
        _finding("lab_mg_low", "Low magnesium", "Hypomagnesaemia on testing",
                 "Was your magnesium low?"),
        _finding("rx_ppi", "A stomach acid medicine", "Proton-pump inhibitor",
                 "Do you take a stomach acid medicine?"),
    )
}  # fmt: skip


def _cause(one: str, name: str, professional: str, prior: float, *linked: str) -> Cause:
    return Cause(
        id=one,
        state_of="motor_neurone_disease" if one == "motor_neurone" else None,
        name=name,
        professional_name=professional,
        group="example",
        summary="Too much can make nerves fire more. It often stops when it is cut down.",
        clinician_summary="An invented summary for the page, with enough words to fill two lines "
        "so that the measure of the text can be judged.",
        priors={setting: _estimate(prior) for setting in Setting},
        review_by=LATER,
        usual_urgency=Tier.ROUTINE,
        links=tuple(Link(finding=f, p=_estimate(0.4, "example-b")) for f in linked),
        references=("example-a",),
    )


CAUSES = {
    one.id: one
    for one in (
        _cause("caffeine", "Coffee or energy drinks", "Caffeine or energy drinks", 0.15,
               "caffeine_high", "poor_sleep"),
        _cause("bfs", "Harmless twitching that lasts", "Benign fasciculation syndrome", 0.3,
               "dist_calf_foot", "objective_weakness"),
        _cause("sleep_stress", "Stress or too little sleep", "Sleep loss or stress", 0.2,
               "poor_sleep"),
        _cause("low_magnesium", "Low magnesium", "Hypomagnesaemia", 0.02, "lab_mg_low", "rx_ppi"),
        _cause("b12_deficiency", "Too little vitamin B12", "Vitamin B12 deficiency", 0.03,
               "paraesthesia"),
        _cause("motor_neurone", "Motor neurone disease (ALS)", "Motor neurone disease (ALS)", 0.002,
               "objective_weakness", "atrophy"),
        _cause("high_b12_direct", "High B12 itself", "High B12 itself (direct effect)", 0.001),
        _cause("thyroid", "An overactive thyroid gland", "Hyperthyroidism", 0.01),
        _cause("kidney", "Kidney failure", "Uraemia in advanced chronic kidney disease", 0.002),
        _cause("nerve_root", "A trapped nerve in the neck or back", "Radiculopathy", 0.02),
        _cause("viral", "After a virus", "Post-viral", 0.02),
        _cause("low_potassium", "Low potassium", "Hypokalaemia", 0.01),
    )
}  # fmt: skip


def _reference(one: str, read: Read, title: str, **more: Any) -> Reference:
    return Reference(id=one, title=title, study_type="example", read=read, **more)


REFERENCES = {
    one.id: one
    for one in (
        _reference("example-a", Read.ABSTRACT, "An invented study of twitching and coffee",
                   authors="Example A, Sample B", year=2020, journal="Journal of Examples",
                   doi="10.0000/example-a"),
        _reference("example-b", Read.NOT_READ, "Benign twitching: an invented follow-up",
                   authors="Specimen C", year=2011, journal="Annals of Samples", pmid="0"),
        _reference("example-c", Read.FULL_TEXT, "An invented guideline on B12", year=2024,
                   url="https://guideline.example/b12"),
    )
}  # fmt: skip

LABS = {
    "serum_b12": Lab(
        id="serum_b12",
        name="Vitamin B12 in the blood",
        professional_name="Serum vitamin B12 (total cobalamin)",
        what_it_is="The amount of B12 in the blood.",
        canonical_unit="pmol/L",
        review_by=LATER,
        plausible=Interval(unit="pmol/L", low=1, high=100_000, assumed=GUESS),
    ),
    "magnesium": Lab(
        id="magnesium",
        name="Magnesium",
        professional_name="Magnesium",
        what_it_is="A salt in the blood.",
        canonical_unit="mmol/L",
        review_by=LATER,
        plausible=Interval(unit="mmol/L", low=0.1, high=10, assumed=GUESS),
    ),
}
GUIDELINE = Guideline(
    id="example",
    name="the Example guideline",
    lab="serum_b12",
    unit="pmol/L",
    deficient_below=130,
    indeterminate_below=260,
    review_by=LATER,
    reference="example-c",
)


def _wording(one: str, person: str, clinician: str) -> Wording:
    return Wording(id=one, person=person, clinician=clinician, reference="example-a")


WORDING = {
    one.id: one
    for one in (
        _wording("calm_words", "Many fear this. It is rare. What counts is strength.",
                 "Name the fear and examine strength."),
        _wording("calm_words_after_answers", "You have no weak muscle. This is most often benign.",
                 "Bulbar and limb weakness denied; usually benign."),
        _wording("self_care_not_yet", "We cannot say yet that you can wait at home.",
                 "Self-care is not offered yet."),
        _wording("probability_explanation", "Each number says how likely one cause is. Two causes "
                 "can be true at once. So they need not add to 100.",
                 "Posterior probabilities; causes can coexist, so they need not add to 100."),
        _wording("keep_prescribed_b12", "Do not stop B12 that a doctor prescribed.",
                 "Never stop prescribed B12 because of a high level."),
        _wording("folic_acid_warning", "Do not take folic acid alone while B12 may be low.",
                 "No folic acid alone before deficiency is excluded."),
    )
}  # fmt: skip


def knowledge(**changes: Any) -> Knowledge:
    """The invented knowledge; tables that the pages do not read stay empty."""
    empty: dict[str, Any] = {one.name: {} for one in dataclasses.fields(Knowledge)}
    return Knowledge(
        **empty
        | {
            "version": "0.0.0+0123456789ab",
            "causes": CAUSES,
            "findings": FINDINGS,
            "labs": LABS,
            "guidelines": {"example": GUIDELINE},
            "references": REFERENCES,
            "wording": WORDING,
            "model": {
                "display_floor": Quantity(value=0.001, unit="1", assumed=GUESS),
                "display_ceiling": Quantity(value=0.99, unit="1", assumed=GUESS),
            },
        }
        | changes
    )


PERSON = Person(
    age=41,
    sex="female",
    setting="general",
    country="GB",
    twitching=True,
    findings={"caffeine_high": True, "poor_sleep": True, "paraesthesia": False},
    intake=(Intake(substance="cyanocobalamin", route="oral", dose="1000 ug", every="1 day",
                   since=dt.date(2026, 1, 1), product="Mega B12"),),
    drugs=(Drug(name="omeprazole"),),
)  # fmt: skip


def picture(person: Person = PERSON) -> Picture:
    said = {one: FindingState(state, Origin.SAID) for one, state in person.findings.items()}
    return Picture(
        person=person,
        findings=said
        | {
            "rx_ppi": FindingState(True, Origin.DRUG, "omeprazole is one of these"),
            "lab_mg_low": FindingState(False, Origin.LAB, "magnesium 0.82 mmol/L is in the range"),
        },
        measurements={
            "serum_b12": (
                Measurement(lab="serum_b12", position=Position.HIGH, low=1092, high=1092,
                            unit="pmol/L", seen="1480", unit_seen="pg/mL", reference_low=145,
                            reference_high=569, interval_from="laboratory",
                            taken=dt.date(2026, 10, 1)),
            ),
            "magnesium": (
                Measurement(lab="magnesium", position=Position.NORMAL, low=0.82, high=0.82,
                            unit="mmol/L", seen="0.82", unit_seen="mmol/L", reference_low=0.7,
                            reference_high=1.0, interval_from="corrin"),
            ),
        },
        not_used=(
            Refusal("labs.serum_folate", "missing-unit", "The folate result has no unit.",
                    "Which unit is printed beside it?"),
        ),
    )  # fmt: skip


def _explained(one: str, p: float, *evidence: tuple[str, bool, float]) -> ExplainedBy:
    told = [Evidence(finding=f, present=state, effect=effect) for f, state, effect in evidence]
    return ExplainedBy(
        id=one,
        probability=p,
        low=p / 2.5,
        high=min(p * 2, 0.9999),
        prior=p / 1.5,
        evidence_for=tuple(one for one in told if one.effect > 0),
        evidence_against=tuple(one for one in told if one.effect <= 0),
        joint_remainder=0.12,
    )


TWITCHING = Twitching(
    causes=(
        _explained("caffeine", 0.46, ("caffeine_high", True, 0.82), ("poor_sleep", True, 0.21),
                   ("lab_mg_low", False, 0.012)),
        _explained("bfs", 0.31, ("objective_weakness", False, 0.31), ("caffeine_high", True, -0.42),
                   ("poor_sleep", True, -0.05)),
        _explained("sleep_stress", 0.24, ("poor_sleep", True, 0.66), ("caffeine_high", True, -0.2)),
        _explained("nerve_root", 0.022, ("paraesthesia", False, -0.61)),
        _explained("low_magnesium", 0.012, ("rx_ppi", True, 0.55), ("lab_mg_low", False, -1.34)),
        _explained("b12_deficiency", 0.008, ("paraesthesia", False, -0.77), ("rx_ppi", True, 0.2)),
        _explained("viral", 0.006),
        _explained("thyroid", 0.004),
        _explained("low_potassium", 0.003, ("rx_ppi", True, 0.12)),
        _explained("motor_neurone", 0.0008, ("objective_weakness", False, -2.3)),
        _explained("kidney", 0.0005),
        _explained("high_b12_direct", 0.0000001),
    ),
    none_of_these=0.21,
    setting="general",
    draws=1000,
    counted_once=("poor_sleep",),
    ask_next=(
        AskNext(finding="atrophy", expected_change=0.02, chance_present=0.01,
                moves="motor_neurone"),
        AskNext(finding="dist_calf_foot", expected_change=0.08, chance_present=0.4, moves="bfs"),
    ),
)  # fmt: skip
B12 = B12Status(
    b12_class=B12Class.HIGH,
    value_pmol_l=1092,
    value_pg_ml=1480,
    trust=Trust.LIMITED,
    functional_deficiency=None,
    reasons=(
        Reason(code="above-interval", person="The result is above the range that your laboratory "
               "printed.", clinician="Above the laboratory’s printed interval.",
               reference="example-c"),
        Reason(code="supplement", person="You take B12. That can raise the number.",
               clinician="Oral B12 is taken and raises the total.", assumed=GUESS),
    ),
    ask_for=("magnesium",),
    guideline="example",
)  # fmt: skip
URGENCY = Urgency(
    tier=Tier.ROUTINE,
    because=(
        RaisedFlag(
            rule="high_b12_supplement",
            tier=Tier.ROUTINE,
            name="High B12 with a supplement",
            because="Your B12 is high and you take B12. It is worth a second test.",
            because_clinician="A single raised B12 on oral supplementation; repeat.",
            action="Ask for the test again.",
            rests_on=("serum_b12",),
            references=("example-c",),
        ),
    ),
    not_asked=(
        NotAsked(finding="dysphagia", would_raise_to=Tier.EMERGENCY),
        NotAsked(finding="objective_weakness", would_raise_to=Tier.TWO_WEEKS),
        NotAsked(finding="atrophy", would_raise_to=Tier.TWO_WEEKS),
    ),
    action="Book a normal visit with your doctor. Go sooner if you get weak, or if it is hard to "
    "speak, swallow or breathe.",
    action_clinician="Routine review; safety-net for weakness and bulbar or breathing symptoms.",
    may_say_benign=False,
    self_care_needs=("objective_weakness", "atrophy", "dysphagia"),
)
STEPS = (
    SuggestedStep(id="repeat_b12", name="Ask for a second B12 test", effort=Effort.BLOOD_TEST,
                  why="One high result can pass. A second one shows if it stays.",
                  why_clinician="Persistence separates transient rises.",
                  changes="It tells if the level stays high.", expected_change=0.0421,
                  references=("example-c",)),
    SuggestedStep(id="less_caffeine", name="Try less coffee for two weeks", effort=Effort.QUESTION,
                  why="Coffee can make muscles twitch.", why_clinician="A trial of less caffeine.",
                  changes="If the twitching stops, coffee was a likely reason.", assumed=GUESS),
)  # fmt: skip
REFUSALS = (
    Refusal("high_b12", "not-high", "This B12 level is not high, so the question does not arise."),
    Refusal("causality", "b12-intake-not-known", "It is not known if B12 is taken, or was taken."),
)


def assessment(**changes: Any) -> Any:
    """The sample answer; ``changes`` replaces parts of it."""
    parts: dict[str, Any] = {
        "person": PERSON,
        "reader": "person",
        "picture": picture(),
        "b12_status": B12,
        "high_b12": None,
        "low_b12": None,
        "twitching": TWITCHING,
        "urgency": URGENCY,
        "claims": (),
        "causality": None,
        "next_steps": STEPS,
        "refusals": REFUSALS,
        "knowledge": knowledge(),
        "knowledge_version": "0.0.0+0123456789ab",
        "software_version": "0.0.0",
        "disclaimer": "This is not a diagnosis. It helps you talk with a doctor.",
        "assessed_on": dt.date(2026, 11, 22),
    }
    return SimpleNamespace(**parts | changes)


def urgent(tier: Tier, **changes: Any) -> Urgency:
    """The sample urgency at another tier."""
    return dataclasses.replace(URGENCY, tier=tier, **changes)

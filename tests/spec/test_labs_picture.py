"""The picture: what was said, and what laboratory, medicines and supplements add to it."""

from __future__ import annotations

import datetime as dt

import pytest

from corrin.knowledge.loading import load
from corrin.person.records import Drug, Intake, LabResult, Person, PrintedInterval
from corrin.picture.building import clinical_picture
from corrin.picture.contradictions import find
from corrin.picture.from_drugs import classes_of
from corrin.picture.from_intake import amount
from corrin.picture.records import Origin, Picture

KNOWLEDGE = load()


def picture(**person) -> Picture:
    return clinical_picture(Person(**person), KNOWLEDGE)


def lab(id_, value=None, unit=None, **more) -> LabResult:
    return LabResult(lab=id_, value=value, unit=unit, **more)


def answered(seen: Picture, finding: str) -> bool | None:
    state = seen.findings.get(finding)
    return None if state is None else state.present


FROM_LABS = [
    # a result, a finding, present / absent / not known
    (lab("potassium", 3.1, "mmol/L"), "lab_k_low", True),
    (lab("potassium", 4.1, "mmol/L"), "lab_k_low", False),
    (lab("potassium", "<4.0", "mmol/L"), "lab_k_low", None),
    (lab("potassium", interpretation="low"), "lab_k_low", True),
    (lab("potassium", interpretation="high"), "lab_k_low", False),
    # a limit of its own: TSH below 0.1, bilirubin above 34, eGFR below 30
    (lab("tsh", 0.05, "mIU/L"), "lab_tsh_low", True),
    (lab("tsh", 0.2, "mIU/L"), "lab_tsh_low", False),
    (lab("tsh", "<0.01", "mIU/L"), "lab_tsh_low", True),
    (lab("tsh", "<0.3", "mIU/L"), "lab_tsh_low", None),
    (lab("bilirubin", 3.0, "mg/dL"), "lab_bili_high", True),
    (lab("egfr", ">60", "mL/min/1.73m2"), "lab_egfr_low", False),
    # a bare word cannot pass a limit stricter than the usual one
    (lab("tsh", interpretation="low"), "lab_tsh_low", None),
    (lab("tsh", interpretation="normal"), "lab_tsh_low", False),
    # twice the upper limit
    (lab("ck", 401, "U/L"), "lab_ck_high", None),  # a woman's is high, a man's is not
    (lab("ck", 700, "U/L"), "lab_ck_high", True),
    (lab("ck", 150, "U/L"), "lab_ck_high", False),
    (lab("ck", interpretation="high"), "lab_ck_high", None),
    # outside either end
    (lab("platelets", 90, "10^9/L"), "lab_wbc_plt_abn", True),
    (lab("platelets", 900, "10^9/L"), "lab_wbc_plt_abn", True),
    (lab("platelets", 250, "10^9/L"), "lab_wbc_plt_abn", False),
    (lab("intrinsic_factor_antibody", "positive"), "if_antibody_positive", True),
]


@pytest.mark.parametrize(("result", "finding", "expected"), FROM_LABS)
def test_a_result_settles_its_finding_or_leaves_it_open(result, finding, expected):
    seen = picture(labs=(result,))
    assert answered(seen, finding) is expected
    if expected is not None:
        assert seen.findings[finding].origin is Origin.LAB
        assert KNOWLEDGE.labs[result.lab].name in seen.findings[finding].because


def test_twice_the_upper_limit_is_that_of_the_sex_or_of_the_laboratory():
    assert answered(picture(sex="female", labs=(lab("ck", 401, "U/L"),)), "lab_ck_high") is True
    assert answered(picture(sex="male", labs=(lab("ck", 401, "U/L"),)), "lab_ck_high") is False
    printed = PrintedInterval(low=30, high=170)
    mine = lab("ck", 401, "U/L", reference_interval=printed)
    assert answered(picture(sex="male", labs=(mine,)), "lab_ck_high") is True


def test_either_of_two_results_makes_the_finding_present_and_the_other_stays_in_the_reason():
    seen = picture(labs=(lab("alt", 20, "U/L"), lab("ggt", 200, "U/L")))
    assert seen.present("lab_liver_abn")
    assert seen.findings["lab_liver_abn"].because == "GGT 200 U/L"


def test_the_latest_result_counts():
    march, april = dt.date(2026, 3, 1), dt.date(2026, 4, 1)
    seen = picture(
        labs=(
            lab("potassium", 3.0, "mmol/L", taken=march),
            lab("potassium", 4.2, "mmol/L", taken=april),
            lab("potassium", 2.9, "mmol/L"),
        )
    )
    assert seen.absent("lab_k_low")
    assert [one.exact for one in seen.measurements["potassium"]] == [4.2, 3.0, 2.9]


def test_adjusted_calcium_is_what_counts():
    low = lab("calcium", 2.0, "mmol/L")
    assert picture(labs=(low,)).present("lab_ca_low")
    assert picture(labs=(low, lab("albumin", 30, "g/L"))).absent("lab_ca_low")


def test_an_unreadable_result_is_a_question_and_settles_nothing():
    seen = picture(labs=(lab("potassium", 3.1),))
    assert answered(seen, "lab_k_low") is None
    assert [(one.question, one.code) for one in seen.not_used] == [
        ("labs.potassium", "missing-unit")
    ]


def test_a_low_total_in_pregnancy_is_no_finding_by_its_number_alone():
    low = lab("serum_b12", 150, "ng/L")
    assert picture(labs=(low,)).present("lab_b12_low")
    seen = picture(labs=(low,), findings={"pregnant": True})
    assert answered(seen, "lab_b12_low") is None
    assert "limits-do-not-hold" in [one.code for one in seen.not_used]


DRUGS = [
    ("omeprazole", ("rx_ppi",)),
    ("Omeprazole 20 mg once daily", ("rx_ppi",)),
    ("OMEPRAZOLE/PARACETAMOL", ("rx_ppi",)),
    ("esomeprazole", ("rx_ppi",)),
    ("omeprazolex", ()),
    ("omeprazol", ()),
    ("metformin", ("rx_metformin",)),
    ("paracetamol", ()),
    ("", ()),
]


@pytest.mark.parametrize(("name", "classes"), DRUGS)
def test_a_medicine_is_known_by_whole_words_of_any_case(name, classes):
    assert classes_of(name, KNOWLEDGE) == classes


def test_medicines_make_their_findings_present_and_an_empty_list_makes_them_absent():
    seen = picture(drugs=(Drug(name="Omeprazole 20 mg"),))
    assert seen.present("rx_ppi")
    assert seen.findings["rx_ppi"].origin is Origin.DRUG
    assert answered(seen, "rx_lithium") is None
    none = picture(drugs=())
    assert none.absent("rx_ppi")
    assert none.absent("rx_lithium")
    assert answered(picture(), "rx_ppi") is None


def test_a_misspelt_medicine_is_asked_about_and_not_guessed():
    seen = picture(drugs=(Drug(name="omeprazol"),))
    assert answered(seen, "rx_ppi") is None
    assert [one.ask for one in seen.not_used] == ["Did you mean 'omeprazole'?"]


def test_a_medicine_that_was_stopped_does_not_count():
    stopped = Drug(name="omeprazole", until=dt.date(2026, 1, 1))
    assert answered(picture(drugs=(stopped,), as_of=dt.date(2026, 2, 1)), "rx_ppi") is not True
    assert picture(drugs=(stopped,), as_of=dt.date(2025, 12, 1)).present("rx_ppi")


HIGH_DOSE = [
    (None, None),
    ((), False),
    ((Intake(substance="cyanocobalamin", dose="1000 ug", every="1 day"),), True),
    ((Intake(substance="cyanocobalamin", dose="1 mg"),), True),
    ((Intake(substance="cyanocobalamin", dose="500 ug"),), True),
    ((Intake(substance="methylcobalamin", dose="500 mcg", every="daily"),), True),
    ((Intake(substance="vitamin B12", dose="50 µg", every="day"),), False),
    ((Intake(substance="vitamin B12", dose="300 ug", every="12 hours"),), True),
    ((Intake(substance="vitamin B12", dose="1,000 ug"),), None),  # thousands or decimals?
    ((Intake(substance="vitamin B12"),), None),
    ((Intake(product="B12 1000 spray"),), None),
    ((Intake(substance="cyanocobalamin", route="intramuscular"),), True),
    ((Intake(substance="hydroxocobalamin", every="12 weeks"),), True),
    ((Intake(substance="magnesium", dose="500 mg"),), None),
]


@pytest.mark.parametrize(("intake", "expected"), HIGH_DOSE)
def test_the_dose_and_the_route_say_whether_it_is_high_dose_b12(intake, expected):
    assert answered(picture(intake=intake), "b12_supplement") is expected


def test_b12_on_the_medicine_list_counts_as_well():
    seen = picture(drugs=(Drug(name="Hydroxocobalamin 1 mg injection"),))
    assert seen.present("b12_supplement")
    assert seen.not_used == ()


def test_b12_that_ended_is_neither_present_nor_absent():
    ended = Intake(substance="cyanocobalamin", dose="1 mg", until=dt.date(2025, 1, 1))
    seen = picture(intake=(ended,), as_of=dt.date(2026, 1, 1))
    assert answered(seen, "b12_supplement") is None


@pytest.mark.parametrize(
    ("text", "dimension", "expected"),
    [
        ("1 mg", "mass", 1000),
        ("1000 mcg", "mass", 1000),
        ("0,5 mg", "mass", 500),
        ("two tablets", "mass", None),
        ("1 day", "time", 24),
        ("day", "time", 24),
        ("weekly", "time", 168),
        ("12 weeks", "time", 2016),
        ("now and then", "time", None),
        (None, "mass", None),
    ],
)
def test_amounts_are_read_simply_or_not_at_all(text, dimension, expected):
    assert amount(text, dimension, KNOWLEDGE) == expected


def test_what_follows_from_a_finding_is_added_to_the_end():
    seen = picture(findings={"foot_drop_grip_loss": True})
    assert seen.present("objective_weakness")
    assert seen.findings["objective_weakness"].origin is Origin.IMPLIED
    assert answered(picture(findings={"foot_drop_grip_loss": False}), "objective_weakness") is None


CONTRADICTIONS = [
    {"findings": {"lab_k_low": True}, "labs": (lab("potassium", 4.2, "mmol/L"),)},
    {"findings": {"lab_k_low": False}, "labs": (lab("potassium", 3.0, "mmol/L"),)},
    {"findings": {"rx_ppi": False}, "drugs": (Drug(name="omeprazole"),)},
    {"findings": {"objective_weakness": False, "proximal_weakness": True}},
    {"findings": {"b12_supplement": True}, "intake": ()},
]


@pytest.mark.parametrize("person", CONTRADICTIONS)
def test_where_two_answers_disagree_present_wins_and_it_is_said(person):
    seen = picture(**person)
    finding = next(iter(person["findings"]))
    assert seen.present(finding)
    refusal = next(one for one in seen.not_used if one.code == "contradiction")
    assert refusal.question == f"findings.{finding}"
    assert refusal.ask


def test_findings_that_exclude_each_other_are_a_fault_of_the_file():
    person = Person(findings={"dist_eyelid_only": True, "dist_generalised": True})
    problems = find(person, KNOWLEDGE)
    assert [problem.code for problem in problems] == ["contradiction"]
    assert problems[0].where == "findings.dist_eyelid_only"
    assert "dist_generalised" in problems[0].what
    assert find(Person(findings={"dist_eyelid_only": True}), KNOWLEDGE) == ()
    one_absent = {"dist_eyelid_only": True, "dist_generalised": False}
    assert find(Person(findings=one_absent), KNOWLEDGE) == ()


def test_denying_what_follows_from_a_finding_is_a_fault_of_the_file():
    denied = {"proximal_weakness": True, "objective_weakness": False}
    (problem,) = find(Person(findings=denied), KNOWLEDGE)
    assert (problem.where, problem.code) == ("findings.objective_weakness", "contradiction")


def test_a_file_read_leniently_keeps_both_and_says_so():
    seen = picture(findings={"dist_eyelid_only": True, "dist_generalised": True})
    assert seen.present("dist_eyelid_only")
    assert seen.present("dist_generalised")
    assert [one.code for one in seen.not_used] == ["contradiction"]


def test_an_alias_goes_on_working_and_an_unknown_word_is_asked_about():
    assert picture(findings={"pregnancy": True}).present("pregnant")
    seen = picture(findings={"twichy_eyelid": True})
    assert seen.findings == {}
    assert seen.not_used[0].code == "unknown-finding"

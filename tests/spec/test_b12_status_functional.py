"""Do MMA and homocysteine show that cells lack B12?  Read with kidneys, age and folate."""

from __future__ import annotations

import pytest

from corrin.b12_status.classing import class_b12
from corrin.b12_status.records import B12Status, Trust
from corrin.knowledge.loading import load
from corrin.person.records import Intake, LabResult, Person, PrintedInterval
from corrin.picture.building import clinical_picture

KNOWLEDGE = load()


def status(labs: str, *, age=41.0, findings: str = "", **person) -> B12Status:
    """Read ``"mma 450 nmol/L; egfr 90 mL/min/1.73m2"`` beside an indeterminate B12."""
    lines = [LabResult(lab="serum_b12", value=250, unit="ng/L")]
    for text in filter(None, (part.strip() for part in labs.split(";"))):
        lab, value, *unit = text.split()
        if unit:
            lines.append(LabResult(lab=lab, value=value, unit=unit[0]))
        else:
            lines.append(LabResult(lab=lab, interpretation=value))
    someone = Person(
        age=age, labs=tuple(lines), findings=dict.fromkeys(findings.split(), True), **person
    )
    found = class_b12(clinical_picture(someone, KNOWLEDGE), KNOWLEDGE)
    assert isinstance(found, B12Status)
    return found


KIDNEYS_FINE = "egfr 90 mL/min/1.73m2"
FOLATE_FINE = "serum_folate 20 nmol/L"

READ = [
    # labs, age, findings, functional deficiency, a reason
    ("", 41, "", None, None),
    (f"mma 450 nmol/L; {KIDNEYS_FINE}", 41, "", True, "mma-raised"),
    (f"mma 0.45 umol/L; {KIDNEYS_FINE}", 41, "", True, "mma-raised"),
    (f"mma 271 nmol/L; {KIDNEYS_FINE}", 41, "", False, "mma-not-raised"),
    (f"mma 150 nmol/L; {KIDNEYS_FINE}", 41, "", False, "mma-not-raised"),
    ("mma high; creatinine 70 umol/L", 41, "", True, "mma-raised"),
    ("mma normal", 41, "", False, "mma-not-raised"),
    ("mma 450 nmol/L", 41, "", True, "kidney-not-known"),
    # weak kidneys raise MMA by themselves
    ("mma 450 nmol/L; egfr 40 mL/min/1.73m2", 41, "", None, "mma-kidney"),
    ("mma 450 nmol/L; egfr <30 mL/min/1.73m2", 41, "", None, "mma-kidney"),
    ("mma 450 nmol/L; egfr >60 mL/min/1.73m2", 41, "", True, "mma-raised"),
    ("mma 450 nmol/L; creatinine 130 umol/L", 41, "", None, "mma-kidney"),
    ("mma 450 nmol/L; creatinine 129 umol/L", 41, "", True, "mma-raised"),
    ("mma 450 nmol/L", 41, "ckd_known", None, "mma-kidney"),
    ("mma 150 nmol/L; egfr 20 mL/min/1.73m2", 41, "", False, "mma-not-raised"),
    # age raises it too: the Danish interval for 65 and over ends at 0.46 umol/L
    (f"mma 450 nmol/L; {KIDNEYS_FINE}", 80, "", False, "mma-not-raised"),
    (f"mma 470 nmol/L; {KIDNEYS_FINE}", 80, "", True, "mma-raised"),
    # homocysteine needs folate
    (f"hcy 25 umol/L; {FOLATE_FINE}", 41, "", True, "homocysteine-raised"),
    ("hcy 25 umol/L", 41, "", None, "homocysteine-folate-not-known"),
    ("hcy 25 umol/L; serum_folate 3 nmol/L", 41, "", None, "homocysteine-folate-low"),
    (f"hcy 25 umol/L; {FOLATE_FINE}; creatinine 200 umol/L", 41, "", None, "homocysteine-kidney"),
    (f"hcy 16 umol/L; {FOLATE_FINE}", 80, "", None, "homocysteine-age"),
    (f"hcy 25 umol/L; {FOLATE_FINE}", 80, "", True, "homocysteine-raised"),
    ("hcy 10 umol/L", 41, "", False, "homocysteine-not-raised"),
    # nitrous oxide acts through homocysteine
    ("hcy 51 umol/L", 30, "nitrous_use", True, "homocysteine-nitrous"),
    # both
    ("mma 450 nmol/L; hcy 25 umol/L", 41, "", True, "mma-raised"),
    ("mma 150 nmol/L; hcy 10 umol/L", 41, "", False, "mma-not-raised"),
    ("mma 450 nmol/L; hcy 10 umol/L", 41, "", True, "markers-disagree"),
    (f"mma 150 nmol/L; hcy 25 umol/L; {FOLATE_FINE}", 41, "", None, "markers-disagree"),
    ("mma 150 nmol/L; hcy 51 umol/L", 30, "nitrous_use", True, "markers-disagree"),
    ("mma 150 nmol/L; hcy 25 umol/L", 41, "", None, "homocysteine-folate-not-known"),
]


@pytest.mark.parametrize(("labs", "age", "findings", "expected", "reason"), READ)
def test_the_markers_are_read_with_what_else_raises_them(labs, age, findings, expected, reason):
    found = status(labs, age=age, findings=findings)
    assert found.functional_deficiency is expected
    if reason is not None:
        assert reason in [one.code for one in found.reasons]


def test_what_is_missing_is_asked_for():
    assert "egfr" in status("mma 450 nmol/L").ask_for
    assert "serum_folate" in status("hcy 25 umol/L").ask_for
    assert "egfr" not in status(f"mma 450 nmol/L; {KIDNEYS_FINE}").ask_for


def test_the_range_of_published_cut_offs_is_shown_beside_the_limit_used():
    found = status(f"mma 450 nmol/L; {KIDNEYS_FINE}")
    said = next(one.clinician for one in found.reasons if one.code == "mma-raised")
    for limit in ("271", "210", "470"):
        assert limit in said


def test_a_printed_limit_made_for_the_young_is_not_held_against_the_old():
    printed = PrintedInterval(low=0.07, high=0.27)
    mma = LabResult(lab="mma", value=0.40, unit="umol/L", reference_interval=printed)
    for age, expected in ((80, None), (40, True)):
        picture = clinical_picture(Person(age=age, labs=(mma,)), KNOWLEDGE)
        found = class_b12(picture, KNOWLEDGE)
        assert isinstance(found, B12Status)
        assert found.functional_deficiency is expected


def test_normal_markers_on_treatment_do_not_speak_of_the_time_before():
    pills = (Intake(substance="cyanocobalamin", dose="1 mg", every="day"),)
    found = status(f"mma 150 nmol/L; {KIDNEYS_FINE}", intake=pills)
    assert found.functional_deficiency is False
    assert "markers-on-treatment" in [one.code for one in found.reasons]


def test_the_markers_are_read_without_any_b12_result():
    mma = LabResult(lab="mma", value=600, unit="nmol/L")
    found = class_b12(clinical_picture(Person(age=41, labs=(mma,)), KNOWLEDGE), KNOWLEDGE)
    assert isinstance(found, B12Status)
    assert found.functional_deficiency is True


@pytest.mark.parametrize("total", [500, 1500])
def test_markers_that_point_to_deficiency_outweigh_a_total_that_does_not(total):
    labs = (
        LabResult(lab="serum_b12", value=total, unit="ng/L"),
        LabResult(lab="mma", value=900, unit="nmol/L"),
        LabResult(lab="egfr", value=90, unit="mL/min/1.73m2"),
    )
    found = class_b12(clinical_picture(Person(age=41, labs=labs), KNOWLEDGE), KNOWLEDGE)
    assert isinstance(found, B12Status)
    assert found.functional_deficiency is True
    assert found.trust is Trust.NOT_RELIABLE
    assert "markers-against-number" in [one.code for one in found.reasons]

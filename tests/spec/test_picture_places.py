"""Where the twitching is rules out where it is not; nothing else is concluded from silence."""

from __future__ import annotations

from corrin.knowledge.loading import load
from corrin.person.records import Person
from corrin.picture.building import clinical_picture
from corrin.picture.records import Origin


def test_twitching_all_over_is_not_only_an_eyelid() -> None:
    picture = clinical_picture(Person(findings={"dist_generalised": True}), load())
    assert picture.absent("dist_eyelid_only")
    assert picture.findings["dist_eyelid_only"].origin is Origin.IMPLIED


def test_an_eyelid_alone_rules_out_the_calf() -> None:
    picture = clinical_picture(Person(findings={"dist_eyelid_only": True}), load())
    assert picture.absent("dist_calf_foot")
    assert not picture.absent("dist_facial")


def test_an_absent_place_rules_out_nothing() -> None:
    picture = clinical_picture(Person(findings={"dist_generalised": False}), load())
    assert set(picture.findings) == {"dist_generalised"}


def test_a_laboratory_finding_rules_out_nothing() -> None:
    picture = clinical_picture(Person(findings={"lab_b12_low": True}), load())
    assert "lab_b12_high" not in picture.findings

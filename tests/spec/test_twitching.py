"""What explains the twitching: when it is answered, what counts, and how it is told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from corrin.errors import Refusal
from corrin.knowledge.loading import load
from corrin.knowledge.records import Setting
from corrin.person.records import Person
from corrin.picture.building import clinical_picture
from corrin.picture.records import Picture
from corrin.twitching import noisy_or
from corrin.twitching.evidence import count_evidence
from corrin.twitching.explaining import explain
from corrin.twitching.network import compile_network
from corrin.twitching.records import Twitching

KNOWLEDGE = load()


def picture(*, person: Person | None = None, **findings: bool) -> Picture:
    person = replace(person or Person(age=41, twitching=True), findings=findings)
    return clinical_picture(person, KNOWLEDGE)


def answer(
    *, draws: int = 0, setting: Setting = Setting.PRIMARY_CARE, **findings: bool
) -> Twitching:
    found = explain(picture(**findings), KNOWLEDGE, setting=setting, draws=draws)
    assert isinstance(found, Twitching)
    return found


def chance(found: Twitching, cause: str) -> float:
    return next(each.probability for each in found.causes if each.id == cause)


@pytest.mark.parametrize("person", [Person(), Person(twitching=False, age=30)])
def test_without_twitching_the_question_is_refused_in_words(person: Person) -> None:
    refused = explain(
        clinical_picture(person, KNOWLEDGE), KNOWLEDGE, setting=Setting.GENERAL, draws=0
    )
    assert isinstance(refused, Refusal)
    assert refused.code == "no-twitching-reported"


@pytest.mark.parametrize(
    "finding", ["dist_focal_limb", "cramps", "carpopedal_spasm", "tongue_fasciculation"]
)
def test_a_finding_that_means_twitching_is_enough(finding: str) -> None:
    person = Person(age=41)
    found = explain(
        picture(person=person, **{finding: True}), KNOWLEDGE, setting=Setting.GENERAL, draws=0
    )
    assert isinstance(found, Twitching)


def test_children_are_refused_and_told_why() -> None:
    child = clinical_picture(Person(age=9, twitching=True), KNOWLEDGE)
    refused = explain(child, KNOWLEDGE, setting=Setting.GENERAL, draws=0)
    assert isinstance(refused, Refusal)
    assert refused.code == "children"


def test_every_explaining_cause_is_there_and_no_background_state() -> None:
    ids = {cause.id for cause in answer().causes}
    assert ids == {cause.id for cause in KNOWLEDGE.causes.values() if cause.explains}


def test_with_nothing_known_the_priors_stand() -> None:
    for cause in answer().causes:
        assert cause.probability == pytest.approx(cause.prior, rel=1e-9)


def test_three_signs_of_deficiency_do_not_count_three_times() -> None:
    """They confirm that B12 lacks, not that its lack makes the muscles twitch."""
    low = chance(answer(lab_b12_low=True), "b12_deficiency")
    confirmed = chance(
        answer(lab_b12_low=True, lab_mma_high=True, lab_hcy_high=True), "b12_deficiency"
    )
    assert low < confirmed < 0.5


def test_a_high_level_does_not_make_itself_the_cause() -> None:
    found = answer(lab_b12_high=True, b12_supplement=True, dist_eyelid_only=True)
    place = [cause.id for cause in found.causes].index("high_b12_direct")
    assert place > 3
    assert chance(found, "high_b12_direct") < 0.05


def test_weakness_speaks_against_fasciculation_with_normal_strength() -> None:
    plain = chance(answer(dist_generalised=True), "bfs")
    weak = chance(answer(dist_generalised=True, objective_weakness=True), "bfs")
    assert weak < plain


def test_a_normal_examination_does_not_rule_out_early_disease() -> None:
    """Established disease all but vanishes; the early state keeps its small place."""
    found = answer(dist_generalised=True, objective_weakness=False, atrophy=False)
    assert chance(found, "als_early") > chance(found, "als")
    assert chance(found, "als_early") > 1e-6


def test_early_and_established_disease_exclude_each_other() -> None:
    found = answer(
        dist_generalised=True, progressive=True, emg_widespread=True, emg_denervation=True
    )
    assert chance(found, "als") + chance(found, "als_early") < 1


def test_not_asked_is_not_absent() -> None:
    unasked = chance(answer(cramps=True), "als")
    absent = chance(answer(cramps=True, objective_weakness=False), "als")
    assert absent < unasked


def test_correlated_findings_count_once_and_the_answer_says_so() -> None:
    found = answer(sensory_loss=True, vibration_loss=True, ncs_sensory_abn=True)
    assert set(found.counted_once) & {"sensory_loss", "vibration_loss", "ncs_sensory_abn"}


def test_no_more_positives_than_the_exact_computation_holds() -> None:
    network = compile_network(KNOWLEDGE, Setting.PRIMARY_CARE)
    everything = picture(**{f: True for f in KNOWLEDGE.findings if not f.startswith("dist_")})
    counted = count_evidence(everything, network, KNOWLEDGE)
    limit = int(KNOWLEDGE.model["maximum_positives"].value)
    assert len(counted.present) == limit
    assert counted.left_out


@pytest.mark.parametrize("setting", list(Setting))
def test_every_setting_answers(setting: Setting) -> None:
    assert answer(setting=setting, cramps=True).setting == setting.value


def test_hospital_uses_the_emergency_priors() -> None:
    hospital, emergency = answer(setting=Setting.HOSPITAL), answer(setting=Setting.EMERGENCY)
    assert [c.prior for c in hospital.causes] == [c.prior for c in emergency.causes]


def test_the_interval_holds_the_probability_and_has_width() -> None:
    found = answer(draws=300, cramps=True, poor_sleep=True)
    assert found.draws == 300
    for cause in found.causes:
        assert 0 < cause.low <= cause.probability <= cause.high < 1
        assert cause.high > cause.low


def test_evidence_and_remainder_add_up_to_the_whole_change() -> None:
    found = answer(caffeine_high=True, poor_sleep=True, objective_weakness=False)
    for cause in found.causes[:10]:
        effects = sum(item.effect for item in (*cause.evidence_for, *cause.evidence_against))
        odds = np.log10(cause.probability / (1 - cause.probability))
        prior = np.log10(cause.prior / (1 - cause.prior))
        # What is too small to list is in neither sum: at most a hundredth for each finding.
        assert odds - prior == pytest.approx(effects + cause.joint_remainder, abs=0.03)


def test_none_of_these_is_what_every_cause_absent_leaves() -> None:
    """Against the definition: all explaining priors at 0 and 1 minus their sums in front."""
    found = answer(cramps=True)
    network = compile_network(KNOWLEDGE, Setting.PRIMARY_CARE)
    odds = network.prior_odds_factor({"age": 41.0}.get)
    column = network.index("cramps")
    assert column is not None
    net = network.arrays(odds, [column])
    _, with_all = noisy_or.posterior(net, present=[0], absent=[], maximum_positives=2)
    leak = network.leak.at(None)[column]
    left = {}
    for variable in np.unique(network.variable):
        states = network.variable == variable
        left[variable] = 1 - net.prior[states & network.explains].sum()
    # No background state is linked to cramps, so only the leak is left to show them.
    expected = leak * np.prod(list(left.values())) / np.exp(float(with_all))
    assert found.none_of_these == pytest.approx(float(expected), rel=1e-9)


def test_what_to_ask_next_is_not_known_yet_and_moves_the_answer() -> None:
    found = answer(cramps=True, caffeine_high=False)
    assert found.ask_next
    assert {item.finding for item in found.ask_next}.isdisjoint({"cramps", "caffeine_high"})
    changes = [item.expected_change for item in found.ask_next]
    assert changes == sorted(changes, reverse=True)


def test_asking_next_keeps_its_promise() -> None:
    """The expected change is the average, over both answers, of what really happens."""
    found = answer(cramps=True)
    asked = found.ask_next[0]
    before = {cause.id: cause.probability for cause in found.causes}
    expected = 0.0
    for present, weight in ((True, asked.chance_present), (False, 1 - asked.chance_present)):
        after = {
            c.id: c.probability for c in answer(cramps=True, **{asked.finding: present}).causes
        }
        expected += weight * sum(abs(after[c] - before[c]) for c in before) / 2
    if not KNOWLEDGE.findings[asked.finding].implies:
        assert asked.expected_change == pytest.approx(expected, rel=1e-6)

"""What must hold of the exact posterior for any net and any evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from benchmarks.synthetic_network import Plain, random_net
from corrin.errors import KnowledgeError, RefusedError
from corrin.twitching.noisy_or import (
    Links,
    Network,
    if_learned,
    leave_one_out,
    posterior,
    posterior_batch,
    without_evidence,
    work,
)

FINDINGS = 12


@dataclass(frozen=True)
class Case:
    net: Plain
    present: tuple[int, ...]
    absent: tuple[int, ...]

    @property
    def unknown(self) -> list[int]:
        return [f for f in range(FINDINGS) if f not in (*self.present, *self.absent)]

    def answer(self) -> npt.NDArray[np.float64]:
        network = self.net.network()
        return posterior(network, present=self.present, absent=self.absent).posterior


@st.composite
def cases(draw: st.DrawFn, *, inhibiting: int = 2) -> Case:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    states_of = draw(st.sampled_from([(), (2,), (3, 2)]))
    net = random_net(
        rng,
        states=draw(st.integers(max(3, sum(states_of)), 10)),
        findings=FINDINGS,
        links=draw(st.integers(0, 50)),
        inhibiting=inhibiting,
        states_of=states_of,
    )
    values = draw(st.lists(st.sampled_from([-1, -1, 0, 1]), min_size=FINDINGS, max_size=FINDINGS))
    there = tuple(f for f, value in enumerate(values) if value == 1)
    return Case(net, there, tuple(f for f, value in enumerate(values) if value == 0))


EXTREME = st.sampled_from([1e-17, 1e-9, 1e-4, 0.5, 1 - 1e-4, 1 - 1e-12])


@st.composite
def extreme_cases(draw: st.DrawFn) -> Case:
    """Numbers a hair from 0 and 1; every finding has a leak, so all is possible."""
    case = draw(cases())
    net = case.net
    states, findings = net.link.shape
    priors = draw(st.lists(EXTREME, min_size=states, max_size=states))
    strengths = np.array(draw(st.lists(EXTREME, min_size=findings, max_size=findings)))
    shares = np.bincount(net.variable)[net.variable]
    changed = replace(
        net,
        prior=np.array(priors) / shares,
        link=np.where(net.link > 0, strengths, 0),
        inhibition=np.where(net.inhibition > 0, np.roll(strengths, 2), 0),
        leak=np.roll(strengths, 1),
    )
    return replace(case, net=changed)


@given(cases())
def test_a_probability_is_never_0_or_1(case: Case) -> None:
    answer = case.answer()
    assert ((answer > 0) & (answer < 1)).all()
    by_variable = np.bincount(case.net.variable, weights=answer)
    assert (by_variable < 1).all()


@given(extreme_cases())
def test_extreme_numbers_give_numbers(case: Case) -> None:
    answer = posterior(case.net.network(), present=case.present, absent=case.absent)
    assert ((answer.posterior >= 0) & (answer.posterior <= 1)).all()
    assert np.isfinite(answer.log_evidence)
    assert answer.log_evidence <= 0


@given(cases(), st.randoms())
def test_the_order_of_findings_does_not_matter(case: Case, random: object) -> None:
    there, not_there = list(case.present), list(case.absent)
    random.shuffle(there)  # type: ignore[attr-defined]
    random.shuffle(not_there)  # type: ignore[attr-defined]
    again = posterior(case.net.network(), present=there, absent=not_there).posterior
    assert again.tobytes() == case.answer().tobytes()


@given(cases())
def test_leaving_out_follows_the_order_given(case: Case) -> None:
    network = case.net.network()
    rows = leave_one_out(network, present=case.present, absent=case.absent)
    turned = leave_one_out(network, present=case.present[::-1], absent=case.absent)
    count = len(case.present)
    np.testing.assert_array_equal(rows[:count][::-1], turned[:count])


@given(cases())
def test_a_finding_no_cause_reaches_changes_nothing(case: Case) -> None:
    assume(case.unknown)
    extra = case.unknown[0]
    link, inhibition = case.net.link.copy(), case.net.inhibition.copy()
    link[:, extra] = inhibition[:, extra] = 0
    without = replace(case, net=replace(case.net, link=link, inhibition=inhibition))
    for changed in (
        replace(without, present=(*case.present, extra)),
        replace(without, absent=(*case.absent, extra)),
    ):
        np.testing.assert_allclose(changed.answer(), without.answer(), rtol=1e-12)


@given(cases(), st.lists(st.integers(0, 2**32 - 1), min_size=0, max_size=6))
def test_a_person_is_a_batch_of_one(case: Case, seeds: list[int]) -> None:
    """Bit for bit, whoever else is in the batch."""
    row = np.full(FINDINGS, -1, dtype=np.int8)
    row[list(case.present)], row[list(case.absent)] = 1, 0
    others = [
        np.random.default_rng(seed).integers(-1, 2, FINDINGS).astype(np.int8) for seed in seeds
    ]
    answer = posterior_batch(case.net.network(), np.stack([*others, row]))
    one = posterior(case.net.network(), present=case.present, absent=case.absent)
    assert answer.posterior[-1].tobytes() == one.posterior.tobytes()
    assert answer.log_evidence[-1] == one.log_evidence
    assert not answer.refused.any()


@given(cases(), st.integers(0, 9), st.floats(1.1, 4))
def test_a_higher_prior_gives_a_higher_posterior(case: Case, state: int, times: float) -> None:
    state %= case.net.prior.size
    prior = case.net.prior.copy()
    prior[state] *= times
    variable = case.net.variable
    assume(np.bincount(variable, weights=prior)[variable[state]] < 0.99)
    higher = replace(case, net=replace(case.net, prior=prior)).answer()
    assert higher[state] > case.answer()[state]


@given(cases(inhibiting=0), st.data())
def test_without_inhibition_a_present_finding_speaks_for_its_causes(
    case: Case, data: st.DataObject
) -> None:
    assume(case.unknown)
    finding = data.draw(st.sampled_from(case.unknown))
    alone = (np.bincount(case.net.variable)[case.net.variable] == 1) & (
        case.net.link[:, finding] > 0
    )
    less, more = (
        posterior(case.net.network(), present=there, absent=not_there).posterior
        for there, not_there in (((), (finding,)), ((finding,), ()))
    )
    assert (less[alone] < case.net.prior[alone]).all()
    assert (more[alone] > case.net.prior[alone]).all()


@given(cases())
def test_what_would_be_learned_averages_to_what_is_known(case: Case) -> None:
    """The law of total probability, for every unknown finding."""
    learned = if_learned(
        case.net.network(), present=case.present, absent=case.absent, candidates=case.unknown
    )
    chance = learned.chance_present[:, None]
    mean = chance * learned.posterior_if_present + (1 - chance) * learned.posterior_if_absent
    np.testing.assert_allclose(mean, np.tile(case.answer(), (len(mean), 1)), rtol=1e-10, atol=1e-13)


@given(cases())
def test_no_evidence_leaves_the_priors(case: Case) -> None:
    network = case.net.network()
    answer = posterior(network, present=(), absent=())
    np.testing.assert_allclose(answer.posterior, without_evidence(network), rtol=1e-14)
    assert abs(answer.log_evidence) < 1e-13
    assert leave_one_out(network, present=(), absent=()).shape == (0, case.net.prior.size)


@given(cases())
def test_other_priors_need_no_new_net(case: Case) -> None:
    prior = case.net.prior / 2
    again = case.net.network().with_prior(prior)
    fresh = replace(case, net=replace(case.net, prior=prior)).answer()
    assert posterior(again, present=case.present, absent=case.absent).posterior.tobytes() == (
        fresh.tobytes()
    )


@given(cases())
def test_lists_of_links_are_what_arrays_are(case: Case) -> None:
    net = case.net
    lists = [
        Links(*(side[::-1] for side in np.nonzero(dense)), dense[np.nonzero(dense)][::-1])
        for dense in (net.link, net.inhibition)
    ]
    network = Network(net.prior, net.variable, lists[0], lists[1], net.leak)
    answer = posterior(network, present=case.present, absent=case.absent)
    assert answer.posterior.tobytes() == case.answer().tobytes()


@given(cases(), st.integers(0, 6))
def test_too_many_present_findings_are_refused(case: Case, maximum: int) -> None:
    network, count = case.net.network(), len(case.present)
    row = np.full((1, FINDINGS), -1, dtype=np.int8)
    row[0, list(case.present)], row[0, list(case.absent)] = 1, 0
    batch = posterior_batch(network, row, maximum_positives=maximum)
    assert batch.refused[0] == (count > maximum)
    assert np.isnan(batch.posterior).all() == (count > maximum)
    evidence = {"present": case.present, "absent": case.absent}
    if count > maximum:
        for ask in (posterior, leave_one_out):
            with pytest.raises(RefusedError, match="Group findings"):
                ask(network, **evidence, maximum_positives=maximum)
        with pytest.raises(RefusedError, match="Group findings"):
            if_learned(network, **evidence, candidates=(), maximum_positives=maximum)
    else:
        posterior(network, **evidence, maximum_positives=maximum)


@given(cases())
@settings(max_examples=20)
def test_the_work_grows_with_each_present_finding(case: Case) -> None:
    assume(case.unknown)
    network = case.net.network()
    more = work(network, present=(*case.present, case.unknown[0]), absent=case.absent)
    assert more > work(network, present=case.present, absent=case.absent)


def test_impossible_evidence_is_refused_not_guessed() -> None:
    one = np.ones((1, 1))
    network = Network(np.array([0.3]), np.array([0]), 0 * one, 0 * one, np.array([0.0]))
    with pytest.raises(RefusedError, match="impossible"):
        posterior(network, present=[0], absent=[])
    batch = posterior_batch(network, np.array([[1], [0], [-1]], dtype=np.int8))
    assert batch.refused.tolist() == [True, False, False]
    assert np.isnan(batch.posterior[0]).all()


def test_evidence_too_unlikely_for_a_float_is_refused() -> None:
    leak = np.full(4, 1e-100)
    empty = np.zeros((1, 4))
    network = Network(np.array([0.3]), np.array([0]), empty, empty, leak)
    assert posterior(network, present=[0, 1], absent=[]).posterior == pytest.approx([0.3])
    with pytest.raises(RefusedError, match="too unlikely"):
        posterior(network, present=[0, 1, 2, 3], absent=[])


def test_many_absent_findings_do_not_underflow() -> None:
    findings = 1000
    network = Network(
        np.array([0.5]),
        np.array([0]),
        np.full((1, findings), 0.5),
        np.zeros((1, findings)),
        np.full(findings, 0.9),
    )
    answer = posterior(network, present=[], absent=np.arange(findings))
    assert answer.log_evidence == pytest.approx(findings * np.log(0.1) + np.log(0.5))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"prior": [0.7, 0.7]}, "Priors"),
        ({"prior": [-0.1, 0.1]}, "Priors"),
        ({"prior": [0.1]}, "one prior for each"),
        ({"variable": [0, 2]}, "Variables"),
        ({"variable": [1, 1]}, "Variables"),
        ({"variable": [-1, 0]}, "Variables"),
        ({"leak": [1.5, 0.1]}, "leak"),
        ({"leak": [np.nan, 0.1]}, "leak"),
        ({"link": [[0.5, 1.5], [0, 0]]}, "Links must"),
        ({"link": [[0.5, 0.5]]}, "one number for each"),
        ({"inhibition": [[0, 0], [1.0, 0]]}, "Inhibition"),
        ({"inhibition": [[0.5, 0], [0, 0]]}, "both cause and inhibit"),
        ({"prior": np.full((2, 2), 0.1), "leak": np.full((3, 2), 0.1)}, "numbers of draws"),
        ({"link": Links(np.array([0]), np.array([5]), np.array([0.5]))}, "does not exist"),
        ({"link": Links(np.array([0, 0]), np.array([1, 1]), np.array([0.5, 0.5]))}, "twice"),
    ],
)
def test_a_net_that_is_none_is_refused(changed: dict[str, object], says: str) -> None:
    numbers: dict[str, object] = {
        "prior": [0.2, 0.3],
        "variable": [0, 0],
        "link": [[0.5, 0.5], [0, 0]],
        "inhibition": np.zeros((2, 2)),
        "leak": [0.1, 0.1],
    }
    Network(**numbers)  # type: ignore[arg-type]
    with pytest.raises(KnowledgeError, match=says):
        Network(**numbers | changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("present", "absent", "says"), [([0], [0], "both"), ([9], [], "not in"), ([], [-1], "not in")]
)
def test_findings_must_make_sense(present: list[int], absent: list[int], says: str) -> None:
    network = random_net(np.random.default_rng(0), states=3, findings=4, links=5).network()
    with pytest.raises(ValueError, match=says):
        posterior(network, present=present, absent=absent)


@pytest.mark.parametrize(
    ("evidence", "says"), [([[1, 2, 0, 0]], "not known"), ([[1, 0]], "column"), ([1, 0], "column")]
)
def test_a_batch_must_make_sense(evidence: list[object], says: str) -> None:
    network = random_net(np.random.default_rng(0), states=3, findings=4, links=5).network()
    with pytest.raises(ValueError, match=says):
        posterior_batch(network, np.array(evidence, dtype=np.int8))


def test_a_batch_takes_no_draws() -> None:
    net = random_net(np.random.default_rng(0), states=3, findings=4, links=5)
    network = net.network().with_prior(np.stack([net.prior, net.prior]))
    with pytest.raises(ValueError, match="without draws"):
        posterior_batch(network, np.zeros((1, 4), dtype=np.int8))


def test_nobody_is_a_batch_too() -> None:
    net = random_net(np.random.default_rng(0), states=3, findings=4, links=5)
    answer = posterior_batch(net.network(), np.zeros((0, 4), dtype=np.int8))
    assert answer.posterior.shape == (0, 3)


def test_a_candidate_must_not_be_known() -> None:
    network = random_net(np.random.default_rng(0), states=3, findings=4, links=5).network()
    with pytest.raises(ValueError, match="not yet known"):
        if_learned(network, present=[0], absent=[1], candidates=[2, 1])


def test_too_many_inhibiting_causes_are_refused() -> None:
    states = 13
    inhibition = np.full((states, 1), 0.5)
    network = Network(
        np.full(states, 0.1), np.arange(states), 0 * inhibition, inhibition, np.array([0.5])
    )
    with pytest.raises(RefusedError, match="inhibit"):
        posterior(network, present=[0], absent=[])
    assert posterior_batch(network, np.array([[1]], dtype=np.int8)).refused[0]

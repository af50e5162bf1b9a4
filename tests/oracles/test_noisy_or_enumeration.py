"""The engine agrees with adding up every state of the world, inhibition and states included."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.synthetic_network import Plain, random_net
from corrin.twitching.noisy_or import Network, if_learned, leave_one_out, posterior, posterior_batch
from tests.oracles.noisy_or_twins import by_enumeration, by_quickscore

WITHIN = 1e-12


def a_case(
    seed: int, *, states: int = 8, states_of: tuple[int, ...] = (3, 2), most: int = 6
) -> tuple[Plain, list[int], list[int]]:
    rng = np.random.default_rng([7, seed])
    net = random_net(
        rng, states=states, findings=14, links=4 * states, inhibiting=3, states_of=states_of
    )
    findings = rng.permutation(14).tolist()
    present = int(rng.integers(0, most + 1))
    return net, findings[:present], findings[present : present + 5]


@pytest.mark.parametrize("seed", range(40))
def test_one_person(seed: int) -> None:
    net, present, absent = a_case(seed)
    expected, evidence = by_enumeration(net, present, absent)
    answer = posterior(net.network(), present=present, absent=absent)
    np.testing.assert_allclose(answer.posterior, expected, rtol=1e-11, atol=WITHIN)
    np.testing.assert_allclose(answer.log_evidence, np.log(evidence), atol=WITHIN)


@pytest.mark.parametrize(
    ("states", "present"), [(10, 12), pytest.param(14, 12, marks=pytest.mark.deep)]
)
def test_twelve_present_findings(states: int, present: int) -> None:
    net, _, _ = a_case(1, states=states, states_of=())
    expected, evidence = by_enumeration(net, range(present), range(present, 14))
    answer = posterior(net.network(), present=list(range(present)), absent=list(range(present, 14)))
    np.testing.assert_allclose(answer.posterior, expected, rtol=1e-11, atol=WITHIN)
    np.testing.assert_allclose(answer.log_evidence, np.log(evidence), atol=WITHIN)


@pytest.mark.parametrize("seed", range(8))
def test_leaving_one_finding_out(seed: int) -> None:
    net, present, absent = a_case(seed, states=6, states_of=(2,), most=4)
    rows = leave_one_out(net.network(), present=present, absent=absent)
    observed = [*present, *absent]
    assert rows.shape == (len(observed), 6)
    for row, finding in zip(rows, observed, strict=True):
        expected, _ = by_enumeration(
            net, [f for f in present if f != finding], [f for f in absent if f != finding]
        )
        np.testing.assert_allclose(row, expected, atol=WITHIN)


@pytest.mark.parametrize("seed", range(8))
def test_learning_one_more_finding(seed: int) -> None:
    net, present, absent = a_case(seed, states=6, states_of=(2,), most=4)
    candidates = [f for f in range(14) if f not in (*present, *absent)]
    learned = if_learned(net.network(), present=present, absent=absent, candidates=candidates)
    _, evidence = by_enumeration(net, present, absent)
    for place, finding in enumerate(candidates):
        if_present, together = by_enumeration(net, [*present, finding], absent)
        if_absent, _ = by_enumeration(net, present, [*absent, finding])
        np.testing.assert_allclose(learned.chance_present[place], together / evidence, atol=WITHIN)
        np.testing.assert_allclose(learned.posterior_if_present[place], if_present, atol=WITHIN)
        np.testing.assert_allclose(learned.posterior_if_absent[place], if_absent, atol=WITHIN)


def test_draws_are_nets_of_their_own() -> None:
    net, present, absent = a_case(3, states=6, states_of=(2,), most=4)
    candidates = [f for f in range(14) if f not in (*present, *absent)][:3]
    rng = np.random.default_rng(0)
    nets = [
        Plain(
            prior=net.prior * rng.uniform(0.5, 1),
            variable=net.variable,
            link=net.link * rng.uniform(0.5, 1, net.link.shape),
            inhibition=net.inhibition * rng.uniform(0.5, 1, net.link.shape),
            leak=net.leak * rng.uniform(0.5, 1, net.leak.shape),
        )
        for _ in range(4)
    ]
    drawn = Network(
        prior=np.stack([each.prior for each in nets]),
        variable=net.variable,
        link=np.stack([each.link for each in nets]),
        inhibition=np.stack([each.inhibition for each in nets]),
        leak=np.stack([each.leak for each in nets]),
    )
    answers = posterior(drawn, present=present, absent=absent)
    without = leave_one_out(drawn, present=present, absent=absent)
    learned = if_learned(drawn, present=present, absent=absent, candidates=candidates)
    for row, each in enumerate(nets):
        expected, evidence = by_enumeration(each, present, absent)
        np.testing.assert_allclose(answers.posterior[row], expected, atol=WITHIN)
        np.testing.assert_allclose(answers.log_evidence[row], np.log(evidence), atol=WITHIN)
        expected, _ = by_enumeration(each, present, absent[1:])
        np.testing.assert_allclose(without[row, len(present)], expected, atol=WITHIN)
        expected, more = by_enumeration(each, [*present, candidates[1]], absent)
        np.testing.assert_allclose(learned.chance_present[row, 1], more / evidence, atol=WITHIN)
        np.testing.assert_allclose(learned.posterior_if_present[row, 1], expected, atol=WITHIN)


def test_the_compiled_batch() -> None:
    from corrin.twitching import noisy_or_fast

    for seed in range(40, 60):
        net, present, absent = a_case(seed)
        evidence = np.full((1, 14), -1, dtype=np.int8)
        evidence[0, present], evidence[0, absent] = 1, 0
        expected, chance = by_enumeration(net, present, absent)
        for answer in (
            noisy_or_fast.posterior_batch(net.network(), evidence),
            posterior_batch(net.network(), evidence),
        ):
            np.testing.assert_allclose(answer.posterior[0], expected, rtol=1e-11, atol=WITHIN)
            np.testing.assert_allclose(answer.log_evidence[0], np.log(chance), atol=WITHIN)
            assert not answer.refused[0]


@pytest.mark.parametrize("seed", range(20))
def test_numbers_a_hair_from_0_and_1(seed: int) -> None:
    """Nothing cancels: *relative* accuracy holds where chances are tiny or all but certain."""
    from corrin.twitching import noisy_or_fast

    net, present, absent = a_case(seed, states=7, states_of=(2,))
    rng = np.random.default_rng([8, seed])
    hard = np.array([1e-15, 1e-9, 1e-4, 0.5, 1 - 1e-4, 1 - 1e-9])
    net = Plain(
        prior=rng.choice(hard, 7) / 2,
        variable=net.variable,
        link=np.where(net.link > 0, rng.choice(hard, net.link.shape), 0),
        # Not a hair from 0: 1 - link (1 - inhibition) is as good as that product's rounding.
        inhibition=np.where(net.inhibition > 0, rng.choice(hard[3:], net.link.shape), 0),
        leak=rng.choice(hard, net.leak.shape),
    )
    evidence = np.full((1, 14), -1, dtype=np.int8)
    evidence[0, present], evidence[0, absent] = 1, 0
    expected, log_evidence = by_quickscore(net, present, absent, digits=400)
    for answer in (
        posterior_batch(net.network(), evidence),
        noisy_or_fast.posterior_batch(net.network(), evidence),
    ):
        np.testing.assert_allclose(answer.posterior[0], expected, rtol=1e-12, atol=0)
        np.testing.assert_allclose(answer.log_evidence[0], log_evidence, rtol=1e-12, atol=WITHIN)


def test_both_batches_refuse_the_same_persons() -> None:
    from corrin.twitching import noisy_or_fast

    net = Plain(
        prior=np.array([0.3, 0.2]),
        variable=np.array([0, 1]),
        link=np.array([[0.5, 0, 0, 0, 0, 0], [0, 0, 0, 1.0, 0, 0]]),
        inhibition=np.zeros((2, 6)),
        leak=np.array([0.0, 0.0, 0.1, 0.0, 1e-160, 1e-160]),
    )
    evidence = np.full((7, 6), -1, dtype=np.int8)
    evidence[0, 0] = 1  # only its cause can bring it about
    evidence[1, 1] = 1  # nothing can
    evidence[2, [2, 0]] = 1  # two present findings
    evidence[3, 3] = 0  # leaves no room for its cause
    evidence[4, [4, 5]] = 1  # below the smallest float
    evidence[5, 4] = 1
    answers = [
        posterior_batch(net.network(), evidence, maximum_positives=most) for most in (16, 1)
    ] + [
        noisy_or_fast.posterior_batch(net.network(), evidence, maximum_positives=most)
        for most in (16, 1)
    ]
    for answer, expected in zip(
        answers, ([0, 1, 0, 0, 1, 0, 0], [0, 1, 1, 0, 1, 0, 0]) * 2, strict=True
    ):
        assert answer.refused.tolist() == [bool(each) for each in expected]
        assert (np.isnan(answer.posterior).all(axis=1) == answer.refused).all()
        assert answer.posterior[0].tolist() == pytest.approx([1, 0.2])
        assert answer.posterior[3].tolist() == pytest.approx([0.3, 0])

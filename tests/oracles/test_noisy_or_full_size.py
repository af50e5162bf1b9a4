"""At full size, NumPy, the compiled batch and Quickscore in 90 digits agree."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.synthetic_network import Plain, drawn, evidence_of, full_size
from corrin.twitching import noisy_or_fast
from corrin.twitching.noisy_or import posterior, posterior_batch
from tests.oracles.noisy_or_twins import by_quickscore

WITHIN = 1e-12


@pytest.fixture(scope="module")
def net() -> Plain:
    return full_size(seed=5)


@pytest.mark.parametrize(
    "present",
    [0, 1, 2, 4, pytest.param(8, marks=pytest.mark.deep), pytest.param(11, marks=pytest.mark.deep)],
)
def test_three_engines(net: Plain, present: int) -> None:
    rng = np.random.default_rng(present)
    evidence = evidence_of(net, rng, persons=1, present=present, absent=8, inhibited=3)
    there, not_there = (np.flatnonzero(evidence[0] == value).tolist() for value in (1, 0))
    expected, log_evidence = by_quickscore(net, there, not_there)
    plain = posterior_batch(net.network(), evidence)
    fast = noisy_or_fast.posterior_batch(net.network(), evidence)
    for answer in (plain, fast):
        np.testing.assert_allclose(answer.posterior[0], expected, rtol=1e-11, atol=WITHIN)
        np.testing.assert_allclose(answer.log_evidence[0], log_evidence, rtol=0, atol=WITHIN)


def test_quickscore_needs_its_many_digits(net: Plain) -> None:
    """The reason for the engine: with the digits of a float, Quickscore has no answer.

    Were this to pass with 16 digits, the twin would not be testing anything hard.
    """
    findings = np.argsort(net.leak)[:7].tolist()
    right, _ = by_quickscore(net, findings, [])
    poor, _ = by_quickscore(net, findings, [], digits=16)
    ours = posterior(net.network(), present=findings, absent=[]).posterior
    assert np.abs(np.array(poor) - right).max() > 1e-6
    np.testing.assert_allclose(ours, right, rtol=1e-11, atol=WITHIN)


@pytest.mark.parametrize("present", [0, 1, 3, 5, 8])
def test_a_batch_of_either_engine(net: Plain, present: int) -> None:
    rng = np.random.default_rng(present)
    evidence = evidence_of(net, rng, persons=200, present=present, absent=12, inhibited=3)
    plain = posterior_batch(net.network(), evidence)
    fast = noisy_or_fast.posterior_batch(net.network(), evidence)
    np.testing.assert_allclose(fast.posterior, plain.posterior, rtol=0, atol=WITHIN)
    np.testing.assert_allclose(fast.log_evidence, plain.log_evidence, rtol=0, atol=WITHIN)
    assert not plain.refused.any()
    assert not fast.refused.any()


def test_sparse_draws_are_what_dense_draws_are(net: Plain) -> None:
    evidence = evidence_of(net, np.random.default_rng(0), persons=1, present=3, absent=8)[0]
    there, not_there = np.flatnonzero(evidence == 1), np.flatnonzero(evidence == 0)
    network = drawn(net, draws=50, seed=3)
    answer = posterior(network, present=there, absent=not_there)
    assert answer.posterior.shape == (50, 75)
    low, high = np.quantile(answer.posterior, (0.02, 0.98), axis=0)
    middle = posterior(net.network(), present=there, absent=not_there).posterior
    assert ((low < middle) & (middle < high)).mean() > 0.9


def test_everybody_gets_the_same_bits_in_any_batch(net: Plain) -> None:
    rng = np.random.default_rng(9)
    evidence = rng.choice(np.array([-1, 0, 1], dtype=np.int8), size=(150, 135), p=[0.9, 0.07, 0.03])
    network = net.network()
    for batch in (posterior_batch, noisy_or_fast.posterior_batch):
        whole = batch(network, evidence, maximum_positives=9)
        for row in range(0, 150, 3):
            alone = batch(network, evidence[row : row + 1], maximum_positives=9)
            assert alone.posterior[0].tobytes() == whole.posterior[row].tobytes()
            assert alone.log_evidence[0].tobytes() == whole.log_evidence[row].tobytes()
            assert alone.refused[0] == whole.refused[row]

"""The exact posterior agrees with pyAgrum's ``addNoisyORNet`` (``addNoisyOR`` is another model).

In that node the external weight is the leak, the causal weight the link, and
P(f = 0) = (1 - leak) prod (1 - link): the net convention.  Its causes have two
states and nothing inhibits, so those nets have neither.
"""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from benchmarks.synthetic_network import Evidence, Plain, evidence_of, random_net
from corrin.twitching.noisy_or import posterior

with warnings.catch_warnings():
    # Its types warn while they are made; as an error that crashes the interpreter.
    warnings.simplefilter("ignore")
    import pyagrum as gum

WITHIN = 1e-9
MOST_PARENTS = 14  # its tables double with each


def a_case(seed: int) -> tuple[Plain, Evidence]:
    rng = np.random.default_rng([2026, seed])
    causes, findings = int(rng.integers(2, 29)), int(rng.integers(9, 17))
    while True:
        net = random_net(rng, states=causes, findings=findings, links=int(causes * findings * 0.22))
        if net.popularity().max() <= MOST_PARENTS:
            break
    present = int(rng.integers(0, 9))
    evidence = evidence_of(net, rng, persons=1, present=present, absent=findings - present - 1)
    return net, evidence[0]


def by_pyagrum(net: Plain, evidence: Evidence) -> tuple[list[float], float]:
    model = gum.BayesNet()
    causes, findings = net.link.shape
    for cause in range(causes):
        model.add(gum.LabelizedVariable(f"cause{cause}", "", 2))
    for finding in range(findings):
        variable = gum.LabelizedVariable(f"finding{finding}", "", 2)
        model.addNoisyORNet(variable, float(net.leak[finding]))
    for cause in range(causes):
        for finding in np.flatnonzero(net.link[cause]):
            model.addWeightedArc(
                f"cause{cause}", f"finding{finding}", float(net.link[cause, finding])
            )
        prior = float(net.prior[cause])
        model.cpt(f"cause{cause}").fillWith([1 - prior, prior])
    inference = gum.LazyPropagation(model)
    inference.setEvidence(
        {f"finding{finding}": int(evidence[finding]) for finding in np.flatnonzero(evidence >= 0)}
    )
    inference.makeInference()
    answers = [inference.posterior(f"cause{cause}")[1] for cause in range(causes)]
    return answers, float(inference.evidenceProbability())


def check(seed: int) -> float:
    """Compare one net; return the largest difference of a posterior."""
    net, evidence = a_case(seed)
    expected, chance = by_pyagrum(net, evidence)
    answer = posterior(
        net.network(),
        present=np.flatnonzero(evidence == 1),
        absent=np.flatnonzero(evidence == 0),
    )
    np.testing.assert_allclose(answer.posterior, expected, rtol=0, atol=WITHIN)
    np.testing.assert_allclose(np.exp(answer.log_evidence), chance, rtol=WITHIN)
    return float(np.abs(answer.posterior - np.array(expected)).max())


@pytest.mark.parametrize("seed", range(40))
def test_agrees_with_pyagrum(seed: int) -> None:
    check(seed)


@pytest.mark.deep
def test_agrees_with_pyagrum_on_all_two_hundred_nets() -> None:
    worst = max(check(seed) for seed in range(200))
    print(f"FIGURE 200 random networks against pyAgrum: largest difference {worst:.1e}")


def test_the_nets_reach_the_sizes_promised() -> None:
    cases = [a_case(seed) for seed in range(200)]
    assert max(net.prior.size for net, _ in cases) == 28
    assert max(int((evidence == 1).sum()) for _, evidence in cases) == 8

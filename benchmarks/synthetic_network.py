"""Made-up nets with the size and shape of the twitching model, for speed and for oracles.

The counts of links by finding fall off as those of the dossier do (a few
findings shared by a quarter of the causes, half of them by one or two); the
numbers are drawn, not clinical.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corrin.twitching.noisy_or import Links, Network

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Evidence = npt.NDArray[np.int8]


@dataclass(frozen=True, kw_only=True, eq=False)
class Plain:
    """A net as dense arrays, which every oracle can read."""

    prior: Floats
    variable: Integers
    link: Floats
    inhibition: Floats
    leak: Floats

    def network(self) -> Network:
        """The same net for the engine."""
        return Network(self.prior, self.variable, self.link, self.inhibition, self.leak)

    def popularity(self) -> Integers:
        """How many states reach each finding."""
        return np.asarray((self.link > 0).sum(axis=0), dtype=np.int64)


def full_size(*, seed: int, inhibiting: int = 4, states_of: tuple[int, ...] = (3, 2, 2)) -> Plain:
    """75 states, 135 findings, 560 links; the first variables have several states.

    ``inhibiting`` states each inhibit two to six findings.  With
    ``inhibiting=0`` and ``states_of=()`` it is a plain binary net.
    """
    return random_net(
        np.random.default_rng(seed),
        states=75,
        findings=135,
        links=560,
        inhibiting=inhibiting,
        states_of=states_of,
    )


def random_net(
    rng: np.random.Generator,
    *,
    states: int,
    findings: int,
    links: int,
    inhibiting: int = 0,
    states_of: tuple[int, ...] = (),
) -> Plain:
    """A net with ``links`` links, spread over findings as one over the rank."""
    sizes = [*states_of, *([1] * (states - sum(states_of)))]
    variable = np.repeat(np.arange(len(sizes)), sizes)
    prior = np.exp(rng.uniform(np.log(2e-4), np.log(0.15), states))
    leak = np.exp(rng.uniform(np.log(1e-3), np.log(0.3), findings))
    inhibition = np.zeros((states, findings))
    for state in rng.choice(states, size=inhibiting, replace=False):
        for finding in rng.choice(findings, size=min(int(rng.integers(2, 7)), findings)):
            inhibition[state, finding] = rng.uniform(0.5, 0.99)
    weight = 1 / (5 + np.arange(findings))
    chance = np.outer(rng.uniform(0.3, 1.7, states), weight).ravel() * (inhibition == 0).ravel()
    count = min(links, int((chance > 0).sum()))
    chosen = rng.choice(chance.size, size=count, replace=False, p=chance / chance.sum())
    link = np.zeros(states * findings)
    link[chosen] = rng.beta(1.2, 1.5, count).clip(0.01, 0.97)
    order = rng.permutation(findings)
    return Plain(
        prior=prior,
        variable=variable,
        link=link.reshape(states, findings)[:, order],
        inhibition=inhibition[:, order],
        leak=leak,
    )


def drawn(net: Plain, *, draws: int, seed: int) -> Network:
    """``draws`` jittered copies of a net, sparse, as a run with intervals uses them."""
    rng = np.random.default_rng(seed)

    def jitter(values: Floats, spread: float) -> Floats:
        logit = np.log(values / (1 - values))
        return 1 / (1 + np.exp(-(logit + spread * rng.standard_normal((draws, *values.shape)))))

    def sparse(dense: Floats) -> Links:
        state, finding = np.nonzero(dense)
        return Links(state, finding, jitter(dense[state, finding], 0.3))

    return Network(
        jitter(net.prior, 0.2),
        net.variable,
        sparse(net.link),
        sparse(net.inhibition),
        jitter(net.leak, 0.3),
    )


def evidence_of(
    net: Plain,
    rng: np.random.Generator,
    *,
    persons: int,
    present: int,
    absent: int,
    inhibited: int = 1,
) -> Evidence:
    """Persons with so many present and absent findings, popular ones more often.

    ``inhibited`` of the absent ones are findings that the net inhibits (if it
    does); no other is.
    """
    chance = net.popularity() + 0.5
    is_inhibited = np.asarray((net.inhibition > 0).any(axis=0))
    special = inhibited if absent and is_inhibited.any() else 0
    evidence = np.full((persons, net.leak.size), -1, dtype=np.int8)
    rows = np.arange(persons)[:, None]

    def chosen(allowed: npt.NDArray[np.bool_], count: int) -> Integers:
        keys = np.where(allowed, np.log(rng.uniform(size=evidence.shape)) / chance, -np.inf)
        return np.asarray(np.argsort(-keys, axis=1)[:, :count], dtype=np.int64)

    evidence[rows, chosen(is_inhibited, special)] = 0
    others = chosen(~is_inhibited, present + absent - special)
    evidence[rows, others[:, :present]] = 1
    evidence[rows, others[:, present:]] = 0
    return evidence

"""Compiles the records of causes and findings to the arrays the kernel works on.

Every number becomes a logit-normal distribution: centred on the record's mode, its
90% interval that of the record, widened by ``widening_of_judgement`` where the number
was assumed.  A link probability ``p`` and a leak ``l`` give the *net* strength
``(p - l) / (1 - l)``; a ``p`` below the leak gives an inhibition ``1 - p / l``
(decision 0002).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corrin.knowledge.conditions import Condition
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Cause, Estimate, Setting
from corrin.twitching.noisy_or import Links, Network

Floats = NDArray[np.float64]

#: Sum of the states' priors of one variable is kept below one by this much.
ROOM_FOR_ABSENT = 1e-6  # not clinical: keeps "none of its states" possible


@dataclass(frozen=True, slots=True, eq=False)
class Distributions:
    """Means and standard deviations on the logit scale, one entry per number."""

    mean: Floats
    sd: Floats

    def at(self, normals: Floats | None) -> Floats:
        """Return probabilities: the modes, or one row per draw of standard normals."""
        logits = self.mean if normals is None else self.mean + self.sd * normals
        return np.asarray(1.0 / (1.0 + np.exp(-logits)))


@dataclass(frozen=True, slots=True, eq=False)
class CompiledNetwork:
    """The whole network of one setting.

    ``states`` are cause ids, ordered so that states of one variable stand together;
    ``variable`` numbers them.  ``link_state``, ``link_finding`` index the L links.
    ``inhibits`` marks the links whose mode lies below the finding's leak.
    """

    states: tuple[str, ...]
    findings: tuple[str, ...]
    variable: NDArray[np.int64]
    explains: NDArray[np.bool_]
    prior: Distributions
    leak: Distributions
    link: Distributions
    link_state: NDArray[np.int64]
    link_finding: NDArray[np.int64]
    inhibits: NDArray[np.bool_]
    modifiers: tuple[tuple[int, Condition, float], ...]
    setting: Setting
    priors_of: Setting

    def index(self, finding: str) -> int | None:
        """Return the column of a finding, or None when no cause and no leak knows it."""
        return self._columns().get(finding)

    def _columns(self) -> dict[str, int]:
        return _columns(self.findings)

    def prior_odds_factor(self, lookup: Callable[[str], Any]) -> Floats:
        """Return what multiplies each state's prior odds for this person (age, sex)."""
        factor = np.ones(len(self.states))
        for state, condition, multiply_by in self.modifiers:
            if condition.evaluate(lookup) is True:
                factor[state] *= multiply_by
        return factor

    def arrays(
        self, odds_factor: Floats, columns: Sequence[int], *, normals: Floats | None = None
    ) -> Network:
        """Return the kernel's network over the findings in ``columns`` only.

        ``normals`` (R, numbers) gives R draws of the knowledge; without it the modes.
        """
        keep = np.full(len(self.findings), -1)
        keep[list(columns)] = np.arange(len(columns))
        links = np.flatnonzero(keep[self.link_finding] >= 0)
        n_states = len(self.states)
        parts: list[Floats | None] = [None, None, None]
        if normals is not None:
            offset = n_states + len(self.findings)
            parts = [
                normals[:, :n_states],
                normals[:, n_states:offset][:, list(columns)],
                normals[:, offset:][:, links],
            ]
        prior = _with_odds(self.prior.at(parts[0]), odds_factor, self.variable)
        leak = _pick(self.leak, list(columns)).at(parts[1])
        p = _pick(self.link, links).at(parts[2])
        state, finding = self.link_state[links], keep[self.link_finding[links]]
        base = leak[..., finding]
        blocks = self.inhibits[links]
        strength = np.maximum(0.0, (p - base) / (1.0 - base))
        inhibition = np.maximum(0.0, 1.0 - p / base)
        return Network(
            prior=prior,
            variable=self.variable,
            link=Links(state[~blocks], finding[~blocks], strength[..., ~blocks]),
            inhibition=Links(state[blocks], finding[blocks], inhibition[..., blocks]),
            leak=leak,
        )

    def normals(self, draws: int) -> Floats:
        """Return the fixed standard normals that every answer of this network is drawn with."""
        return _normals(draws, len(self.states) + len(self.findings) + len(self.link_state))


def _pick(distributions: Distributions, which: Any) -> Distributions:
    return Distributions(distributions.mean[which], distributions.sd[which])


def _with_odds(prior: Floats, factor: Floats, variable: NDArray[np.int64]) -> Floats:
    changed = prior * factor / (1.0 - prior + prior * factor)
    total = np.zeros((*changed.shape[:-1], int(variable[-1]) + 1))
    np.add.at(total.T, variable, changed.T)
    scale = np.minimum(1.0, (1.0 - ROOM_FOR_ABSENT) / total)
    return np.asarray(changed * scale[..., variable])


@lru_cache(maxsize=4)
def _normals(draws: int, numbers: int) -> Floats:
    normals = np.random.Generator(np.random.PCG64(0)).standard_normal((draws, numbers))
    normals.setflags(write=False)
    return normals


@lru_cache(maxsize=8)
def _columns(findings: tuple[str, ...]) -> dict[str, int]:
    return {finding: column for column, finding in enumerate(findings)}


@lru_cache(maxsize=8)
def compile_network(knowledge: Knowledge, setting: Setting) -> CompiledNetwork:
    """Compile the network of one setting; ``hospital`` uses the emergency priors (assumed)."""
    priors_of = Setting.EMERGENCY if setting is Setting.HOSPITAL else setting
    causes = sorted(knowledge.causes.values(), key=lambda cause: (_variable(cause), cause.id))
    names = [_variable(cause) for cause in causes]
    variables = {name: number for number, name in enumerate(dict.fromkeys(names))}
    findings = tuple(knowledge.findings)
    column = {finding: number for number, finding in enumerate(findings)}
    links = [(state, link) for state, cause in enumerate(causes) for link in cause.links]
    widening = knowledge.model["widening_of_judgement"].value
    leaks = [knowledge.findings[finding].leak for finding in findings]
    link_finding = np.array([column[link.finding] for _, link in links])
    p = _distributions([link.p for _, link in links], widening)
    leak = _distributions(leaks, widening)
    return CompiledNetwork(
        states=tuple(cause.id for cause in causes),
        findings=findings,
        variable=np.array([variables[name] for name in names]),
        explains=np.array([cause.explains for cause in causes]),
        prior=_distributions([cause.priors[priors_of] for cause in causes], widening),
        leak=leak,
        link=p,
        link_state=np.array([state for state, _ in links]),
        link_finding=link_finding,
        inhibits=p.mean < leak.mean[link_finding],
        modifiers=tuple(
            (state, Condition.parse(modifier.when), modifier.multiply_by)
            for state, cause in enumerate(causes)
            for modifier in cause.prior_modifiers
        ),
        setting=setting,
        priors_of=priors_of,
    )


def _variable(cause: Cause) -> str:
    return cause.state_of or cause.id


def _distributions(estimates: Sequence[Estimate], widening: float) -> Distributions:
    numbers = np.array([(each.low, each.mode, each.high) for each in estimates])
    logits = np.log(numbers / (1.0 - numbers))
    sd = (logits[:, 2] - logits[:, 0]) / (2 * NormalDist().inv_cdf(0.95))  # not clinical: 90%
    assumed = np.array([each.assumed is not None for each in estimates])
    return Distributions(logits[:, 1], np.where(assumed, widening * sd, sd))

"""The parameters of the dose model as draws: what is known, and how surely.

Each parameter is normal on its own scale (log or logit).  After the fit the parameters
hang together, so they are drawn together, with the same seed for everybody: two regimens
are compared in the same thousand possible worlds.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corrin.errors import KnowledgeError
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records_of_intake import DoseParameter, Pharmacokinetics, Scale

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: One stream of numbers for everybody, so that answers can be compared and repeated.
SEED = 20261122  # not clinical: a seed


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parameters:
    """Values of every parameter, each an array of one length (the draws)."""

    values: Mapping[str, Floats]

    def __getitem__(self, name: str) -> Floats:
        return self.values[name]

    @property
    def draws(self) -> int:
        """How many draws each parameter has."""
        return len(next(iter(self.values.values())))

    def some(self, chosen: Integers) -> Parameters:
        """Return the chosen draws (positions, which may repeat)."""
        return Parameters(values={name: each[chosen] for name, each in self.values.items()})


def setting(knowledge: Knowledge, name: str) -> float:
    """Return a setting of the dose model.  Raises :class:`KnowledgeError` when there is none."""
    try:
        return knowledge.pharmacokinetics.setting[name].value
    except KeyError:
        raise KnowledgeError(f"pharmacokinetics.toml: the setting '{name}' is missing.") from None


def on_scale(parameter: DoseParameter, natural: float) -> float:
    """Return a value of a parameter on the scale it is normal on."""
    if parameter.scale is Scale.LOGIT:
        return float(np.log(natural / (1 - natural)))
    return float(np.log(natural))


def off_scale(parameter: DoseParameter, scaled: Floats) -> Floats:
    """Return values of a parameter in its own unit."""
    if parameter.scale is Scale.LOGIT:
        return np.asarray(1 / (1 + np.exp(-scaled)))
    return np.exp(scaled)


def before_the_fit(model: Pharmacokinetics) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of every parameter, on its scale, before the fit."""
    means = [on_scale(parameter, parameter.median) for parameter in model.parameter]
    return np.array(means), np.array([parameter.spread for parameter in model.parameter])


def from_scaled(model: Pharmacokinetics, scaled: Floats) -> Parameters:
    """Return parameters from scaled values of shape (draws, parameters)."""
    return Parameters(
        values={
            parameter.id: off_scale(parameter, scaled[:, position])
            for position, parameter in enumerate(model.parameter)
        }
    )


def middle(knowledge: Knowledge) -> Parameters:
    """Return the middle of every parameter, as one draw."""
    return from_scaled(knowledge.pharmacokinetics, _fitted(knowledge)[0][None, :])


@functools.lru_cache(maxsize=10)
def draw_parameters(knowledge: Knowledge, draws: int) -> Parameters:
    """Return ``draws`` joint draws of the parameters; the same for every caller.

    Raises :class:`KnowledgeError` when the parameters were never fitted.
    """
    means, covariance = _fitted(knowledge)
    root = _root(covariance)
    normal = np.random.default_rng(SEED).standard_normal((draws, len(means)))
    return from_scaled(knowledge.pharmacokinetics, means + normal @ root.T)


def _fitted(knowledge: Knowledge) -> tuple[Floats, Floats]:
    """Return mean and covariance after the fit, in the order of the records."""
    model = knowledge.pharmacokinetics
    means, sds = [], []
    for parameter in model.parameter:
        if parameter.fitted is None:
            raise KnowledgeError(f"pharmacokinetics.toml: '{parameter.id}' was never fitted.")
        means.append(parameter.fitted.mean)
        sds.append(parameter.fitted.sd)
    correlation = np.eye(len(means))
    places = [[one.id for one in model.parameter].index(id_) for id_ in model.fit.order]
    correlation[np.ix_(places, places)] = np.array(model.fit.correlation)
    return np.array(means), correlation * np.outer(sds, sds)


def _root(covariance: Floats) -> Floats:
    """Return a square root of a covariance that rounding may have left barely short of one."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.clip(values, 0, None)))

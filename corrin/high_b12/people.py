"""How levels spread over people: baselines, differences in the rise, day-to-day variation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corrin.high_b12.parameters import SEED, Floats, Integers, Parameters, setting
from corrin.knowledge.loading import Knowledge


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class People:
    """One drawn person for each draw: the level without B12, what the rise is multiplied by,
    and what a single result is multiplied by (all arrays of one length).
    """  # fmt: skip

    baseline: Floats
    rise: Floats
    result: Floats

    def some(self, chosen: Integers) -> People:
        """Return the chosen people (positions, which may repeat)."""
        return People(
            baseline=self.baseline[chosen], rise=self.rise[chosen], result=self.result[chosen]
        )

    def levels(self, excess: Floats) -> Floats:
        """Return measured levels (days, draws) in ng/L for what a regimen adds on average."""
        return self.true_levels(excess) * self.result

    def true_levels(self, excess: Floats) -> Floats:
        """Return the levels without the variation of a single result."""
        return np.asarray(self.baseline + excess * self.rise)


def draw_people(
    parameters: Parameters, knowledge: Knowledge, *, baseline: float | None = None
) -> People:
    """Draw a person for each draw of the parameters.

    ``baseline`` (ng/L) is the person's own result from before; None draws one from
    adults who take no B12.  The rise keeps its mean: people differ around it.
    """
    draws = parameters.draws
    source = np.random.default_rng([SEED, 2])
    normals = source.standard_normal((2 * 2, draws))
    within = setting(knowledge, "within_person")
    if baseline is None:
        among = np.sqrt(setting(knowledge, "typical_spread") ** 2 - within**2)
        start = parameters["typical_level"] * np.exp(among * normals[0])
    else:
        start = baseline * np.exp(within * normals[0])
    person, study = parameters["person_spread"], parameters["study_spread"]
    rise = np.exp(person * normals[1] - person**2 / 2 + study * normals[2])
    return People(baseline=start, rise=rise, result=np.exp(within * normals[-1]))

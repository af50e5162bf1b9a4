"""The shape of the facts that only a whole population needs: what its questions go by."""

from __future__ import annotations

import msgspec

from corrin.knowledge.records import Quantity, Record
from corrin.knowledge.records_of_simulation import SimulationNumbers


class ReversibleCauses(Record, frozen=True, kw_only=True):
    """Causes of twitching that a record review or a test can find and that can be put right."""

    causes: tuple[str, ...] = ()
    left_out: str = ""
    assumed: str = ""


class PopulationRules(Record, frozen=True, kw_only=True):
    """What the questions about many people share."""

    reversible: ReversibleCauses = ReversibleCauses()
    setting: dict[str, Quantity] = msgspec.field(default_factory=dict)
    simulation: SimulationNumbers = SimulationNumbers()

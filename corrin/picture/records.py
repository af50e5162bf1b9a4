"""Everything known of one person in one vocabulary: findings (three-state) and measurements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from corrin.errors import Refusal
from corrin.labs.records import Measurement
from corrin.person.records import Person


class Origin(StrEnum):
    """How a finding came to be known."""

    SAID = "said"
    LAB = "laboratory"
    DRUG = "medicine list"
    INTAKE = "supplements"
    IMPLIED = "follows from another"


@dataclass(frozen=True, slots=True)
class FindingState:
    """Present or absent, how that is known, and the words that say so."""

    present: bool
    origin: Origin
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The clinical picture: what every later question reads.

    ``findings`` holds only what is known (a missing id was not asked);
    ``measurements`` is by lab id, latest first; ``not_used`` lists what was
    given but could not be used, each with its reason.
    """

    person: Person
    findings: Mapping[str, FindingState]
    measurements: Mapping[str, tuple[Measurement, ...]]
    not_used: tuple[Refusal, ...] = ()

    def present(self, finding: str) -> bool:
        """True when the finding is known to be present."""
        state = self.findings.get(finding)
        return state is not None and state.present

    def absent(self, finding: str) -> bool:
        """True when the finding is known to be absent (not merely unasked)."""
        state = self.findings.get(finding)
        return state is not None and not state.present

    def latest(self, lab: str) -> Measurement | None:
        """The most recent readable result of one lab, or None."""
        results = self.measurements.get(lab, ())
        return results[0] if results else None

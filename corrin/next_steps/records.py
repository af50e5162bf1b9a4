"""The answer to: what next, and what would it change?"""

from __future__ import annotations

from dataclasses import dataclass

from corrin.knowledge.records import Effort


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedStep:
    """One next step: why for this person, and what it could change.

    ``changes`` says in words what would move; ``expected_change`` is the model's
    expected movement of the differential (0 to 1) when it applies.  ``asked_by`` names
    the red-flag rules that ask for it.
    """

    id: str
    name: str
    effort: Effort
    why: str
    why_clinician: str
    changes: str
    expected_change: float | None = None
    references: tuple[str, ...] = ()
    assumed: str | None = None
    professional_name: str = ""
    asked_by: tuple[str, ...] = ()

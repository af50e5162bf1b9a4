"""The answer to: how urgent is this, why, and what was not asked?"""

from __future__ import annotations

from dataclasses import dataclass

from corrin.knowledge.records import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisedFlag:
    """One red-flag rule that holds, and on what it rests.

    ``action`` is fixed text for the person; ``action_clinician`` for the professional.
    """

    rule: str
    tier: Tier
    name: str
    because: str
    because_clinician: str
    action: str
    rests_on: tuple[str, ...]
    references: tuple[str, ...] = ()
    assumed: str | None = None
    action_clinician: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAsked:
    """A question that could still raise the tier, and to which tier."""

    finding: str
    would_raise_to: Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgency:
    """The tier, every flag that holds (most urgent first), and what was not asked.

    ``action`` is fixed text: who to contact and how soon, with the local number.
    ``may_say_benign`` is True only when weakness, wasting, speech, swallowing and
    breathing were each answered absent, and nothing asks for more than a routine visit.
    ``self_care_needs`` lists those of them that were not answered.  ``not_used`` says
    which results could not be checked for danger, and what to ask.
    """

    tier: Tier
    because: tuple[RaisedFlag, ...]
    not_asked: tuple[NotAsked, ...]
    action: str
    action_clinician: str
    may_say_benign: bool = False
    self_care_needs: tuple[str, ...] = ()
    not_used: tuple[str, ...] = ()

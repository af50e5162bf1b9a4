"""How soon should this person be seen?

The tier is that of the most urgent red flag that holds.  Nothing else that is present
lowers it, no setting and no probability enters it, and it is never refused.  Without
a flag it is routine; self-care needs a rule of its own *and* an open gate
(:mod:`corrin.triage.gate`).
"""

from __future__ import annotations

from corrin.b12_status.records import B12Status
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Tier
from corrin.picture.records import Picture
from corrin.triage.flags import RANK, action, raised_flags
from corrin.triage.gate import Gate, gate
from corrin.triage.lookup import PictureLookup
from corrin.triage.questions import not_asked
from corrin.triage.records import RaisedFlag, Urgency

#: Notes on a result that was used all the same; every other refusal of a lab left it out.
_USED = {"albumin-not-given", "albumin-adjusted"}


def urgency(
    picture: Picture,
    b12_status: B12Status | None,
    knowledge: Knowledge,
    *,
    country: str | None = None,
) -> Urgency:
    """Return how soon to be seen, why, and what was not asked.

    ``country`` (ISO 3166-1 alpha-2) chooses the emergency number; without it that of
    the person is used, else "your local emergency number".  Raises nothing for a
    picture built by this package: a missing B12 status or age is only not known.
    """
    country = country or picture.person.country
    lookup = PictureLookup(picture, b12_status, knowledge)
    raised = raised_flags(lookup, country=country)
    answers = gate(lookup)
    not_used = _not_used(picture, knowledge)
    tier = _tier(raised, answers, all_results_used=not not_used)
    because = tuple(flag for flag in raised if flag.tier is not Tier.SELF_CARE or flag.tier is tier)
    to_do = action(_action(because, tier, knowledge), knowledge, country=country)
    return Urgency(
        tier=tier,
        because=because,
        not_asked=not_asked(lookup, above=tier),
        action=to_do.person,
        action_clinician=to_do.clinician,
        may_say_benign=answers.is_open and RANK[tier] >= RANK[Tier.ROUTINE],
        self_care_needs=answers.unanswered,
        not_used=not_used,
    )


def _tier(raised: tuple[RaisedFlag, ...], answers: Gate, *, all_results_used: bool) -> Tier:
    """Return the most urgent tier raised; self-care only through the gate, else routine."""
    most_urgent = min((flag.tier for flag in raised), key=RANK.__getitem__, default=Tier.ROUTINE)
    if most_urgent is not Tier.SELF_CARE or (answers.is_open and all_results_used):
        return most_urgent
    return Tier.ROUTINE


def _action(because: tuple[RaisedFlag, ...], tier: Tier, knowledge: Knowledge) -> str:
    """Return the id of the action's text: that of the first flag, else the tier's own."""
    if because:
        return knowledge.red_flags[because[0].rule].action
    return f"action_{tier.replace('-', '_')}"


def _not_used(picture: Picture, knowledge: Knowledge) -> tuple[str, ...]:
    """Return, in words, each result left out that a critical limit could have caught."""
    watched = {f"labs.{value.lab}" for value in knowledge.critical_values.values()}
    words = knowledge.wording["lab_not_used"].person
    return tuple(
        words.format(reason=refusal.reason, ask=refusal.ask).strip()
        for refusal in picture.not_used
        if refusal.question in watched and refusal.code not in _USED
    )

"""Urgency in words: the fixed action first, then why, then what was not asked."""

from __future__ import annotations

from collections.abc import Sequence

from corrin.knowledge.records import Tier
from corrin.report.telling import Telling
from corrin.report.view import FlagView, UrgencyView
from corrin.report.words import HOW_SOON, HOW_SOON_CLINICIAN, TIER_IN_A_SENTENCE
from corrin.triage.records import NotAsked, RaisedFlag, Urgency


def urgency_view(urgency: Urgency, telling: Telling) -> UrgencyView:
    """The urgency for one reader; its action is shown as it was fixed, never rephrased."""
    action = telling.either(urgency.action, urgency.action_clinician)
    return UrgencyView(
        tier=urgency.tier,
        how_soon=_how_soon(urgency.tier, telling),
        action=action,
        flags=tuple(_flag(flag, urgency, telling) for flag in urgency.because),
        not_used=urgency.not_used,
        not_asked=_not_asked(urgency.not_asked, telling),
        self_care_not_yet=telling.fixed("self_care_not_yet") if urgency.self_care_needs else None,
        self_care_needs=tuple(telling.question(one) for one in urgency.self_care_needs),
    )


def _how_soon(tier: Tier, telling: Telling) -> str:
    return telling.either(HOW_SOON[tier], HOW_SOON_CLINICIAN[tier])


def _flag(flag: RaisedFlag, urgency: Urgency, telling: Telling) -> FlagView:
    """A flag; its action is told only where it adds to that of the whole answer.

    A lesser flag's "within two weeks" under "today" would only confuse.
    """
    adds = flag.tier is urgency.tier and flag.action != urgency.action
    return FlagView(
        name=flag.name,
        tier=flag.tier,
        how_soon=_how_soon(flag.tier, telling),
        why=telling.statement(
            telling.either(flag.because, flag.because_clinician),
            references=flag.references,
            assumed=flag.assumed,
        ),
        action=telling.either(flag.action, "") if adds else "",
        rests_on=tuple(telling.name(one) for one in flag.rests_on),
    )


def _not_asked(
    not_asked: Sequence[NotAsked], telling: Telling
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Open questions under the most urgent visit that each could lead to."""
    most_urgent: dict[str, Tier] = {}
    order = list(Tier)
    for one in sorted(not_asked, key=lambda item: order.index(item.would_raise_to)):
        most_urgent.setdefault(telling.question(one.finding), one.would_raise_to)
    return tuple(
        (TIER_IN_A_SENTENCE[tier], tuple(q for q, to in most_urgent.items() if to is tier))
        for tier in order
        if tier in most_urgent.values()
    )

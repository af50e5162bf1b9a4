"""What would two plain rules of thumb have answered?

*Rules alone*: the urgency of the red-flag rules, and the causes in the order of
their prior.  Corrin's own urgency is those rules, so the two differ in causes only.

*Benign for all*: everybody twitches harmlessly and nobody needs to be seen.  It
never hedges, so its probability is 1.
"""

from __future__ import annotations

from collections.abc import Sequence

from corrin.twitching.records import ExplainedBy

BENIGN_FIRST = (
    "bfs",
    "unexplained_transient",
    "exercise_fatigue",
    "sleep_stress",
    "caffeine_stimulant_intake",
    "eyelid_myokymia",
    "cramp_fasciculation",
)

Ranking = tuple[tuple[str, float], ...]


def as_answered(causes: Sequence[ExplainedBy]) -> Ranking:
    """Return Corrin's own order: (cause, probability), most likely first."""
    return tuple((cause.id, cause.probability) for cause in causes)


def by_prior(causes: Sequence[ExplainedBy]) -> Ranking:
    """Return the causes by prior, as if nothing but the setting were known."""
    ranked = sorted(causes, key=lambda cause: (-cause.prior, cause.id))
    return tuple((cause.id, cause.prior) for cause in ranked)


def benign_first(causes: Sequence[ExplainedBy]) -> Ranking:
    """Return the harmless causes in a fixed order, then the others by prior."""
    listed = {cause.id for cause in causes}
    harmless = [name for name in BENIGN_FIRST if name in listed]
    others = [name for name, _ in by_prior(causes) if name not in harmless]
    return tuple((name, 1.0 if place == 0 else 0.0) for place, name in enumerate(harmless + others))

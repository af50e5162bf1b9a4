"""Who may not have been followed up: the four questions a register is searched for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corrin.b12_status.records import B12Class
from corrin.high_b12.sources_records import Lasting, Supplements
from corrin.knowledge.loading import Knowledge
from corrin.population.kernel.answers import (
    LASTINGS,
    SUPPLEMENTS,
    CausesOfMany,
    SourcesOfMany,
    StatusOfMany,
)
from corrin.population.kernel.people import NO, NOT_KNOWN, YES, States

NOT_CLASSED = "not_classed"
_TAKEN = (Supplements.TAKEN_LOW, Supplements.TAKEN, Supplements.REGIMEN_KNOWN)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FollowUp:
    """The answers, each (N,) and three-valued; each is defined by the function of its name."""

    high_without_reason: States
    persistently_high: States
    low_untreated: States
    twitches_reversible: States


def follow_up(
    status: StatusOfMany, sources: SourcesOfMany, causes: CausesOfMany, knowledge: Knowledge
) -> FollowUp:
    """Return the four answers."""
    return FollowUp(
        high_without_reason=high_without_reason(status, sources, knowledge),
        persistently_high=persistently_high(sources),
        low_untreated=low_untreated(status, sources),
        twitches_reversible=twitches_reversible(causes),
    )


def high_without_reason(
    status: StatusOfMany, sources: SourcesOfMany, knowledge: Knowledge
) -> States:
    """Yes: the class is "high" now, no source but ``not_classed`` is as likely as
    ``explained_from``, and if B12 is taken the sources by intake are not so together.
    Not known when the sources were not weighed."""
    least = knowledge.high_b12.setting["explained_from"].value
    records = knowledge.sources_of_high_b12
    by_intake = [place for place, id_ in enumerate(sources.ids) if records[id_].by_intake]
    named = [place for place, id_ in enumerate(sources.ids) if id_ != NOT_CLASSED]
    taken = np.isin(sources.supplements[sources.rows], [SUPPLEMENTS.index(each) for each in _TAKEN])
    # One source after the other: a sum whose bits do not hang on the shape of the batch.
    intake = np.zeros(len(sources.rows))
    for place in by_intake:
        intake += sources.probability[:, place]
    reason = (sources.probability[:, named] >= least).any(axis=1) | (taken & (intake >= least))
    high = status.is_class(B12Class.HIGH)[sources.rows]
    found = np.full(len(sources.refused), NOT_KNOWN, dtype=np.int8)
    found[sources.rows] = np.where(high & ~reason, YES, NO)
    return found


def persistently_high(sources: SourcesOfMany) -> States:
    """Yes: the elevation is persistent.  Not known without a total B12."""
    persistent = sources.lasting == LASTINGS.index(Lasting.PERSISTENT)
    return np.where(sources.lasting < 0, NOT_KNOWN, persistent).astype(np.int8)


def low_untreated(status: StatusOfMany, sources: SourcesOfMany) -> States:
    """Yes: deficient by class or function, and no B12 is recorded as taken.

    Not having been asked counts as not taken, as far as recorded.  Not known when the
    question was refused, or nothing could be classed and the markers do not say yes.
    """
    low = status.is_class(B12Class.DEFICIENT) | (status.functional == YES)
    unknown = (status.refused >= 0) | (status.is_class(B12Class.NOT_CLASSED) & ~low)
    return np.where(unknown, NOT_KNOWN, low & ~sources.treated).astype(np.int8)


def twitches_reversible(causes: CausesOfMany) -> States:
    """Yes: causes that can be reversed are likely together.  Not known when not weighed."""
    found = np.full(len(causes.refused), NOT_KNOWN, dtype=np.int8)
    found[causes.rows] = causes.reversible
    return found

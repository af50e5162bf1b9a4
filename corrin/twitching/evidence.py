"""Which findings count as evidence: correlated ones count once, and not more than the
exact computation can hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from corrin.knowledge.loading import Knowledge
from corrin.picture.records import Picture
from corrin.twitching.network import CompiledNetwork


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedEvidence:
    """Finding ids that count, present and absent, and those left out with why."""

    present: tuple[str, ...]
    absent: tuple[str, ...]
    counted_once: tuple[str, ...]
    left_out: tuple[str, ...]


def count_evidence(
    picture: Picture, network: CompiledNetwork, knowledge: Knowledge
) -> CountedEvidence:
    """Choose the evidence.

    Only findings that some cause is linked to tell causes apart.  Of each group of
    correlated findings at most ``counts`` present and ``counts`` absent ones are kept:
    among the present those that causes raise most over their background, among the
    absent those that causes show most often.  Above ``maximum_positives`` the least
    telling present findings are left out, and the answer says so.
    """
    reach, lift = tells(network)
    known = [f for f in network.findings if f in picture.findings and reach[f] > 0]
    present = [finding for finding in known if picture.present(finding)]
    absent = [finding for finding in known if picture.absent(finding)]
    dropped: list[str] = []
    for group in knowledge.groups.values():
        here = sorted((f for f in present if f in group.members), key=lambda f: (-lift[f], f))
        away = sorted((f for f in absent if f in group.members), key=lambda f: (-reach[f], f))
        extra = here[group.counts :] + away[group.counts :]
        dropped += [finding for finding in extra if finding not in dropped]
    present = [finding for finding in present if finding not in dropped]
    room = int(knowledge.model["maximum_positives"].value)
    telling = sorted(present, key=lambda finding: (-lift[finding], finding))
    return CountedEvidence(
        present=tuple(finding for finding in present if finding in telling[:room]),
        absent=tuple(finding for finding in absent if finding not in dropped),
        counted_once=tuple(dropped),
        left_out=tuple(telling[room:]),
    )


@lru_cache(maxsize=8)
def tells(network: CompiledNetwork) -> tuple[dict[str, float], dict[str, float]]:
    """How often causes show each finding (prior-weighted), and that over its background."""
    reach = np.zeros(len(network.findings))
    shown = network.prior.at(None)[network.link_state] * network.link.at(None)
    np.add.at(reach, network.link_finding, shown)
    lift = reach / network.leak.at(None)
    names = network.findings
    return dict(zip(names, reach.tolist(), strict=True)), dict(
        zip(names, lift.tolist(), strict=True)
    )

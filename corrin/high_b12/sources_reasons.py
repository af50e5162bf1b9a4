"""What each thing known does to each source: in words, with where its strength comes from."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from corrin.high_b12.sources_evidence import Item, Known
from corrin.high_b12.sources_numbers import CompiledSources
from corrin.high_b12.sources_records import EvidenceKind, SourceEvidence
from corrin.high_b12.weighing import Floats
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Estimate

_NAMES: Mapping[EvidenceKind, tuple[str, str]] = {
    EvidenceKind.LEVEL: ("how high the level is", "the level"),
    EvidenceKind.INTAKE: ("what you said about B12", "B12 intake"),
}


def effects(posterior: Floats) -> Floats:
    """Return log10 odds with everything minus without each item, (items, S).

    ``posterior`` (1 + items, S) has all known in its first row.
    """
    logit = np.log10(posterior) - np.log10(1 - posterior)
    return np.asarray(logit[:1] - logit[1:])


def reasons(
    source: str, column: Floats, known: Known, compiled: CompiledSources, knowledge: Knowledge
) -> tuple[tuple[SourceEvidence, ...], tuple[SourceEvidence, ...]]:
    """Return (for, against) one source, strongest first; ``column`` are its effects."""
    least = knowledge.high_b12.setting["worth_listing"].value
    found = [
        _evidence(
            item, float(effect), _rests_on(source, item, known, compiled, knowledge), knowledge
        )
        for item, effect in zip(known.items, column, strict=True)
        if abs(effect) >= least
    ]
    found.sort(key=lambda one: (-abs(one.effect), one.id))
    return (
        tuple(one for one in found if one.effect > 0),
        tuple(one for one in found if one.effect < 0),
    )


def _evidence(
    item: Item,
    effect: float,
    rests_on: Estimate,
    knowledge: Knowledge,
) -> SourceEvidence:
    sign = None if item.sign is None else knowledge.high_b12.sign[item.sign]
    names = _NAMES[item.kind] if sign is None else (sign.name, sign.professional_name)
    return SourceEvidence(
        kind=item.kind,
        id=item.id,
        name=names[0],
        professional_name=names[1],
        ids=item.ids,
        present=item.present,
        effect=effect,
        reference=rests_on.reference,
        assumed=rests_on.assumed,
    )


def _rests_on(
    source: str, item: Item, known: Known, compiled: CompiledSources, knowledge: Knowledge
) -> Estimate:
    record = knowledge.sources_of_high_b12[source]
    if item.kind is EvidenceKind.LEVEL:
        limits = compiled.band_limits
        place = sum(known.low is not None and known.low > limit for limit in limits)
        return record.reaches[max(0, place - 1)]
    if item.kind is EvidenceKind.INTAKE:
        return record.taken
    sign = knowledge.high_b12.sign[item.sign or 0]
    linked = next((link.p for link in record.signs if link.sign == sign.id), None)
    return linked or sign.background or knowledge.findings[sign.findings[0]].leak

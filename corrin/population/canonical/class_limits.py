"""Every limit that a result is held against, so that a unit can be seen to matter or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from corrin.knowledge.loading import Knowledge
from corrin.labs.positions import our_spans
from corrin.population.canonical.scales import canonical_limit
from corrin.population.kernel.people import Floats


class ClassLimits:
    """The limits of one lab in its canonical unit.

    ``usual`` are those for an adult whose assay is not one that a guideline names; ``all``
    are those of every age and guideline.
    """

    def __init__(self, lab: str, knowledge: Knowledge) -> None:
        shared = (*_critical(lab, knowledge), *_findings(lab, knowledge))
        adult = (
            end
            for span in our_spans(knowledge.labs[lab], knowledge, sex=None, age=None)
            for end in (span.low, span.high)
        )
        self.usual = _sorted([*shared, *_guidelines(lab, knowledge, every=False), *adult])
        self.all = _sorted(
            [
                *shared,
                *_guidelines(lab, knowledge, every=True),
                *_intervals(lab, knowledge),
                *self.usual,
            ]
        )

    def places(self, values: Floats, *, every: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return where each canonical value lies among the limits: the same number, no change.

        ``every`` (N,) marks results that are held against all limits.
        """
        return np.where(every, _place(self.all, values), _place(self.usual, values))


def assays_named(knowledge: Knowledge) -> tuple[str, ...]:
    """Return the assays and laboratories, case-folded, that have limits of their own."""
    names = (name for each in knowledge.guidelines.values() for name in (*each.assays, each.id))
    return tuple(sorted({name.casefold() for name in names}))


def _place(limits: Floats, values: Floats) -> NDArray[np.int64]:
    # On a limit is a place of its own: some limits belong to the class below, some above.
    sides = (np.searchsorted(limits, values, side="left"), np.searchsorted(limits, values, "right"))
    return np.asarray(sides[0] + sides[1], np.int64)


def _sorted(limits: Sequence[float | None]) -> Floats:
    return np.array(sorted({each for each in limits if each is not None}), np.float64)


def _guidelines(lab: str, knowledge: Knowledge, *, every: bool) -> Iterator[float]:
    for each in knowledge.guidelines.values():
        if each.lab != lab or not (each.default or every):
            continue
        for limit in (each.deficient_below, each.indeterminate_below, each.high_above):
            if limit is not None:
                yield canonical_limit(limit, each.unit, lab, knowledge)


def _critical(lab: str, knowledge: Knowledge) -> Iterator[float]:
    for each in knowledge.critical_values.values():
        if each.lab == lab:
            yield canonical_limit(each.limit.value, each.limit.unit, lab, knowledge)


def _findings(lab: str, knowledge: Knowledge) -> Iterator[float]:
    spans = our_spans(knowledge.labs[lab], knowledge, sex=None, age=None)
    for finding in knowledge.findings.values():
        for rule in finding.from_lab:
            if rule.lab != lab:
                continue
            if rule.limit is not None:
                yield canonical_limit(rule.limit.value, rule.limit.unit, lab, knowledge)
            elif rule.times_limit is not None:
                for span in spans:
                    for end in (span.low, span.high):
                        if end is not None:
                            yield end * rule.times_limit


def _intervals(lab: str, knowledge: Knowledge) -> Iterator[float]:
    for each in knowledge.labs[lab].reference_intervals:
        for end in (each.low, each.high):
            if end is not None:
                yield canonical_limit(end, each.unit, lab, knowledge)

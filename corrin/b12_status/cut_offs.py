"""Which class a result falls into by published cut-offs, as an interval and not as a point."""

from __future__ import annotations

from dataclasses import dataclass

from corrin.b12_status.records import B12Class
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Guideline
from corrin.labs.positions import LABORATORY, OURS, our_spans, widest
from corrin.labs.records import Measurement, Position
from corrin.labs.units import in_canonical
from corrin.person.records import Person


@dataclass(frozen=True, slots=True)
class CutOffs:
    """A guideline's limits in the lab's canonical unit.

    Below ``deficient_below`` is deficient; up to and including ``indeterminate_to`` is
    indeterminate, as the guidelines print it; above ``high_above`` is high.
    """

    deficient_below: float
    indeterminate_to: float
    high_above: float | None

    def possible(self, low: float, high: float) -> tuple[B12Class, ...]:
        """Return every class that a value between ``low`` and ``high`` can have."""
        if self.high_above is not None and low > self.high_above:
            return (B12Class.HIGH,)
        found = []
        if low < self.deficient_below:
            found.append(B12Class.DEFICIENT)
        if high >= self.deficient_below and low <= self.indeterminate_to:
            found.append(B12Class.INDETERMINATE)
        if high > self.indeterminate_to:
            found.append(B12Class.NORMAL)
        if self.high_above is not None and high > self.high_above:
            found.append(B12Class.HIGH)
        return tuple(found)


def cut_offs(
    guideline: Guideline, knowledge: Knowledge, *, high_above: float | None = None
) -> CutOffs:
    """Return the guideline's limits; ``high_above`` (canonical) stands in for its own."""
    lab = knowledge.labs[guideline.lab]

    def canonical(limit: float) -> float:
        return in_canonical(limit, guideline.unit, lab, knowledge)

    if high_above is None and guideline.high_above is not None:
        high_above = canonical(guideline.high_above)
    return CutOffs(
        canonical(guideline.deficient_below), canonical(guideline.indeterminate_below), high_above
    )


def settle(possible: tuple[B12Class, ...]) -> B12Class:
    """Return the one class, "indeterminate" for low-or-unclear, else "not classed"."""
    if len(possible) == 1:
        return possible[0]
    if set(possible) == {B12Class.DEFICIENT, B12Class.INDETERMINATE}:
        return B12Class.INDETERMINATE
    return B12Class.NOT_CLASSED


def guideline_for(measured: Measurement, knowledge: Knowledge) -> Guideline | None:
    """Return the guideline of the named assay or laboratory, else the default one."""
    fitting = [each for each in knowledge.guidelines.values() if each.lab == measured.lab]
    said = (measured.assay or "").strip().casefold()
    by_name = (each for each in fitting if said and said in (*each.assays, each.id))
    return next(by_name, next((each for each in fitting if each.default), None))


def by_other_guidelines(
    measured: Measurement, used: Guideline, knowledge: Knowledge, *, high_above: float | None
) -> dict[str, B12Class]:
    """Return the class by each other guideline (its name) for the same lab.

    Most print no upper limit; ``high_above`` (canonical), the one in use, stands in.
    """
    if measured.low is None or measured.high is None:
        return {}
    found = {}
    for each in knowledge.guidelines.values():
        if each.lab == measured.lab and each.id != used.id:
            own = None if each.high_above is not None else high_above
            limits = cut_offs(each, knowledge, high_above=own)
            found[each.name] = settle(limits.possible(measured.low, measured.high))
    return found


@dataclass(frozen=True, slots=True)
class UpperLimit:
    """The level (canonical) above which a result is high, whose it is, and its source."""

    level: float | None
    whose: str
    source: str | None = None


def upper_limit(
    measured: Measurement, guideline: Guideline, knowledge: Knowledge, *, person: Person
) -> UpperLimit:
    """Return the laboratory's upper limit, else the chosen guideline's, else ours.

    A value the laboratory called normal without printing an interval has none.
    """
    lab = knowledge.labs[measured.lab]
    printed = (measured.reference_low, measured.reference_high) != (None, None)
    if (
        measured.interval_from == LABORATORY
        and not printed
        and measured.position is Position.NORMAL
    ):
        return UpperLimit(None, LABORATORY)
    if measured.interval_from == LABORATORY and measured.reference_high is not None:
        return UpperLimit(measured.reference_high, LABORATORY)
    if guideline.high_above is not None:
        level = in_canonical(guideline.high_above, guideline.unit, lab, knowledge)
        return UpperLimit(level, guideline.name, guideline.reference)
    ours = widest(our_spans(lab, knowledge, sex=person.sex, age=person.age))
    return UpperLimit(ours.high, OURS, ours.source)

"""Which findings the laboratory settles: above, below or outside a limit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Finding, FromLab
from corrin.labs.positions import OURS, Span, our_spans
from corrin.labs.records import Measurement, Position
from corrin.labs.units import in_canonical
from corrin.person.records import Person
from corrin.picture.records import FindingState, Origin

SIDES = {
    "below": (Position.LOW,),
    "above": (Position.HIGH,),
    "outside": (Position.LOW, Position.HIGH),
}


def findings_from_labs(
    measurements: Mapping[str, tuple[Measurement, ...]], person: Person, knowledge: Knowledge
) -> Iterator[tuple[str, FindingState, tuple[str, ...]]]:
    """Yield (finding, state, labs it rests on) for every finding a result settles.

    The latest result of a lab counts.  One lab that says yes makes the finding
    present; it is absent when no lab says yes and one or more say no.
    """
    for finding in knowledge.findings.values():
        answers = {
            rule.lab: answer
            for rule in finding.from_lab
            if (results := measurements.get(rule.lab))
            and (answer := holds(rule, results[0], person, knowledge)) is not None
        }
        if answers:
            yield _state(finding, answers, measurements, knowledge)


def _state(
    finding: Finding,
    answers: Mapping[str, bool],
    measurements: Mapping[str, tuple[Measurement, ...]],
    knowledge: Knowledge,
) -> tuple[str, FindingState, tuple[str, ...]]:
    present = any(answers.values())
    labs = tuple(lab for lab, answer in answers.items() if answer is present)
    because = "; ".join(words(measurements[lab][0], knowledge) for lab in labs)
    return finding.id, FindingState(present, Origin.LAB, because), labs


def words(measured: Measurement, knowledge: Knowledge) -> str:
    """Return a result as it was given: ``potassium 3.1 mmol/L``, ``TSH low``."""
    number, remark, rest = measured.seen.partition(" (")
    unit = measured.unit_seen if measured.low is not None else None
    parts = (knowledge.labs[measured.lab].name, number, unit)
    return " ".join(part for part in parts if part) + remark + rest


def holds(
    rule: FromLab, measured: Measurement, person: Person, knowledge: Knowledge
) -> bool | None:
    """Return whether one rule holds for one result; None when the result cannot tell.

    The rule's own limit counts, else the interval the result was read against.  A
    result known in words only cannot tell on which side of a stricter limit it lies.
    """
    sides = SIDES[rule.relation]
    if measured.low is None or measured.high is None:
        return _in_words(rule, measured, person, knowledge)
    limits = limits_of(rule, measured, person, knowledge)
    if limits is None:
        return None if measured.position is Position.UNKNOWN else measured.position in sides
    answers = {_beyond(rule, measured.low, measured.high, limit) for limit in limits}
    return answers.pop() if len(answers) == 1 else None


def _beyond(rule: FromLab, low: float, high: float, limit: float) -> bool | None:
    if rule.relation == "below":
        return True if high < limit else False if low >= limit else None
    return True if low > limit else False if high <= limit else None


def limits_of(
    rule: FromLab, measured: Measurement, person: Person, knowledge: Knowledge
) -> tuple[float, ...] | None:
    """Return the cut-offs in canonical units; None when the interval itself decides.

    A multiple of our own interval has one cut-off for each sex when that is not known.
    """
    lab = knowledge.labs[rule.lab]
    if rule.limit is not None:
        return (in_canonical(rule.limit.value, rule.limit.unit, lab, knowledge),)
    if rule.times_limit is None:
        return None
    spans: tuple[Span, ...] = (Span(measured.reference_low, measured.reference_high),)
    if measured.interval_from == OURS:
        spans = our_spans(lab, knowledge, sex=person.sex, age=person.age)
    ends = [span.low if rule.relation == "below" else span.high for span in spans]
    return tuple(rule.times_limit * end for end in ends if end is not None)


def _in_words(
    rule: FromLab, measured: Measurement, person: Person, knowledge: Knowledge
) -> bool | None:
    if measured.position is Position.UNKNOWN:
        return None
    if measured.position not in SIDES[rule.relation]:
        return False
    if rule.times_limit is not None:
        return None
    if rule.limit is None:
        return True
    lab = knowledge.labs[rule.lab]
    limit = in_canonical(rule.limit.value, rule.limit.unit, lab, knowledge)
    for span in our_spans(lab, knowledge, sex=person.sex, age=person.age):
        usual = span.low if rule.relation == "below" else span.high
        if usual is None or (limit < usual if rule.relation == "below" else limit > usual):
            return None
    return True

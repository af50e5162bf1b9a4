"""What if one answer were another, or one more test were known: what moves, and how much."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from corrin.assessment import Assessment, Reader, assess
from corrin.errors import InputError, Problem
from corrin.interfaces.web.forms import Form
from corrin.interfaces.web.translating import said
from corrin.interfaces.web.typed import with_result
from corrin.interview.sitting import Sitting
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Effort, Tier
from corrin.person.records import Person
from corrin.report.chances import Chance, Limits, chance, limits
from corrin.report.telling import Telling
from corrin.report.words import B12_CLASS, HOW_SOON, HOW_SOON_CLINICIAN

#: How many causes are shown before and after: the likeliest, and those that move most.
LEADING = 4  # not clinical: lines of a table
MOVERS = 4  # not clinical: lines of a table
#: How many of the most telling questions come first.
MOST_TELLING = 8  # not clinical: lines of a list


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What can be tried: groups of (id, words) of answers, and of tests with their units."""

    answers: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    tests: tuple[tuple[str, str], ...]
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseMoved:
    """One cause before and after; ``way`` is ``up``, ``down`` or ``same`` as it is shown."""

    name: str
    before: Chance
    after: Chance
    way: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What one supposed answer or result moves."""

    supposed: str
    causes: tuple[CauseMoved, ...]
    how_soon_before: str
    how_soon_after: str
    tier: str
    action: str
    class_before: str
    class_after: str
    draws: int


def what_if_choices(assessment: Assessment) -> Choices:
    """Return what can be tried for this person, what tells most first."""
    knowledge = assessment.knowledge
    telling = Telling(
        knowledge, reader=assessment.reader, may_say_benign=assessment.urgency.may_say_benign
    )
    said_already = tuple(assessment.person.findings)
    telling_most = (
        tuple(one.finding for one in assessment.twitching.ask_next[:MOST_TELLING])
        if assessment.twitching
        else ()
    )
    efforts = {Effort.QUESTION}
    if assessment.reader is Reader.CLINICIAN:
        efforts |= {Effort.EXAMINATION, Effort.ELECTROPHYSIOLOGY}
    rest = sorted(
        (
            id_
            for id_, record in knowledge.findings.items()
            if record.effort in efforts and id_ not in said_already + telling_most
        ),
        key=lambda id_: telling.name(id_).lower(),
    )
    groups = (
        (said("Your answers"), said_already),
        (said("Not asked yet, most telling first"), telling_most),
        (said("Everything else"), tuple(rest)),
    )
    tests = ((lab.id, telling.name(lab.id)) for lab in knowledge.labs.values())
    units = {unit for lab in knowledge.labs.values() for unit in lab.shown_units}
    return Choices(
        answers=tuple(
            (title, tuple((id_, telling.name(id_)) for id_ in ids)) for title, ids in groups if ids
        ),
        tests=tuple(sorted(tests, key=lambda one: one[1].lower())),
        units=tuple(sorted(units)),
    )


def supposed_sitting(form: Form, sitting: Sitting, knowledge: Knowledge) -> tuple[Sitting, str]:
    """Return the sitting with the one change tried, and the change in words.

    Raises :class:`InputError` when nothing was chosen or a result cannot be read.
    """
    telling = Telling(knowledge, reader=sitting.reader, may_say_benign=False)
    if form.get("value", "").strip() or (form.get("lab") and not form.get("finding")):
        lab = form.get("lab", "")
        if lab not in knowledge.labs:
            raise InputError([Problem("lab", "missing", "", said("Choose the test."))])
        person = with_result(sitting.person, lab, form, knowledge)
        words = f"{telling.name(lab)} {form['value'].strip()} {form.get('unit', '')}".strip()
        return replace(sitting, person=person), words
    finding, state = form.get("finding", ""), form.get("state", "")
    if finding not in knowledge.findings:
        raise InputError([Problem("finding", "missing", "", said("Choose one answer or test."))])
    if state not in {"yes", "no", "unsure"}:
        raise InputError([Problem("state", "missing", "", said("Choose yes, no or not sure."))])
    findings = {id_: one for id_, one in sitting.person.findings.items() if id_ != finding}
    name = telling.name(finding)
    if state == "unsure":
        person = replace(sitting.person, findings=findings)
        return replace(sitting, person=person), f"{name}: {said('not known')}"
    person = replace(sitting.person, findings={**findings, finding: state == "yes"})
    steps = sitting.steps if finding in sitting.asked else (*sitting.steps, (finding,))
    return replace(sitting, person=person, steps=steps), telling.finding(
        finding, present=state == "yes"
    )


def compare(before: Person, after: Person, *, reader: Reader, supposed: str,
            knowledge: Knowledge) -> Moved:  # fmt: skip
    """Return what moves from one person to the other, with intervals on what comes after."""
    now = assess(before, reader=reader, draws=0, knowledge=knowledge)
    then = assess(after, reader=reader, knowledge=knowledge)
    how_soon = HOW_SOON_CLINICIAN if reader is Reader.CLINICIAN else HOW_SOON
    urgency = then.urgency
    return Moved(
        supposed=supposed,
        causes=tuple(_causes(now, then)),
        how_soon_before=how_soon[now.urgency.tier],
        how_soon_after=how_soon[urgency.tier],
        tier=urgency.tier.value,
        action=urgency.action_clinician if reader is Reader.CLINICIAN else urgency.action,
        class_before=_class(now),
        class_after=_class(then),
        draws=then.twitching.draws if then.twitching else 0,
    )


def _class(one: Assessment) -> str:
    if one.b12_status is None:
        return said("No result yet")
    return B12_CLASS[one.b12_status.b12_class][one.reader]


def _causes(now: Assessment, then: Assessment) -> Iterator[CauseMoved]:
    if then.twitching is None:
        return
    within = limits(then.knowledge.model)
    earlier = {one.id: one for one in now.twitching.causes} if now.twitching else {}
    later = {one.id: one for one in then.twitching.causes}
    telling = Telling(
        then.knowledge,
        reader=then.reader,
        may_say_benign=now.urgency.may_say_benign and then.urgency.may_say_benign,
    )
    start = {id_: earlier[id_].probability if id_ in earlier else one.prior
             for id_, one in later.items()}  # fmt: skip
    movers = sorted(later, key=lambda id_: -abs(later[id_].probability - start[id_]))
    shown = {*list(later)[:LEADING], *movers[:MOVERS]}
    for id_, one in later.items():
        if id_ not in shown:
            continue
        after = chance(
            one.probability, one.low, one.high, within=within, drawn=then.twitching.draws > 0
        )
        before = chance(start[id_], start[id_], start[id_], within=within, drawn=False)
        yield CauseMoved(
            name=telling.cause_name(id_),
            before=before,
            after=after,
            way=_way(before, after, within),
        )


def _way(before: Chance, after: Chance, within: Limits) -> str:
    """Up or down only where the words shown differ: no movement is claimed that cannot be seen."""
    if before.per_hundred == after.per_hundred and before.percent == after.percent:
        return "same"
    return "up" if within.hold(after.probability) > within.hold(before.probability) else "down"


def serious(tier: str) -> bool:
    """True for the tiers whose action is said again beside what moved."""
    return tier in {Tier.EMERGENCY.value, Tier.SAME_DAY.value}

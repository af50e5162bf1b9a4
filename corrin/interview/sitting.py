"""One interview so far: the person, and what was asked in which order.

A step holds the id of a question and the ids of the findings it settled, so that any
answer can be taken back or changed, and "not sure" is never asked twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from corrin.assessment import Reader
from corrin.interview.questions import LIST, Question, checklist, question_about
from corrin.knowledge.loading import Knowledge
from corrin.person.records import Person

#: Questions that settle a field of the person in place of a finding.
FIELDS = ("age", "sex", "twitching", "serum_b12", "intake")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """The person so far, the steps in the order asked, and who reads the answer."""

    person: Person
    steps: tuple[tuple[str, ...], ...] = ()
    reader: Reader = Reader.PERSON

    @property
    def asked(self) -> frozenset[str]:
        """Every id that was asked, answered or not."""
        return frozenset(id_ for step in self.steps for id_ in step)


def asked_also(sitting: Sitting, question: Question, person: Person) -> Sitting:
    """Return the sitting after one more question, with the person it left.

    A question that was asked before is not entered twice.
    """
    step = tuple(dict.fromkeys((question.id, *question.findings)))
    known = sitting.asked.issuperset(step)
    steps = sitting.steps if known else (*sitting.steps, step)
    return replace(sitting, person=person, steps=steps)


def last_question(sitting: Sitting, knowledge: Knowledge) -> Question | None:
    """Return the question asked last, or None at the beginning."""
    if not sitting.steps:
        return None
    id_, *findings = sitting.steps[-1]
    if id_.startswith(LIST):
        known = tuple(one for one in findings if one in knowledge.findings)
        return checklist(known) if known else None
    return question_about(id_, knowledge)


def without_last(sitting: Sitting) -> Sitting:
    """Return the sitting as it was before the last question."""
    if not sitting.steps:
        return sitting
    person = taken_back(sitting.person, sitting.steps[-1])
    return replace(sitting, person=person, steps=sitting.steps[:-1])


def taken_back(person: Person, ids: tuple[str, ...]) -> Person:
    """Return the person without the answers to these questions and findings."""
    if "age" in ids:
        person = replace(person, age=None)
    if "sex" in ids:
        person = replace(person, sex=None)
    if "twitching" in ids:
        person = replace(person, twitching=None)
    if "serum_b12" in ids:
        person = replace(person, labs=tuple(one for one in person.labs if one.lab != "serum_b12"))
    if "intake" in ids:
        person = replace(person, intake=None)
    findings = {id_: state for id_, state in person.findings.items() if id_ not in ids}
    return replace(person, findings=findings)

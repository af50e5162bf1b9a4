"""One turn of the interview on a page: an answer taken, or a step back, or a change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from corrin.errors import InputError, Problem
from corrin.interfaces.web.forms import Form
from corrin.interfaces.web.translating import said
from corrin.interfaces.web.typed import (
    Mistake,
    mistakes,
    product_fields,
    result_fields,
    with_products,
    with_result,
)
from corrin.interview.answering import answer_text, settle
from corrin.interview.questions import (
    LIST,
    Kind,
    Question,
    checklist,
    next_question,
    question_about,
)
from corrin.interview.sitting import Sitting, asked_also, last_question, taken_back, without_last
from corrin.knowledge.loading import Knowledge
from corrin.person.records import Person

NOT_SURE = "unsure"
#: How the field of one line of a checklist begins.
TICK = "tick."
CHANGE = "change:"
BACK = "back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Where the interview stands: what to ask now, or None when all that tells was asked.

    ``given`` fills the fields again; ``then`` is the page to go to after this question.
    """

    sitting: Sitting
    question: Question | None
    mistakes: tuple[Mistake, ...] = ()
    given: dict[str, str] = field(default_factory=dict)
    then: str = ""


def take(form: Form, sitting: Sitting, knowledge: Knowledge) -> Turn:
    """Return the turn that a posted form leads to."""
    go = form.get("go", "")
    then = "answer" if form.get("then") == "answer" else ""
    if go == BACK:
        question = last_question(sitting, knowledge)
        if question is not None:
            given = given_before(sitting.person, question)
            return Turn(sitting=without_last(sitting), question=question, given=given)
    if go.startswith(CHANGE):
        question = question_about(go.removeprefix(CHANGE), knowledge)
        if question is not None:
            given = given_before(sitting.person, question)
            return Turn(sitting=sitting, question=question, given=given, then=then)
    question = _answered(form, knowledge)
    if question is not None and form.get("answer"):
        try:
            person = _person_after(form, sitting.person, question, knowledge)
        except InputError as error:
            return Turn(
                sitting=sitting,
                question=question,
                mistakes=mistakes(error),
                given=dict(form),
                then=then,
            )
        sitting = asked_also(sitting, question, person)
        if then:
            return Turn(sitting=sitting, question=None, then=then)
    following = next_question(sitting.person, sitting.asked, knowledge, reader=sitting.reader)
    return Turn(sitting=sitting, question=following)


def _answered(form: Form, knowledge: Knowledge) -> Question | None:
    """Return the question that the form answers."""
    id_ = form.get("question", "")
    if not id_.startswith(LIST):
        return question_about(id_, knowledge)
    named = tuple(one for one in form.get("listed", "").split() if one in knowledge.findings)
    return checklist(named) if named else None


def _person_after(form: Form, person: Person, question: Question, knowledge: Knowledge) -> Person:
    """Return the person with this one answer put in anew; "not sure" leaves it open."""
    before = taken_back(person, (question.id, *question.findings))
    if form.get("answer") == NOT_SURE:
        return before
    return _TAKEN[question.kind](form, before, question, knowledge)


def _yes_or_no(form: Form, person: Person, question: Question, knowledge: Knowledge) -> Person:
    del knowledge
    if form["answer"] not in {"yes", "no"}:
        raise InputError([Problem("answer", "missing", "", said("Choose one answer."))])
    ids = question.findings or (question.id,)
    return settle(person, question, dict.fromkeys(ids, form["answer"] == "yes"))


def _checklist(form: Form, person: Person, question: Question, knowledge: Knowledge) -> Person:
    del knowledge
    return settle(person, question, _ticked(form, question, form["answer"]))


def _number(form: Form, person: Person, question: Question, knowledge: Knowledge) -> Person:
    return answer_text(person, question, form.get("value", ""), knowledge)


def _choice(form: Form, person: Person, question: Question, knowledge: Knowledge) -> Person:
    return answer_text(person, question, form["answer"], knowledge)


def _result(form: Form, person: Person, question: Question, knowledge: Knowledge) -> Person:
    return with_result(person, question.id, form, knowledge)


def _intake(form: Form, person: Person, question: Question, knowledge: Knowledge) -> Person:
    del question
    if form["answer"] == "no":
        return replace(person, intake=())
    return with_products(person, form, knowledge)


#: How an answer to each kind of question is put in.
_TAKEN: dict[Kind, Callable[[Form, Person, Question, Knowledge], Person]] = {
    Kind.YES_NO: _yes_or_no,
    Kind.CHECKLIST: _checklist,
    Kind.NUMBER: _number,
    Kind.CHOICE: _choice,
    Kind.LAB: _result,
    Kind.INTAKE: _intake,
}


def _ticked(form: Form, question: Question, answer: str) -> dict[str, bool]:
    ticked = {one: form.get(TICK + one) == "yes" for one in question.findings}
    if answer == "none" and any(ticked.values()):
        words = said("You ticked a line and pressed “None of these”. Which is right?")
        raise InputError([Problem("answer", "contradiction", "", words)])
    if answer == "ticked" and not any(ticked.values()):
        words = said("Tick each line that fits. If no line fits, press “None of these”.")
        raise InputError([Problem("answer", "missing", "", words)])
    if answer == "rest-unsure":
        return {one: True for one, yes in ticked.items() if yes}
    return ticked


def given_before(person: Person, question: Question) -> dict[str, str]:
    """Return an earlier answer as the fields of the page."""
    match question.kind:
        case Kind.NUMBER:
            given = {"value": "" if person.age is None else f"{person.age:g}"}
        case Kind.CHOICE:
            given = {"answer": person.sex or ""}
        case Kind.LAB:
            given = result_fields(
                next((one for one in person.labs if one.lab == question.id), None)
            )
        case Kind.INTAKE:
            given = {"answer": "no"} if person.intake == () else product_fields(person.intake)
        case Kind.CHECKLIST:
            given = {TICK + one: "yes" for one in question.findings if person.findings.get(one)}
        case Kind.YES_NO:
            told = person.twitching if question.id == "twitching" else None
            state = person.findings.get(question.id, told)
            given = {} if state is None else {"answer": "yes" if state else "no"}
    return given

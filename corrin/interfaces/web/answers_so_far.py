"""The answers given so far, in words, each with the id under which it can be changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from corrin.interfaces.web.translating import said
from corrin.interview.questions import LIST, question_about
from corrin.interview.sitting import FIELDS, Sitting
from corrin.knowledge.loading import Knowledge
from corrin.person.records import LabResult, Person
from corrin.report.telling import date_words
from corrin.report.words import unit_words

YES, NO, NOT_SURE = said("Yes"), said("No"), said("Not sure")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One answer: the id that changes it, the question, and what was said."""

    id: str
    question: str
    answer: str


def answers_so_far(sitting: Sitting, knowledge: Knowledge) -> tuple[Answered, ...]:
    """Return every answer in the order given; what came in a file follows at the end."""
    order = dict.fromkeys(
        (
            *(id_ for step in sitting.steps for id_ in step if not id_.startswith(LIST)),
            *_fields_known(sitting.person),
            *sitting.person.findings,
        )
    )
    return tuple(
        Answered(id=id_, question=question.text, answer=_said(id_, sitting.person))
        for id_ in order
        if (question := question_about(id_, knowledge)) is not None
    )


def other_results(person: Person, knowledge: Knowledge) -> tuple[tuple[str, str], ...]:
    """Return the laboratory results beside B12, by name and value."""
    return tuple(
        (knowledge.labs[one.lab].name, result_words(one))
        for one in person.labs
        if one.lab != "serum_b12" and one.lab in knowledge.labs
    )


def _fields_known(person: Person) -> Iterator[str]:
    known = {
        "age": person.age is not None,
        "sex": person.sex is not None,
        "twitching": person.twitching is not None,
        "serum_b12": any(one.lab == "serum_b12" for one in person.labs),
        "intake": person.intake is not None,
    }
    return (id_ for id_ in FIELDS if known[id_])


def _said(id_: str, person: Person) -> str:
    match id_:
        case "age":
            return NOT_SURE if person.age is None else f"{person.age:g}"
        case "sex":
            return person.sex or NOT_SURE
        case "serum_b12":
            results = [result_words(one) for one in person.labs if one.lab == id_]
            return "; ".join(results) or said("No result")
        case "intake":
            return _intake(person)
        case "twitching":
            return _state(person.twitching)
        case _:
            return _state(person.findings.get(id_))


def _state(state: bool | None) -> str:
    if state is None:
        return NOT_SURE
    return YES if state else NO


def _intake(person: Person) -> str:
    if person.intake is None:
        return NOT_SURE
    if not person.intake:
        return NO
    return "; ".join(
        ", ".join(filter(None, (one.product or one.substance, one.dose, one.route)))
        for one in person.intake
    )


def result_words(result: LabResult) -> str:
    """Return a result as it was given: number, unit, day."""
    number = f"{result.value:g}" if isinstance(result.value, float) else result.value
    words = " ".join(filter(None, (number or result.interpretation, unit_words(result.unit))))
    return f"{words}, {date_words(result.taken)}" if result.taken else words

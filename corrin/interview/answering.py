"""Puts an answer into the person; an answer that cannot be read is an error with what to do."""

from __future__ import annotations

import re
from dataclasses import replace

from corrin.errors import InputError, Problem
from corrin.interview.questions import Kind, Question
from corrin.knowledge.loading import Knowledge
from corrin.person.records import Intake, LabResult, Person
from corrin.picture.person_file import check

RESULT = re.compile(r"^\s*([<>≤≥]?\s*=?\s*[\d.,]+)\s*(\S.*?)\s*$")


def settle(person: Person, question: Question, present: dict[str, bool]) -> Person:
    """Return the person with the findings of a yes-no question or a checklist settled."""
    if question.id == "twitching":
        return replace(person, twitching=present["twitching"])
    return replace(person, findings={**person.findings, **present})


def answer_text(person: Person, question: Question, text: str, knowledge: Knowledge) -> Person:
    """Return the person with a typed answer put in.

    Raises :class:`InputError` when the text does not answer the question.
    """
    text = text.strip()
    if question.kind is Kind.NUMBER:
        return replace(person, age=_age(text, knowledge))
    if question.kind is Kind.CHOICE:
        found = [choice for choice in question.choices if text and choice.startswith(text.lower())]
        if len(found) != 1:
            raise _unread(question.id, f"Write {' or '.join(question.choices)}.")
        return replace(person, sex=found[0])
    if question.kind is Kind.LAB:
        match = RESULT.match(text)
        if match is None:
            raise _unread(question.id, 'Write number and unit, for example "1450 pg/mL".')
        result = LabResult(lab=question.id, value=match[1].replace(" ", ""), unit=match[2])
        candidate = replace(person, labs=(*person.labs, result))
        check(candidate, knowledge)
        return candidate
    return replace(person, intake=(*(person.intake or ()), Intake(product=text)))


def _age(text: str, knowledge: Knowledge) -> float:
    oldest = knowledge.model["oldest_age"].value
    try:
        age = float(text.replace(",", "."))
    except ValueError:
        raise _unread("age", "Write your age in years, as in 41.") from None
    if not 0 <= age <= oldest:
        raise _unread("age", f"Write years from 0 to {oldest:g}.")
    return age


def _unread(where: str, do: str) -> InputError:
    return InputError([Problem(where, "not-understood", "was not understood.", do)])

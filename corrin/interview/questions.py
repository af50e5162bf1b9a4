"""What to ask next: red flags first, then the test result, then what tells most.

The state is the :class:`Person` so far and the ids already asked, so that "not sure" is
never asked twice and going back is going to an earlier state.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from corrin.assessment import Assessment, Reader, assess
from corrin.b12_status.classing import class_b12
from corrin.errors import Refusal
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Effort, Tier
from corrin.person.records import Person
from corrin.picture.building import clinical_picture
from corrin.triage.urgency import urgency
from corrin.twitching.records import AskNext

#: Findings shown together on one list; more is hard to read.
LIST_LENGTH = 6  # not clinical: lines of a screen

#: What self-care needs answered, asked before anything that only informs.
FIRST_FINDINGS = ("objective_weakness", "atrophy", "dysarthria", "dysphagia", "orthopnoea")

URGENT = "It decides how soon you should be seen."

#: How the id of a checklist begins.
LIST = "list:"

EFFORTS = {
    Reader.PERSON: {Effort.QUESTION},
    Reader.CLINICIAN: {Effort.QUESTION, Effort.EXAMINATION},
}


class Kind(StrEnum):
    """How a question is answered."""

    NUMBER = "number"
    CHOICE = "choice"
    YES_NO = "yes-no"
    CHECKLIST = "checklist"
    LAB = "lab"
    INTAKE = "intake"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question: its id, how it is answered, its words, and why it is asked.

    ``findings`` holds the finding ids a yes-no question or a checklist settles;
    ``choices`` the words of a choice; ``left`` how many questions of its kind are worth
    asking as things stand, this one included, or 0 when that was not counted.
    """

    id: str
    kind: Kind
    text: str
    why: str
    help: str = ""
    findings: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    left: int = 0


def next_question(
    person: Person, asked: frozenset[str], knowledge: Knowledge, *, reader: Reader = Reader.PERSON
) -> Question | None:
    """Return the next question worth asking, or None when no more would move the answer."""
    for question in _opening(person, asked):
        return question
    picture = clinical_picture(person, knowledge)
    status = class_b12(picture, knowledge)
    known = None if isinstance(status, Refusal) else status
    how_soon = urgency(picture, known, knowledge, country=person.country)
    wanted = EFFORTS[reader]
    alarming = [
        item.finding
        for item in how_soon.not_asked
        if item.would_raise_to is Tier.EMERGENCY
        and item.finding not in asked
        and (record := knowledge.findings.get(item.finding)) is not None
        and record.effort in wanted
    ]
    if alarming:
        return checklist(tuple(alarming[:LIST_LENGTH]))
    for finding in FIRST_FINDINGS:
        if finding not in person.findings and finding not in asked:
            return _about(finding, knowledge, URGENT)
    for question in _results(person, asked):
        return question
    answer = assess(person, reader=reader, draws=0, knowledge=knowledge)
    telling = answer.twitching.ask_next if answer.twitching else ()
    return _telling(telling, asked, knowledge, reader) or _course_on_b12(
        answer, asked, knowledge, reader
    )


def checklist(findings: tuple[str, ...]) -> Question:
    """Return the question that shows alarming findings as one list; at least one finding."""
    return Question(
        id=LIST + findings[0],
        kind=Kind.CHECKLIST,
        text="Does any of these fit you right now or in the last days?",
        why="These are looked at first: each could mean that help is needed today.",
        findings=findings,
    )


def question_about(id_: str, knowledge: Knowledge) -> Question | None:
    """Return the question with this id, whatever was asked before; None when there is none.

    So an earlier answer can be changed.  A finding is asked for by itself.
    """
    nobody, nothing = Person(), frozenset[str]()
    for question in (*_opening(nobody, nothing), *_results(nobody, nothing)):
        if question.id == id_:
            return question
    if id_ in knowledge.findings:
        why = URGENT if id_ in FIRST_FINDINGS else "It is one of the answers you gave."
        return _about(id_, knowledge, why)
    return None


def _opening(person: Person, asked: frozenset[str]) -> list[Question]:
    opening = []
    if person.age is None and "age" not in asked:
        opening.append(
            Question(
                id="age",
                kind=Kind.NUMBER,
                text="How old are you?",
                why="Causes differ with age, and the evidence is from adults.",
            )
        )
    if person.sex is None and "sex" not in asked:
        opening.append(
            Question(
                id="sex",
                kind=Kind.CHOICE,
                text="Were you born female or male?",
                why="Some causes and some blood test ranges differ.",
                choices=("female", "male"),
            )
        )
    if person.twitching is None and "twitching" not in asked:
        opening.append(
            Question(
                id="twitching",
                kind=Kind.YES_NO,
                text="Do your muscles twitch, jerk or cramp?",
                why="It is the first thing this is about.",
            )
        )
    return opening


def _results(person: Person, asked: frozenset[str]) -> list[Question]:
    questions = []
    if "serum_b12" not in asked and not any(lab.lab == "serum_b12" for lab in person.labs):
        questions.append(
            Question(
                id="serum_b12",
                kind=Kind.LAB,
                text="What is your vitamin B12 result, with its unit?",
                why="The same number means different things in different units.",
                help='Write it as on the paper, for example "1450 pg/mL" or ">1476 pmol/L".',
            )
        )
    if person.intake is None and "intake" not in asked:
        questions.append(
            Question(
                id="intake",
                kind=Kind.INTAKE,
                text="Do you take vitamin B12: tablets, drops, spray, injections, a multivitamin?",
                why="Most high results come from a supplement; nothing tells more.",
                help='Write the product or the dose, for example "cyanocobalamin 1000 ug a day".',
            )
        )
    return questions


def _about(finding: str, knowledge: Knowledge, why: str) -> Question:
    record = knowledge.findings[finding]
    return Question(
        id=finding,
        kind=Kind.YES_NO,
        text=record.question,
        help=record.help or "",
        why=why,
        findings=(finding,),
    )


def _course_on_b12(
    answer: Assessment, asked: frozenset[str], knowledge: Knowledge, reader: Reader
) -> Question | None:
    """Return what to ask of the twitching on and off B12; only for those who take or took it."""
    for missing in () if answer.causality is None else answer.causality.missing:
        record = knowledge.findings[missing.finding]
        if missing.finding not in asked and record.effort in EFFORTS[reader]:
            return _about(missing.finding, knowledge, "It tells whether B12 could be why.")
    return None


def _telling(
    telling: tuple[AskNext, ...], asked: frozenset[str], knowledge: Knowledge, reader: Reader
) -> Question | None:
    worth = knowledge.model["worth_asking"].value
    open_ = [
        item
        for item in telling
        if item.finding not in asked
        and knowledge.findings[item.finding].effort in EFFORTS[reader]
        and item.expected_change >= worth
    ]
    if not open_:
        return None
    cause = knowledge.causes[open_[0].moves]
    question = _about(open_[0].finding, knowledge, f"It tells most about: {cause.name.lower()}.")
    return replace(question, left=len(open_))

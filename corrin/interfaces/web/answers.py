"""What the programming interface answers, worked out in a worker: tables in, JSON out."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from corrin.assessment import Reader, assess
from corrin.errors import InputError, Problem
from corrin.interfaces.web.worker import knowledge_here
from corrin.knowledge.conditions import Lookup
from corrin.person.reading import person_from_table
from corrin.person.records import Person
from corrin.picture.person_file import check, vocabulary
from corrin.report.as_json import as_json

Table = dict[str, Any]
#: More repetitions would only hold up the others; the intervals no longer change.
MOST_DRAWS = 2_000  # not clinical: repetitions
_MOST_PRODUCTS = 20  # not clinical: products taken by one person
_LONGEST_LABEL = 300  # not clinical: characters of a label
_LONGEST = 36_525  # not clinical: a hundred years in days
_LEVEL = 40  # not clinical: characters of a level with its unit

Label = Annotated[str, msgspec.Meta(max_length=_LONGEST_LABEL)]
Level = Annotated[str, msgspec.Meta(max_length=_LEVEL)]


class DoseQuestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which level of B12 does this lead to, and does it explain mine?

    ``regimens``: each product as on its label.  ``days``: from the first dose to the blood
    test; missing when not known.  ``baseline`` and ``level`` with their unit.
    """

    regimens: Annotated[list[Label], msgspec.Meta(min_length=1, max_length=_MOST_PRODUCTS)]
    days: Annotated[float, msgspec.Meta(ge=0, le=_LONGEST)] | None = None
    baseline: Level | None = None
    level: Level | None = None
    intrinsic_factor: bool = True
    draws: Annotated[int, msgspec.Meta(ge=100, le=MOST_DRAWS)] | None = None


def person_of(table: Table) -> Person:
    """Return the person of a person file, read as strictly as a file on disk.

    Raises :class:`InputError` with every problem; what is urgent all the same is its note.
    """
    knowledge = knowledge_here()
    try:
        person, _ = person_from_table(table, vocabulary(knowledge))
        check(person, knowledge)
    except InputError as error:
        from corrin.interfaces.commands.salvage import urgent_words_of

        words = urgent_words_of(table)
        if words:
            error.add_note(words)
        raise
    return person


def assess_json(table: Table, reader: Reader, draws: int | None) -> bytes:
    """Return the answer for one person, as JSON."""
    answer = assess(person_of(table), reader=reader, draws=draws, knowledge=knowledge_here())
    return msgspec.json.encode(as_json(answer))


def claims_json(table: Table | None) -> bytes:
    """Return every claim of the article appraised, as JSON.

    With a person file each claim also says whether it bears on that person: ``true``,
    ``false``, or ``null`` when too little is known.
    """
    from corrin.claims.appraising import appraise_all
    from corrin.report import claims_json as written

    knowledge = knowledge_here()
    appraisals = appraise_all(knowledge, lookup=None if table is None else _lookup(table))
    answer = written.claims_json(appraisals, knowledge)
    if table is not None:
        bears = {one.claim.id: one.bears_on_person for one in appraisals}
        for row in (*answer["claims"], *answer["omissions"]):
            row["bears_on_person"] = bears[row["id"]]
    return msgspec.json.encode(answer)


def _lookup(table: Table) -> Lookup:
    from corrin.b12_status.classing import class_b12
    from corrin.errors import Refusal
    from corrin.picture.building import clinical_picture
    from corrin.triage.lookup import PictureLookup

    knowledge = knowledge_here()
    picture = clinical_picture(person_of(table), knowledge)
    status = class_b12(picture, knowledge)
    return PictureLookup(
        picture=picture,
        status=None if isinstance(status, Refusal) else status,
        knowledge=knowledge,
    )


def dose_json(table: Table) -> bytes:
    """Return the level that a dose leads to, as JSON."""
    from corrin.interfaces.commands.dose import dose_answer

    try:
        question = msgspec.convert(table, DoseQuestion)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$")
        raise InputError(
            [
                Problem(
                    where.strip("`.") or "the body",
                    "wrong-value",
                    f"cannot be used: {what}.",
                    "See DoseQuestion in /openapi.json.",
                )
            ]
        ) from None
    return msgspec.json.encode(
        dose_answer(
            question.regimens,
            knowledge_here(),
            days=question.days,
            baseline=question.baseline,
            level=question.level,
            intrinsic_factor=question.intrinsic_factor,
            draws=question.draws,
        )
    )


def warm() -> None:
    """Answer once for nobody in particular, so that the first person does not wait."""
    assess_json({"twitching": True, "findings": {"cramps": True}}, Reader.PERSON, None)

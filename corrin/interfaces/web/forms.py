"""Reads what a page sent, and carries an interview in the hidden fields of the next page.

Nothing is kept on the server and nothing stands in an address: the person file and the
steps asked travel in the form itself, and are read as strictly as a file would be.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

import msgspec
from fastapi import HTTPException, Request

from corrin.assessment import Reader
from corrin.errors import InputError, Problem
from corrin.interview.person_table import person_table
from corrin.interview.questions import LIST
from corrin.interview.sitting import FIELDS, Sitting
from corrin.knowledge.loading import Knowledge
from corrin.person.reading import parse, person_from_table
from corrin.picture.person_file import vocabulary

#: What a page sent: the last value of each field.
Form = Mapping[str, str]

FORM = "application/x-www-form-urlencoded"
MOST_BYTES = 1_000_000  # not clinical: a sitting is some kilobytes
MOST_FIELDS = 1_000  # not clinical: fields of one form
MOST_STEPS = 500  # not clinical: there are fewer questions


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of a posted form; what is no form is refused without being read on."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise HTTPException(status_code=415, detail="Send a form.")  # not clinical: HTTP
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise HTTPException(status_code=413, detail="Too large.")  # not clinical: HTTP
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            max_num_fields=MOST_FIELDS,
            errors="strict",
        )
    except ValueError:
        raise HTTPException(status_code=400, detail="Not a form.") from None  # not clinical: HTTP
    return dict(pairs)


def read_sitting(form: Form, knowledge: Knowledge) -> Sitting:
    """Return the interview that the hidden fields hold.

    Raises :class:`InputError` when they cannot be read; a field that is missing is empty.
    """
    table = parse(form.get("person", "").strip().encode() or b"{}", name="the answers")
    person, _ = person_from_table(table, vocabulary(knowledge))
    reader = Reader.CLINICIAN if form.get("reader") == Reader.CLINICIAN else Reader.PERSON
    return Sitting(person=person, steps=_steps(form.get("steps", ""), knowledge), reader=reader)


def _steps(text: str, knowledge: Knowledge) -> tuple[tuple[str, ...], ...]:
    try:
        steps = msgspec.json.decode(text or "[]", type=tuple[tuple[str, ...], ...])
    except (msgspec.DecodeError, RecursionError):
        raise InputError(
            [Problem("steps", "not-understood", "were not understood.", "Start again.")]
        ) from None
    known = (
        tuple(id_ for id_ in step if _is_question(id_, knowledge)) for step in steps[:MOST_STEPS]
    )
    return tuple(step for step in known if step)


def _is_question(id_: str, knowledge: Knowledge) -> bool:
    return id_ in FIELDS or id_.removeprefix(LIST) in knowledge.findings


def sitting_fields(sitting: Sitting) -> dict[str, str]:
    """Return the hidden fields that carry the interview to the next page."""
    return {
        "person": msgspec.json.encode(person_table(sitting.person)).decode(),
        "steps": msgspec.json.encode(sitting.steps).decode(),
        "reader": sitting.reader.value,
    }

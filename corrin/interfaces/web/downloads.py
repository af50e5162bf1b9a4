"""What can be taken away as a file.  A further format is one more entry of ``DOWNLOADS``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from corrin.assessment import assess
from corrin.interfaces.commands.printing import json_text
from corrin.interfaces.web import working
from corrin.interfaces.web.forms import read_form, read_sitting
from corrin.interfaces.web.translating import said
from corrin.interfaces.web.worker import knowledge_here
from corrin.interview.person_toml import person_toml
from corrin.interview.sitting import Sitting
from corrin.report.as_json import as_json

router = APIRouter(include_in_schema=False)


def answer_as_json(sitting: Sitting) -> bytes:
    """Return the whole answer as JSON."""
    assessment = assess(sitting.person, reader=sitting.reader, knowledge=knowledge_here())
    return json_text(as_json(assessment)).encode()


def answer_as_fhir(sitting: Sitting) -> bytes:
    """Return the whole answer as a FHIR R4 Bundle."""
    from corrin.interfaces.fhir.writing import assessment_bundle

    assessment = assess(sitting.person, reader=sitting.reader, knowledge=knowledge_here())
    return json_text(assessment_bundle(assessment)).encode()


def person_as_toml(sitting: Sitting) -> bytes:
    """Return what was told, as a person file."""
    return person_toml(sitting.person).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """One format: the words of its button, what it is for, and how it is made."""

    label: str
    about: str
    file_name: str
    media_type: str
    make: Callable[[Sitting], bytes]


def answer_as_pdf(sitting: Sitting) -> bytes:
    """Return the whole answer as PDF."""
    from corrin.report.pdf import as_pdf

    return as_pdf(assess(sitting.person, reader=sitting.reader, knowledge=knowledge_here()))


#: By the last part of the address, ``/download/<key>``.
DOWNLOADS: dict[str, Download] = {
    "person.toml": Download(
        label=said("My answers"),
        about=said("A small text file. Corrin can read it again."),
        file_name="corrin-person.toml",
        media_type="application/toml",
        make=person_as_toml,
    ),
    "answer.json": Download(
        label=said("The answer as data"),
        about=said("JSON, for other programs."),
        file_name="corrin-answer.json",
        media_type="application/json",
        make=answer_as_json,
    ),
    "answer.fhir.json": Download(
        label=said("The answer for hospital software"),
        about=said("A FHIR R4 bundle. Ask before you send it to anyone."),
        file_name="corrin-answer.fhir.json",
        media_type="application/fhir+json",
        make=answer_as_fhir,
    ),
}
if find_spec("weasyprint") is not None:
    DOWNLOADS["answer.pdf"] = Download(
        label=said("The answer as PDF"),
        about=said("A file to print or to send. It takes a moment to make."),
        file_name="corrin-answer.pdf",
        media_type="application/pdf",
        make=answer_as_pdf,
    )


@router.post("/download/{key}")
async def download(request: Request, key: str) -> Response:
    """Send one file, made for this request and kept nowhere."""
    found = DOWNLOADS.get(key)
    if found is None:
        raise HTTPException(status_code=404, detail="No such file.")  # not clinical: HTTP
    content = await working.run(request.app, file_of, key, await read_form(request))
    return Response(
        content,
        media_type=found.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{found.file_name}"',
            "Cache-Control": "no-store",
        },
    )


def file_of(key: str, form: dict[str, str]) -> bytes:
    """Return the content of one file."""
    return DOWNLOADS[key].make(read_sitting(form, knowledge_here()))

"""The description of the programming interface (OpenAPI 3.1), with schemas and examples.

The schema of a person file is made from the records it is read into and from the words
of the knowledge; that of the answers from :mod:`corrin.interfaces.web.shapes`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from corrin._version import __version__
from corrin.interfaces.web import answers, shapes
from corrin.interfaces.web.problems import KINDS, MEDIA_TYPE
from corrin.knowledge.loading import Knowledge
from corrin.person.entries import INTERPRETATIONS, LONGEST_TEXT
from corrin.person.reading import COUNTRY_LETTERS, SEXES
from corrin.person.records import Person
from corrin.picture.person_file import vocabulary

Schema = dict[str, Any]
_REF = "#/components/schemas/{name}"
_EXAMPLES = Path(__file__).parent / "api_examples"
#: Each address: the schema of the body, of the answer, and the folder of its examples.
_POSTS = {
    "/api/assess": ("Person", "Answer", "assess"),
    "/api/claims": ("Person", "Claims", "assess"),
    "/api/dose": ("DoseQuestion", "DoseAnswer", "dose"),
}
#: What the framework would answer for wrong parameters; ours is a problem document.
_NOT_OURS = frozenset({"HTTPValidationError", "ValidationError"})
_OF_A_BODY = (
    "not-json", "cross-origin", "too-slow", "too-large", "wrong-content-type", "wrong-host",
    "input-refused", "fault", "busy",
)  # fmt: skip


def describe(app: FastAPI, knowledge: Knowledge) -> Schema:
    """Return the OpenAPI document of the server."""
    document = get_openapi(
        title="Corrin",
        version=__version__,
        summary="High or low vitamin B12 and muscle twitching: what explains it, how sure, "
        "how urgent, with sources.",
        description=f"{knowledge.wording['disclaimer'].clinician}\n\nNothing is kept, and "
        "nothing leaves the machine the server runs on. Errors are problem documents (RFC "
        "9457) with a stable `code`; `/api/problems` lists them.\n\nKnowledge "
        f"{knowledge.version}.",
        routes=app.routes,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        tags=[
            {"name": "answers", "description": "A person file in, an answer out."},
            {"name": "running", "description": "Whether the server is well."},
        ],
    )
    written = {
        name: schema
        for name, schema in document.get("components", {}).get("schemas", {}).items()
        if name not in _NOT_OURS
    }
    document["components"] = {"schemas": dict(sorted((written | _schemas(knowledge)).items()))}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            _complete(operation, path, method)
    return document


def _complete(operation: Schema, path: str, method: str) -> None:
    """Put the real schemas where the routes, which pass bytes on, say nothing."""
    responses = operation["responses"]
    responses.pop("422", None)
    responses["200"]["description"] = "What was asked for."
    refusals: tuple[str, ...] = ("wrong-host", "fault")
    if method == "post" and path in _POSTS:
        body, answer, folder = _POSTS[path]
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _ref(body), "examples": _examples(folder)}},
        }
        _json_reply(responses["200"], answer)
        refusals = _OF_A_BODY
    elif path == "/api/claims":
        _json_reply(responses["200"], "Claims")
        refusals = ("wrong-host", "fault", "busy")
    elif path == "/healthz":
        responses["503"] = {"description": "No answer can be worked out now."}
    for code in refusals:
        status = str(int(KINDS[code].status))
        told = responses.setdefault(
            status,
            {"description": "", "content": {MEDIA_TYPE: {"schema": _ref("Problem")}}},
        )
        said = f"`{code}`: {KINDS[code].title}"
        told["description"] = f"{told['description']} {said}".strip()


def _json_reply(response: Schema, name: str) -> None:
    response["content"] = {"application/json": {"schema": _ref(name)}}


def _ref(name: str) -> Schema:
    return {"$ref": _REF.format(name=name)}


def _examples(folder: str) -> Schema:
    return {
        path.stem: {
            "summary": path.stem.replace("-", " ").capitalize(),
            "value": json.loads(path.read_text(encoding="utf-8")),
        }
        for path in sorted((_EXAMPLES / folder).glob("*.json"))
    }


def _schemas(knowledge: Knowledge) -> Schema:
    _, found = msgspec.json.schema_components(
        (
            Person,
            answers.DoseQuestion,
            shapes.Answer,
            shapes.Claims,
            shapes.DoseAnswer,
            shapes.Problem,
        ),
        ref_template=_REF,
    )
    _describe_person(found, knowledge)
    for schema in found.values():
        if "description" in schema:
            schema["description"] = " ".join(schema["description"].split()).replace("``", "`")
    return found


def _describe_person(schemas: Schema, knowledge: Knowledge) -> None:
    """Say what a person file may hold: the words of the knowledge, and nothing else."""
    words = vocabulary(knowledge)
    person = schemas["Person"]["properties"]
    person["age"] = _or_null({"type": "number", "minimum": 0, "maximum": words.oldest_age})
    person["sex"] = _or_null({"enum": list(SEXES)})
    person["setting"] = _or_null({"enum": list(words.settings)})
    person["country"] = _or_null(
        {"type": "string", "pattern": f"^[A-Za-z]{{{COUNTRY_LETTERS}}}$", "examples": ["GB"]}
    )
    person["findings"] = _or_null(
        {
            "type": "object",
            "propertyNames": {"enum": sorted(words.findings)},
            "additionalProperties": {"type": ["boolean", "null"]},
        }
    )
    person["labs"] = _or_null(person["labs"])
    lab = schemas["LabResult"]["properties"]
    lab["lab"] = {"enum": sorted(words.labs)}
    lab["interpretation"] = _or_null({"enum": list(INTERPRETATIONS)})
    schemas["Intake"]["properties"]["for"] = schemas["Intake"]["properties"].pop("duration")
    schemas["Drug"] = {
        "anyOf": [{"type": "string", "maxLength": LONGEST_TEXT}, schemas["Drug"] | _CLOSED]
    }
    for name in ("Person", "LabResult", "Intake", "PrintedInterval"):
        schemas[name] |= _CLOSED
        for schema in schemas[name]["properties"].values():
            schema.pop("default", None)


_CLOSED = {"additionalProperties": False}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}

"""The assessment as an interpretive comment in HL7 v2: one ORU^R01 whose NTE segments say it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from corrin.interfaces.fhir.records import FhirReading
from corrin.report.as_json import as_json

if TYPE_CHECKING:
    from corrin.assessment import Assessment

_CAUSES_SHOWN = 5  # not clinical: a list length
_LONGEST_NUMBER = 20  # not clinical: characters of a message number
_ESCAPES = str.maketrans({"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\"})
_CODE = "corrin^Interpretation of vitamin B12^L"


def as_hl7(assessment: Assessment, *, reading: FhirReading | None = None) -> str:
    """Return a message with the class of B12 as its result and the comment beside it.

    The same assessment gives the same message: the only time in it is the day of the
    answer, and its number is made from what it says.
    """
    answer = as_json(assessment)
    lines = [_escaped(line) for line in _comment(answer)]
    day = assessment.assessed_on.strftime("%Y%m%d")
    status = answer["b12_status"]
    class_ = "not answered" if status is None else status["class"]
    patient = "" if reading is None or reading.patient_id is None else reading.patient_id
    number = hashlib.sha256("\n".join((*lines, patient)).encode()).hexdigest()[:_LONGEST_NUMBER]
    segments = [
        f"MSH|^~\\&|Corrin||||{day}||ORU^R01^ORU_R01|{number}|P|2.5.1",
        f"PID|1||{_escaped(patient)}",
        f"OBR|1||{number}|{_CODE}|||{day}|||||||||||||||{day}|||F",
        f"OBX|1|ST|{_CODE}||{_escaped(class_)}||||||F|||{day}",
        *(f"NTE|{place}|L|{line}" for place, line in enumerate(lines, start=1)),
    ]
    return "\r".join(segments) + "\r"


def _escaped(text: str) -> str:
    return " ".join(text.split()).translate(_ESCAPES)


def _comment(answer: dict[str, Any]) -> Iterator[str]:
    urgency = answer["urgency"]
    yield f"How soon: {urgency['words']}. {urgency['action']}"
    for flag in urgency["because"]:
        yield f"{flag['name']}: {flag['words']}"
    status = answer["b12_status"]
    if status is not None:
        yield f"Vitamin B12: {status['class']} (trust in the number: {status['trust']})."
        for reason in status["reasons"]:
            yield reason["words"]
    twitching = answer["twitching"]
    if twitching is not None:
        yield "What may explain the twitching (causes can be there together):"
        for cause in twitching["causes"][:_CAUSES_SHOWN]:
            words = f"{cause['name']}: {cause['probability']:.1%}"
            if twitching["draws"]:
                words += f" (90% interval {cause['low']:.1%} to {cause['high']:.1%})"
            yield words
    for one in answer["refusals"]:
        yield f"Not answered ({one['question']}): {one['reason']} {one['ask']}"
    for step in answer["next_steps"] or []:
        yield f"Option: {step['name']}. {step['why']}"
    yield answer["disclaimer"]
    yield f"Corrin {answer['software_version']}, knowledge {answer['knowledge_version']}."

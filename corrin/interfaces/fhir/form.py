"""The form in which Corrin asks: link ids, answers, and the parts of each list."""

from __future__ import annotations

import uuid
from types import MappingProxyType

from corrin.interfaces.fhir.coding import OWN

YES_NO = "http://terminology.hl7.org/CodeSystem/v2-0136"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
GENDER = "http://hl7.org/fhir/administrative-gender"

#: The canonical address of the Questionnaire; the same for every version of it.
ADDRESS = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, 'urn:corrin:questionnaire')}"

YES = {"system": YES_NO, "code": "Y", "display": "Yes"}
NO = {"system": YES_NO, "code": "N", "display": "No"}
#: As in HL7's own set of answers "Yes/No/Don't know".
NOT_SURE = {"system": ABSENT, "code": "asked-unknown", "display": "Don't know"}

#: Plain keys of the person file and how each is answered.
PLAIN = MappingProxyType(
    {
        "twitching": "choice",
        "age": "decimal",
        "sex": "choice",
        "country": "string",
        "setting": "choice",
        "as_of": "date",
    }
)
INTAKE = MappingProxyType(
    {
        "substance": "string",
        "product": "string",
        "dose": "string",
        "route": "string",
        "every": "string",
        "since": "date",
        "until": "date",
        "last_dose": "date",
        "for": "string",
    }
)
DRUGS = MappingProxyType({"name": "string", "since": "date", "until": "date"})
LISTS = MappingProxyType({"intake": INTAKE, "drugs": DRUGS})
#: Parts of one laboratory result beside its value.
LAB = MappingProxyType(
    {
        "value": "quantity",
        "value_text": "string",
        "unit": "string",
        "taken": "date",
        "low": "decimal",
        "high": "decimal",
        "interpretation": "choice",
        "assay": "string",
    }
)


def any_of(key: str) -> str:
    """Return the link id of the question whether there is anything in a list."""
    return f"{key}_any"


def own(code: str, display: str) -> dict[str, str]:
    """Return a code of Corrin's own, such as an id of a finding."""
    return {"system": OWN, "code": code, "display": display}

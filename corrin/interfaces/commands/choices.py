"""Choices shared by the commands."""

from enum import StrEnum


class Reader(StrEnum):
    """Who reads the answer."""

    PERSON = "person"
    CLINICIAN = "clinician"


class Format(StrEnum):
    """How the answer is written."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"
    PDF = "pdf"
    FHIR = "fhir"
    HL7 = "hl7"


class TableFormat(StrEnum):
    """How figures are written."""

    TEXT = "text"
    JSON = "json"

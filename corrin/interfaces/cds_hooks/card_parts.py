"""The parts of a card: sources, suggestions, reasons for dismissing it, and what it rests on."""

from __future__ import annotations

import functools
import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from corrin._version import __version__
from corrin.interfaces.fhir.coding import LOINC
from corrin.interfaces.fhir.records import FhirReading
from corrin.interfaces.web.about_page import validation_figures
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Lab, Reference
from corrin.report.citing import citation

Json = dict[str, Any]
LONGEST_SUMMARY = 139  # not clinical: CDS Hooks 2.0, "Card Attributes": below 140 characters
_LONGEST_LIST = 12  # not clinical: lines a reader takes in
_REASONS = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes"
#: Codes and displays of HL7's "Non-Adherence Reason Codes", unaltered.
OVERRIDE_REASONS = tuple(
    {"system": _REASONS, "code": code, "display": display}
    for code, display in {
        "action-completed": "Recommended action was already completed",
        "patient-ineligible": "Patient does not meet eligibility for recommended action",
        "does-not-align-latest-evidence": (
            "Recommended action does not align with the latest evidence"
        ),
        "action-not-priority": (
            "Recommended action is not relevant or a priority in current state of health"
        ),
        "policy-contradicts": ("Institutional policy/guideline contradicts the recommended action"),
        "prefers-alternative": "Patient prefers an alternative approach or treatment",
    }.items()
)
_TOPICS = "urn:corrin:cds-hooks:card"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A card as it was shown, for the counts: its uuid, its record, and its suggestions."""

    uuid: str
    card: str
    suggestions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """The answer to one call, and what to remember of it."""

    answer: Json
    shown: tuple[Shown, ...] = ()


def new_id() -> str:
    """Return an id that cannot be guessed."""
    return str(uuid.uuid4())


def plain(text: str) -> str:
    """Return text that came from outside so that markdown takes it as text, on one line."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def short(text: str) -> str:
    """Return a summary that is short enough, cut at a word."""
    text = " ".join(text.split())
    if len(text) <= LONGEST_SUMMARY:
        return text
    return text[:LONGEST_SUMMARY].rpartition(" ")[0].rstrip(",;:") + "…"


def source(record_id: str, references: Sequence[str], knowledge: Knowledge) -> Json:
    """Return the card's source: the first reference of its record, else Corrin itself."""
    topic = {"system": _TOPICS, "code": record_id, "display": record_id.replace("_", " ")}
    for id_ in references:
        reference = knowledge.references[id_]
        label = f"Corrin, after: {reference.title}"
        return {"label": label, **_url(reference), "topic": topic}
    return {"label": f"Corrin {__version__}", "topic": topic}


def _url(reference: Reference) -> Json:
    address = _address(reference)
    return {"url": address} if address else {}


def _address(reference: Reference) -> str | None:
    if reference.doi:
        return f"https://doi.org/{reference.doi}"
    return reference.url if reference.url and reference.url.startswith("https://") else None


def links(references: Iterable[str], knowledge: Knowledge) -> list[Json]:
    """Return a link to each reference that has an address, each once, a few at most."""
    found = {}
    for id_ in references:
        reference = knowledge.references[id_]
        address = _address(reference)
        if address:
            found[address] = {"label": short(reference.title), "url": address, "type": "absolute"}
    return list(found.values())[:_LONGEST_LIST]


def proposal(lab: Lab, patient: str) -> Json | None:
    """Return the action that drafts a request for a test, or None when it has no code."""
    code = next((one for one in lab.codes if one.system == "LOINC"), None)
    if code is None:
        return None
    coding = {"system": LOINC, "code": code.code, "display": code.display}
    return {
        "type": "create",
        "description": f"Draft a request for {lab.professional_name}, to be reviewed and signed",
        "resource": {
            "resourceType": "ServiceRequest",
            "status": "draft",
            "intent": "proposal",
            "code": {"coding": [coding], "text": lab.professional_name},
            "subject": {"reference": f"Patient/{patient}"},
        },
    }


def sources_lines(references: Iterable[str], knowledge: Knowledge) -> list[str]:
    """Return the sources as a list, with how far each was read."""
    return [
        f"- {plain(citation(record, may_say_benign=True))} (read: {record.read.value})"
        for id_ in dict.fromkeys(references)
        if (record := knowledge.references[id_])
    ]


def basis(
    reading: FhirReading, missing: Sequence[str], references: Iterable[str], knowledge: Knowledge
) -> list[str]:
    """Return the end of every card: inputs, sources, validation, versions."""
    used = list(dict.fromkeys(f"{plain(one.as_)} ({plain(one.resource)})" for one in reading.used))
    ignored = [
        *(f"{plain(one.resource)}: {plain(one.why)}" for one in reading.refused),
        *(f"{plain(one.resource)}: {plain(one.why)}" for one in reading.ignored),
    ]
    return [
        "### Inputs",
        *_listed("Used", used),
        *_listed("Missing", list(missing)),
        *_listed("Ignored or refused", ignored),
        "",
        "### Sources",
        *sources_lines(references, knowledge),
        "",
        "### How it was validated",
        *_validation(),
        "",
        f"{knowledge.wording['card_options'].clinician} "
        f"{knowledge.wording['disclaimer'].clinician}",
        "",
        f"Corrin {__version__}, knowledge {knowledge.version}.",
    ]


def _listed(title: str, items: Sequence[str]) -> list[str]:
    if not items:
        return [f"- {title}: none"]
    shown = items[:_LONGEST_LIST]
    more = len(items) - len(shown)
    tail = [f"  - and {more} more"] if more else []
    return [f"- {title} ({len(items)}):", *(f"  - {one}" for one in shown), *tail]


@functools.cache
def _validation() -> tuple[str, ...]:
    figures = validation_figures()
    return (
        f"Published cases, {figures.date}, knowledge {figures.knowledge}; 95% intervals:",
        "",
        "| Figure | At the bedside | With tests |",
        "| --- | --- | --- |",
        *(f"| {one.name} | {one.bedside} | {one.with_tests} |" for one in figures.figures),
    )

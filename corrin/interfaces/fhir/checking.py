"""The rules of FHIR R4 that no schema holds, for the bundles Corrin writes.

Statuses, comparators, percentages, references and texts: what a validator of shapes lets
through and a reader would stumble over.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from corrin.errors import Problem
from corrin.interfaces.lab_reports.fhir_values import SIGNS

Found = Iterator[tuple[str, str, str]]

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_STATUS = {
    "Observation": {"final"},
    "RiskAssessment": {"final"},
    "ClinicalImpression": {"completed"},
    "DetectedIssue": {"final"},
    "ServiceRequest": {"draft"},
    "DiagnosticReport": {"final"},
    "Device": {"active"},
}
_PERCENT = 100


def check_bundle(bundle: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Return everything that is wrong with a bundle Corrin wrote; nothing when it is right."""
    found = [*_elements(bundle, "Bundle"), *_bundle(bundle)]
    entries = [one for one in bundle.get("entry", []) if isinstance(one, Mapping)]
    for place, entry in enumerate(entries):
        one = entry.get("resource")
        if not isinstance(one, Mapping):
            continue
        where = f"entry[{place}].resource"
        found += _status(one, where)
        for check in _CHECKS.get(str(one.get("resourceType")), ()):
            found += check(one, where)
    return tuple(Problem(where, code, what, "") for where, code, what in found)


def _elements(value: Any, where: str) -> Found:
    """No element may be empty (ele-1); every quantity's comparator is one of four."""
    if isinstance(value, Mapping):
        if not value:
            yield where, "ele-1", "is empty."
        if "comparator" in value and (value["comparator"] not in SIGNS or "value" not in value):
            yield where, "comparator", "has a comparator that is not one, or no value."
        if "code" in value and "unit" in value and "value" in value and "system" not in value:
            yield where, "qty-3", "has a code of a unit without its system."
        for key, one in value.items():
            yield from _elements(one, f"{where}.{key}")
    elif isinstance(value, list):
        if not value:
            yield where, "ele-1", "is empty."
        for place, one in enumerate(value):
            yield from _elements(one, f"{where}[{place}]")
    elif value is None or (isinstance(value, str) and not value.strip()):
        yield where, "ele-1", "is empty."


def _bundle(bundle: Mapping[str, Any]) -> Found:
    entries = bundle.get("entry", [])
    urls = [entry.get("fullUrl") for entry in entries]
    if len(set(urls)) != len(urls):
        yield "entry", "bdl-7", "has an address twice."
    if bundle.get("type") != "collection" or "total" in bundle:
        yield "type", "bdl-1", "is not a collection, or has a total."
    for place, entry in enumerate(entries):
        if {"request", "response", "search"} & entry.keys():
            yield f"entry[{place}]", "bdl-3", "has a request, response or search."
        if not _ID.fullmatch(str(entry["resource"].get("id"))):
            yield f"entry[{place}]", "id", "has no id, or one that is not an id."
    for where, reference in _references(bundle, "Bundle"):
        if reference.startswith("urn:uuid:") and reference not in urls:
            yield where, "reference", "points at nothing in the bundle."


def _references(value: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        if isinstance(value.get("reference"), str):
            yield where, value["reference"]
        for key, one in value.items():
            yield from _references(one, f"{where}.{key}")
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _references(one, f"{where}[{place}]")


def _status(one: Mapping[str, Any], where: str) -> Found:
    allowed = _STATUS.get(str(one.get("resourceType")))
    if allowed is not None and one.get("status") not in allowed:
        yield f"{where}.status", "status", "is not one that Corrin may write."


def _observation(one: Mapping[str, Any], where: str) -> Found:
    has_value = any(key.startswith("value") for key in one)
    if has_value and "dataAbsentReason" in one:
        yield where, "obs-6", "has a value and a reason for having none."
    if not has_value and "dataAbsentReason" not in one and "component" not in one:
        yield where, "no-value", "says nothing."
    own = {_coded(code) for code in one.get("code", {}).get("coding", [])}
    for place, component in enumerate(one.get("component", [])):
        same = {_coded(code) for code in component["code"].get("coding", [])} & own
        if same and has_value:
            yield f"{where}.component[{place}]", "obs-7", "has the code of its Observation."


def _coded(code: Mapping[str, Any]) -> tuple[Any, Any]:
    return code.get("system"), code.get("code")


def _risk(one: Mapping[str, Any], where: str) -> Found:
    for place, each in enumerate(one.get("prediction", [])):
        said = each.get("probabilityDecimal")
        if said is None or not 0 < said < _PERCENT:
            yield f"{where}.prediction[{place}]", "ras-2", "has no percentage between 0 and 100."


def _proposal(one: Mapping[str, Any], where: str) -> Found:
    if one.get("intent") != "proposal":
        yield f"{where}.intent", "intent", "is not a proposal."
    if one.get("doNotPerform"):
        yield where, "do-not-perform", "forbids something."


def _issue(one: Mapping[str, Any], where: str) -> Found:
    if one.get("severity") not in {"high", "moderate", "low"}:
        yield f"{where}.severity", "severity", "is not one of FHIR's."


def _report(one: Mapping[str, Any], where: str) -> Found:
    for form in one.get("presentedForm", []):
        if "data" in form and "contentType" not in form:
            yield where, "att-1", "has data of no kind."
        try:
            base64.b64decode(form.get("data", ""), validate=True)
        except binascii.Error:
            yield where, "base64", "has data that is not base64."


def _provenance(one: Mapping[str, Any], where: str) -> Found:
    if not one.get("target") or not one.get("agent"):
        yield where, "provenance", "names no target or no agent."


_CHECKS: Mapping[str, tuple[Callable[[Mapping[str, Any], str], Found], ...]] = {
    "Observation": (_observation,),
    "RiskAssessment": (_risk,),
    "ServiceRequest": (_proposal,),
    "DetectedIssue": (_issue,),
    "DiagnosticReport": (_report,),
    "Provenance": (_provenance,),
}

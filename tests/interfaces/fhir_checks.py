"""Two validators we did not write: a FHIR R4 implementation, and HL7's own JSON schema.

``fhir_r4.schema.json.gz`` is HL7's JSON schema of FHIR 4.0.1 (CC0), unaltered but for two
things: descriptions are left out, and of the resources those that Corrin reads and writes
are kept.
"""

from __future__ import annotations

import functools
import gzip
import json
from pathlib import Path
from typing import Any

import fhirkit
import jsonschema_rs

_SCHEMA = Path(__file__).with_name("fhir_r4.schema.json.gz")


@functools.cache
def _validator(kind: str) -> jsonschema_rs.Draft6Validator:
    schema = json.loads(gzip.decompress(_SCHEMA.read_bytes()))
    return jsonschema_rs.Draft6Validator(
        {"definitions": schema["definitions"], "$ref": f"#/definitions/{kind}"}
    )


def faults(resource: dict[str, Any]) -> list[str]:
    """Return what the two validators hold against a resource, and every resource of a Bundle."""
    found = [f"fhirkit: {issue}" for issue in fhirkit.validate(json.dumps(resource))]
    inner = [entry["resource"] for entry in resource.get("entry", [])]
    for one in (*inner, resource):
        validator = _validator(one["resourceType"])
        found += [
            f"schema: {one['resourceType']} {error.instance_path}: {error.message[:200]}"
            for error in validator.iter_errors(one)
        ]
    return found

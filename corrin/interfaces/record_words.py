"""What became of each resource, in words for the pages and texts of an answer."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from corrin.interfaces.fhir.records import FhirReading
from corrin.knowledge.loading import Knowledge
from corrin.report.record import RecordAccount, RecordLine

#: "labs: serum_b12 (its day is not known)": a key of the person file, an id, a note.
_BECAME = re.compile(r"(?P<key>[a-z_0-9]+)(?:: (?P<id>[^(]*[^( ]))?(?P<note> \(.*\))?")
_KINDS = {
    "labs": "Test",
    "findings": "Finding",
    "intake": "B12 product",
    "drugs": "Medicine",
    "setting": "Place of care",
    "twitching": "Muscle twitching",
}


def account_of(reading: FhirReading, knowledge: Knowledge) -> RecordAccount:
    """Return the account of a reading: what was used as what, what was not, and why."""
    return RecordAccount(
        used=_by_words((_words(one.as_, knowledge), one.resource) for one in reading.used),
        refused=_by_words((one.why, one.resource) for one in reading.refused),
        not_used=_by_words((one.why, one.resource) for one in reading.ignored),
    )


def _by_words(rows: Iterable[tuple[str, str]]) -> tuple[RecordLine, ...]:
    groups: dict[str, list[str]] = defaultdict(list)
    for words, resource in rows:
        groups[words.rstrip(".")].append(resource)
    return tuple(
        RecordLine(words=words, resources=tuple(dict.fromkeys(resources)))
        for words, resources in groups.items()
    )


def _words(as_: str, knowledge: Knowledge) -> str:
    found = _BECAME.fullmatch(as_)
    if found is None:
        return as_
    kind = _KINDS.get(found["key"], found["key"].capitalize())
    return kind + (f": {_name(found, knowledge)}" if found["id"] else "") + (found["note"] or "")


def _name(found: re.Match[str], knowledge: Knowledge) -> str:
    id_ = found["id"]
    records: Mapping[str, Mapping[str, object]] = {
        "labs": knowledge.labs, "findings": knowledge.findings,
    }  # fmt: skip
    record = records.get(found["key"], {}).get(id_)
    return str(getattr(record, "name", id_.replace("_", " ").replace("-", " ")))

"""How much of a case is given to the engine: the bedside, or the tests as well?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from corrin.benchmark.records import Case, Evidence

TEST_PREFIXES = ("lab_", "emg_", "ncs_")
LATER = {"later_labs": "labs", "later_intake": "intake", "later_findings": "findings"}


def person_table(
    case: Case, evidence: Evidence, *, finding_id: Callable[[str], str | None]
) -> dict[str, Any]:
    """Return the case's person as a person file would say it, without ``later_*`` keys.

    ``finding_id`` resolves an alias, so that a renamed test finding is still
    recognised as one and dropped at the bedside.
    """
    if evidence is Evidence.BEDSIDE:
        return _bedside(case.person, finding_id)
    return _with_tests(case.person)


def _bedside(
    person: Mapping[str, object], finding_id: Callable[[str], str | None]
) -> dict[str, Any]:
    kept: dict[str, Any] = {k: v for k, v in person.items() if k not in LATER and k != "labs"}
    findings = kept.get("findings")
    if isinstance(findings, Mapping):
        kept["findings"] = {
            name: said
            for name, said in findings.items()
            if not name.startswith(TEST_PREFIXES)
            and not (finding_id(name) or name).startswith(TEST_PREFIXES)
        }
    return kept


def _with_tests(person: Mapping[str, object]) -> dict[str, Any]:
    """Merge: later results and intake are added, a later finding replaces an earlier one."""
    merged: dict[str, Any] = {k: v for k, v in person.items() if k not in LATER}
    for later, key in LATER.items():
        extra = person.get(later)
        if isinstance(extra, Mapping):
            merged[key] = {**_mapping(merged.get(key)), **extra}
        elif isinstance(extra, list):
            merged[key] = [*(merged.get(key) or []), *extra]
    return merged


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}

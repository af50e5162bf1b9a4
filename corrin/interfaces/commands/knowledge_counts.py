"""Writes what ``corrin knowledge check`` found and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from corrin.claims.appraising import appraise
from corrin.errors import KnowledgeError
from corrin.interfaces.commands.printing import json_text
from corrin.knowledge.counting import Counts, Part, counts
from corrin.knowledge.issues import Issue, Level
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records_of_claims import Certainty

_STATUS = 12  # not clinical: the width of a column
_NUMBER = 5  # not clinical: the width of a column


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """Everything a check found: the faults to show, how many there were, and the counts.

    ``certainty`` counts the claims by their computed certainty; a claim whose judgements
    cannot stand is a fault and is not among them.
    """

    version: str
    issues: tuple[Issue, ...]
    errors: int
    warnings: int
    counted: Counts
    certainty: Mapping[str, int]


def checked(knowledge: Knowledge, issues: tuple[Issue, ...], *, warnings: bool) -> Checked:
    """Return what was found, with the warnings among the faults to show or without."""
    errors = sum(issue.level is Level.ERROR for issue in issues)
    certainties: Counter[Certainty] = Counter()
    for claim in knowledge.claims.values():
        try:
            certainties[appraise(claim).grade.certainty] += 1
        except KnowledgeError:
            continue
    return Checked(
        version=knowledge.version,
        issues=tuple(issue for issue in issues if warnings or issue.level is Level.ERROR),
        errors=errors,
        warnings=len(issues) - errors,
        counted=counts(knowledge),
        certainty={certainty.value: certainties[certainty] for certainty in Certainty},
    )


def as_text(found: Checked) -> str:
    """Return the faults, then the counts and shares, as lines to read."""
    counted = found.counted
    records = counted.records
    kinds = ("causes", "findings", "labs", "red_flags", "claims", "references")
    numbers = ", ".join(f"{records[kind]} {kind.replace('_', ' ')}" for kind in kinds)
    licences = counted.references_with_licence
    lines = [
        *(f"{issue.level}: {issue.record}: {issue.message} {issue.do}" for issue in found.issues),
        f"Knowledge {found.version}: {numbers}; {found.errors} errors, {found.warnings} warnings.",
        f"Numbers by how far their source was read ({counted.numbers_total} in all):",
        *_rows(counted.numbers),
        f"  with a source: {_of(counted.numbers_with_source)}; "
        f"read by us: {_of(counted.numbers_read)}",
        "References by how far they were read:",
        *_rows(counted.references),
        f"  with a licence recorded: {_of(licences)}",
        f"Claims: {counted.claims_total}; {counted.claims_with_source} with a source, "
        f"{counted.claims_with_stated_absence} with its absence stated. Certainty: "
        + ", ".join(f"{name} {count}" for name, count in found.certainty.items())
        + ".",
    ]
    return "\n".join(lines)


def as_json(found: Checked) -> str:
    """Return the same as one JSON object; shares are of one, not per cent."""
    counted = found.counted
    faults = {
        level: [
            {"record": one.record, "message": one.message, "do": one.do}
            for one in found.issues
            if one.level is level
        ]
        for level in Level
    }
    table: dict[str, Any] = {
        "knowledge_version": found.version,
        "records": dict(counted.records),
        "numbers": {name: asdict(part) for name, part in counted.numbers.items()},
        "numbers_total": counted.numbers_total,
        "numbers_with_source": asdict(counted.numbers_with_source),
        "numbers_read": asdict(counted.numbers_read),
        "references": {name: asdict(part) for name, part in counted.references.items()},
        "references_with_licence": asdict(counted.references_with_licence),
        "claims": {
            "total": counted.claims_total,
            "with_source": counted.claims_with_source,
            "with_stated_absence": counted.claims_with_stated_absence,
            "verdicts": dict(counted.verdicts),
            "certainty": dict(found.certainty),
        },
        "errors": faults[Level.ERROR],
        "warnings": faults[Level.WARNING],
    }
    return json_text(table).rstrip()


def _rows(table: Mapping[str, Part]) -> list[str]:
    return [
        f"  {name + ':':<{_STATUS}} {part.count:>{_NUMBER}}  {part.share:6.1%}"
        for name, part in table.items()
    ]


def _of(part: Part) -> str:
    return f"{part.count} ({part.share:.1%})"

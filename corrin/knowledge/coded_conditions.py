"""What the codes of a record mean here: conditions by ICD-10-CM code or name, findings by HPO."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence

from corrin.knowledge.facts import Knowledge
from corrin.knowledge.lab_names import words_of
from corrin.knowledge.records_of_conditions import CodedCondition


def covers(general: str, code: str) -> bool:
    """Return whether an ICD-10-CM code is another one or lies below it."""
    return code.replace(".", "").upper().startswith(general.replace(".", ""))


def of_condition(
    icd10cm: Sequence[str], names: Iterable[str], knowledge: Knowledge
) -> CodedCondition | None:
    """Return what a condition means: by its codes, else by its whole names.

    None when it means nothing here or more than one thing.
    """
    by_code = [
        one
        for one in knowledge.coded_conditions.condition
        if any(covers(general, code) for general in one.icd10cm for code in icd10cm)
    ]
    if icd10cm:
        return by_code[0] if len(by_code) == 1 else None
    spoken = {words_of(name) for name in names}
    by_name = [one for one, words in _condition_names(knowledge) if spoken & words]
    return by_name[0] if len(by_name) == 1 else None


def is_twitching(icd10cm: Sequence[str], names: Iterable[str], knowledge: Knowledge) -> bool:
    """Return whether a condition is muscle twitching itself."""
    known = knowledge.coded_conditions.twitching
    if icd10cm:
        return any(covers(general, code) for general in known.icd10cm for code in icd10cm)
    return bool({words_of(name) for name in names} & {words_of(name) for name in known.names})


@functools.lru_cache(maxsize=2)
def _condition_names(
    knowledge: Knowledge,
) -> tuple[tuple[CodedCondition, frozenset[tuple[str, ...]]], ...]:
    return tuple(
        (one, frozenset(words_of(name) for name in one.names))
        for one in knowledge.coded_conditions.condition
    )


@functools.lru_cache(maxsize=2)
def findings_by_hpo(knowledge: Knowledge) -> Mapping[str, str]:
    """Return the findings whose HPO code no other finding has."""
    meant: dict[str, set[str]] = {}
    for finding in knowledge.findings.values():
        for code in finding.codes:
            if code.system == "HPO":
                meant.setdefault(code.code, set()).add(finding.id)
    return {code: ids.pop() for code, ids in meant.items() if len(ids) == 1}

"""Checks on names: every id that is used exists, and no name means two things."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from corrin.errors import KnowledgeError
from corrin.knowledge.conditions import Condition
from corrin.knowledge.facts import Knowledge, Named, fold
from corrin.knowledge.issues import Issue, error
from corrin.knowledge.records import Cause, CriticalValue, FromLab, Setting
from corrin.knowledge.searching import nearest
from corrin.knowledge.uses import conditions, uses
from corrin.knowledge.walking import parts

#: Facts of a person that a condition may ask, and the kind of answer.
_FACTS: Mapping[str, type] = {
    "age": float,
    "sex": str,
    "setting": str,
    "twitching": bool,
    "supplement_known": bool,
    "supplement_taken": bool,
}
#: What a condition may ask of the B12 result, as ``b12.high``.
_B12 = (
    "deficient",
    "indeterminate",
    "normal",
    "high",
    "not_classed",
    "functionally_deficient",
    "persistently_high",
)
_RELATIONS = {CriticalValue: ("below", "above"), FromLab: ("below", "above", "outside")}


def check_names(knowledge: Knowledge) -> Iterator[Issue]:
    """Yield what is wrong with ids, names and conditions."""
    for use in uses(knowledge):
        known = getattr(knowledge, use.kind)
        if use.id not in known:
            yield _unknown(use.where, use.kind, use.id, known)
    for where, text in conditions(knowledge):
        yield from _condition(where, text, knowledge)
    for part in parts(knowledge):
        relation = getattr(part.value, "relation", None)
        allowed = _RELATIONS.get(type(part.value), ())
        if relation is not None and relation not in allowed:
            yield error(part.where, f"'is = {relation}' is not known.", f"Use {_any(allowed)}.")
    for kind, table in (
        ("causes", knowledge.causes),
        ("findings", knowledge.findings),
        ("labs", knowledge.labs),
    ):
        yield from _claimed_twice(kind, table.values())
    for cause in knowledge.causes.values():
        yield from _cause(cause)
    for finding in knowledge.findings.values():
        both = {*finding.implies} & {*finding.excludes}
        if both or finding.id in (*finding.implies, *finding.excludes):
            yield error(
                f"findings/{finding.id}", "it contradicts itself.", "Mend implies and excludes."
            )


def _unknown(where: str, kind: str, id_: str, known: Collection[str]) -> Issue:
    near = nearest(id_, known)
    do = f"Did you mean {_any(near)}?" if near else "Write its record, or mend the id."
    return error(where, f"'{id_}' is not in {kind}.", do)


def _any(words: Iterable[str]) -> str:
    return " or ".join(f"'{word}'" for word in words)


def _condition(where: str, text: str, knowledge: Knowledge) -> Iterator[Issue]:
    try:
        condition = Condition.parse(text)
    except KnowledgeError as refused:
        yield error(where, str(refused), "Write it in the language of conditions.")
        return
    kinds = condition_names(knowledge)
    compared = condition.compared()
    for name in sorted(condition.names()):
        if name not in kinds:
            yield _unknown(where, "the names a condition may use", name, kinds)
        elif compared.get(name, bool) is not kinds[name]:
            kind = {float: "a number", str: "a word", bool: "yes or no"}[kinds[name]]
            yield error(where, f"'{name}' is {kind}.", "Use it as that.")


def condition_names(knowledge: Knowledge) -> dict[str, type]:
    """Return every name a condition may use, with the kind of its answer: bool, float or str."""
    yes_or_no = (
        *knowledge.findings,
        *(f"b12.{asked}" for asked in _B12),
        *(f"critical.{id_}" for id_ in knowledge.critical_values),
        *(f"as_printed.{id_}" for id_ in knowledge.critical_values),
        *(f"lab.{id_}_{is_}" for id_ in knowledge.labs for is_ in ("low", "high", "known")),
    )
    return {**dict.fromkeys(yes_or_no, bool), **_FACTS}


def _claimed_twice(kind: str, records: Iterable[Named]) -> Iterator[Issue]:
    claims: dict[str, set[str]] = defaultdict(set)
    for record in records:
        for name in (record.id, *record.aliases):
            claims[fold(name)].add(record.id)
    for name, ids in claims.items():
        if len(ids) > 1:
            yield error(
                f"{kind}/{min(ids)}",
                f"the name '{name}' is claimed by {', '.join(sorted(ids))}.",
                "One name must mean one record.",
            )


def _cause(cause: Cause) -> Iterator[Issue]:
    where = f"causes/{cause.id}"
    linked = [link.finding for link in cause.links]
    for finding in sorted({finding for finding in linked if linked.count(finding) > 1}):
        yield error(where, f"'{finding}' is linked more than once.", "Keep one link.")
    # A hospital uses the emergency priors; every other setting needs its own.
    missing = [s.value for s in Setting if s not in cause.priors and s is not Setting.HOSPITAL]
    if missing:
        yield error(where, f"it has no prior for {', '.join(missing)}.", "Give one, or assume it.")

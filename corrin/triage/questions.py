"""Which questions were not asked whose answer alone could make this more urgent?"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from corrin.knowledge.conditions import Condition, Lookup
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Finding, Tier
from corrin.triage.flags import RANK
from corrin.triage.lookup import SUPPLEMENTS, PictureLookup
from corrin.triage.records import NotAsked

_DENIES = re.compile(r"\bnot\b")


def not_asked(lookup: PictureLookup, *, above: Tier) -> tuple[NotAsked, ...]:
    """Return every finding not asked whose answer alone would raise the tier above ``above``.

    Most urgent first, then in the order of the rules.  Each is tried: the rules are
    read again as if it had been answered, with what follows from the answer.
    """
    open_rules = [
        rule
        for rule in lookup.knowledge.red_flags.values()
        if RANK[rule.tier] < RANK[above] and Condition.parse(rule.when).evaluate(lookup) is None
    ]
    supposed: dict[str, tuple[Lookup, Lookup]] = {}
    found: dict[str, NotAsked] = {}
    for rule in sorted(open_rules, key=lambda rule: (RANK[rule.tier], rule.order)):
        condition = Condition.parse(rule.when)
        for finding in _asked_by(rule.id, lookup.knowledge):
            if finding in found or lookup.finding(finding) is not None:
                continue
            if finding not in supposed:
                supposed[finding] = _either_way(finding, lookup)
            present, absent = supposed[finding]
            if condition.evaluate(present) is True or (
                # Only a rule that denies something can be raised by an absence.
                _DENIES.search(rule.when) and condition.evaluate(absent) is True
            ):
                found[finding] = NotAsked(finding=finding, would_raise_to=rule.tier)
    return tuple(found.values())


def _either_way(finding: str, lookup: PictureLookup) -> tuple[Lookup, Lookup]:
    """Return the person with the finding present, and with it absent."""
    # What was answered stands, also against what would follow.
    follows = [name for name in _implied(lookup.knowledge)[finding] if lookup.finding(name) is None]
    present = {finding: True, **dict.fromkeys(follows, True)}
    return lookup.supposing(present), lookup.supposing({finding: False})


@functools.cache
def _implied(knowledge: Knowledge) -> dict[str, frozenset[str]]:
    """Return, for each finding, every other finding that follows from it."""

    def closure(record: Finding) -> Iterator[str]:
        for name in record.implies:
            yield name
            if name in knowledge.findings:
                yield from closure(knowledge.findings[name])

    return {id_: frozenset(closure(record)) for id_, record in knowledge.findings.items()}


@functools.cache
def _asked_by(rule: str, knowledge: Knowledge) -> tuple[str, ...]:
    """Return the findings that can answer a rule: those it names, then what implies them."""
    named = Condition.parse(knowledge.red_flags[rule].when).names()
    wanted = {name for name in named if name in knowledge.findings}
    behind = set(wanted)
    if "supplement_taken" in named:
        behind.update(name for name in SUPPLEMENTS if name in knowledge.findings)
    if "twitching" in named:
        behind.update(id_ for id_, one in knowledge.findings.items() if one.defines_twitching)
    behind.update(id_ for id_, follows in _implied(knowledge).items() if follows & behind)
    return (*sorted(wanted), *sorted(behind - wanted))

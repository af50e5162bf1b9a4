"""Checks on the groups of products and events: their patterns do what their examples say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corrin.knowledge.facts import Knowledge
from corrin.knowledge.issues import Issue, error
from corrin.knowledge.records_of_signals import EventGroup, ProductGroup

#: What Python reads and RE2, which counts the reports, does not.
_ONE_SIDED = re.compile(r"\(\?[=!<]|\\[1-9Z]")


def check_groups(knowledge: Knowledge) -> Iterator[Issue]:
    """Yield every pattern that cannot be used, and every example that goes astray."""
    for group in knowledge.product_groups.values():
        where = f"product_groups/{group.id}"
        yield from _patterns(where, group)
        if not group.patterns and not group.parts:
            yield error(where, "it holds nothing.", "Give it patterns or parts.")
        yield from _examples(where, group, product_rules(group, knowledge))
    for event in knowledge.event_groups.values():
        where = f"event_groups/{event.id}"
        yield from _patterns(where, event)
        yield from _examples(where, event, ((event.patterns, event.never),))
        for other in knowledge.event_groups.values():
            if other.id != event.id:
                shared = [name for name in event.match if fits(name, _rules(other))]
                for name in shared:
                    yield error(
                        where, f"'{name}' also fits {other.id}.", "An event is in one group."
                    )


def product_rules(
    group: ProductGroup, knowledge: Knowledge
) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """The patterns of a group and of its parts, each with what it never takes."""
    own = ((group.patterns, group.never),) if group.patterns else ()
    parts = (
        knowledge.product_groups[id_] for id_ in group.parts if id_ in knowledge.product_groups
    )
    return (*own, *(rule for part in parts for rule in product_rules(part, knowledge)))


def fits(name: str, rules: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]) -> bool:
    """Whether a name is in a group with these rules."""
    name = name.upper()
    return any(
        any(_found(pattern, name) for pattern in patterns)
        and not any(_found(pattern, name) for pattern in never)
        for patterns, never in rules
    )


def _found(pattern: str, name: str) -> bool:
    """Whether a pattern is in a name; what is no pattern is in none, and is said elsewhere."""
    try:
        return re.search(pattern, name) is not None
    except re.error:
        return False


def _rules(event: EventGroup) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    return ((event.patterns, event.never),)


def _patterns(where: str, group: ProductGroup | EventGroup) -> Iterator[Issue]:
    for pattern in (*group.patterns, *group.never):
        try:
            re.compile(pattern)
        except re.error:
            yield error(where, f"'{pattern}' is no pattern.", "Mend it.")
            continue
        if _ONE_SIDED.search(pattern):
            yield error(where, f"'{pattern}' looks around or back.", "Use 'never' instead.")


def _examples(
    where: str,
    group: ProductGroup | EventGroup,
    rules: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...],
) -> Iterator[Issue]:
    if not group.match or not group.no_match:
        yield error(where, "it lacks examples.", "Name what must fit and what must not.")
    for name in group.match:
        if not fits(name, rules):
            yield error(where, f"'{name}' does not fit, but must.", "Mend the patterns.")
    for name in group.no_match:
        if fits(name, rules):
            yield error(where, f"'{name}' fits, but must not.", "Mend the patterns.")

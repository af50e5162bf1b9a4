"""Finds which names of a file belong to a group of products or events."""

# ruff: noqa: S608 - queries are made of our own words; patterns go in as parameters

from __future__ import annotations

from dataclasses import dataclass

from corrin.errors import InputError, Problem
from corrin.knowledge.checking_groups import product_rules
from corrin.knowledge.facts import Knowledge, fold
from corrin.knowledge.records_of_signals import EventGroup, ProductGroup
from corrin.knowledge.searching import nearest
from corrin.signals.reading import Reports


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A name of the file that is in a group, its number there, and the reports that have it."""

    name: str
    number: int
    reports: int


def pair_named(text: str, knowledge: Knowledge) -> tuple[ProductGroup, EventGroup]:
    """Return the groups that ``product:event`` names, as in ``b12:muscle-twitching``.

    Raises :class:`InputError` that offers the nearest known groups.
    """
    product, colon, event = text.partition(":")
    problems = []
    if not colon:
        problems.append(_problem(f"'{text}' is not PRODUCT:EVENT.", "Write b12:muscle-twitching."))
    for name, what, known in (
        (product, "product", knowledge.product_groups),
        (event, "event", knowledge.event_groups),
    ):
        if colon and fold(name) not in known:
            near = nearest(fold(name), known) or list(known)
            problems.append(
                _problem(f"'{name}' is not a group of {what}s.", f"Known: {', '.join(near)}.")
            )
    if problems:
        raise InputError(problems)
    return knowledge.product_groups[fold(product)], knowledge.event_groups[fold(event)]


def _problem(what: str, do: str) -> Problem:
    return Problem("--pair", "unknown-group", what, do)


def inside(name: str) -> str:
    """The name of a group inside a sentence: ``products with B12``."""
    return name[:1].lower() + name[1:]


def products_of(reports: Reports, group: ProductGroup, knowledge: Knowledge) -> tuple[Member, ...]:
    """The products of the file in a group, most reported first."""
    return _members(reports, "product", "taken", product_rules(group, knowledge))


def events_of(reports: Reports, group: EventGroup) -> tuple[Member, ...]:
    """The events of the file in a group, most reported first."""
    return _members(reports, "event", "had", ((group.patterns, group.never),))


def _members(
    reports: Reports,
    side: str,
    table: str,
    rules: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...],
) -> tuple[Member, ...]:
    clauses, patterns = [], []
    for fitting, never in rules:
        clause = "regexp_matches(upper(name), ?)"
        patterns.append(_any(fitting))
        if never:
            clause += " and not regexp_matches(upper(name), ?)"
            patterns.append(_any(never))
        clauses.append(f"({clause})")
    rows = reports.connection.execute(
        f"""with fitting as (select {side}, name from {side}_names where {" or ".join(clauses)})
        select name, {side}, count(distinct report) as n
        from fitting join {table} using ({side}) group by all order by n desc, name""",
        patterns,
    ).fetchall()
    return tuple(Member(name=row[0], number=row[1], reports=row[2]) for row in rows)


def _any(patterns: tuple[str, ...]) -> str:
    return "|".join(f"(?:{pattern})" for pattern in patterns)

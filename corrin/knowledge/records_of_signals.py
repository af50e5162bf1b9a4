"""The shape of the facts on adverse-event reports: which names mean what, and fixed choices.

A pattern is a regular expression, looked for anywhere in a name written in capitals.  It
may use only what Python's ``re`` and RE2 read alike (no look-around, no back-reference).
Patterns hold the words that match public text and nothing of any medical dictionary.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import msgspec

from corrin.knowledge.records import Quantity, Record


class EventKind(StrEnum):
    """What a group of events is for.

    A positive control is known to be reported with the products; a negative one has no
    reason to be.
    """

    ASKED = "asked"
    POSITIVE = "positive-control"
    NEGATIVE = "negative-control"


class ProductGroup(Record, frozen=True, kw_only=True):
    """Products under one name: those whose name fits ``patterns`` and none of ``never``.

    ``parts`` are ids of groups it also holds.  ``match`` are names that must be in it and
    ``no_match`` names that must not; both run as tests.
    """

    id: str
    name: str
    summary: str
    patterns: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    match: tuple[str, ...]
    no_match: tuple[str, ...]
    review_by: dt.date
    reference: str | None = None
    references: tuple[str, ...] = ()
    assumed: str | None = None


class EventGroup(Record, frozen=True, kw_only=True):
    """Events under one name, as in :class:`ProductGroup`; ``why`` says why it is looked at."""

    id: str
    name: str
    kind: EventKind
    why: str
    patterns: tuple[str, ...]
    never: tuple[str, ...] = ()
    match: tuple[str, ...]
    no_match: tuple[str, ...]
    review_by: dt.date
    reference: str | None = None
    references: tuple[str, ...] = ()
    assumed: str | None = None


class Method(Record, frozen=True, kw_only=True):
    """A measure of disproportion: what it is, in words, and the paper it is from."""

    id: str
    name: str
    clinician: str
    reference: str


class Answered(Record, frozen=True, kw_only=True):
    """One thing a report of such an analysis should say, and what this one says."""

    section: str
    name: str
    clinician: str


class SignalRules(Record, frozen=True, kw_only=True):
    """What every analysis of reports shares: limits, cautions, methods, the checklist."""

    setting: dict[str, Quantity] = msgspec.field(default_factory=dict)
    person: str = ""
    clinician: str = ""
    judgement: str = ""
    method: tuple[Method, ...] = ()
    checklist: tuple[Answered, ...] = ()
    references: tuple[str, ...] = ()

"""The shape of the facts on causality: the Naranjo items, the WHO-UMC categories, the limits.

All of it stands in ``causality.toml``.  The wording of both methods is paraphrased.
"""

from __future__ import annotations

import msgspec

from corrin.knowledge.records import Quantity, Record


class NaranjoItem(Record, frozen=True, kw_only=True):
    """One item: the points for yes, no and not known, and where its answer comes from.

    ``asks`` is the finding that answers it; any finding of ``also_yes`` answers yes too.
    An item without both is answered by the code that knows the person's course.
    """

    id: str
    name: str
    professional_name: str
    yes: int
    no: int
    unknown: int
    asks: str | None = None
    also_yes: tuple[str, ...] = ()
    reference: str


class NaranjoBand(Record, frozen=True, kw_only=True):
    """The name of all totals from ``at_least`` up to the next band; the last band is open."""

    id: str
    person: str
    clinician: str
    at_least: int | None = None
    reference: str


class UmcCategory(Record, frozen=True, kw_only=True):
    """A WHO-UMC category: its term as the centre writes it, and what it means in our words.

    ``references`` name published assessments by which room left by the criteria was filled.
    """

    id: str
    term: str
    person: str
    clinician: str
    reference: str
    references: tuple[str, ...] = ()


class Said(Record, frozen=True, kw_only=True):
    """A fixed statement in both voices, with its sources."""

    person: str
    clinician: str
    references: tuple[str, ...] = ()
    assumed: str | None = None


class CausalityRules(Record, frozen=True, kw_only=True):
    """Everything that the causality of B12 for twitching is judged by.

    ``exposure`` lists findings that say that B12 was taken, ``by_b12`` the causes of
    twitching that are B12 itself, ``with_b6`` the findings that say that vitamin B6 was
    taken along.  ``said`` holds fixed statements by name.
    """

    item: tuple[NaranjoItem, ...] = ()
    band: tuple[NaranjoBand, ...] = ()
    category: tuple[UmcCategory, ...] = ()
    setting: dict[str, Quantity] = msgspec.field(default_factory=dict)
    exposure: tuple[str, ...] = ()
    by_b12: tuple[str, ...] = ()
    with_b6: tuple[str, ...] = ()
    said: dict[str, Said] = msgspec.field(default_factory=dict)

"""All the facts together: the records by id, and the names they go by."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

from corrin.knowledge.records import (
    Cause,
    CriticalValue,
    DrugClass,
    Finding,
    FindingGroup,
    Guideline,
    Lab,
    NextStep,
    Quantity,
    RedFlag,
    Reference,
    Setting,
    Unit,
    Wording,
)
from corrin.knowledge.records_of_cards import OrderCard, ReviewCard
from corrin.knowledge.records_of_causality import CausalityRules
from corrin.knowledge.records_of_claims import Claim, Comparison, FrequentQuestion
from corrin.knowledge.records_of_conditions import CodedConditions
from corrin.knowledge.records_of_high_b12 import (
    CauseOfLowB12,
    HighB12Numbers,
    SourceOfHighB12,
)
from corrin.knowledge.records_of_intake import (
    DoseLevel,
    IntakeProduct,
    Pharmacokinetics,
    Substance,
)
from corrin.knowledge.records_of_population import PopulationRules
from corrin.knowledge.records_of_signals import EventGroup, ProductGroup, SignalRules

#: Each folder of one-record files: the attribute that holds them, and their type.
FOLDERS: Mapping[str, tuple[str, type[Any]]] = MappingProxyType(
    {
        "causes_of_twitching": ("causes", Cause),
        "findings": ("findings", Finding),
        "finding_groups": ("groups", FindingGroup),
        "labs": ("labs", Lab),
        "critical_values": ("critical_values", CriticalValue),
        "red_flags": ("red_flags", RedFlag),
        "next_steps": ("next_steps", NextStep),
        "guidelines": ("guidelines", Guideline),
        "references": ("references", Reference),
        "wording": ("wording", Wording),
        "drug_classes": ("drug_classes", DrugClass),
        "substances": ("substances", Substance),
        "intake_products": ("intake_products", IntakeProduct),
        "dose_levels": ("dose_levels", DoseLevel),
        "sources_of_high_b12": ("sources_of_high_b12", SourceOfHighB12),
        "causes_of_low_b12": ("causes_of_low_b12", CauseOfLowB12),
        "claims": ("claims", Claim),
        "frequent_questions": ("frequent_questions", FrequentQuestion),
        "comparisons": ("comparisons", Comparison),
        "product_groups": ("product_groups", ProductGroup),
        "event_groups": ("event_groups", EventGroup),
        "order_cards": ("order_cards", OrderCard),
        "review_cards": ("review_cards", ReviewCard),
    }
)


class Named(Protocol):
    """A record that goes by an id and by older or other names."""

    @property
    def id(self) -> str:
        """The canonical id."""
        ...

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other names that go on working."""
        ...


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Knowledge:
    """All facts, by id (sorted; red flags by their order), and the version that names them.

    Compares and hashes by identity, so that work done on it can be kept by whoever did
    it.  ``version`` is ``<semantic version>+<12 hex digits of the content hash>``.
    """

    version: str
    causes: dict[str, Cause]
    findings: dict[str, Finding]
    groups: dict[str, FindingGroup]
    labs: dict[str, Lab]
    critical_values: dict[str, CriticalValue]
    red_flags: dict[str, RedFlag]
    next_steps: dict[str, NextStep]
    guidelines: dict[str, Guideline]
    references: dict[str, Reference]
    wording: dict[str, Wording]
    drug_classes: dict[str, DrugClass]
    substances: dict[str, Substance] = field(default_factory=dict)
    intake_products: dict[str, IntakeProduct] = field(default_factory=dict)
    dose_levels: dict[str, DoseLevel] = field(default_factory=dict)
    sources_of_high_b12: dict[str, SourceOfHighB12] = field(default_factory=dict)
    causes_of_low_b12: dict[str, CauseOfLowB12] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    frequent_questions: dict[str, FrequentQuestion] = field(default_factory=dict)
    comparisons: dict[str, Comparison] = field(default_factory=dict)
    product_groups: dict[str, ProductGroup] = field(default_factory=dict)
    event_groups: dict[str, EventGroup] = field(default_factory=dict)
    order_cards: dict[str, OrderCard] = field(default_factory=dict)
    review_cards: dict[str, ReviewCard] = field(default_factory=dict)
    units: dict[str, Unit]
    model: dict[str, Quantity]
    pharmacokinetics: Pharmacokinetics = field(default_factory=Pharmacokinetics)
    high_b12: HighB12Numbers = field(default_factory=HighB12Numbers)
    causality: CausalityRules = field(default_factory=CausalityRules)
    signals: SignalRules = field(default_factory=SignalRules)
    population: PopulationRules = field(default_factory=PopulationRules)
    coded_conditions: CodedConditions = field(default_factory=CodedConditions)

    def __repr__(self) -> str:
        return f"Knowledge({self.version})"

    @property
    def settings(self) -> tuple[Setting, ...]:
        """The settings a person can be seen in."""
        return tuple(Setting)

    def kinds(self) -> dict[str, dict[str, Any]]:
        """Return every table of records by the name of its attribute (``model`` aside)."""
        names = [attribute for attribute, _ in FOLDERS.values()]
        return {name: getattr(self, name) for name in (*names, "units")}

    def ids(self) -> tuple[str, ...]:
        """Return every id once, sorted."""
        return tuple(sorted({id_ for table in self.kinds().values() for id_ in table}))

    def finding_id(self, name: str) -> str | None:
        """Return the id of the finding known by this id or alias, else None."""
        return _resolve(name, self._finding_names)

    def lab_id(self, name: str) -> str | None:
        """Return the id of the lab known by this id or alias, else None."""
        return _resolve(name, self._lab_names)

    def cause_id(self, name: str) -> str | None:
        """Return the id of the cause known by this id or alias, else None."""
        return _resolve(name, self._cause_names)

    @functools.cached_property
    def _finding_names(self) -> dict[str, str | None]:
        return _names(self.findings.values())

    @functools.cached_property
    def _lab_names(self) -> dict[str, str | None]:
        return _names(self.labs.values())

    @functools.cached_property
    def _cause_names(self) -> dict[str, str | None]:
        return _names(self.causes.values())


def _names(named: Iterable[Named]) -> dict[str, str | None]:
    """Return id by folded name; an alias that two records claim names neither."""
    table: dict[str, str | None] = {}
    everything = tuple(named)
    for record in everything:
        for alias in record.aliases:
            key = fold(alias)
            table[key] = record.id if table.get(key, record.id) == record.id else None
    table.update({fold(record.id): record.id for record in everything})
    return table


def _resolve(name: str, names: Mapping[str, str | None]) -> str | None:
    # Names in the form they are kept in, as most are, need no folding.
    return names[name] if name in names else names.get(fold(name))


def fold(name: str) -> str:
    """Return the form names are compared in: ``Vitamin B-12`` and ``vitamin_b_12`` are one."""
    return "_".join(name.casefold().replace("-", " ").replace("_", " ").split())

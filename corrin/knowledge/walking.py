"""Every struct inside every record, so that one check covers facts not yet thought of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import msgspec

from corrin.knowledge.facts import Knowledge
from corrin.knowledge.records import (
    Estimate,
    Example,
    Lab,
    Record,
    RedFlag,
    Reference,
    Unit,
)
from corrin.knowledge.records_of_cards import OrderCard, ReviewCard
from corrin.knowledge.records_of_claims import Claim, Comparison, Evidence, FrequentQuestion
from corrin.knowledge.records_of_high_b12 import SourceExample

#: Number fields that state no fact to be sourced: they order, date, count what a study
#: printed beside its estimate, describe an example, or hold by definition.
NOT_FACTS: Mapping[type[Record], frozenset[str]] = MappingProxyType(
    {
        Reference: frozenset({"year"}),
        Estimate: frozenset({"count", "of"}),
        RedFlag: frozenset({"order"}),
        Example: frozenset({"age"}),
        SourceExample: frozenset({"age"}),
        Lab: frozenset({"charge"}),
        Unit: frozenset({"factor"}),
        Claim: frozenset({"order"}),
        FrequentQuestion: frozenset({"order"}),
        Comparison: frozenset({"order"}),
        OrderCard: frozenset({"order"}),
        ReviewCard: frozenset({"order"}),
        Evidence: frozenset({"people"}),
    }
)


@dataclass(frozen=True, slots=True)
class Part:
    """One struct: in which record (``causes/tetany``), at which key (``links[cramps].p``)."""

    record: str
    key: str
    value: Record

    @property
    def where(self) -> str:
        """Record and key, for a message."""
        return f"{self.record}: {self.key}" if self.key else self.record

    @property
    def numbers(self) -> dict[str, float]:
        """The numbers of this struct that state a fact, by field."""
        skipped = NOT_FACTS.get(type(self.value), frozenset())
        return {
            name: value
            for name in self.value.__struct_fields__
            if name not in skipped
            and isinstance(value := getattr(self.value, name), int | float)
            and not isinstance(value, bool)
        }

    @property
    def sources(self) -> tuple[str, ...]:
        """The ids of the references this struct names."""
        one = getattr(self.value, "reference", None)
        return (*((one,) if one else ()), *getattr(self.value, "references", ()))

    @property
    def assumed(self) -> str | None:
        """Why its numbers were assumed, if they were."""
        reason: str | None = getattr(self.value, "assumed", None)
        return reason


def parts(knowledge: Knowledge) -> Iterator[Part]:
    """Yield every struct of every record, each record before what is inside it."""
    for kind, table in knowledge.kinds().items():
        for id_, record in table.items():
            yield from parts_of(f"{kind}/{id_}", record)
    for name, quantity in knowledge.model.items():
        yield from parts_of(f"model/{name}", quantity)
    yield from parts_of("pharmacokinetics", knowledge.pharmacokinetics)
    yield from parts_of("high_b12", knowledge.high_b12)
    yield from parts_of("causality", knowledge.causality)
    yield from parts_of("signals", knowledge.signals)
    yield from parts_of("population", knowledge.population)
    yield from parts_of("coded_conditions", knowledge.coded_conditions)


def parts_of(name: str, record: Record) -> Iterator[Part]:
    """Yield every struct of one record, the record itself first."""
    yield from _inside(name, "", record)


def _inside(record: str, key: str, value: object) -> Iterator[Part]:
    match value:
        case Record():
            yield Part(record, key, value)
            for field in msgspec.structs.fields(value):
                inner = getattr(value, field.name)
                yield from _inside(record, f"{key}.{field.encode_name}".lstrip("."), inner)
        case tuple():
            for position, member in enumerate(value):
                names = (getattr(member, name, None) for name in ("finding", "sign", "id"))
                shown = next(filter(None, names), position)
                yield from _inside(record, f"{key}[{shown}]", member)
        case dict():
            for name, member in value.items():
                yield from _inside(record, f"{key}.{name}".lstrip("."), member)

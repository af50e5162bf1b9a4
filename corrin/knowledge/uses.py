"""Which record names which other: the links between the facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from corrin.knowledge.facts import Knowledge
from corrin.knowledge.records import (
    Cause,
    CriticalValue,
    DrugClass,
    Example,
    Finding,
    FindingGroup,
    FromLab,
    Guideline,
    Link,
    NextStep,
    RedFlag,
)
from corrin.knowledge.records_of_cards import OrderCard, ReviewCard
from corrin.knowledge.records_of_causality import CausalityRules, NaranjoItem
from corrin.knowledge.records_of_claims import Claim, FrequentQuestion
from corrin.knowledge.records_of_conditions import CodedCondition
from corrin.knowledge.records_of_high_b12 import (
    CauseOfLowB12,
    RetestAdvice,
    Sign,
    SourceExample,
    SourceOfHighB12,
    StartEvent,
)
from corrin.knowledge.records_of_intake import Content
from corrin.knowledge.records_of_population import ReversibleCauses
from corrin.knowledge.records_of_signals import ProductGroup
from corrin.knowledge.records_of_simulation import LabShape, Panel
from corrin.knowledge.walking import Part, parts

#: The kinds of record a claim may name as bearing on it.
_BESIDE_A_CLAIM = (
    "causes",
    "findings",
    "labs",
    "sources_of_high_b12",
    "red_flags",
    "next_steps",
)


@dataclass(frozen=True, slots=True)
class Use:
    """Record ``record`` names, at ``where``, the id ``id`` of the table ``kind``."""

    record: str
    where: str
    kind: str
    id: str


def uses(knowledge: Knowledge) -> Iterator[Use]:
    """Yield every id of another record that a record names, whether it exists or not."""
    for part in parts(knowledge):
        for kind, ids in (("references", part.sources), *_named(part)):
            yield from (Use(part.record, part.where, kind, id_) for id_ in ids)


def _named(part: Part) -> Iterator[tuple[str, Iterable[str]]]:
    match part.value:
        case Link(finding=finding):
            yield "findings", (finding,)
        case Example(given=given) | SourceExample(given=given):
            yield "findings", given
        case FromLab(lab=lab) | CriticalValue(lab=lab) | Guideline(lab=lab):
            yield "labs", (lab,)
        case Finding():
            yield "findings", part.value.implies
            yield "findings", part.value.excludes
            yield "drug_classes", part.value.from_drugs
        case FindingGroup(members=members):
            yield "findings", members
        case RedFlag(next_steps=next_steps, action=action):
            yield "next_steps", next_steps
            yield "wording", (action,)
        case NextStep(labs=labs, findings=findings):
            yield "labs", labs
            yield "findings", findings
        case DrugClass(id=finding):
            yield "findings", (finding,)
        case Content(substance=substance):
            yield "substances", (substance,)
        case Sign(findings=findings):
            yield "findings", findings
        case _:
            yield from _named_by_answers(part)


def _named_by_answers(part: Part) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield what the records of the later questions name: the level, the claims, causality."""
    match part.value:
        case CauseOfLowB12(findings=findings, next_steps=next_steps):
            yield "findings", findings
            yield "next_steps", next_steps
        case Claim():
            for kind in _BESIDE_A_CLAIM:
                yield kind, getattr(part.value, kind)
        case FrequentQuestion(claims=claims, next_steps=next_steps, red_flags=red_flags):
            yield "claims", claims
            yield "next_steps", next_steps
            yield "red_flags", red_flags
        case NaranjoItem(asks=asks, also_yes=also_yes):
            yield "findings", (*((asks,) if asks else ()), *also_yes)
        case CausalityRules(exposure=exposure, by_b12=by_b12, with_b6=with_b6):
            yield "findings", (*exposure, *with_b6)
            yield "causes", by_b12
        case OrderCard(orders=orders, instead=instead):
            yield "labs", (*orders, *instead)
        case SourceOfHighB12() | RetestAdvice() | StartEvent():
            yield "next_steps", part.value.next_steps
        case _:
            yield from _named_for_many(part)


def _named_for_many(part: Part) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield what the records for many reports and for many people name."""
    match part.value:
        case ProductGroup(parts=groups):
            yield "product_groups", groups
        case ReversibleCauses(causes=causes):
            yield "causes", causes
        case CodedCondition(finding=finding):
            yield "findings", (finding,)
        case Panel(labs=labs):
            yield "labs", labs
        case LabShape(lab=lab):
            yield "labs", (lab,)


def conditions(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Yield where each condition stands, and its text."""
    for part in parts(knowledge):
        match part.value:
            case Cause(prior_modifiers=modifiers) | SourceOfHighB12(prior_modifiers=modifiers):
                yield from ((f"{part.where}: prior_modifiers", m.when) for m in modifiers)
            case RedFlag(when=when) | ReviewCard(when=when):
                yield f"{part.where}: when", when
            case (
                CauseOfLowB12(when=when)
                | StartEvent(when=when)
                | Claim(when=when)
                | OrderCard(when=when)
            ) if when is not None:
                yield f"{part.where}: when", when
            case NextStep(when=when, never_with=never_with):
                for key, text in (("when", when), ("never_with", never_with)):
                    if text is not None:
                        yield f"{part.where}: {key}", text

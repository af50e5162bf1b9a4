"""The cards shown before a test is ordered: when it would not inform, and which test would."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from corrin.high_b12.regimens import regimen_from_intake
from corrin.interfaces.cds_hooks import card_parts as parts
from corrin.interfaces.cds_hooks.calls import Resource
from corrin.interfaces.cds_hooks.card_parts import Cards, Json, Shown
from corrin.interfaces.cds_hooks.patient import Patient, patient_of
from corrin.interfaces.fhir.coding import LOINC
from corrin.interfaces.web.worker import knowledge_here
from corrin.knowledge.conditions import Condition
from corrin.knowledge.lab_names import by_code
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records_of_cards import OrderCard
from corrin.picture.from_intake import b12_products, injected

_OVER = frozenset({"cancelled", "completed", "entered-in-error", "revoked"})


def order_check(
    resources: list[Resource], missing: list[str], patient_id: str, orders: list[Resource]
) -> Cards:
    """Return the cards for some draft orders of a patient.  Worked out in a worker."""
    knowledge = knowledge_here()
    ordered: dict[str, list[str]] = {}
    for order in orders:
        for lab in labs_of(order, knowledge):
            ordered.setdefault(lab, []).append(_reference(order))
    if not any(lab in ordered for card in knowledge.order_cards.values() for lab in card.orders):
        return Cards(answer={"cards": []})
    patient = patient_of(resources, patient_id, knowledge)
    cards = [
        _card(record, patient, ordered, missing, knowledge)
        for record in knowledge.order_cards.values()
        if _applies(record, patient, ordered, knowledge)
    ]
    return Cards(answer={"cards": [card for card, _ in cards]}, shown=tuple(s for _, s in cards))


def selected(orders: Iterable[Resource], selections: Iterable[str] | None) -> list[Resource]:
    """Return the orders just selected (all, when the hook names none)."""
    if selections is None:
        return list(orders)
    wanted = set(selections)
    return [one for one in orders if wanted & {_reference(one), str(one.get("id"))}]


def labs_of(order: Mapping[str, Any], knowledge: Knowledge) -> tuple[str, ...]:
    """Return the labs that an order asks for, by LOINC code, else by name."""
    if order.get("resourceType") != "ServiceRequest" or order.get("status") in _OVER:
        return ()
    code = order.get("code")
    if not isinstance(code, dict):
        return ()
    listed = code.get("coding")
    codings = [c for c in listed if isinstance(c, dict)] if isinstance(listed, list) else []
    found = [by_code(str(c.get("code")), knowledge) for c in codings if c.get("system") == LOINC]
    if not any(found):
        names = [code.get("text"), *(c.get("display") for c in codings)]
        found = [_by_name(name, knowledge) for name in names if isinstance(name, str)]
    return tuple(dict.fromkeys(lab for lab in found if lab))


def _by_name(name: str, knowledge: Knowledge) -> str | None:
    found = knowledge.lab_id(name)
    if found:
        return found
    folded = name.casefold().strip()
    for lab in knowledge.labs.values():
        if folded in {
            one.casefold() for one in (*lab.printed_names, lab.name, lab.professional_name)
        }:
            return lab.id
    return None


def _reference(order: Mapping[str, Any]) -> str:
    return f"{order.get('resourceType')}/{order.get('id')}"


def _applies(
    card: OrderCard, patient: Patient, ordered: Mapping[str, object], knowledge: Knowledge
) -> bool:
    if not any(lab in ordered for lab in card.orders):
        return False
    # When every better test is being ordered already there is nothing to say.
    if card.instead and all(lab in ordered for lab in card.instead):
        return False
    if card.when and Condition.parse(card.when).evaluate(patient.lookup) is True:
        return True
    within = card.injected_within
    if within is None:
        return False
    days = days_since_injection(patient, knowledge)
    return days is not None and days <= within.value


def days_since_injection(patient: Patient, knowledge: Knowledge) -> float | None:
    """Return the days since the last injection of B12 that is on record, or None."""
    person = patient.picture.person
    needled = [one for one in b12_products(person.intake, person.drugs) if injected(one)]
    # Injections that can be given without a date are counted by their plan.
    regimen = regimen_from_intake(needled, knowledge, as_of=patient.today)
    days = [
        since
        for product in regimen.products
        for train in product.trains
        if (since := _since(train.first, train.last, train.every)) is not None
    ]
    return min(days, default=None)


def _since(first: float | None, last: float | None, every: float | None) -> float | None:
    """Return the days from the latest dose of a plan to today (day 0)."""
    end = min(0.0, last) if last is not None else 0.0
    if first is None:
        # It goes on at this interval: the last dose is at most that long ago.
        return -end if last is not None else every
    if first > 0:
        return None
    if every is None or not every > 0:
        return -first
    return -(first + math.floor((end - first) / every) * every)


def _card(
    record: OrderCard,
    patient: Patient,
    ordered: Mapping[str, list[str]],
    missing: list[str],
    knowledge: Knowledge,
) -> tuple[Json, Shown]:
    references = [*([record.reference] if record.reference else []), *record.references]
    numbers = {name: f"{one.value:g}" for name, one in record.figures.items()}
    if record.injected_within is not None:
        numbers["injected_within"] = f"{record.injected_within.value:g}"
        references.append(record.injected_within.reference or references[0])
    basis = parts.basis(patient.reading, missing, references, knowledge)
    card: Json = {
        "uuid": parts.new_id(),
        "summary": parts.short(record.summary),
        "indicator": record.indicator.value,
        "detail": "\n".join([record.detail.format_map(numbers), "", *basis]),
        "source": parts.source(record.id, references, knowledge),
        "overrideReasons": list(parts.OVERRIDE_REASONS),
    }
    suggestions = list(_suggestions(record, patient, ordered, knowledge))
    if suggestions:
        card["suggestions"] = [one for one, _ in suggestions]
        card["selectionBehavior"] = "any"
    linked = parts.links(references, knowledge)
    if linked:
        card["links"] = linked
    kept = {one["uuid"]: what for one, what in suggestions}
    return card, Shown(uuid=card["uuid"], card=record.id, suggestions=kept)


def _suggestions(
    record: OrderCard, patient: Patient, ordered: Mapping[str, list[str]], knowledge: Knowledge
) -> Iterator[tuple[Json, str]]:
    for id_ in record.instead:
        action = None if id_ in ordered else parts.proposal(knowledge.labs[id_], patient.id)
        if action is not None:
            label = f"Consider: {knowledge.labs[id_].professional_name}"
            yield {"label": label, "uuid": parts.new_id(), "actions": [action]}, id_
    drafts = [one for lab in record.orders for one in ordered.get(lab, ())]
    if record.may_remove and drafts:
        actions = [
            {
                "type": "delete",
                "description": "Remove this draft order; nothing else is changed",
                "resourceId": one,
            }
            for one in dict.fromkeys(drafts)
        ]
        label = "Consider: leave this test out for now"
        yield {"label": label, "uuid": parts.new_id(), "actions": actions}, "leave-out"

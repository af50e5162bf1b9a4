"""Groups of products and events: a pattern that goes astray is found before reports are counted."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from corrin.knowledge.checking_groups import check_groups, fits, product_rules
from corrin.knowledge.loading import load

KNOWLEDGE = load()


def said(product=None, event=None):
    changed = {}
    if product:
        group = msgspec.structs.replace(KNOWLEDGE.product_groups["b12_named"], **product)
        changed["product_groups"] = {**KNOWLEDGE.product_groups, "b12_named": group}
    if event:
        group = msgspec.structs.replace(KNOWLEDGE.event_groups["tremor"], **event)
        changed["event_groups"] = {**KNOWLEDGE.event_groups, "tremor": group}
    return " ".join(issue.message for issue in check_groups(replace(KNOWLEDGE, **changed)))


def test_the_groups_are_right():
    assert list(check_groups(KNOWLEDGE)) == []


@pytest.mark.parametrize(
    ("product", "event", "found"),
    [
        ({"patterns": ("B12(",)}, None, "is no pattern"),
        ({"patterns": (r"B12(?!0)",)}, None, "looks around"),
        ({"patterns": ("B12",)}, None, "fits, but must not"),
        ({"patterns": ("COBALAMIN",)}, None, "does not fit, but must"),
        ({"no_match": ()}, None, "lacks examples"),
        (None, {"match": ("TREMOR", "MUSCLE TWITCHING")}, "also fits muscle_twitching"),
    ],
)
def test_a_fault_is_said(product, event, found):
    assert found in said(product, event)


def test_a_group_holds_its_parts():
    rules = product_rules(KNOWLEDGE.product_groups["b12"], KNOWLEDGE)
    assert fits("Cyanocobalamin 1000", rules)
    assert fits("Super B-Complex", rules)
    assert not fits("Vitamin B6", rules)

"""What the cards say and when: quiet unless there is something to say, options and never orders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from corrin.interfaces.fhir.responding import response
from corrin.knowledge.loading import load
from corrin.person.records import Person
from tests.interfaces.cds_calls import (
    ORDER_CHECK,
    REVIEW,
    SCHEMAS,
    b12,
    bundle,
    injection,
    order,
    ordering,
    patient,
    pregnancy,
    result,
    service,
    view,
)

TODAY = dt.date.today().isoformat()
B12_ORDER, ANTIBODY_ORDER = order("2132-9", "s1"), order("31444-3", "s2")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with service(Path(tmp_path_factory.mktemp("cds"))) as found:
        yield found


def cards(client: TestClient, path: str, call: dict) -> list[dict]:
    assert SCHEMAS["request"].is_valid(call)
    reply = client.post(path, json=call)
    assert reply.status_code == 200, reply.text
    SCHEMAS["response"].validate(reply.json())
    return reply.json()["cards"]


def seen(*results: dict, **more: object) -> dict:
    return view(prefetch={"patient": patient(**more), "b12": bundle(*results)})


def test_a_normal_result_brings_no_card(client: TestClient) -> None:
    assert cards(client, REVIEW, seen(b12(500))) == []


def test_no_result_at_all_brings_no_card(client: TestClient) -> None:
    call = view(prefetch={"patient": patient(), "b12": None})
    assert cards(client, REVIEW, call) == []


@pytest.mark.parametrize(("value", "word"), [(100, "low"), (250, "indeterminate"), (1900, "high")])
def test_one_card_for_a_result_that_is_not_normal(
    client: TestClient, value: float, word: str
) -> None:
    (card,) = cards(client, REVIEW, seen(b12(value)))
    assert word in (card["summary"] + card["detail"]).lower()


def test_a_high_level_is_never_a_reason_to_stop_what_was_prescribed(client: TestClient) -> None:
    (card,) = cards(client, REVIEW, seen(b12(1900)))
    assert load().wording["keep_prescribed_b12"].clinician in card["detail"]


def test_dangerous_results_are_told_as_critical_with_fixed_words(client: TestClient) -> None:
    call = view(
        prefetch={
            "patient": patient(),
            "b12": None,
            "labs": bundle(result("2823-3", 7.2, "mmol/L", id_="k", taken=TODAY)),
        }
    )
    (card,) = cards(client, REVIEW, call)
    assert card["indicator"] == "critical"
    assert load().wording["action_emergency"].clinician.split("{")[0] in card["detail"]


def test_every_card_shows_its_basis(client: TestClient) -> None:
    (card,) = cards(client, REVIEW, seen(b12(120)))
    for words in ("Used (", "Missing (", "Ignored or refused", "### Sources", "validated",
                  "Options, not orders", "Not a diagnosis", load().version):  # fmt: skip
        assert words in card["detail"], words
    assert "serum\\_b12 (Observation/b1)" in card["detail"]
    assert "conditions" in card["detail"], "what was not sent is named"


def test_a_refused_resource_is_named_on_the_card(client: TestClient) -> None:
    cancelled = b12(90, id_="gone") | {"status": "entered-in-error"}
    (card,) = cards(client, REVIEW, seen(b12(120), cancelled))
    assert "Observation/gone" in card["detail"]


def test_probabilities_without_draws_are_said_to_be_such(client: TestClient) -> None:
    (card,) = cards(client, REVIEW, seen(b12(1900)))
    assert load().wording["card_no_draws"].clinician in card["detail"]


def test_suggestions_are_proposals_that_nobody_is_pushed_to(client: TestClient) -> None:
    (card,) = cards(client, REVIEW, seen(b12(120)))
    assert card["selectionBehavior"] == "any"
    for one in card["suggestions"]:
        assert "isRecommended" not in one
        for action in one["actions"]:
            assert action["resource"]["intent"] == "proposal"
            assert action["resource"]["status"] == "draft"
            assert action["resource"]["subject"] == {"reference": "Patient/p1"}


def told(client: TestClient, call: dict) -> dict[str, dict]:
    found = cards(client, ORDER_CHECK, call)
    return {one["source"]["topic"]["code"]: one for one in found}


def test_b12_ordered_on_replacement(client: TestClient) -> None:
    call = ordering(B12_ORDER, medications=bundle(injection("2026-01-05")))
    (card,) = told(client, call).values()
    assert "on_replacement" in card["source"]["topic"]["code"]
    assert card["source"]["url"].startswith("https://remedy.bnssg.icb.nhs.uk/")
    proposed = {
        action["resource"]["code"]["coding"][0]["code"]
        for one in card["suggestions"]
        for action in one["actions"]
        if action["type"] == "create"
    }
    assert proposed == {"13964-2", "13965-9"}


def test_antibody_ordered_soon_after_an_injection(client: TestClient) -> None:
    day = (dt.date.today() - dt.timedelta(days=3)).isoformat()
    found = told(client, ordering(ANTIBODY_ORDER, medications=bundle(injection(day))))
    assert set(found) == {"antibody_after_injection"}
    assert "within 14 days" in found["antibody_after_injection"]["detail"]


def test_antibody_ordered_without_an_injection_brings_no_card(client: TestClient) -> None:
    assert told(client, ordering(ANTIBODY_ORDER)) == {}


def test_b12_ordered_in_pregnancy(client: TestClient) -> None:
    found = told(client, ordering(B12_ORDER, conditions=bundle(pregnancy())))
    assert set(found) == {"b12_in_pregnancy"}


def test_nothing_is_said_when_the_better_test_is_ordered_too(client: TestClient) -> None:
    both = (B12_ORDER, order("72160-5", "s3"))
    assert told(client, ordering(*both, conditions=bundle(pregnancy()))) == {}


@pytest.mark.parametrize(
    ("finding", "card"),
    [("biotin_high_dose", "b12_with_biotin"), ("nitrous_use", "b12_with_nitrous_oxide")],
)
def test_what_disturbs_the_test(client: TestClient, finding: str, card: str) -> None:
    person = Person(findings={finding: True})
    answers = response(person, load(), patient="Patient/p1", authored=dt.date.today())
    found = told(client, ordering(B12_ORDER, answers=bundle(answers)))
    assert set(found) == {card}


def test_another_test_brings_no_card(client: TestClient) -> None:
    call = ordering(order("718-7", "s1"), medications=bundle(injection("2026-01-05")))
    assert told(client, call) == {}


def test_order_select_looks_at_the_orders_just_selected_alone(client: TestClient) -> None:
    given = {"medications": bundle(injection("2026-01-05"))}
    orders = (B12_ORDER, order("718-7", "s9"))
    chosen = ordering(*orders, hook="order-select", selections=["ServiceRequest/s1"], **given)
    other = ordering(*orders, hook="order-select", selections=["ServiceRequest/s9"], **given)
    assert set(told(client, chosen)) == {"b12_on_replacement"}
    assert told(client, other) == {}


def test_every_order_card_fits_its_summary_and_names_its_figures() -> None:
    for record in load().order_cards.values():
        assert len(record.summary) < 140, record.id
        figures = {*record.figures, *(["injected_within"] if record.injected_within else [])}
        assert all(f"{{{name}}}" in record.detail for name in figures), record.id

"""The text of CDS Hooks 2.0, sentence by sentence (cds_sentences.toml), and HL7's invariants."""

from __future__ import annotations

import importlib
import re
import time
import tomllib
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

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
    service,
    view,
)

Json = dict[str, Any]
TABLE = tomllib.loads((Path(__file__).parent / "cds_sentences.toml").read_text())["sentence"]
TEMPLATE = re.compile(
    r"^(?:[A-Z][A-Za-z]+/\{\{context\.\w+\}\}"
    r"|[A-Z][A-Za-z]+\?(?:[a-z-]+=[^&]+|_count=\d+|_sort=-?[a-z]+)"
    r"(?:&(?:[a-z-]+=[^&]+|_count=\d+|_sort=-?[a-z]+))*)$"
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with service(Path(tmp_path_factory.mktemp("cds"))) as found:
        yield found


@pytest.fixture(scope="module")
def answers(client: TestClient) -> list[Json]:
    """Answers with cards of every kind, and one without any."""
    asked = [
        *((REVIEW, view(prefetch={"patient": patient(), "b12": bundle(b12(v))}))
          for v in (90, 250, 500, 1900)),
        (ORDER_CHECK, ordering(order("2132-9", "s1"), order("31444-3", "s2"),
                               medications=bundle(injection("2026-01-05")),
                               conditions=bundle(pregnancy()))),
    ]  # fmt: skip
    replies = [client.post(path, json=call) for path, call in asked]
    assert all(one.status_code == 200 for one in replies)
    return [one.json() for one in replies]


@pytest.mark.parametrize("row", TABLE, ids=[f"{i}-{r['section']}" for i, r in enumerate(TABLE)])
def test_every_sentence_has_its_tests(row: Json) -> None:
    assert row["tests"]
    for name in row["tests"]:
        module, _, function = name.partition("::")
        found = importlib.import_module(f"tests.interfaces.{module}")
        assert callable(getattr(found, function, None)), name


def test_discovery_lists_each_service_for_each_hook(client: TestClient) -> None:
    reply = client.get("/cds-services")
    assert reply.status_code == 200
    SCHEMAS["discovery"].validate(reply.json())
    listed = {(one["id"], one["hook"]) for one in reply.json()["services"]}
    assert listed == {
        ("corrin-b12-review", "patient-view"),
        ("corrin-b12-order-check", "order-select"),
        ("corrin-b12-order-check", "order-sign"),
    }
    for one in reply.json()["services"]:
        assert one["title"]
        assert {"patient", "b12"} <= one["prefetch"].keys()


def test_each_service_answers_at_its_id(client: TestClient) -> None:
    for one in client.get("/cds-services").json()["services"]:
        call = (
            view() if one["hook"] == "patient-view" else ordering(hook=one["hook"], selections=[])
        )
        path = f"/cds-services/{one['id']}"
        assert client.post(path, json=call).status_code == 200
        assert client.get(path).status_code == 405


def test_every_reply_is_json(client: TestClient) -> None:
    for reply in (
        client.get("/cds-services"), client.post(REVIEW, json=view()), client.post(REVIEW),
        client.get("/nothing"), client.get("/cds-services", headers={"Accept": "text/html"}),
    ):  # fmt: skip
        assert reply.headers["content-type"].startswith("application/json")
        reply.json()


def test_prefetch_templates_keep_to_the_recommended_subset(client: TestClient) -> None:
    for one in client.get("/cds-services").json()["services"]:
        for template in one["prefetch"].values():
            assert TEMPLATE.match(template), template
            assert set(re.findall(r"\{\{(.*?)\}\}", template)) == {"context.patientId"}


def without(call: Json, place: str) -> Json:
    *path, last = place.split(".")
    inner = call
    for key in path:
        inner = inner[key]
    del inner[last]
    return call


@pytest.mark.parametrize(
    ("path", "hook", "place"),
    [
        (REVIEW, "patient-view", "hook"),
        (REVIEW, "patient-view", "hookInstance"),
        (REVIEW, "patient-view", "context"),
        (REVIEW, "patient-view", "context.userId"),
        (REVIEW, "patient-view", "context.patientId"),
        (ORDER_CHECK, "order-sign", "context.draftOrders"),
        (ORDER_CHECK, "order-select", "context.draftOrders"),
        (ORDER_CHECK, "order-select", "context.selections"),
        *((REVIEW, "patient-view", f"fhirAuthorization.{key}")
          for key in ("access_token", "token_type", "expires_in", "scope", "subject")),
    ],
)  # fmt: skip
def test_a_required_field_that_is_missing_is_named(
    client: TestClient, path: str, hook: str, place: str
) -> None:
    call = view() if hook == "patient-view" else ordering(hook=hook, selections=[])
    call |= {
        "fhirServer": "https://x.example/fhir",
        "fhirAuthorization": {"access_token": "t", "token_type": "Bearer", "expires_in": 1,
                              "scope": "", "subject": "s"},
    }  # fmt: skip
    assert SCHEMAS["request"].is_valid(call)
    assert client.post(path, json=call).status_code == 200
    broken = without(call, place)
    assert not SCHEMAS["request"].is_valid(broken)
    reply = client.post(path, json=broken)
    assert reply.status_code == 400
    assert place in reply.json()["issue"][0]["diagnostics"]


def empties(value: Any, place: str = "$") -> Iterator[str]:
    if value in (None, "", [], {}):
        yield place
    if isinstance(value, dict):
        for key, one in value.items():
            yield from empties(one, f"{place}.{key}")
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from empties(one, f"{place}[{number}]")


def test_nothing_sent_is_null_or_empty(client: TestClient, answers: list[Json]) -> None:
    found = [list(empties(one)) for one in answers]
    assert [one for one in found if one] == [["$.cards"]], "no cards are an empty array"
    assert list(empties(client.get("/cds-services").json())) == []
    assert list(empties(client.post(REVIEW, json={}).json())) == []


#: HL7/cds-hooks input/fsh/invariants, from FHIRPath to Python.
INVARIANTS: dict[str, Callable[[Json], bool]] = {
    "cds-resp-1": lambda card: (
        card.get("selectionBehavior") != "at-most-one"
        or sum(bool(s.get("isRecommended")) for s in card.get("suggestions", [])) <= 1
    ),
    "cds-resp-2": lambda card: all(
        a["type"] != "delete" or ("resourceId" in a and "resource" not in a)
        for s in card.get("suggestions", [])
        for a in s.get("actions", [])
    ),
    "cds-resp-3": lambda card: all(
        one["type"] == "smart" or "appContext" not in one for one in card.get("links", [])
    ),
    "cds-resp-4": lambda card: all("display" in one for one in card.get("overrideReasons", [])),
    "cds-resp-5": lambda card: all(
        "description" in a for s in card.get("suggestions", []) for a in s.get("actions", [])
    ),
    "cds-resp-6": lambda card: "suggestions" not in card or "selectionBehavior" in card,
    "cds-resp-7": lambda card: all(
        s.get("actionSelectionBehavior", "all") in {"all", "any", "at-most-one"}
        for s in card.get("suggestions", [])
    ),
}
ACTION = {"type": "create", "description": "d", "resource": {"resourceType": "X"}}
BREAKS = {
    "cds-resp-1": {"selectionBehavior": "at-most-one",
                   "suggestions": [{"isRecommended": True}, {"isRecommended": True}]},
    "cds-resp-2": {"suggestions": [{"actions": [ACTION | {"type": "delete"}]}]},
    "cds-resp-3": {"links": [{"type": "absolute", "appContext": "x"}]},
    "cds-resp-4": {"overrideReasons": [{"code": "x"}]},
    "cds-resp-5": {"suggestions": [{"actions": [{"type": "create"}]}]},
    "cds-resp-6": {"suggestions": [{"label": "x"}]},
    "cds-resp-7": {"suggestions": [{"actionSelectionBehavior": "some"}]},
}  # fmt: skip


def test_cards_follow_the_schema_and_the_invariants(answers: list[Json]) -> None:
    cards = [card for answer in answers for card in answer["cards"]]
    assert len(cards) >= 5
    for answer in answers:
        SCHEMAS["response"].validate(answer)
        assert "systemActions" not in answer
    for card in cards:
        assert len(card["summary"]) < 140
        assert [name for name, holds in INVARIANTS.items() if not holds(card)] == []


@pytest.mark.parametrize("name", sorted(INVARIANTS))
def test_each_invariant_can_fail(name: str) -> None:
    assert not INVARIANTS[name](BREAKS[name])


def test_invariants_of_requests(client: TestClient) -> None:
    given = {"access_token": "t", "token_type": "Bearer", "expires_in": 1, "scope": "s",
             "subject": "s"}  # fmt: skip
    call = view(fhirAuthorization=given)
    assert not SCHEMAS["request"].is_valid(call), "cds-r-1"
    assert client.post(REVIEW, json=call).status_code == 400
    # cds-r-2 asks clients to name the patient of a patient scope; a wrong one is 412.
    other = given | {"scope": "patient/Observation.read", "patient": "p2"}
    call = view(fhirServer="https://x.example/fhir", fhirAuthorization=other)
    assert client.post(REVIEW, json=call).status_code == 412


def test_extensions_are_let_be(client: TestClient) -> None:
    call = view(extension={"com.example.timestamp": "2017-11-27T22:13:25Z"})
    assert client.post(REVIEW, json=call).status_code == 200


def test_what_comes_from_outside_is_not_markdown(client: TestClient) -> None:
    odd = b12(120) | {"id": "x](javascript:alert(1))<script>\n# big"}
    reply = client.post(REVIEW, json=view(prefetch={"patient": patient(), "b12": odd}))
    for card in reply.json().get("cards", []):
        assert "<script>" not in card["detail"]
        assert "\n# big" not in card["detail"]


def test_an_answer_comes_quickly(client: TestClient) -> None:
    client.post(REVIEW, json=view())
    start = time.perf_counter()
    client.post(REVIEW, json=view(hookInstance=str(uuid.uuid4())))
    assert time.perf_counter() - start < 0.5

"""The programming interface: what goes in, what comes out, and how it describes itself."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from starlette.testclient import TestClient

from corrin.interfaces.web.app import create_app
from corrin.interfaces.web.settings import ServerSettings
from tests.interfaces.bad_files import BAD
from tests.interfaces.running import corrin

EXAMPLES = sorted(Path("examples").glob("*.toml"))
CASES = sorted(Path("tests/cases").glob("*.toml"))


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    app = create_app(settings=ServerSettings(workers=0))
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        yield client


@pytest.fixture(scope="module")
def description(client: TestClient) -> dict[str, Any]:
    told: dict[str, Any] = client.get("/openapi.json").json()
    return told


def _checker(description: dict[str, Any], name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}", "components": description["components"]}
    )


def _as_json(table: object) -> Any:
    return json.loads(json.dumps(table, default=dt.date.isoformat))


def _case(path: Path) -> Any:
    person = tomllib.loads(path.read_text(encoding="utf-8"))["person"]
    return _as_json({key: each for key, each in person.items() if not key.startswith("later_")})


@pytest.mark.parametrize("reader", ["person", "clinician"])
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_it_answers_as_the_command_does(client: TestClient, example: Path, reader: str) -> None:
    command = json.loads(corrin("assess", str(example), "--format", "json", "--for", reader).output)
    table = _as_json(tomllib.loads(example.read_text(encoding="utf-8")))
    reply = client.post("/api/assess", params={"for": reader}, json=table)
    assert reply.status_code == 200
    assert reply.json() == command


def test_the_draws_are_those_asked_for(client: TestClient) -> None:
    for draws in (0, 10, 1500):
        answer = client.post(f"/api/assess?draws={draws}", json={"twitching": True}).json()
        assert answer["twitching"]["draws"] == draws
    usual = client.post("/api/assess", json={"twitching": True}).json()
    assert usual["twitching"]["draws"] == 1000


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_every_published_person_and_answer_fits_the_schema(
    client: TestClient, description: dict[str, Any], case: Path
) -> None:
    table = _case(case)
    _checker(description, "Person").validate(table)
    reply = client.post("/api/assess?draws=0", json=table)
    if reply.status_code == 422:
        _checker(description, "Problem").validate(reply.json())
        assert any(one["where"].startswith("labs") for one in reply.json()["problems"])
        return
    assert reply.status_code == 200
    _checker(description, "Answer").validate(reply.json())


def test_the_schema_of_an_answer_can_fail(client: TestClient, description: dict[str, Any]) -> None:
    answer = client.post("/api/assess?draws=0", json={"twitching": True}).json()
    checker = _checker(description, "Answer")
    for broken in (
        answer | {"urgency": None},
        answer | {"urgency": answer["urgency"] | {"tier": "soon"}},
        answer | {"b12_status": {"class": "odd"}},
        {key: value for key, value in answer.items() if key != "refusals"},
    ):
        assert not checker.is_valid(broken)


def test_every_example_of_the_description_is_answered(
    client: TestClient, description: dict[str, Any]
) -> None:
    count = 0
    for path, methods in description["paths"].items():
        body = methods.get("post", {}).get("requestBody")
        for example in body["content"]["application/json"]["examples"].values() if body else ():
            reply = client.post(path, json=example["value"])
            assert reply.status_code == 200, (path, reply.text)
            schema = methods["post"]["responses"]["200"]["content"]["application/json"]["schema"]
            _checker(description, schema["$ref"].rpartition("/")[2]).validate(reply.json())
            count += 1
    assert count >= 5


def test_the_description_names_every_address_and_every_refusal(
    description: dict[str, Any],
) -> None:
    assert description["openapi"].startswith("3.1")
    assert set(description["paths"]) == {
        "/api/assess", "/api/claims", "/api/dose", "/api/problems", "/healthz", "/metrics",
    }  # fmt: skip
    for path in ("/api/assess", "/api/claims", "/api/dose"):
        responses = description["paths"][path]["post"]["responses"]
        assert set(responses) >= {"200", "400", "403", "408", "413", "415", "421", "422", "503"}
    person = description["components"]["schemas"]["Person"]
    known = person["properties"]["findings"]["anyOf"][0]["propertyNames"]["enum"]
    assert "dist_eyelid_only" in known
    assert len(known) > 100
    assert person["additionalProperties"] is False


BAD_TABLES = []
for _name, _content, _words in BAD:
    try:
        _table = tomllib.loads(_content if isinstance(_content, str) else _content.decode())
        json.dumps(_as_json(_table), allow_nan=False)
    except (ValueError, RecursionError):
        continue
    if isinstance(_content, str) and len(_content) < 50_000 and _content.strip():
        BAD_TABLES.append(pytest.param(_as_json(_table), id=_name))


@pytest.mark.parametrize("table", BAD_TABLES)
def test_a_faulty_person_file_is_refused_with_each_problem(
    client: TestClient, description: dict[str, Any], table: dict[str, Any]
) -> None:
    reply = client.post("/api/assess", json=table)
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    told = reply.json()
    _checker(description, "Problem").validate(told)
    assert told["code"] == "input-refused"
    assert told["problems"]


def test_there_are_many_faulty_person_files() -> None:
    assert len(BAD_TABLES) > 60


def test_a_red_flag_in_a_faulty_person_file_is_said_all_the_same(client: TestClient) -> None:
    table = {"agee": 50, "findings": {"weakness_sudden": True, "no_such_thing": True}}
    told = client.post("/api/assess", json=table).json()
    assert "emergency number" in told["urgent"]
    assert {one["where"] for one in told["problems"]} == {"agee", "findings.no_such_thing"}
    assert "urgent" not in client.post("/api/assess", json={"agee": 50}).json()


@pytest.mark.parametrize(
    ("query", "where"),
    [("for=doctor", "query.for"), ("draws=-1", "query.draws"), ("draws=many", "query.draws"),
     ("draws=100000", "query.draws")],
)  # fmt: skip
def test_a_wrong_parameter_is_named_and_not_repeated(
    client: TestClient, query: str, where: str
) -> None:
    reply = client.post(f"/api/assess?{query}", json={})
    assert reply.status_code == 422
    assert [one["where"] for one in reply.json()["problems"]] == [where]
    assert query.partition("=")[2] not in reply.text.replace("<= 2000", "")


def test_the_dose_is_answered_as_the_command_does(client: TestClient) -> None:
    words = "cyanocobalamin 1000 ug oral daily"
    done = corrin(
        "dose", words, "--days", "90", "--level", "1450 pg/mL", "--baseline", "313 ng/L",
        "--format", "json",
    )  # fmt: skip
    asked = {"regimens": [words], "days": 90, "level": "1450 pg/mL", "baseline": "313 ng/L"}
    reply = client.post("/api/dose", json=asked)
    assert reply.status_code == 200
    assert reply.json() == json.loads(done.output)


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ({}, "the body"),
        ({"regimens": []}, "regimens"),
        ({"regimens": ["a tablet"]}, "the regimen"),
        ({"regimens": "a tablet"}, "regimens"),
        ({"regimens": ["cyanocobalamin 1000 ug oral daily"], "days": -1}, "days"),
        ({"regimens": ["cyanocobalamin 1000 ug oral daily"], "days": "9"}, "days"),
        ({"regimens": ["cyanocobalamin 1000 ug oral daily"], "level": "high"}, "level"),
        ({"regimens": ["cyanocobalamin 1000 ug oral daily"], "baseline": ">300 ng/L"}, "baseline"),
        ({"regimens": ["cyanocobalamin 1000 ug oral daily"], "draws": 5}, "draws"),
        ({"regimens": ["cyanocobalamin 1000 ug oral daily"], "person": 5}, "the body"),
        ({"regimens": ["cyanocobalamin 1000 ug oral daily"] * 30}, "regimens"),
    ],
)
def test_a_question_on_a_dose_that_cannot_be_read_is_asked_back(
    client: TestClient, asked: dict[str, Any], where: str
) -> None:
    reply = client.post("/api/dose", json=asked)
    assert reply.status_code == 422
    problem = reply.json()["problems"][0]
    assert problem["where"].startswith(where)
    assert problem["do"]


def test_every_claim_is_given_with_its_verdict(client: TestClient) -> None:
    told = client.get("/api/claims").json()
    assert told["claims"]
    assert all("bears_on_person" not in claim for claim in told["claims"])
    assert told == json.loads(corrin("claims", "--format", "json").output)


def test_claims_say_whether_they_bear_on_a_person(client: TestClient) -> None:
    told = client.post("/api/claims", json={"twitching": True}).json()
    bears = [claim["bears_on_person"] for claim in (*told["claims"], *told["omissions"])]
    assert True in bears
    assert set(bears) <= {True, False, None}


def test_what_can_go_wrong_is_listed(client: TestClient) -> None:
    listed = client.get("/api/problems").json()
    told = client.post("/api/assess", content=b"{", headers={"Content-Type": "application/json"})
    kind, _, code = told.json()["type"].partition("#")
    assert kind == "/api/problems"
    assert listed[code]["title"] == told.json()["title"]
    assert listed[code]["status"] == told.status_code == told.json()["status"]


def test_a_method_that_is_not_taken_names_those_that_are(client: TestClient) -> None:
    for path, methods in (("/api/assess", "POST"), ("/api/claims", "GET, POST")):
        reply = client.put(path, json={})
        assert reply.status_code == 405
        assert reply.headers["allow"] == methods

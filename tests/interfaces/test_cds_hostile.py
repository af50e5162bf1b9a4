"""Hostile requests: a clear refusal, no 5xx, no traceback, no token or health data in the log."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError

import pytest

from tests.interfaces.cds_calls import ORDER_CHECK, REVIEW, b12, bundle, ordering, patient, view
from tests.interfaces.server_process import Server, serving

SECRET = "token-4f1c-never-to-be-logged"  # noqa: S105  not one
NAME = "Zebulon Quatermain"
SECRETS = (SECRET, NAME, "1965-01-01", "73123.25")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    db = Path(tmp_path_factory.mktemp("cds")) / "f.sqlite3"
    with serving(
        "--cds", "--insecure-no-jwt", "--log-requests", "--workers", "1",
        "--feedback-db", f"sqlite:///{db}",
    ) as found:  # fmt: skip
        yield found


def person() -> dict:
    return patient(name=[{"text": NAME}])


def body(**more: object) -> bytes:
    return json.dumps(view(**more)).encode()


def with_b12(resource: object) -> bytes:
    return body(prefetch={"patient": person(), "b12": resource})


def context(**more: object) -> bytes:
    return body(context={"userId": "Practitioner/a", "patientId": "p1"} | more)


DEEP = b'{"a":' * 5_000 + b"1" + b"}" * 5_000
NESTED = b12() | {"component": [{"component": [{"component": [{}]}]}]}
REQUESTS: dict[str, tuple[str, bytes, dict[str, str]]] = {
    "empty": (REVIEW, b"", {}),
    "not JSON": (REVIEW, b"{hook:", {}),
    "a list": (REVIEW, b"[]", {}),
    "a number": (REVIEW, b"7", {}),
    "null": (REVIEW, b"null", {}),
    "NaN": (REVIEW, b'{"hook": NaN}', {}),
    "not UTF-8": (REVIEW, b'{"hook": "\xff\xfe"}', {}),
    "very deep": (REVIEW, DEEP, {}),
    "deep list": (REVIEW, b"[" * 100_000, {}),
    "too large": (REVIEW, b" " * (9 * 1024 * 1024), {}),
    "another media type": (REVIEW, body(), {"Content-Type": "text/plain"}),
    "XML": (REVIEW, b"<Bundle/>", {"Content-Type": "application/fhir+xml"}),
    "another charset": (REVIEW, body(), {"Content-Type": "application/json; charset=utf-16"}),
    "compressed": (REVIEW, body(), {"Content-Encoding": "gzip"}),
    "unknown hook": (REVIEW, body(hook="patient-erase"), {}),
    "hook of the other service": (REVIEW, json.dumps(ordering()).encode(), {}),
    "hook is a list": (REVIEW, body(hook=["patient-view"]), {}),
    "instance is no UUID": (REVIEW, body(hookInstance="1"), {}),
    "context is null": (REVIEW, body().replace(b'"context": {', b'"context": null, "x": {'), {}),
    "context is a list": (REVIEW, body(context=[]), {}),
    "user without a type": (REVIEW, context(userId="a"), {}),
    "patient with a path": (REVIEW, context(patientId="../../etc/passwd"), {}),
    "patient with a query": (REVIEW, context(patientId="p1&_include=*"), {}),
    "patient too long": (REVIEW, context(patientId="p" * 65), {}),
    "patient with a line break": (REVIEW, context(patientId="p1\r\nX: y"), {}),
    "prefetch is a list": (REVIEW, body(prefetch=[]), {}),
    "prefetch holds a text": (REVIEW, with_b12("123"), {}),
    "prefetch holds no resource": (REVIEW, with_b12({"value": 1}), {}),
    "type is a number": (REVIEW, with_b12({"resourceType": 7}), {}),
    "entry is a text": (REVIEW, with_b12({"resourceType": "Bundle", "entry": "x"}), {}),
    "entry without a type": (REVIEW, with_b12(bundle({"id": "x"})), {}),
    "another patient": (REVIEW, with_b12(b12(73123.25, of="p2")), {}),
    "no patient": (REVIEW, body(prefetch={"b12": b12(73123.25)}), {}),
    "orders are a list": (ORDER_CHECK, json.dumps(
        ordering() | {"context": {"userId": "Practitioner/a", "patientId": "p1",
                                  "draftOrders": []}}).encode(), {}),
    "authorization without server": (REVIEW, body(fhirAuthorization={
        "access_token": SECRET, "token_type": "Bearer", "expires_in": 1, "scope": "",
        "subject": "s"}), {}),
    "token of another type": (REVIEW, body(fhirServer="https://x.example", fhirAuthorization={
        "access_token": SECRET, "token_type": "MAC", "expires_in": 1, "scope": "",
        "subject": "s"}), {}),
    "server of the cloud": (REVIEW, body(prefetch=None, fhirServer="http://169.254.169.254/"), {}),
    "unknown service": ("/cds-services/rm-rf", body(), {}),
    "path that climbs": ("/cds-services/%2e%2e%2fetc", body(), {}),
    "feedback is a text": (f"{REVIEW}/feedback", b'{"feedback": "x"}', {}),
    "feedback without end": (f"{REVIEW}/feedback", json.dumps(
        {"feedback": [{"card": "x"}] * 2_000}).encode(), {}),
    "feedback with a word as card": (f"{REVIEW}/feedback", json.dumps(
        {"feedback": [{"card": NAME, "outcome": "overridden"}]}).encode(), {}),
}  # fmt: skip
#: Odd, but a FHIR server may send it: answered, and what cannot be used is named.
ODD = {
    "value is a text": b12() | {"valueQuantity": {"value": "many"}},
    "value beyond all bounds": b12(73123.25) | {"valueQuantity": {"value": 1e308, "unit": "pg/mL"}},
    "negative value": b12(-5),
    "unknown unit": b12() | {"valueQuantity": {"value": 7, "unit": NAME}},
    "date in the future": b12() | {"effectiveDateTime": "2999-01-01"},
    "date that is none": b12() | {"effectiveDateTime": "yesterday"},
    "code is a list": b12() | {"code": []},
    "subject is a text": b12() | {"subject": "Patient/p2"},
    "nested components": NESTED,
    "status unknown": b12() | {"status": NAME},
}


@pytest.mark.parametrize("kind", sorted(REQUESTS))
def test_hostile_requests_get_a_clear_refusal(server: Server, kind: str) -> None:
    path, sent, headers = REQUESTS[kind]
    headers = {**headers, "Authorization": f"Bearer {SECRET}"}
    try:
        status, got, reply = server.ask(path, data=sent, headers=headers)
    except URLError:
        assert kind == "too large", "refused before all of it was sent"
        return
    assert 400 <= status < 500, reply
    assert got["content-type"].startswith("application/json")
    told = json.loads(reply)
    assert told["resourceType"] == "OperationOutcome"
    assert len(told["issue"][0]["diagnostics"]) > 10
    assert "Traceback" not in reply.decode()
    assert not any(secret in reply.decode() for secret in SECRETS)


def test_there_are_forty_of_them() -> None:
    assert len(REQUESTS) >= 40


@pytest.mark.parametrize("kind", sorted(ODD))
def test_odd_resources_are_answered_or_refused_in_words(server: Server, kind: str) -> None:
    status, _, reply = server.ask(REVIEW, data=with_b12(bundle(b12(90, id_="good"), ODD[kind])))
    assert status in {200, 400, 412}, reply
    assert NAME not in reply.decode()
    told = json.loads(reply)
    assert "cards" in told or told["resourceType"] == "OperationOutcome"


def test_no_token_and_nothing_of_a_person_is_logged(server: Server) -> None:
    given = {"access_token": SECRET, "token_type": "Bearer", "expires_in": 300, "scope": "s",
             "subject": "s"}  # fmt: skip
    sent = body(
        prefetch={"patient": person()}, fhirServer="http://127.0.0.1:9/fhir",
        fhirAuthorization=given,
    )  # fmt: skip
    assert server.ask(REVIEW, data=sent, headers={"Authorization": f"Bearer {SECRET}"})[0] == 412
    assert server.ask("/healthz")[0] == 200
    server.until_written("GET /healthz 200")
    written = "".join(server.errors)
    assert "412" in written, "requests are logged"
    assert not any(secret in written for secret in SECRETS)
    assert "Traceback" not in written
    assert not re.search(r"\b5\d\d\b \d", written)

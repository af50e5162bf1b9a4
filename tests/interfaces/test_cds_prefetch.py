"""The data of a call: every state of a prefetch key, the fallback query, and 412."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from tests.interfaces.cds_calls import (
    ORDER_CHECK,
    REVIEW,
    b12,
    bundle,
    order,
    ordering,
    patient,
    result,
    service,
    view,
)

FAILED = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]}
TOKEN = "a-token-for-the-fhir-server"  # noqa: S105  not one


class Records(BaseHTTPRequestHandler):
    """A FHIR server with one patient and a low B12 on the second of two pages."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = parse_qs(parts.query)
        self.server.asked.append((parts.path, asked, self.headers.get("Authorization")))  # type: ignore[attr-defined]
        base = f"http://127.0.0.1:{self.server.server_port}/fhir"
        body: dict = bundle()
        match parts.path.removeprefix("/fhir/"):
            case "Patient/p1":
                body = patient()
            case "Observation" if "page" in asked:
                body = bundle(b12(90))
            case "Observation" if "code" in asked:
                following = {"relation": "next", "url": f"{base}/Observation?page=2"}
                body = bundle(b12(500, id_="b0") | {"effectiveDateTime": "2020-01-01"})
                body["link"] = [following]
            case "Patient/moved":
                self.send_response(302)
                self.send_header("Location", f"{base}/Patient/p1")
                self.end_headers()
                return
        written = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/fhir+json")
        self.end_headers()
        self.wfile.write(written)

    def log_message(self, *_: object) -> None:
        """Write nothing."""


@pytest.fixture
def records() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Records)
    server.asked = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with service(Path(tmp_path_factory.mktemp("cds"))) as found:
        yield found


def status(client: TestClient, call: dict, path: str = REVIEW) -> int:
    return client.post(path, json=call).status_code


def at(server: ThreadingHTTPServer) -> dict:
    return {
        "fhirServer": f"http://127.0.0.1:{server.server_port}/fhir",
        "fhirAuthorization": {
            "access_token": TOKEN, "token_type": "Bearer", "expires_in": 300,
            "scope": "user/*.read", "subject": "corrin",
        },
    }  # fmt: skip


def test_one_resource_in_place_of_a_bundle(client: TestClient) -> None:
    reply = client.post(REVIEW, json=view(prefetch={"patient": patient(), "b12": b12()}))
    assert len(reply.json()["cards"]) == 1


def test_null_means_that_there_are_none(client: TestClient) -> None:
    reply = client.post(REVIEW, json=view(prefetch={"patient": patient(), "b12": None}))
    assert (reply.status_code, reply.json()) == (200, {"cards": []})


def test_an_empty_bundle_means_the_same(client: TestClient) -> None:
    reply = client.post(REVIEW, json=view(prefetch={"patient": patient(), "b12": bundle()}))
    assert reply.json() == {"cards": []}


@pytest.mark.parametrize(
    "prefetch",
    [
        None,
        {},
        {"patient": patient()},
        {"b12": None},
        {"patient": None, "b12": None},
        {"patient": patient(), "b12": FAILED},
        {"patient": FAILED, "b12": None},
    ],
)
def test_what_is_needed_and_cannot_be_had_is_412(client: TestClient, prefetch: dict | None) -> None:
    reply = client.post(REVIEW, json=view(prefetch=prefetch))
    assert reply.status_code == 412
    assert reply.json()["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize(
    "prefetch",
    [
        {"patient": patient("p2"), "b12": None},
        {"patient": patient(), "b12": bundle(b12(of="p2"))},
        {"patient": patient(), "b12": None, "labs": bundle(result("718-7", 12, "g/dL", of="p2"))},
        {
            "patient": patient(),
            "b12": b12() | {"subject": {"reference": "https://x/fhir/Patient/p2"}},
        },
        {"patient": patient(), "b12": b12() | {"subject": {"reference": "Patient/p2/_history/1"}}},
    ],
)
def test_another_patients_resource_is_412(client: TestClient, prefetch: dict) -> None:
    assert status(client, view(prefetch=prefetch)) == 412


def test_another_patients_order_is_412(client: TestClient) -> None:
    assert status(client, ordering(order("2132-9", "s", of="p2")), ORDER_CHECK) == 412


def test_a_token_for_another_patient_is_412(
    client: TestClient, records: ThreadingHTTPServer
) -> None:
    call = view(prefetch=None, **at(records))
    call["fhirAuthorization"]["patient"] = "p2"
    assert status(client, call) == 412
    assert records.asked == []  # type: ignore[attr-defined]


def test_an_optional_key_that_failed_is_named_as_missing(client: TestClient) -> None:
    prefetch = {"patient": patient(), "b12": b12(), "labs": FAILED}
    (card,) = client.post(REVIEW, json=view(prefetch=prefetch)).json()["cards"]
    assert "other laboratory results" in card["detail"].partition("Missing")[2]


def test_part_of_a_bundle_that_failed_is_named_as_missing(client: TestClient) -> None:
    prefetch = {"patient": patient(), "b12": bundle(b12(), FAILED)}
    (card,) = client.post(REVIEW, json=view(prefetch=prefetch)).json()["cards"]
    assert "some of the B12 results" in card["detail"]


def test_pages_that_cannot_be_read_are_named_as_missing(client: TestClient) -> None:
    first = bundle(b12(), link=[{"relation": "next", "url": "https://elsewhere.example/2"}])
    call = view(prefetch={"patient": patient(), "b12": first})
    (card,) = client.post(REVIEW, json=call).json()["cards"]
    assert "further pages of B12 results" in card["detail"]


def test_what_was_not_sent_is_fetched_page_by_page(
    client: TestClient, records: ThreadingHTTPServer
) -> None:
    reply = client.post(REVIEW, json=view(prefetch=None, **at(records)))
    (card,) = reply.json()["cards"]
    assert "Observation/b1" in card["detail"], "the result of the second page"
    asked = records.asked  # type: ignore[attr-defined]
    assert {path for path, _, _ in asked} >= {"/fhir/Patient/p1", "/fhir/Observation"}
    assert {token for _, _, token in asked} == {f"Bearer {TOKEN}"}
    (query,) = [q for _, q, _ in asked if "code" in q]
    assert query["patient"] == ["p1"]
    assert "http://loinc.org|2132-9" in query["code"][0]


def test_the_further_pages_of_what_was_sent_are_fetched(
    client: TestClient, records: ThreadingHTTPServer
) -> None:
    server = at(records)
    old = b12(500, id_="b0") | {"effectiveDateTime": "2020-01-01"}
    following = {"relation": "next", "url": f"{server['fhirServer']}/Observation?page=2"}
    sent = {"patient": patient(), "b12": bundle(old, link=[following])}
    sent |= dict.fromkeys(("labs", "conditions", "medications", "statements", "answers"))
    (card,) = client.post(REVIEW, json=view(prefetch=sent, **server)).json()["cards"]
    assert "Observation/b1" in card["detail"], "the result of the second page"
    assert "further pages" not in card["detail"]
    ((path, query, token),) = records.asked  # type: ignore[attr-defined]
    assert (path, query, token) == ("/fhir/Observation", {"page": ["2"]}, f"Bearer {TOKEN}")


def test_a_next_page_elsewhere_does_not_get_the_token(
    client: TestClient, records: ThreadingHTTPServer
) -> None:
    """The next page must lie below the same base, though the host be this machine too."""
    server = at(records)
    base = server["fhirServer"].removesuffix("/fhir")
    for path in (
        "/other/Observation", "/fhirs/Observation", "/fhir/../other", "/fhir/%2e%2e/other",
        "/fhir/x/..%2f..%2fother", "/fhir/..\\other", "/fhir/\u0000", "/fhir/a b\r\nX: y",
        "[", "@elsewhere.example/fhir/", ":99999/fhir/",
    ):  # fmt: skip
        url = base + path
        first = bundle(b12(), link=[{"relation": "next", "url": url}])
        sent = {"patient": patient(), "b12": first}
        sent |= dict.fromkeys(("labs", "conditions", "medications", "statements", "answers"))
        (card,) = client.post(REVIEW, json=view(prefetch=sent, **server)).json()["cards"]
        assert "further pages of B12 results" in card["detail"]
    assert records.asked == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("key", ["labs", "conditions", "medications", "statements", "answers"])
def test_an_optional_key_that_is_absent_and_cannot_be_fetched_is_named(
    client: TestClient, key: str
) -> None:
    words = {
        "labs": "other laboratory results", "conditions": "conditions",
        "medications": "prescriptions", "statements": "medicines taken",
        "answers": "questionnaire answers",
    }  # fmt: skip
    sent = {"patient": patient(), "b12": b12()} | {one: None for one in words if one != key}
    (card,) = client.post(REVIEW, json=view(prefetch=sent)).json()["cards"]
    missing = card["detail"].partition("- Missing")[2].partition("- Ignored")[0]
    assert words[key] in missing
    assert not any(word in missing for one, word in words.items() if one != key)


def test_what_was_sent_or_is_null_is_not_fetched(
    client: TestClient, records: ThreadingHTTPServer
) -> None:
    sent = {"patient": patient(), "b12": None, "labs": None, "conditions": None}
    sent |= {"medications": None, "statements": None, "answers": None}
    assert status(client, view(prefetch=sent, **at(records))) == 200
    assert records.asked == []  # type: ignore[attr-defined]


def test_a_failure_the_client_reports_is_not_asked_again(
    client: TestClient, records: ThreadingHTTPServer
) -> None:
    call = view(prefetch={"patient": patient(), "b12": FAILED}, **at(records))
    assert status(client, call) == 412
    assert not any("code" in query for _, query, _ in records.asked)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "server",
    [
        "https://elsewhere.example/fhir",
        "http://169.254.169.254/latest",
        "http://user:word@127.0.0.1/fhir",
        "ftp://127.0.0.1/fhir",
        "file:///etc/passwd",
        "http://127.0.0.1.example/fhir",
        "http://[::1",
        "http://127.0.0.1:99999/fhir",
    ],
)
def test_a_server_that_is_not_on_the_list_is_not_asked(client: TestClient, server: str) -> None:
    assert status(client, view(prefetch=None, fhirServer=server)) == 412


def test_a_server_that_is_gone_is_412(client: TestClient) -> None:
    assert status(client, view(prefetch=None, fhirServer="http://127.0.0.1:9/fhir")) == 412


def test_redirects_are_not_followed(client: TestClient, records: ThreadingHTTPServer) -> None:
    call = view(prefetch=None, **at(records))
    call["context"]["patientId"] = "moved"
    assert status(client, call) == 412
    assert [p for p, _, _ in records.asked].count("/fhir/Patient/p1") == 0  # type: ignore[attr-defined]

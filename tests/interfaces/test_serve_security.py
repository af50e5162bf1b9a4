"""What every reply carries, and which requests are let in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from corrin.interfaces.web.app import create_app
from corrin.interfaces.web.settings import ServerSettings

HOME = "http://127.0.0.1:8765"
EVERYWHERE = "0.0.0.0"  # noqa: S104  that is the point
PERSON = {"twitching": True}
ADDRESSES = ("/", "/healthz", "/metrics", "/about", "/openapi.json", "/api/claims", "/docs",
             "/api/problems", "/no-such-page", "/assets/no-such-file", "/api/no-such-thing",
             "/redoc", "/../etc/passwd", "/assets/../app.py", "/%2e%2e/app.py")  # fmt: skip


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    app = create_app(settings=ServerSettings(workers=0))
    with TestClient(app, base_url=HOME) as client:
        yield client


def _client(**settings: object) -> TestClient:
    given = ServerSettings(workers=0, **settings)  # type: ignore[arg-type]
    return TestClient(create_app(settings=given), base_url=HOME)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_reply_carries_the_rules(client: TestClient, address: str) -> None:
    headers = client.get(address).headers
    policy = dict(
        part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["connect-src"] == "'self'"
    assert policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    assert "http" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "geolocation=()" in headers["permissions-policy"]
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cache-control"]
    assert not [name for name in headers if name.startswith("access-control-")]
    assert not {"server", "x-powered-by", "set-cookie"} & set(headers)


@pytest.mark.parametrize("address", ["/docs", "/redoc"])
def test_no_page_that_loads_from_elsewhere_is_served(client: TestClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_an_answer_is_not_kept_by_a_cache_and_a_page_is_asked_for_again(
    client: TestClient,
) -> None:
    assert client.post("/api/assess?draws=0", json=PERSON).headers["cache-control"] == "no-store"
    assert "private" in client.get("/nowhere", headers={"Accept": "text/html"}).headers[
        "cache-control"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.0.0.1:8765", "localhost", "localhost:9", "LOCALHOST", "[::1]", "[::1]:8765"],
)
def test_it_answers_to_its_own_names(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8765", "localhost.evil.example", "127.0.0.1.evil.example",
     "127.0.0.1@evil.example", "192.168.1.9", EVERYWHERE, "", "[::1", "a b",
     "evil.example#localhost"],
)  # fmt: skip
def test_a_name_that_was_made_to_point_here_is_refused(client: TestClient, host: str) -> None:
    reply = client.get("/healthz", headers={"Host": host})
    assert (reply.status_code, reply.json()["code"]) == (421, "wrong-host")
    assert host == "" or host not in reply.text


def test_two_names_at_once_are_refused(client: TestClient) -> None:
    hosts = [("Host", "127.0.0.1"), ("Host", "evil.example")]
    assert client.get("/healthz", headers=hosts).status_code == 421


def test_a_further_name_is_allowed_when_the_server_was_told() -> None:
    client = _client(allowed_hosts=("corrin.example",))
    assert client.get("/healthz", headers={"Host": "corrin.example"}).status_code == 200
    assert client.get("/healthz", headers={"Host": "evil.example"}).status_code == 421


def test_listening_everywhere_it_answers_to_addresses_but_not_to_names() -> None:
    client = _client(host=EVERYWHERE)
    assert client.get("/healthz", headers={"Host": "192.168.1.9:8765"}).status_code == 200
    assert client.get("/healthz", headers={"Host": "evil.example"}).status_code == 421


ORIGINS = {
    "our own form": ({"Origin": HOME, "Sec-Fetch-Site": "same-origin"}, 200),
    "our own form, an older browser": ({"Origin": HOME}, 200),
    "our own form, its origin hidden": ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 200),
    "a program": ({}, 200),
    "typed by the user": ({"Sec-Fetch-Site": "none"}, 200),
    "another site": ({"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, 403),
    "another site that sends no origin": ({"Sec-Fetch-Site": "cross-site"}, 403),
    "another site, an older browser": ({"Origin": "https://evil.example"}, 403),
    "another site that hides its origin": ({"Origin": "null"}, 403),
    "another port of this machine": (
        {"Origin": "http://127.0.0.1:3000", "Sec-Fetch-Site": "same-site"}, 403,
    ),
    "another port, an older browser": ({"Origin": "http://127.0.0.1:3000"}, 403),
    "another site that lies on one side": (
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"}, 403,
    ),
    "a name like ours": ({"Origin": "http://127.0.0.1:8765.evil.example"}, 403),
    "no address at all": ({"Origin": "http://[", "Sec-Fetch-Site": "same-origin"}, 403),
}  # fmt: skip


@pytest.mark.parametrize("name", ORIGINS)
def test_a_request_that_does_something_comes_from_our_own_pages(
    client: TestClient, name: str
) -> None:
    headers, status = ORIGINS[name]
    reply = client.post("/api/assess?draws=0", json=PERSON, headers=headers)
    assert reply.status_code == status
    assert client.get("/healthz", headers=headers).status_code == 200


def test_another_site_is_not_told_that_it_may(client: TestClient) -> None:
    reply = client.options(
        "/api/assess",
        headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"},
    )
    assert reply.status_code == 405
    assert not [name for name in reply.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("accept", ["text/html,application/xhtml+xml", "*/*", "application/json"])
def test_a_browser_gets_a_page_and_a_program_a_document(client: TestClient, accept: str) -> None:
    reply = client.get("/no-such-page", headers={"Accept": accept})
    assert reply.status_code == 404
    page = accept.startswith("text/html")
    kind = "text/html; charset=utf-8" if page else "application/problem+json"
    assert reply.headers["content-type"] == kind
    assert ("<h1" in reply.text) is page


def test_words_that_somebody_sent_stay_words_on_the_page(client: TestClient) -> None:
    address = "/<script>alert(1)</script>?q=<script>alert(2)</script>"
    reply = client.get(address, headers={"Accept": "text/html"})
    assert reply.status_code == 404
    assert "alert(" not in reply.text

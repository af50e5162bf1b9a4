"""Bodies that no person's file could be are refused in words, and the next request is answered."""

from __future__ import annotations

import gzip
import io
import json
import time
import zipfile
import zlib
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from corrin.interfaces.web.app import create_app
from corrin.interfaces.web.settings import ServerSettings

PATHS = ("/api/assess", "/api/claims", "/api/dose")
JSON = {"Content-Type": "application/json"}
LAB = {"lab": "serum_b12", "value": 400, "unit": "pg/mL"}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    app = create_app(settings=ServerSettings(workers=0))
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        yield client
        # Whatever was sent, it goes on answering.
        assert client.post("/api/assess?draws=0", json={"twitching": True}).status_code == 200


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("person.json", b" " * 50_000_000)
    return packed.getvalue()


REFUSED = {
    "a body of 1 MB": (b" " * 1_000_000, 413, "too-large"),
    "a body of 1 MiB": (b'{"age": 41, "x": "' + b"x" * (2**20) + b'"}', 413, "too-large"),
    "a body of 20 MB": (b" " * 20_000_000, 413, "too-large"),
    "a megabyte of small keys": (
        b'{"findings": {' + b",".join(b'"f%d": true' % n for n in range(60_000)) + b"}}",
        422,
        "input-refused",
    ),
    "10,000 findings": (
        json.dumps({"findings": {f"finding_{n}": True for n in range(10_000)}}).encode(),
        422,
        "input-refused",
    ),
    "10,000 results": (
        json.dumps({"labs": [LAB] * 10_000}, separators=(",", ":")).encode(),
        422,
        "input-refused",
    ),
    "10,000 unknown keys": (
        json.dumps({f"key_{n}": n for n in range(10_000)}).encode(),
        422,
        "input-refused",
    ),
    "a text of 100,000 letters": (
        json.dumps({"intake": [{"product": "x" * 100_000}]}).encode(), 422, "input-refused",
    ),
    "a name of 100,000 letters": (
        json.dumps({"findings": {"x" * 100_000: True}}).encode(), 422, "input-refused",
    ),
    "a number of 400 digits": (b'{"age": ' + b"9" * 400 + b"}", 422, "input-refused"),
    "a number of 4,000 digits": (b'{"age": ' + b"9" * 4_000 + b"}", 422, "input-refused"),
    "a number of 100,000 digits": (b'{"age": ' + b"9" * 100_000 + b"}", 400, "not-json"),
    "1e400": (b'{"age": 1e400}', 400, "not-json"),
    "NaN": (b'{"age": NaN}', 400, "not-json"),
    "Infinity": (b'{"labs": [{"lab": "serum_b12", "value": Infinity}]}', 400, "not-json"),
    "lists in lists": (b"[" * 100_000 + b"]" * 100_000, 400, "not-json"),
    "tables in tables": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, 400, "not-json"),
    "tables twenty deep": (b'{"a":' * 20 + b"1" + b"}" * 20, 422, "input-refused"),
    "a list": (b"[{}]", 422, "input-refused"),
    "a number": (b"7", 422, "input-refused"),
    "nothing": (b"", 400, "not-json"),
    "half a table": (b'{"age": 41', 400, "not-json"),
    "two tables": (b"{} {}", 400, "not-json"),
    "TOML": (b"age = 41", 400, "not-json"),
    "XML": (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 400, "not-json"),
    "half a letter": (b'{"sex": "\xff\xfe"}', 400, "not-json"),
    "half a surrogate": (b'{"sex": "\\ud800"}', 400, "not-json"),
    "a NUL": (b'{"sex": "\x00"}', 400, "not-json"),
    "a zip bomb": (_zip(), 400, "not-json"),
    "gzip without saying so": (gzip.compress(b" " * 50_000_000, mtime=0), 400, "not-json"),
}  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_clearly_and_at_once(client: TestClient, path: str, name: str) -> None:
    body, status, code = REFUSED[name]
    start = time.perf_counter()
    reply = client.post(path, content=body, headers=JSON)
    assert time.perf_counter() - start < 1
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert reply.headers["content-type"] == "application/problem+json"
    assert len(reply.content) < 3_000
    assert "Traceback" not in reply.text


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(b" " * 50_000_000, mtime=0)),
        ("deflate", zlib.compress(b"{}")),
        ("br", b"\x00"),
        ("gzip, gzip", gzip.compress(gzip.compress(b"{}", mtime=0), mtime=0)),
    ],
)
def test_a_compressed_body_is_never_unpacked(
    client: TestClient, path: str, coding: str, body: bytes
) -> None:
    reply = client.post(path, content=body, headers={**JSON, "Content-Encoding": coding})
    assert (reply.status_code, reply.json()["code"]) == (415, "compressed")


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
     "application/json; charset=utf-16", "application/jsonp", "*/*", "", "application/pdf"],
)  # fmt: skip
@pytest.mark.parametrize("path", PATHS)
def test_a_body_of_another_kind_is_refused(client: TestClient, path: str, kind: str) -> None:
    reply = client.post(path, content=b"{}", headers={"Content-Type": kind})
    assert (reply.status_code, reply.json()["code"]) == (415, "wrong-content-type")


def test_json_may_say_that_it_is_utf_8(client: TestClient) -> None:
    kind = "application/json; charset=UTF-8"
    reply = client.post("/api/assess?draws=0", content=b"{}", headers={"Content-Type": kind})
    assert reply.status_code == 200


def test_a_body_that_lies_about_its_length_is_still_counted() -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(40):
            yield b" " * 100_000

    with TestClient(
        create_app(settings=ServerSettings(workers=0)), base_url="http://127.0.0.1"
    ) as client:
        reply = client.post("/api/assess", content=parts(), headers=JSON)
    assert (reply.status_code, reply.json()["code"]) == (413, "too-large")


SCRIPT = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


@pytest.mark.parametrize(
    "table",
    [
        {SCRIPT: 1},
        {"findings": {SCRIPT: True}},
        {"sex": SCRIPT},
        {"labs": [{"lab": SCRIPT, "value": 1, "unit": "pg/mL"}]},
        {"labs": [LAB | {"unit": SCRIPT}]},
        {"drugs": [{"name": SCRIPT}]},
        {"intake": [{"product": SCRIPT}]},
        {"labs": [LAB | {"assay": "{{ 7 * 191 }} {% for x in y %}"}]},
        {"drugs": ["'; DROP TABLE people; --"]},
        {"drugs": ["../../../../etc/passwd"]},
        {"drugs": ["${jndi:ldap://127.0.0.1/a}"]},
        {"drugs": ["\u202edrawkcab \u0000 \ufeff \U0001f9ec"]},
    ],
)
def test_script_in_free_text_stays_text(client: TestClient, table: dict[str, object]) -> None:
    reply = client.post("/api/assess?draws=0", json=table)
    assert reply.status_code in {200, 422}
    assert reply.headers["content-type"] in {"application/json", "application/problem+json"}
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "1337" not in reply.text
    assert "root:" not in reply.text


def test_a_long_name_is_not_repeated_in_full(client: TestClient) -> None:
    told = client.post("/api/assess", json={"findings": {"q" * 1_500: True}}).json()
    assert len(told["problems"][0]["where"]) < 100


def test_the_most_that_is_let_in_is_answered_in_time(client: TestClient) -> None:
    """Every finding at once, every one unknown: what costs most must not cost much."""
    unknown = {f"dist_calf_fooot_{n}": True for n in range(1_900)}
    start = time.perf_counter()
    reply = client.post("/api/assess", json={"findings": unknown})
    assert reply.status_code == 422
    assert len(reply.json()["problems"]) == 1_900
    assert time.perf_counter() - start < 20

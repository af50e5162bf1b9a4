"""Keys fetched from an issuer's address, from a real server, and tokens that several processes see.

The server counts what it was asked, so that a test can say what was not fetched.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import sqlalchemy as sa

from corrin.interfaces.cds_hooks.fetching import Fetch
from corrin.interfaces.cds_hooks.settings import CdsSettings, read_settings
from corrin.interfaces.cds_hooks.store import SEEN, Store, StoreError
from corrin.interfaces.cds_hooks.tokens import NotTrustedError, Tokens
from tests.interfaces.cds_calls import service
from tests.interfaces.cds_postgres import ABSENT, postgresql, programs
from tests.interfaces.test_cds_trust import BASE, EC, ISS, OTHER, jwk, token

ENDPOINT = f"{BASE}/cds-services"


@dataclass
class Issuer:
    """A server of key sets: what it answers by path, what it was asked."""

    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0

    def keys(self, path: str, *keys: dict) -> None:
        self.answers[path] = (200, {}, json.dumps({"keys": keys}).encode())

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    found = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append(self.path)
            status, headers, body = found.answers.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Write nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


def settings(tmp_path: Path, jku: str) -> CdsSettings:
    (tmp_path / "site.toml").write_text(
        f'base_url = "{BASE}"\n[[issuer]]\niss = "{ISS}"\njku = "{jku}"\n'
    )
    url = f"sqlite:///{tmp_path}/f.sqlite3"
    return read_settings(tmp_path / "site.toml", feedback_db=url)


class Clock:
    """The time, and what a test adds to it."""

    ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@dataclass
class Checked:
    """A check of tokens with its own clock."""

    tokens: Tokens
    clock: Clock

    def takes(self, given: str) -> bool:
        try:
            self.tokens.check(f"Bearer {given}", endpoint=ENDPOINT)
        except NotTrustedError:
            return False
        return True


def checked(tmp_path: Path, jku: str) -> Checked:
    cds, clock = settings(tmp_path, jku), Clock()
    store = Store(cds.feedback_db)
    store.prepare()
    return Checked(Tokens(cds, Fetch(cds), store, now=clock), clock)


def test_keys_come_from_the_address_agreed_on_once_for_many_calls(
    tmp_path: Path, issuer: Issuer
) -> None:
    issuer.keys("/jwks", jwk("ec", EC))
    with service(tmp_path, settings(tmp_path, issuer.url("/jwks"))) as client:
        for header in ({}, {"jku": issuer.url("/jwks")}, {}):
            said = {"Authorization": f"Bearer {token(header=header)}"}
            assert client.get("/cds-services", headers=said).status_code == 200
    assert issuer.asked == ["/jwks"]


def test_an_address_of_a_token_is_not_even_asked(tmp_path: Path, issuer: Issuer) -> None:
    issuer.keys("/jwks", jwk("ec", EC))
    issuer.keys("/mine", jwk("ec", OTHER))
    check = checked(tmp_path, issuer.url("/jwks"))
    assert not check.takes(token(key=OTHER, header={"jku": issuer.url("/mine")}))
    assert issuer.asked == []


def test_an_unknown_key_makes_it_look_again_but_not_at_every_call(
    tmp_path: Path, issuer: Issuer
) -> None:
    issuer.keys("/jwks", jwk("ec", EC))
    check = checked(tmp_path, issuer.url("/jwks"))
    for _ in range(5):
        assert not check.takes(token(kid="nobody"))
    assert len(issuer.asked) == 1, "the set was fetched a moment ago"
    check.clock.ahead += 61
    for _ in range(5):
        assert not check.takes(token(kid="nobody"))
    assert len(issuer.asked) == 2


def test_a_new_key_is_found_and_one_withdrawn_is_forgotten(tmp_path: Path, issuer: Issuer) -> None:
    issuer.keys("/jwks", jwk("ec", EC))
    check = checked(tmp_path, issuer.url("/jwks"))
    assert check.takes(token())
    issuer.keys("/jwks", jwk("next", OTHER))
    check.clock.ahead += 61
    assert check.takes(token(key=OTHER, kid="next")), "an unknown key is looked for"
    assert not check.takes(token()), "the old one stands in the set no longer"


def test_a_key_withdrawn_is_forgotten_within_ten_minutes(tmp_path: Path, issuer: Issuer) -> None:
    issuer.keys("/jwks", jwk("ec", EC))
    check = checked(tmp_path, issuer.url("/jwks"))
    assert check.takes(token())
    issuer.keys("/jwks")
    check.clock.ahead += 601
    assert not check.takes(token())


def test_a_key_under_another_name_is_not_taken(tmp_path: Path, issuer: Issuer) -> None:
    issuer.keys("/jwks", jwk("other", EC))
    assert not checked(tmp_path, issuer.url("/jwks")).takes(token())


def test_two_keys_of_one_name_are_none(tmp_path: Path, issuer: Issuer) -> None:
    issuer.keys("/jwks", jwk("ec", EC), jwk("ec", OTHER))
    assert not checked(tmp_path, issuer.url("/jwks")).takes(token())


@pytest.mark.parametrize(
    "answer",
    [
        (404, {}, b""),
        (500, {}, b""),
        (200, {}, b"not json"),
        (200, {}, b"[]"),
        (200, {}, b'{"keys": 7}'),
        (200, {}, b'{"keys": [7, null]}'),
        (200, {}, b"{}"),
        (200, {}, b"\xff\xfe"),
    ],
)
def test_an_answer_that_is_no_key_set_lets_nobody_in(
    tmp_path: Path, issuer: Issuer, answer: tuple
) -> None:
    issuer.answers["/jwks"] = answer
    with service(tmp_path, settings(tmp_path, issuer.url("/jwks"))) as client:
        reply = client.get("/cds-services", headers={"Authorization": f"Bearer {token()}"})
    assert (reply.status_code, reply.content) == (401, b"")


def test_a_set_that_is_too_large_is_not_taken(tmp_path: Path, issuer: Issuer) -> None:
    issuer.keys("/jwks", jwk("ec", EC), {"kid": "filler", "x": "a" * 64 * 1024})
    assert not checked(tmp_path, issuer.url("/jwks")).takes(token())


def test_a_redirect_is_not_followed(tmp_path: Path, issuer: Issuer) -> None:
    issuer.keys("/moved", jwk("ec", EC))
    issuer.answers["/jwks"] = (302, {"Location": issuer.url("/moved")}, b"")
    assert not checked(tmp_path, issuer.url("/jwks")).takes(token())
    assert issuer.asked == ["/jwks"]


def test_an_address_that_cannot_be_reached_is_left_alone_for_a_while(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        # It takes calls and never answers: each would wait for its two seconds.
        check = checked(tmp_path, f"http://127.0.0.1:{silent.getsockname()[1]}/jwks")
        start = time.monotonic()
        assert not any(check.takes(token()) for _ in range(20))
        assert time.monotonic() - start < 15, "one of twenty has waited"


def test_it_is_asked_again_when_it_is_back(tmp_path: Path, issuer: Issuer) -> None:
    check = checked(tmp_path, issuer.url("/jwks"))
    assert not check.takes(token())
    issuer.keys("/jwks", jwk("ec", EC))
    assert not check.takes(token()), "it has just failed"
    check.clock.ahead += 11
    assert check.takes(token())


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    if programs() is None:
        pytest.skip(ABSENT)
    with postgresql() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/f.sqlite3"
    found: str = request.getfixturevalue("postgres")
    return found


USE = """
import sys, time
from corrin.interfaces.cds_hooks.store import Store
store = Store(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
now = time.time()
print([store.once(f"shared-{n}", until=now + 300, now=now) for n in range(40)].count(True))
"""


def test_a_token_is_good_once_in_all_processes_together(url: str) -> None:
    store = Store(url)
    store.prepare()
    store.close()
    running = [
        subprocess.Popen(
            [sys.executable, "-c", USE, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for one in running:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in running:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    counts = [int(one.communicate(timeout=60)[0]) for one in running]
    assert sum(counts) == 40, counts


def test_one_of_many_uses_at_once_is_the_first(url: str) -> None:
    store = Store(url)
    store.prepare()
    with ThreadPoolExecutor(8) as threads:
        uses = [
            threads.submit(store.once, "raced", until=time.time() + 300, now=time.time())
            for _ in range(24)
        ]
        assert [one.result() for one in uses].count(True) == 1
    store.close()


def test_a_token_is_forgotten_when_it_has_expired_and_not_before(url: str) -> None:
    store = Store(url)
    store.prepare()
    assert store.once("old", until=100.0, now=10.0)
    assert not store.once("old", until=100.0, now=99.0)
    assert store.once("another", until=300.0, now=101.0)
    with store._engine.connect() as line:
        left = set(line.execute(sa.select(SEEN.c.mark)).scalars())
    assert "old" not in left
    store.close()


def test_a_second_server_refuses_what_the_first_has_seen(tmp_path: Path, issuer: Issuer) -> None:
    issuer.keys("/jwks", jwk("ec", EC))
    cds, given = settings(tmp_path, issuer.url("/jwks")), token()
    said = {"Authorization": f"Bearer {given}"}
    with service(tmp_path, cds) as one, service(tmp_path, cds) as other:
        assert one.get("/cds-services", headers=said).status_code == 200
        assert other.get("/cds-services", headers=said).status_code == 401
    with service(tmp_path, cds) as after_a_restart:
        assert after_a_restart.get("/cds-services", headers=said).status_code == 401


def test_without_the_database_nobody_is_let_in(
    tmp_path: Path, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer.keys("/jwks", jwk("ec", EC))
    with service(tmp_path, settings(tmp_path, issuer.url("/jwks"))) as client:
        with client.app.state.store._engine.begin() as line:  # type: ignore[attr-defined]
            line.execute(sa.text("drop table token_seen"))
        reply = client.get("/cds-services", headers={"Authorization": f"Bearer {token()}"})
    assert reply.status_code == 503
    assert reply.json()["resourceType"] == "OperationOutcome"


def test_a_store_that_cannot_write_says_so(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/never-prepared.sqlite3")
    with pytest.raises(StoreError):
        store.once("x", until=1.0, now=0.0)
    store.close()

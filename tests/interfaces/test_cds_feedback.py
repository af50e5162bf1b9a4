"""What became of the cards: kept on disk before it is told, once, and without anybody's words."""

from __future__ import annotations

import http.client
import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from corrin.errors import InputError
from corrin.interfaces.cds_hooks.settings import without_tokens
from corrin.interfaces.cds_hooks.store import OUTCOMES, TABLES, Store
from tests.interfaces.cds_calls import REVIEW, SCHEMAS, b12, outcome, patient, service, view
from tests.interfaces.cds_postgres import ABSENT, postgresql, programs
from tests.interfaces.server_process import serving

FEEDBACK = f"{REVIEW}/feedback"
AT = "2026-11-22T10:00:00Z"
COMMENT = "Mrs Doe of 4 Mill Lane does not want it"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with service(tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    if programs() is None:
        pytest.skip(ABSENT)
    with postgresql() as url:
        yield url


def send(client: TestClient, body: dict) -> tuple[int, dict]:
    reply = client.post(FEEDBACK, json=body)
    return reply.status_code, reply.json()


def rows(tmp_path: Path) -> list[sqlite3.Row]:
    line = sqlite3.connect(tmp_path / "feedback.sqlite3")
    line.row_factory = sqlite3.Row
    try:
        return line.execute("select * from card_outcome").fetchall()
    finally:
        line.close()


def test_outcomes_are_counted_by_kind_of_card(client: TestClient) -> None:
    call = view(prefetch={"patient": patient(), "b12": b12(120)})
    for what in ("accepted", "overridden", "overridden"):
        (card,) = client.post(REVIEW, json=call).json()["cards"]
        more = {"acceptedSuggestions": [{"id": card["suggestions"][0]["uuid"]}]}
        body = outcome(card["uuid"], outcome=what, **(more if what == "accepted" else {}))
        assert SCHEMAS["feedback"].is_valid(body)
        assert send(client, body) == (200, {"received": 1, "new": 1})
    told = client.get("/metrics").text
    assert 'corrin_cards_total{card="b12_low",outcome="shown"} 3' in told
    assert 'corrin_cards_total{card="b12_low",outcome="accepted"} 1' in told
    assert 'corrin_cards_total{card="b12_low",outcome="overridden"} 2' in told


def test_the_same_outcome_sent_again_is_kept_once(client: TestClient, tmp_path: Path) -> None:
    body = outcome(str(uuid.uuid4()))
    assert [send(client, body)[1]["new"] for _ in range(3)] == [1, 0, 0]
    assert len(rows(tmp_path)) == 1


def test_a_card_can_be_dismissed_and_then_taken_up(client: TestClient, tmp_path: Path) -> None:
    card, suggestion = str(uuid.uuid4()), str(uuid.uuid4())
    later = {
        "outcome": "accepted", "acceptedSuggestions": [{"id": suggestion}],
        "outcomeTimestamp": "2026-11-22T11:00:00Z",
    }  # fmt: skip
    send(client, outcome(card))
    send(client, outcome(card, **later))
    assert [row["outcome"] for row in rows(tmp_path)] == ["overridden", "accepted"]
    assert rows(tmp_path)[1]["accepted"] == suggestion


def test_free_text_is_dropped(client: TestClient, tmp_path: Path) -> None:
    reason = {"reason": {"code": COMMENT, "system": "https://x.example"}, "userComment": COMMENT}
    assert send(client, outcome(str(uuid.uuid4()), overrideReason=reason))[0] == 200
    (row,) = rows(tmp_path)
    assert (row["comment"], row["reason"]) == (None, "other")
    assert COMMENT.encode() not in b"".join(one.read_bytes() for one in tmp_path.iterdir())


def test_a_reason_that_was_offered_is_kept_as_its_code(client: TestClient, tmp_path: Path) -> None:
    system = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes"
    reason = {"reason": {"code": "action-completed", "system": system}}
    send(client, outcome(str(uuid.uuid4()), overrideReason=reason))
    assert rows(tmp_path)[0]["reason"] == "action-completed"


def test_free_text_is_kept_when_the_site_asks_for_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/feedback.sqlite3"
    with service(tmp_path, without_tokens(feedback_db=url, keep_comments=True)) as client:
        send(client, outcome(str(uuid.uuid4()), overrideReason={"userComment": COMMENT}))
    assert rows(tmp_path)[0]["comment"] == COMMENT


@pytest.mark.parametrize(
    "change",
    [
        {"card": "not-a-uuid"}, {"card": None}, {"outcome": "ignored"}, {"outcome": "accepted"},
        {"outcome": "accepted", "acceptedSuggestions": []}, {"overrideReason": {}},
        {"overrideReason": None}, {"outcomeTimestamp": "2026-11-22"}, {"outcomeTimestamp": 7},
        {"outcomeTimestamp": "2026-11-22T10:00:00+02:00"},
        {"outcomeTimestamp": "2026-13-22T10:00:00Z"},
    ],
)  # fmt: skip
def test_feedback_that_does_not_follow_the_text_is_refused(
    client: TestClient, tmp_path: Path, change: dict
) -> None:
    body = outcome(str(uuid.uuid4()), **change)
    status, told = send(client, body)
    assert (status, told["resourceType"]) == (400, "OperationOutcome")
    assert rows(tmp_path) == []
    if change.get("outcomeTimestamp") != "2026-13-22T10:00:00Z":
        assert not SCHEMAS["feedback"].is_valid(body), "our schema says the same"


def test_all_of_a_call_is_kept_or_none(client: TestClient, tmp_path: Path) -> None:
    good, bad = outcome(str(uuid.uuid4())), outcome(str(uuid.uuid4()), outcome="ignored")
    both = {"feedback": good["feedback"] + bad["feedback"]}
    assert send(client, both)[0] == 400
    assert rows(tmp_path) == []


def test_an_unknown_service_has_no_feedback(client: TestClient) -> None:
    assert client.post("/cds-services/x/feedback", json=outcome("x")).status_code == 404


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://x/y", "oracle://x"])
def test_a_database_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(InputError):
        Store(url)


def test_a_password_is_not_repeated() -> None:
    store = Store("postgresql://corrin:s3cret@127.0.0.1:9/nothing")
    with pytest.raises(InputError) as refused:
        store.prepare()
    assert "s3cret" not in str(refused.value)


def test_the_migrations_make_the_tables_of_the_code(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/a.sqlite3")
    store.prepare()
    store.prepare()
    store.close()
    made = sa.create_engine(f"sqlite:///{tmp_path}/a.sqlite3")
    found = sa.inspect(made)
    for table in TABLES.tables.values():
        columns = {one["name"]: one["nullable"] for one in found.get_columns(table.name)}
        assert columns == {one.name: bool(one.nullable) for one in table.columns}
    assert {i["name"] for i in found.get_indexes(OUTCOMES.name)} >= {"ix_card_outcome_card"}
    made.dispose()


def confirmed_before_kill(url: str, cards: list[str]) -> set[str]:
    """Send outcomes from two threads, kill the server outright, return those it confirmed."""
    done: list[str] = []
    with serving("--cds", "--insecure-no-jwt", "--workers", "1", "--feedback-db", url) as server:

        def post(mine: list[str]) -> None:
            for card in mine:
                try:
                    status, _, _ = server.ask(FEEDBACK, data=json.dumps(outcome(card)).encode())
                except (OSError, http.client.HTTPException):
                    return
                if status == 200:
                    done.append(card)

        threads = [threading.Thread(target=post, args=(cards[half::2],)) for half in (0, 1)]
        for thread in threads:
            thread.start()
        end = time.monotonic() + 30
        while len(done) < 60 and time.monotonic() < end:
            time.sleep(0.005)
        server.process.kill()
        server.process.wait(10)
        for thread in threads:
            thread.join(30)
    assert 60 <= len(done) < len(cards), "killed while writing"
    return set(done)


def survives(url: str) -> None:
    cards = [str(uuid.uuid4()) for _ in range(4000)]
    confirmed = confirmed_before_kill(url, cards)
    store = Store(url)
    store.prepare()
    with store._engine.connect() as line:
        kept = set(line.execute(sa.select(OUTCOMES.c.card)).scalars())
        if store._engine.dialect.name == "sqlite":
            assert line.execute(sa.text("pragma integrity_check")).scalar() == "ok"
    store.close()
    assert confirmed <= kept
    assert len(kept - confirmed) <= 2, "at most what was under way"


def test_sqlite_keeps_what_was_confirmed_through_kill_9(tmp_path: Path) -> None:
    survives(f"sqlite:///{tmp_path}/f.sqlite3")


def test_postgresql_keeps_what_was_confirmed_through_kill_9(postgres: str) -> None:
    survives(postgres)


def test_postgresql_counts_as_sqlite_does(postgres: str, tmp_path: Path) -> None:
    with service(tmp_path, without_tokens(feedback_db=postgres)) as client:
        call = view(prefetch={"patient": patient(), "b12": b12(120)})
        (card,) = client.post(REVIEW, json=call).json()["cards"]
        assert send(client, outcome(card["uuid"])) == (200, {"received": 1, "new": 1})
        assert send(client, outcome(card["uuid"])) == (200, {"received": 1, "new": 0})
        told = client.get("/metrics").text
    assert 'corrin_cards_total{card="b12_low",outcome="overridden"} 1' in told


def test_options_that_do_not_fit_are_refused_in_words(tmp_path: Path) -> None:
    for options, words in (
        (["--cds"], "--issuers"),
        (["--cds", "--insecure-no-jwt", "--host", "0.0.0.0"], "this machine alone"),  # noqa: S104  to be refused
        (["--insecure-no-jwt"], "--cds"),
        (["--cds", "--insecure-no-jwt", "--feedback-db", "mysql://x"], "--feedback-db"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "corrin", "serve", *options],
            capture_output=True, text=True, timeout=60, check=False,
            env={**os.environ, "XDG_STATE_HOME": str(tmp_path)},
        )  # fmt: skip
        assert done.returncode == 2
        assert words in done.stderr
        assert "Traceback" not in done.stderr

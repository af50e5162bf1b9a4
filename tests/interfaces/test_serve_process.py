"""``corrin serve`` as a process: ready, answering, stopping, and what it refuses at the start."""

from __future__ import annotations

import functools
import gzip
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interfaces.server_process import Server, is_running, serving

PERSON = b'{"twitching": true, "findings": {"cramps": true}}'


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving("--workers", "2") as running:
        yield running


def test_the_ready_line_stands_on_standard_error_and_gives_the_address(server: Server) -> None:
    assert server.errors[0] == (
        f"corrin: ready on http://127.0.0.1:{server.port}/ (stop with Ctrl-C)\n"
    )
    assert server.port > 0


def test_when_it_is_ready_it_is_well(server: Server) -> None:
    status, _, body = server.ask("/healthz")
    told = json.loads(body)
    assert (status, told["status"]) == (200, "ok")
    assert re.fullmatch(r"[\d.]+\+[0-9a-f]{12}", told["knowledge_version"])


def test_it_listens_on_this_machine_alone(server: Server) -> None:
    addresses = {line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]}
    listening = {one for one in addresses if one.endswith(f":{server.port:04X}")}
    assert "0100007F" in {one.partition(":")[0] for one in listening}
    assert "00000000" not in {one.partition(":")[0] for one in listening}


def test_it_answers_for_one_person(server: Server) -> None:
    status, headers, body = server.ask("/api/assess", data=PERSON)
    assert status == 200
    assert headers["content-type"] == "application/json"
    assert json.loads(body)["urgency"]["tier"]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_it_stops_cleanly_and_leaves_no_process(how: int) -> None:
    with serving("--workers", "1") as running:
        running.ask("/api/assess", data=PERSON)
        workers = running.workers()
        assert len(workers) == 1
        start = time.monotonic()
        assert running.stop(how) == 0
        assert time.monotonic() - start < 5
        assert running.process.stdout is not None
        assert running.process.stdout.read() == ""
        assert not any(map(is_running, workers))
        assert len(running.errors) == 1


def test_an_answer_under_way_is_given_before_it_stops() -> None:
    with serving("--workers", "1") as running:
        replies: list[int] = []

        def ask() -> None:
            replies.append(running.ask("/api/assess?draws=2000", data=PERSON)[0])

        asking = threading.Thread(target=ask)
        asking.start()
        time.sleep(0.15)
        assert running.stop() == 0
        asking.join(10)
    assert replies == [200]


def test_stopping_does_not_wait_for_those_who_say_nothing() -> None:
    with serving("--workers", "1") as running:
        lines = [
            running.connect(),
            running.connect(b"GET / HTTP/1.1\r\nHost: 127"),
            running.connect(b"POST /api/assess HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                            b"Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{"),
        ]  # fmt: skip
        start = time.monotonic()
        assert running.stop() == 0
        assert time.monotonic() - start < 12
        for line in lines:
            line.close()


def test_a_port_that_is_taken_is_said(server: Server) -> None:
    done = _corrin("serve", "--port", str(server.port))
    assert done.returncode == 2
    assert f"--port {server.port}" in done.stderr
    assert "in use" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_address_that_is_not_ours_is_said() -> None:
    done = _corrin("serve", "--host", "192.0.2.1", "--port", "0")
    assert done.returncode == 2
    assert "cannot be listened on" in done.stderr


def test_without_the_extra_it_says_how_to_get_it() -> None:
    program = (
        "import sys; sys.modules['fastapi'] = None; sys.argv = ['corrin', 'serve']; "
        "from corrin.interfaces.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    assert "pip install 'corrin[web]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_lost_worker_costs_its_own_answer_and_is_replaced(server: Server) -> None:
    before = server.workers()
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    statuses = [server.ask("/api/assess", data=PERSON)[0] for _ in range(4)]
    assert statuses[-1] == 200
    assert set(statuses) <= {200, 503}
    after = server.workers()
    assert len(after) == len(before)
    assert not set(after) & set(before)
    assert server.ask("/healthz")[0] == 200
    assert "corrin_workers_replaced 2" in server.ask("/metrics")[2].decode()


@pytest.fixture(scope="module")
def hasty() -> Iterator[Server]:
    """A server that waits for nobody longer than a second."""
    program = (
        "from corrin.interfaces.web.serving import serve\n"
        "from corrin.interfaces.web.settings import ServerSettings\n"
        "serve(ServerSettings(port=0, workers=1, header_seconds=1, body_seconds=1))"
    )
    with serving(program=("-c", program)) as running:
        yield running


HEAD = b"POST /api/assess HTTP/1.1\r\nHost: 127.0.0.1\r\n"
SLOW = {
    "says nothing": b"",
    "half a head": HEAD,
    "half a body": HEAD + b"Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{",
    "chunks that never end": HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
}


def test_slow_clients_are_let_go_and_hold_nobody_up(hasty: Server) -> None:
    lines = [(name, hasty.connect(sent)) for name, sent in SLOW.items() for _ in range(20)]
    start = time.monotonic()
    assert hasty.ask("/api/assess?draws=0", data=PERSON)[0] == 200
    assert time.monotonic() - start < 2
    for name, line in lines:
        assert b" 408 " in _all(line), name
    assert hasty.ask("/healthz")[0] == 200


def test_a_byte_every_now_and_then_does_not_help(hasty: Server) -> None:
    dripping = hasty.connect(HEAD)
    with pytest.raises(OSError, match=r"."):
        for _ in range(40):
            dripping.sendall(b"X")
            time.sleep(0.1)
    dripping.close()


def test_a_head_that_is_too_long_or_broken_is_refused(hasty: Server) -> None:
    for sent in (
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 200_000,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"NOT HTTP\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/dose HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n"
        b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ):
        with hasty.connect() as line:
            try:
                line.sendall(sent)
                answer = _all(line)
            except ConnectionError:
                answer = b""
        assert not answer or answer.split()[1].startswith(b"4"), sent[:30]
    assert hasty.ask("/healthz")[0] == 200


@functools.cache
def _pdf_bomb() -> bytes:
    """A PDF of some kilobytes with a page that unpacks to one gigabyte."""
    packed = zlib.compressobj(1)
    page = b"".join(packed.compress(b" " * 10_000_000) for _ in range(100)) + packed.flush()
    page = zlib.compress(page, 9)
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Length " + str(len(page)).encode() + b"/Filter[/FlateDecode/FlateDecode]>>"
        b"stream\n" + page + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    )


@pytest.mark.parametrize("bomb", ["pdf", "zip", "gzip", "1 MB", "no parts", "no end", "many parts"])
def test_a_bomb_that_is_uploaded_does_no_harm(server: Server, bomb: str) -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.pdf", b" " * 100_000_000)
    bodies = {
        "pdf": part + (_pdf_bomb() if bomb == "pdf" else b"") + b"\r\n--b--\r\n",
        "zip": part + zipped.getvalue() + b"\r\n--b--\r\n",
        "gzip": part + gzip.compress(b" " * 100_000_000) + b"\r\n--b--\r\n",
        "1 MB": part + b" " * 1_000_000 + b"\r\n--b--\r\n",
        "no parts": b"x" * 900_000,
        "no end": part + b"x" * 900_000,
        "many parts": part.replace(b"--b", b"--b", 1) * 5_000,
    }
    before = server.workers()
    kind = {"Content-Type": "multipart/form-data; boundary=b", "Accept": "text/html"}
    start = time.monotonic()
    status, _, page = server.ask("/report", data=bodies[bomb], headers=kind)
    assert time.monotonic() - start < 40
    assert status == 200 or 400 <= status < 500
    assert b"<h1" in page
    assert server.workers() == before
    assert server.ask("/api/assess?draws=0", data=PERSON)[0] == 200


def _all(line: socket.socket) -> bytes:
    received = b""
    with line:
        while part := line.recv(65_536):
            received += part
    return received


def _corrin(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "corrin", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

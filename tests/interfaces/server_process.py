"""The real server: a process of its own on a free port, and raw requests over a socket."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

READY = re.compile(r"corrin: ready on http://([\d.]+):(\d+)/ \(stop with Ctrl-C\)")
START_SECONDS = 90


@dataclass
class Server:
    """A server that is running: where it listens and what it has written."""

    process: subprocess.Popen[str]
    host: str
    port: int
    errors: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def ask(
        self,
        path: str,
        *,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 60,
    ) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body; a body sent is JSON unless a header says otherwise."""
        given = {"Content-Type": "application/json"} if data is not None else {}
        method = "GET" if data is None else "POST"
        with closing(HTTPConnection(self.host, self.port, timeout=timeout)) as line:
            # A body refused by its length is answered before all of it was sent.
            with suppress(BrokenPipeError, ConnectionResetError):
                line.request(method, path, body=data, headers={**given, **(headers or {})})
            reply = line.getresponse()
            return reply.status, dict(reply.headers), reply.read()

    def connect(self, sent: bytes = b"", timeout: float = 30) -> socket.socket:
        """Return a connection on which ``sent`` has been sent."""
        line = socket.create_connection((self.host, self.port), timeout=timeout)
        line.sendall(sent)
        return line

    def workers(self) -> list[int]:
        """Return the ids of the server's worker processes."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        children = [int(pid) for task in tasks for pid in (task / "children").read_text().split()]
        return [pid for pid in children if "spawn_main" in _command(pid)]

    def stop(self, how: int = signal.SIGTERM, timeout: float = 30) -> int:
        """Send a signal and return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(timeout)

    def until_written(self, words: str, timeout: float = 30) -> None:
        """Wait until the server has written some words on standard error."""
        end = time.monotonic() + timeout
        while words not in "".join(self.errors):
            assert time.monotonic() < end, f"never written: {words}"
            time.sleep(0.02)


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def is_running(pid: int) -> bool:
    """Whether a process is there and not a remnant."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@contextlib.contextmanager
def serving(
    *arguments: str,
    program: tuple[str, ...] = ("-m", "corrin", "serve", "--port", "0"),
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Iterator[Server]:
    """Start ``corrin serve`` on a free port, wait for its ready line, stop it in the end."""
    process = subprocess.Popen(
        [sys.executable, *program, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(Path.cwd()), **(environment or {})},
    )
    assert process.stderr is not None
    server = Server(process=process, host="", port=0)
    ready = threading.Event()
    stream = process.stderr

    def read() -> None:
        for line in stream:
            server.errors.append(line)
            found = READY.search(line)
            if found:
                server.host, server.port = found[1], int(found[2])
                ready.set()
        ready.set()

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        assert ready.wait(START_SECONDS), "never ready"
        assert server.port, "".join(server.errors)
        yield server
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        reader.join(5)
        process.wait(5)
        assert process.stdout is not None
        process.stdout.close()
        stream.close()

"""A small register of publications on this machine, to be asked over real HTTP."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

RECORDED = Path(__file__).parent.parent / "knowledge" / "recorded"


@dataclass(frozen=True)
class Answer:
    """One answer: its status, headers and body, and how long it takes."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


def recorded(name: str) -> Answer:
    """Return the answer that stands in a file."""
    return Answer(body=(RECORDED / name).read_bytes())


@dataclass
class Register:
    """What the server answers, by DOI (each in turn, the last for ever), and who asked."""

    url: str
    works: dict[str, list[Answer]] = field(default_factory=dict)
    summaries: list[Answer] = field(default_factory=list)
    asked: list[tuple[float, str, str]] = field(default_factory=list)

    def answer(self, path: str) -> Answer:
        parts = urlsplit(path)
        if parts.path.startswith("/works/"):
            queue = self.works.get(unquote(parts.path.removeprefix("/works/")), [])
        elif parts.path == "/esummary.fcgi" and parse_qs(parts.query)["db"] == ["pubmed"]:
            queue = self.summaries
        else:
            queue = []
        if not queue:
            return Answer(404, b"Resource not found.")
        return queue.pop(0) if len(queue) > 1 else queue[0]


@contextmanager
def register() -> Iterator[Register]:
    """Serve a register until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            agent = self.headers.get("User-Agent", "")
            served.asked.append((time.monotonic(), self.path, agent))
            given = served.answer(self.path)
            time.sleep(given.seconds)
            try:
                self.send_response(given.status)
                for name, value in given.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(given.body)))
                self.end_headers()
                self.wfile.write(given.body)
            except (BrokenPipeError, ConnectionResetError):
                pass  # whoever asked has gone, as after a timeout

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Register(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def summaries(*pmids: str) -> Answer:
    """Return the recorded esummary answer, cut down to these numbers."""
    whole = json.loads((RECORDED / "pubmed_summaries.json").read_text())
    kept = {pmid: whole["result"][pmid] for pmid in pmids}
    body = {"header": whole["header"], "result": {"uids": list(pmids), **kept}}
    return Answer(body=json.dumps(body).encode())

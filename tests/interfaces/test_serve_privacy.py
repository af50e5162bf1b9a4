"""Nothing is written to disk and nothing of a person reaches a log, whatever is asked.

Every Python process of the server tells of each file it opens for writing (a hook of
the interpreter, which no library can go round by the usual ways); beside that, the
folders it could write to are compared before and after.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.interfaces.server_process import Server, serving

HOOK = """
import os, sys

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
_CHANGING = {"os.rename", "os.mkdir", "os.link", "os.symlink", "os.truncate", "sqlite3.connect",
             "shelve.open", "tempfile.mkstemp", "tempfile.mkdtemp", "os.putxattr"}


def _watch(event, arguments):
    if event == "open":
        path, mode, flags = arguments
        if isinstance(path, int) or str(path) == os.devnull:
            return
        if (flags or 0) & _WRITING or (mode and set(str(mode)) & set("wax+")):
            os.write(2, f"WROTE {path}\\n".encode())
    elif event in _CHANGING:
        os.write(2, f"WROTE {event} {arguments[0]}\\n".encode())


sys.addaudithook(_watch)
os.write(2, b"WATCHED\\n")
"""
#: What must be seen nowhere: in values, names, addresses and headers, of good and bad requests.
MARK = "zqxjmark"
PERSON = {
    "age": 61.73,
    "twitching": True,
    "findings": {"cramps": True},
    "labs": [{"lab": "serum_b12", "value": 1483.77, "unit": "pg/mL"}],
    "intake": [{"product": f"{MARK}product 1000 ug"}],
    "drugs": [{"name": f"{MARK}drug"}],
}


@dataclass(frozen=True)
class Watched:
    server: Server
    folder: Path
    before: dict[str, float]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("server")
    hook = tmp_path_factory.mktemp("hook")
    (hook / "sitecustomize.py").write_text(HOOK)
    environment = {
        "PYTHONPATH": f"{hook}:{Path.cwd()}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "XDG_CACHE_HOME": str(folder),
    }
    with serving("--workers", "2", "--log-requests", environment=environment, cwd=folder) as server:
        yield Watched(server=server, folder=folder, before=_files(folder))


def _files(*folders: Path) -> dict[str, float]:
    return {
        str(path): path.stat().st_mtime
        for folder in folders
        for path in folder.rglob("*")
        if "__pycache__" not in path.parts
    }


def _exercise(server: Server) -> list[int]:
    """Ask for everything there is, well and badly, always with marked values."""
    form = urlencode({"person": json.dumps(PERSON), "value": f"{MARK}form"}).encode()
    page = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
    part = (
        (
            f'--b\r\nContent-Disposition: form-data; name="file"; filename="{MARK}.pdf"\r\n'
            "Content-Type: application/pdf\r\n\r\n"
        ).encode()
        + b"%PDF-1.4 "
        + MARK.encode() * 100_000
        + b"\r\n--b--\r\n"
    )
    asked: list[tuple[str, bytes | None, dict[str, str]]] = [
        ("/api/assess", json.dumps(PERSON).encode(), {}),
        ("/api/assess?for=clinician", json.dumps(PERSON).encode(), {}),
        ("/api/claims", json.dumps(PERSON).encode(), {}),
        ("/api/dose", json.dumps({"regimens": [f"{MARK} 1000 ug oral daily"]}).encode(), {}),
        ("/api/dose", json.dumps({"regimens": ["cyanocobalamin 1000 ug oral daily"],
                                  "level": "1483.77 pg/mL"}).encode(), {}),
        ("/api/assess", json.dumps(PERSON | {f"{MARK}key": MARK}).encode(), {}),
        ("/api/assess", json.dumps({"findings": {MARK: True}}).encode(), {}),
        ("/api/assess", json.dumps({"sex": MARK}).encode(), {}),
        ("/api/assess", MARK.encode(), {}),
        ("/api/assess", MARK.encode() * 200_000, {}),
        (f"/api/assess?for={MARK}", b"{}", {}),
        ("/api/assess", b"{}", {"Origin": f"http://{MARK}.example"}),
        ("/healthz", None, {"Host": f"{MARK}.example"}),
        (f"/{MARK}/{MARK}?q={MARK}", None, {"User-Agent": MARK, "Referer": f"http://{MARK}/"}),
        (f"/{MARK}", None, {"Accept": "text/html", "Cookie": f"a={MARK}"}),
        (f"/?b12={MARK}", None, {"Accept": "text/html"}),
        ("/", form, page),
        ("/interview", form, page),
        ("/answer", form, page),
        ("/what-if", form, page),
        ("/report", part, {"Content-Type": "multipart/form-data; boundary=b"}),
        ("/report", part.replace(b"%PDF-1.4", b"B12 1483.77 pg/mL"),
         {"Content-Type": "multipart/form-data; boundary=b"}),
        ("/report/use", form, page),
        ("/letter", form, page),
        ("/interview", part, {"Content-Type": "multipart/form-data; boundary=b"}),
        ("/openapi.json", None, {}),
        ("/metrics", None, {}),
    ]  # fmt: skip
    return [server.ask(path, data=data, headers=headers)[0] for path, data, headers in asked]


def test_nothing_is_written_and_nothing_is_logged_of_a_person(watched: Watched) -> None:
    package = Path("corrin")
    code_before = _files(package)
    server = watched.server
    statuses = _exercise(server)
    with server.connect(f"{MARK} {MARK} {MARK}\r\n\r\n".encode()) as line:
        line.recv(1000)
    metrics = server.ask("/metrics")[2].decode()
    assert statuses.count(200) >= 6
    assert {400, 403, 404, 413, 421, 422} <= set(statuses)
    assert server.stop() == 0
    written = "".join(server.errors)
    # The server, its resource tracker and two workers are each watched.
    assert written.count("WATCHED") == 4
    assert [line for line in server.errors if line.startswith("WROTE")] == []
    assert _files(watched.folder) == watched.before
    assert _files(package) == code_before
    for place in (written, metrics):
        assert MARK not in place
        assert not re.search(r"1483|61\.73|cramps", place)
    assert "POST /api/assess 200" in written
    assert "Traceback" not in written


def test_the_watch_can_see_a_file_being_written(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(HOOK)
    target = tmp_path / "answer.json"
    program = (
        "import asyncio, pathlib, sys, tempfile\n"
        "from corrin.interfaces.web.settings import ServerSettings\n"
        "from corrin.interfaces.web.working import Workers\n"
        "if __name__ == '__main__':\n"
        "    workers = Workers(ServerSettings(workers=1))\n"
        f"    target = pathlib.Path({str(target)!r})\n"
        "    asyncio.run(workers.run(pathlib.Path.write_text, target, 'x'))\n"
        "    tempfile.TemporaryFile().close()\n"
        "    print('corrin: ready on http://127.0.0.1:1/ (stop with Ctrl-C)', file=sys.stderr)\n"
        "    workers.close()\n"
    )
    script = tmp_path / "writing.py"
    script.write_text(program)
    with serving(
        program=(str(script),),
        environment={"PYTHONPATH": f"{tmp_path}:{Path.cwd()}", "TMPDIR": str(tmp_path)},
    ) as server:
        server.process.wait(30)
    assert f"WROTE {target}\n" in server.errors
    assert any(line.startswith(f"WROTE {tmp_path}/") for line in server.errors)
    assert target.read_text() == "x"


def test_a_fault_of_the_server_is_logged_without_its_words() -> None:
    program = (
        "from corrin.interfaces.web import serving\n"
        "from corrin.interfaces.web.settings import ServerSettings\n"
        "made = serving.create_app\n"
        "def with_a_fault(*, settings):\n"
        "    app = made(settings=settings)\n"
        "    @app.get('/fault')\n"
        "    async def fault():\n"
        f"        raise RuntimeError('a value: {MARK}')\n"
        "    return app\n"
        "serving.create_app = with_a_fault\n"
        "serving.serve(ServerSettings(port=0, workers=1))\n"
    )
    with serving(program=("-c", program)) as server:
        status, headers, body = server.ask("/fault")
        assert (status, json.loads(body)["code"]) == (500, "fault")
        assert "content-security-policy" in headers
        page = server.ask("/fault", headers={"Accept": "text/html"})[2].decode()
        server.until_written("RuntimeError at <string>")
        assert server.stop() == 0
    for told in (body.decode(), page, "".join(server.errors)):
        assert MARK not in told
        assert "Traceback" not in told

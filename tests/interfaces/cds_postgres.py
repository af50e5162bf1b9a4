"""A PostgreSQL server of our own for a test: unprivileged, temporary, loopback only."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

ABSENT = "PostgreSQL is not installed: apt-get install -y postgresql"
_USER = "nobody"


def programs() -> Path | None:
    """Where initdb and postgres are, or None when PostgreSQL is not installed."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    return next((one for one in folders if (one / "postgres").exists()), None)


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """Start a server, yield the URL of its database, stop it and remove everything."""
    found = programs()
    assert found is not None, ABSENT
    folder = Path(tempfile.mkdtemp(prefix="corrin-pg-"))
    root = os.geteuid() == 0
    user = pwd.getpwnam(_USER) if root else pwd.getpwuid(os.geteuid())
    run: dict = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    if root:
        # The server refuses to run as root, rightly.
        os.chown(folder, user.pw_uid, user.pw_gid)
        run |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    data, environment = folder / "data", {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    try:
        subprocess.run(
            [found / "initdb", "-D", data, "-U", "corrin", "--auth=trust", "-E", "UTF8"],
            check=True, env=environment, **run,
        )  # fmt: skip
        port = _free_port()
        server = subprocess.Popen(
            [found / "postgres", "-D", data, "-p", str(port), "-c", "listen_addresses=127.0.0.1",
             "-c", f"unix_socket_directories={folder}"],
            env=environment, **run,
        )  # fmt: skip
        try:
            _until_up(found, port, server)
            yield f"postgresql://corrin@127.0.0.1:{port}/postgres"
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait(5)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def _until_up(found: Path, port: int, server: subprocess.Popen[bytes]) -> None:
    import time

    for _ in range(150):
        asked = [found / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        if subprocess.run(asked, check=False).returncode == 0:
            return
        assert server.poll() is None, "the server ended"
        time.sleep(0.1)
    raise AssertionError("the server never came up")

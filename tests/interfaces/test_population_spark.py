"""Spark gives the same answers, bit for bit, on one machine's cores and on workers of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from corrin.errors import CorrinError
from corrin.population.runs import Engine
from tests.interfaces.population_runs import ROOT, digests, made_up, run, without

pytestmark = [
    pytest.mark.skipif(shutil.which("java") is None, reason="Java is not here, so Spark is not"),
    # A session leaves its sockets to the collector of garbage.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
PEOPLE = 240
MEMORY = "1g"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_up(tmp_path_factory.mktemp("people") / "table", PEOPLE, form="table")


@pytest.fixture(scope="module")
def wanted(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    out = tmp_path_factory.mktemp("duckdb") / "out"
    run(source, out)
    return _bytes(out)


def _bytes(out: Path) -> dict[str, str]:
    """The bytes of table and answers; the reconciliation names the engine."""
    return without(digests(out), ["reconciliation.json"])


def test_this_machines_cores_give_the_same_bytes(
    source: Path, wanted: dict[str, str], tmp_path: Path
) -> None:
    counted = run(source, tmp_path / "out", engine=Engine.SPARK, master="local[2]")
    assert counted["balances"] is True
    assert counted["run"]["engine"] == "spark"
    assert _bytes(tmp_path / "out") == wanted


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[int]]]:
    """A master and two workers of 1 GiB, each a process of its own; yields it and the workers."""
    import pyspark

    home = Path(pyspark.__file__).parent
    folder = tmp_path_factory.mktemp("spark")
    port, pages = _free(), _free()
    address = f"spark://127.0.0.1:{port}"
    local = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_NO_DAEMONIZE": "1",
        "PYSPARK_PYTHON": sys.executable,
        # Where the checks run Corrin need not be installed: its folder is on the path.
        "PYTHONPATH": str(ROOT),
    }
    start = str(home / "bin" / "spark-class")
    words = [
        [start, "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1",
         "--port", str(port), "--webui-port", str(pages)],
        *(
            [start, "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--cores",
             "1", "--memory", MEMORY, "--webui-port", "0", "--work-dir", str(folder / name),
             address]
            for name in ("one", "two")
        ),
    ]  # fmt: skip
    begun = []
    try:
        for number, command in enumerate(words):
            with (folder / f"{number}.log").open("wb") as log:
                begun.append(
                    subprocess.Popen(
                        command, env=local, stdout=log, stderr=log, start_new_session=True
                    )
                )
        _wait_for_workers(pages, 2)
        yield address, [each.pid for each in begun[1:]]
    finally:
        for each in begun:
            os.killpg(each.pid, signal.SIGKILL)
            each.wait(30)


def _free() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        number: int = asked.getsockname()[1]
        return number


def _wait_for_workers(pages: int, workers: int) -> None:
    for _ in range(240):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{pages}/json/", timeout=5) as told:
                if told.read().count(b'"ALIVE"') > workers:
                    return
        except OSError:
            pass
        time.sleep(0.5)
    raise TimeoutError("the workers did not come up")


def test_workers_of_their_own_give_the_same_bytes(
    source: Path,
    wanted: dict[str, str],
    cluster: tuple[str, list[int]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _as_a_driver(monkeypatch)
    counted = run(source, tmp_path / "out", engine=Engine.SPARK, master=cluster[0])
    assert counted["balances"] is True
    assert _bytes(tmp_path / "out") == wanted


def test_a_lost_worker_loses_nobody(
    source: Path,
    wanted: dict[str, str],
    cluster: tuple[str, list[int]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _as_a_driver(monkeypatch)
    os.killpg(cluster[1][0], signal.SIGKILL)
    counted = run(source, tmp_path / "out", engine=Engine.SPARK, master=cluster[0])
    assert counted["balances"] is True
    assert _bytes(tmp_path / "out") == wanted


def _as_a_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def test_a_master_that_is_not_there_is_said(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(CorrinError, match="could not be started"):
        run(source, out, engine=Engine.SPARK, master="no-such-master")
    run(source, out, engine=Engine.SPARK, master="local[2]", resume=True)

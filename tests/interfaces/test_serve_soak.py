"""Ten thousand answers in one sitting: the memory of the server and its workers stays level."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.interfaces.server_process import Server, serving

ANSWERS = 10_000
ROUNDS = 10
#: Draws are left out: they add time, and no kind of work that is not done without them.
DRAWS_EVERY = 20
GROWTH_MB = 20


def _people() -> list[bytes]:
    people = []
    for path in sorted(Path("tests/cases").glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))["person"]
        now = {key: value for key, value in table.items() if not key.startswith("later_")}
        people.append(json.dumps(now, default=dt.date.isoformat).encode())
    return people


def _memory_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def _soak(server: Server, answers: int) -> list[float]:
    """Ask for answers two at a time; return the memory of all processes after each round."""
    people = _people()

    def ask(number: int) -> int:
        query = "" if number % DRAWS_EVERY == 0 else "?draws=0"
        return server.ask("/api/assess" + query, data=people[number % len(people)])[0]

    memory = []
    with ThreadPoolExecutor(2) as threads:
        for round_ in range(ROUNDS):
            numbers = range(round_ * answers // ROUNDS, (round_ + 1) * answers // ROUNDS)
            statuses = set(threads.map(ask, numbers))
            assert statuses <= {200, 422}
            memory.append(sum(map(_memory_mb, (server.process.pid, *server.workers()))))
    return memory


def test_a_hundred_answers_in_a_row_are_given() -> None:
    with serving("--workers", "2") as server:
        memory = _soak(server, 100)
        assert memory[-1] < 600
        assert server.ask("/healthz")[0] == 200


@pytest.mark.deep
def test_ten_thousand_answers_leave_the_memory_level() -> None:
    with serving("--workers", "2") as server:
        memory = _soak(server, ANSWERS)
        assert "corrin_workers_replaced 0" in server.ask("/metrics")[2].decode()
    # The first tenth fills the caches; from then on it stays where it is.
    assert memory[-1] - memory[1] < GROWTH_MB, memory
    print(
        f"FIGURE soak of {ANSWERS} answers, every {DRAWS_EVERY}th with full intervals: memory of "
        f"all processes {memory[1]:.0f} MB after 2,000 and {memory[-1]:.0f} MB at the end"
    )

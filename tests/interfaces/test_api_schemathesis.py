"""Schemathesis makes requests from the description, right and wrong ones, of the real server."""

from __future__ import annotations

import re
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interfaces.server_process import Server, serving

#: A value may fit the schema and still be refused: a date in the future, a level without unit.
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "allow_header_conformance",
)
DEEP_SECONDS = 300


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


def _schemathesis(server: Server, folder: Path, *arguments: str, timeout: float) -> str:
    """Run it and return what it printed; its exit code says whether a check failed."""
    done = subprocess.run(
        [
            str(Path(sysconfig.get_path("scripts")) / "schemathesis"),
            "run",
            f"{server.url}/openapi.json",
            "--checks", ",".join(CHECKS),
            "--continue-on-failure",
            "--no-shrink",
            "--seed", "20261122",
            *arguments,
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6_000:] + done.stderr[-2_000:]
    return done.stdout


def _cases(printed: str) -> int:
    found = re.search(r"([\d,]+) generated", printed)
    assert found, printed[-2_000:]
    return int(found[1].replace(",", ""))


def test_a_fixed_sample_finds_no_fault(server: Server, tmp_path: Path) -> None:
    printed = _schemathesis(
        server, tmp_path, "--phases", "examples,coverage,fuzzing", "--max-examples", "40",
        timeout=120,
    )  # fmt: skip
    assert _cases(printed) > 200
    assert server.ask("/healthz")[0] == 200
    assert not [line for line in server.errors if "fault" in line or "worker" in line]


@pytest.mark.deep
def test_five_minutes_find_no_fault(server: Server, tmp_path: Path) -> None:
    printed = _schemathesis(
        server, tmp_path, "--phases", "examples,coverage,fuzzing,stateful",
        "--max-time", str(DEEP_SECONDS), timeout=3 * DEEP_SECONDS,
    )  # fmt: skip
    assert server.ask("/healthz")[0] == 200
    assert not [line for line in server.errors if "fault" in line or "worker" in line]
    print(f"FIGURE schemathesis, {DEEP_SECONDS} s: {_cases(printed)} requests, none with a 5xx")

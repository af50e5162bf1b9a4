"""Runs over small made-up populations, for the tests of the runner."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from corrin.interfaces.population_sources import reader_of, write_simulated
from corrin.knowledge.loading import load
from corrin.population.running import Options, run_population
from corrin.population.runs import Engine, Folder, run_of

ROOT = Path(__file__).resolve().parents[2]
PART = 60


def silent(*_: object) -> None:
    """Tell nobody."""


def made_up(out: Path, people: int, *, form: str, seed: int = 3, mess: bool = True) -> Path:
    write_simulated(people, load(), seed=seed, form=form, out=out, mess=mess, told=silent)
    return out


def run(
    source: Path,
    out: Path,
    *,
    resume: bool = False,
    engine: Engine = Engine.DUCKDB,
    part: int = PART,
    master: str | None = None,
) -> dict[str, Any]:
    """Run in this process, and return the reconciliation."""
    knowledge = load()
    read, also = reader_of(
        source, knowledge, mapping=None, code_map=None, as_of=None,
        processes=1, memory_limit="500MB",
    )  # fmt: skip
    return run_population(
        read,
        Folder(out=out),
        run_of(source, knowledge, as_of=None, engine=engine, also=f"{also}\0{part}"),
        knowledge,
        options=Options(processes=1, memory_limit="500MB", people_a_part=part, spark_master=master),
        told=silent,
        resume=resume,
    )


def command(*words: str) -> list[str]:
    """The words that start the command ``corrin population``."""
    return [sys.executable, "-m", "corrin", "population", *words]


def corrin(*words: str, timeout: float = 240) -> subprocess.CompletedProcess[str]:
    """Run the command and return what it said."""
    return subprocess.run(
        command(*words), cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False
    )


def digests(out: Path) -> dict[str, str]:
    """The bytes of everything that a run hands over."""
    files = sorted([*out.glob("answers/*"), *out.glob("canonical/*"), out / "reconciliation.json"])
    return {
        str(file.relative_to(out)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files
    }


def answers(out: Path) -> list[dict[str, Any]]:
    """Every row of answers, in the order of the files."""
    rows: list[dict[str, Any]] = []
    for file in sorted(out.glob("answers/*.parquet")):
        rows += pq.read_table(file).to_pylist()
    return rows


def reconciled(out: Path) -> dict[str, Any]:
    held: dict[str, Any] = json.loads((out / "reconciliation.json").read_text(encoding="utf-8"))
    return held


def without(row: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}

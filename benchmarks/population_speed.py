"""Everybody at once: people a second from the canonical table to the answers, and the memory.

    python -m benchmarks.population_speed [--people 1000000] [--long]

Made-up people, clean, straight as the canonical table; the answers are written as Parquet
part by part, in two processes, as `corrin population` does.  Status, sources, the five
likeliest causes, urgency and refusals, without draws; next steps, claims and what was not
asked are worked out on demand.  The start of the processes counts.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from corrin.knowledge.loading import load
from corrin.population.simulating.writing import simulate_table

GOAL_SECONDS = 30.0
GOAL_MB = 2048
LINEAR_WITHIN = 0.2
SIZES = (10_000, 100_000, 300_000, 1_000_000)
LONG = 10_000_000
SEED = 11

_RUN = """
import resource, sys
from pathlib import Path
from corrin.population.parts import parts_of
from corrin.population.working import answer_parts
if __name__ == "__main__":
    parts = parts_of(Path(sys.argv[1]))
    out, processes = Path(sys.argv[2]), int(sys.argv[3])
    people = sum(part.rows for part in answer_parts(parts, out, processes=processes))
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(people, sum(each.ru_utime + each.ru_stime for each in used))
"""


def run(people: int = SIZES[-1], *, long: bool = False) -> dict[str, Any]:
    """Measure growing populations up to ``people``; ``long`` adds ten million."""
    sizes = [size for size in SIZES if size <= people] + ([LONG] if long else [])
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            table = Path(folder) / str(size)
            begun = time.perf_counter()
            simulate_table(size, load(), seed=SEED, folder=table, truth=False)
            rows.append(
                {"people": size, "made_in_s": round(time.perf_counter() - begun, 1)}
                | _measured(table, Path(folder) / f"answers-{size}")
            )
    whole = next((row for row in rows if row["people"] == SIZES[-1]), None)
    not_met = []
    if whole is not None and whole["seconds"] > GOAL_SECONDS:
        not_met.append(f"a million people: {whole['seconds']} s (goal {GOAL_SECONDS:g} s)")
    if whole is not None and whole["peak_mb"] > GOAL_MB:
        not_met.append(f"a million people: {whole['peak_mb']} MB (goal {GOAL_MB} MB)")
    slopes = _slopes(rows)
    if len(slopes) > 1 and max(slopes[1:]) > (1 + LINEAR_WITHIN) * slopes[0]:
        not_met.append(f"growth: {slopes} us for each further person, not within 20%")
    return {
        "cores": len(os.sched_getaffinity(0)),
        "load_before": round(os.getloadavg()[0], 2),
        "sizes": rows,
        "us_for_each_further_person": slopes,
        "not_met": not_met,
    }


def _slopes(rows: list[dict[str, Any]]) -> list[float]:
    """Return what each further person costs (us, wall) from one size to the next.

    The smallest size is one part for one process, so it is no part of this.
    """
    pairs = pairwise(rows[1:])
    return [
        round((b["seconds"] - a["seconds"]) / (b["people"] - a["people"]) * 1e6, 1)
        for a, b in pairs
    ]


def _measured(table: Path, out: Path) -> dict[str, Any]:
    out.mkdir()
    cores = len(os.sched_getaffinity(0))
    begun = time.perf_counter()
    running = subprocess.Popen(
        [sys.executable, "-c", _RUN, str(table), str(out), str(cores)],
        stdout=subprocess.PIPE,
        text=True,
    )
    peak = [0.0]
    watching = threading.Thread(target=_watch, args=(running, peak), daemon=True)
    watching.start()
    said, _ = running.communicate()
    seconds = time.perf_counter() - begun
    watching.join()
    if running.returncode:
        raise RuntimeError("the run failed")
    people, cpu = said.split()
    return {
        "seconds": round(seconds, 2),
        "people_a_second": round(int(people) / seconds),
        "cpu_seconds": round(float(cpu), 1),
        "cpu_us_a_person": round(float(cpu) / int(people) * 1e6, 1),
        "peak_mb": round(peak[0] / 1024),
        "answers_mb": round(sum(file.stat().st_size for file in out.iterdir()) / 1e6, 1),
    }


def _watch(running: subprocess.Popen[str], peak: list[float]) -> None:
    """Note the largest memory (kB) of the process and its children together."""
    while running.poll() is None:
        peak[0] = max(peak[0], sum(_held(pid) for pid in _tree(running.pid)))
        time.sleep(0.1)


def _tree(pid: int) -> list[int]:
    try:
        told = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return [pid]
    return [pid, *(below for child in told for below in _tree(int(child)))]


def _held(pid: int) -> float:
    """Return what a process holds (kB), what it shares counted in part."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((float(line.split()[1]) for line in lines if line.startswith("Pss:")), 0.0)


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=SIZES[-1])
    parser.add_argument("--long", action="store_true", help="ten million people as well")
    given = parser.parse_args()
    print(json.dumps(run(given.people, long=given.long), indent=2))


if __name__ == "__main__":
    main()

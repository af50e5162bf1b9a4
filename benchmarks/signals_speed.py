"""How fast reports are read, counted, fitted and shrunk, beside vigipy where it is installed.

    python -m benchmarks.signals_speed [--rows 20000000]

The data are public files that are not ours to ship; where the folder ``shared`` does not
stand beside this repository, made-up reports of the same size are measured and said to be.
"""

# ruff: noqa: S608 - queries hold names of files that were made here

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb

from corrin.signals.simulating import Design, simulate, write

ROOT = Path(__file__).parent.parent
DATA = ROOT.parent / "shared" / "data" / "signals"
#: Where vigipy stands, if anywhere: it needs libraries of its own.
PEER = Path(os.environ.get("CORRIN_VIGIPY", ROOT / ".venv-vigipy" / "bin" / "python"))
REPEATS = 7
GOALS = {"caers_seconds": 0.3, "faers_seconds": 5.0, "faers_peak_mb": 400}
NAMED = {"report": "report", "product": "product", "event": "event"}

_OURS = """
import json, resource, sys, time
from pathlib import Path
from corrin.signals.analysing import analyse
from corrin.signals.counting import count
from corrin.signals.reading import read_reports
path, repeats, memory = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[4]
named = json.loads(sys.argv[3])
times = []
for _ in range(repeats):
    begun = time.perf_counter()
    with read_reports(path, columns=named, memory=memory) as reports:
        read = time.perf_counter()
        counts = count(reports)
    counted = time.perf_counter()
    signals = analyse(counts)
    times.append((time.perf_counter() - begun, read - begun, counted - read))
later = sorted(one[0] for one in times[1:] or times)
used = resource.getrusage(resource.RUSAGE_SELF)
# Not ru_maxrss: that begins with the size of the process that started this one.
status = Path("/proc/self/status").read_text()
peak_kb = int(status.partition("VmHWM:")[2].split()[0])
best = min(times)
print(json.dumps({
    "first_seconds": round(times[0][0], 3),
    "warm_seconds": round(later[len(later) // 2], 3), "best_seconds": round(later[0], 3),
    "read_seconds": round(best[1], 3), "count_seconds": round(best[2], 3),
    "rest_seconds": round(best[0] - best[1] - best[2], 3),
    "peak_mb": peak_kb // 1024,
    "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
    "rows": reports.reading.rows, "reports": counts.all_reports,
    "pairs": int(counts.n.size), "cells": counts.cells, "collapsed": signals.fit.collapsed,
    "negative_log_likelihood": signals.fit.negative_log_likelihood,
    "starts_reached": sum(s.reached for s in signals.fit.starts),
}))
"""

_VIGIPY = """
import json, sys, time, warnings
warnings.filterwarnings("ignore")
import pandas as pd
from vigipy import convert, gps
times = []
for _ in range(3):
    begun = time.perf_counter()
    data = pd.read_csv(sys.argv[1]).iloc[:, :3].drop_duplicates()
    data.columns = ["report", "name", "AE"]
    table = data.groupby(["name", "AE"]).size().reset_index(name="count")
    result = gps(convert(table), min_events=1)
    times.append(time.perf_counter() - begun)
print(json.dumps({"first_seconds": round(times[0], 3), "warm_seconds": round(min(times[1:]), 3),
                  "note": "its margins are sums of pairs, not reports, so its answers differ"}))
"""


def run(rows: int = 0) -> dict[str, Any]:
    """Measure, and return the figures; ``rows`` also measures that many made-up rows."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        caers, real = _caers(folder)
        figures: dict[str, Any] = {"goals": GOALS, "caers_is_real": real}
        named = {} if real else NAMED
        figures["caers"] = _measure(caers, REPEATS, named)
        figures["vigipy"] = _vigipy(caers)
        faers, real = _faers(folder)
        figures["faers_is_real"] = real
        figures["faers"] = _measure(faers, 2, {} if real else NAMED)
        if rows:
            figures["made_up"] = [_many(folder, part) for part in (rows // 4, rows // 2, rows)]
    figures["met"] = {
        "caers": figures["caers"]["warm_seconds"] <= GOALS["caers_seconds"],
        "faers_time": figures["faers"]["warm_seconds"] <= GOALS["faers_seconds"],
        "faers_memory": figures["faers"]["peak_mb"] <= GOALS["faers_peak_mb"],
    }
    return figures


def _measure(
    path: Path, repeats: int, named: dict[str, str], memory: str = "512MB"
) -> dict[str, Any]:
    """Measure in a process of its own, so that its peak of memory is its own."""
    done = subprocess.run(
        [sys.executable, "-c", _OURS, str(path), str(repeats), json.dumps(named), memory],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _caers(folder: Path) -> tuple[Path, bool]:
    real = DATA / "caers_2012.csv.gz"
    if real.is_file():
        return real, True
    path = folder / "caers.csv.gz"
    write(simulate(Design(reports=3_400, products=2_800, events=1_300), seed=1), path)
    return path, False


def _faers(folder: Path) -> tuple[Path, bool]:
    real = DATA / "faers_2022q3_excerpt.csv.gz"
    if real.is_file():
        return real, True
    path = folder / "faers.csv.gz"
    write(simulate(Design(reports=130_000, products=3_900, events=1_000), seed=1), path)
    return path, False


def _vigipy(path: Path) -> dict[str, Any]:
    if not PEER.is_file():
        return {"not_measured": "vigipy is not installed in .venv-vigipy"}
    done = subprocess.run(
        [str(PEER), "-c", _VIGIPY, str(path)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        return {"not_measured": (done.stderr.strip().splitlines() or ["it failed"])[-1]}
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _many(folder: Path, rows: int) -> dict[str, Any]:
    """Made-up rows in a Parquet file, written block by block."""
    path = folder / "many.parquet"
    design = Design(reports=400_000, products=5_000, events=2_000)
    blocks: list[Path] = []
    written = 0
    connection = duckdb.connect(config={"memory_limit": "1GB"})
    while written < rows:
        made = simulate(design, seed=len(blocks))
        many = min(made.report.size, rows - written)
        block = {
            "report": made.report[:many] + len(blocks) * design.reports,
            "product": made.product[:many],
            "event": made.event[:many],
        }
        part = folder / f"part{len(blocks)}.parquet"
        connection.execute(
            f"""copy (select 'R' || report as report, 'product ' || product as product,
                'event ' || event as event from block) to '{part}' (format parquet)"""
        )
        del block
        blocks.append(part)
        written += many
    listed = ", ".join(f"'{part}'" for part in blocks)
    connection.execute(f"copy (from read_parquet([{listed}])) to '{path}' (format parquet)")
    connection.close()
    for part in blocks:
        part.unlink()
    begun = time.perf_counter()
    found = _measure(path, 1, NAMED, memory="1GB")
    return found | {"seconds": round(time.perf_counter() - begun, 1)}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=0, help="made-up rows to measure too")
    print(json.dumps(run(parser.parse_args().rows), indent=2))


if __name__ == "__main__":
    main()

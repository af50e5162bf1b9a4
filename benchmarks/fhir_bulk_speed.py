"""How fast a FHIR bulk export is read into facts and written.

    python -m benchmarks.fhir_bulk_speed [--people 30000]

Made-up people with the mess of real data; every Observation counts, used or not.  Each
reading runs in a process of its own, from its start to the facts on the disk.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from corrin.interfaces.fhir_bulk.writing import Writing
from corrin.knowledge.loading import load
from corrin.population.facts import FactBatch
from corrin.population.simulating.printing import local_codes
from corrin.population.simulating.writing import simulate

ROOT = Path(__file__).parent.parent
PEOPLE = 30_000
REPEATS = 3
GOALS = {"observations_per_second": 200_000}

_READ = """
import json, resource, sys, tempfile, time
from pathlib import Path
begun = time.perf_counter()
from corrin.interfaces.fhir_bulk.reading import read_fhir_bulk
from corrin.knowledge.loading import load
load()
started = time.perf_counter()
with tempfile.TemporaryDirectory() as name:
    tally = read_fhir_bulk(Path(sys.argv[1]), Path(name), processes=int(sys.argv[2])).tally
    done = time.perf_counter()
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
# Not ru_maxrss: that begins with the size of the process that started this one.
status = Path("/proc/self/status").read_text()
print(json.dumps({
    "start_seconds": round(started - begun, 2), "seconds": round(done - started, 2),
    "cpu_seconds": round(sum(one.ru_utime + one.ru_stime for one in used), 2),
    "peak_mb": int(status.partition("VmHWM:")[2].split()[0]) // 1024,
    "records": tally.read, "used": tally.used,
    "ignored": dict(tally.ignored), "rejected": dict(tally.rejected),
}))
"""


def run(people: int = PEOPLE) -> dict[str, Any]:
    """Measure, and return the figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures: dict[str, Any] = {"goals": GOALS, "people": people}
        figures["writing"] = _write(folder, people)
        observations = folder / "observations"
        observations.mkdir()
        kind = "Observation.ndjson"
        (folder / "fhir" / kind).rename(observations / kind)
        lines = figures["writing"]["lines"]
        figures["observations_two_processes"] = _read(observations, 2, lines["Observation"])
        figures["observations_one_process"] = _read(observations, 1, lines["Observation"])
        rest = sum(lines.values()) - lines["Observation"]
        figures["everything_else_one_process"] = _read(folder / "fhir", 1, rest)
    rate = figures["observations_two_processes"]["per_second"]
    figures["met"] = {"observations_per_second": rate >= GOALS["observations_per_second"]}
    return figures


def _write(folder: Path, people: int) -> dict[str, Any]:
    spent = 0.0
    with Writing(folder / "fhir", knowledge=load(), local_codes=local_codes) as writing:

        def write(batch: FactBatch) -> None:
            nonlocal spent
            begun = time.process_time()
            writing.write(batch)
            spent += time.process_time() - begun

        simulate(people, load(), seed=3, folder=folder / "truth", write=write)
    size = sum(path.stat().st_size for path in (folder / "fhir").iterdir())
    return {
        "lines": dict(writing.lines),
        "megabytes": round(size / 1e6),
        "cpu_seconds": round(spent, 2),
        "people_per_cpu_second": round(people / spent),
    }


def _read(source: Path, processes: int, lines: int) -> dict[str, Any]:
    """Read several times; the median of the walls, and the processor's time of that run."""
    found = sorted(
        (_once(source, processes) for _ in range(REPEATS)), key=lambda one: one["seconds"]
    )
    middle = found[len(found) // 2]
    if middle["records"] != lines:
        raise SystemExit(f"{lines} lines were written, {middle['records']} were read")
    return middle | {
        "per_second": round(lines / middle["seconds"]),
        "per_cpu_second": round(lines / middle["cpu_seconds"]),
        "walls": [one["seconds"] for one in found],
    }


def _once(source: Path, processes: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", _READ, str(source), str(processes)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    print(json.dumps(run(parser.parse_args().people), indent=2))


if __name__ == "__main__":
    main()

"""A whole run from FHIR to the report, step by step, and what it says of larger ones.

    python -m benchmarks.population_whole [--people 30000]

Made-up people with the mess of real data.  The model of larger runs is plain: seconds of a
core for each result read and each person, times a factor for what more machines lose.
"""

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

from corrin.interfaces.population_sources import write_simulated
from corrin.knowledge.loading import load

PEOPLE = 30_000
SEED = 12
#: Results a person that the model reckons with, and what a cluster loses; both assumed.
RESULTS_A_PERSON, OVERHEAD = 20, 2
ASKED = (10_000_000, 1_000_000_000)

_RUN = """
import json, sys, time
from pathlib import Path
from corrin.interfaces.population_pages.writing import write_pages
from corrin.interfaces.population_sources import reader_of
from corrin.knowledge.loading import load
from corrin.population.running import Options, run_population
from corrin.population.runs import Engine, Folder, run_of
if __name__ == "__main__":
    source, out, processes = Path(sys.argv[1]), Folder(out=Path(sys.argv[2])), int(sys.argv[3])
    begun = {}
    def told(stage, done, of, unit):
        begun.setdefault(stage.value, time.perf_counter())
    read, also = reader_of(source, load(), mapping=None, code_map=None, as_of=None,
                           processes=processes, memory_limit="1GB")
    run = run_of(source, load(), as_of=None, engine=Engine.DUCKDB, also=also)
    options = Options(processes=processes, memory_limit="1GB")
    counted = run_population(read, out, run, load(), options=options, told=told)
    begun["writing the report"] = time.perf_counter()
    write_pages(out, counted, load(), memory_limit="1GB", threads=processes)
    begun["end"] = time.perf_counter()
    times = list(begun.values())
    print(json.dumps({"steps": {name: round(times[n + 1] - times[n], 2)
                                for n, name in enumerate(list(begun)[:-1])},
                      "records": counted["records"]["read"], "balances": counted["balances"],
                      "results": counted["table"]["records"]["results"]["read"]}))
"""


def run(people: int = PEOPLE) -> dict[str, Any]:
    """Measure one run and return its steps (seconds), and the model of larger ones."""
    cores = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as name:
        source, out = Path(name) / "fhir", Path(name) / "out"
        write_simulated(
            people, load(), seed=SEED, form="fhir", out=source, mess=True, told=lambda *_: None
        )
        begun = time.perf_counter()
        told = subprocess.run(
            [sys.executable, "-c", _RUN, str(source), str(out), str(cores)],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        whole = time.perf_counter() - begun
    figures: dict[str, Any] = {
        "people": people,
        "cores": cores,
        "seconds": round(whole, 1),
        **json.loads(told),
    }
    return figures | {"model": [_model(figures, results) for results in ASKED]}


def _model(figures: dict[str, Any], results: int) -> dict[str, Any]:
    """Return the core-hours of a run over so many results."""
    reading, table, answers = list(figures["steps"].values())[:3]
    people = results / RESULTS_A_PERSON
    cores = figures["cores"]
    of_results = cores * (reading + table) / figures["results"] * results
    of_people = cores * answers / figures["people"] * people
    return {
        "results": results,
        "people": round(people),
        "reading_and_table_core_hours": round(of_results / 3600, 2),
        "answers_core_hours": round(of_people / 3600, 2),
        "answers_on_a_cluster_core_hours": round(OVERHEAD * of_people / 3600, 2),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    print(json.dumps(run(parser.parse_args().people), indent=2))

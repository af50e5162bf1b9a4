"""One rule (B12 above 900 pg/mL) over the same made-up people, beside two other engines.

    python -m benchmarks.cql_comparison [--people 20000]

The others are cql-execution (npm) and fhir4ds-v2 (PyPI); each is measured where it is
installed, in an environment of its own.  Every engine reads the same two NDJSON files:
people, and their B12 results alone, which is kindest to engines that hold whole records.
Corrin and cql-execution use one core.  All must find the same number of people.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corrin.interfaces.fhir_bulk.writing import Writing
from corrin.knowledge.loading import load
from corrin.population.facts import FactBatch, FactKind
from corrin.population.simulating.printing import local_codes
from corrin.population.simulating.writing import simulate

ROOT = Path(__file__).parent.parent
CQL = Path(__file__).parent / "cql"
#: Where the others stand, if anywhere: they need libraries of their own.
NODE_MODULES = Path(os.environ.get("CORRIN_CQL", ROOT / ".venv-cql" / "node_modules"))
FHIR4DS = Path(os.environ.get("CORRIN_FHIR4DS", ROOT / ".venv-fhir4ds" / "bin" / "python"))
PEOPLE = 20_000
PUBLISHED = {"cql_execution": "831 people/s", "fhir4ds_v2": "17,000-21,000 people/s"}

_OURS = """
import json, sys, tempfile, time
from pathlib import Path
begun = time.perf_counter()
import pyarrow.compute as pc
import pyarrow.dataset as ds
from corrin.interfaces.fhir_bulk.reading import read_fhir_bulk
from corrin.knowledge.loading import load
from corrin.population.facts import FactKind, parts
load()
started = time.perf_counter()
with tempfile.TemporaryDirectory() as name:
    facts = Path(name)
    tally = read_fhir_bulk(Path(sys.argv[1]), facts, processes=1).tally
    read = time.perf_counter()
    files = [str(part) for part in parts(facts, FactKind.RESULTS)]
    rule = ((pc.field("lab") == "serum_b12") & (pc.field("unit_seen") == "pg/mL")
            & pc.field("status").isin(["final", "amended", "corrected"])
            & (pc.field("value") > 900))
    found = ds.dataset(files).to_table(columns=["person_id"], filter=rule)
    high = pc.count_distinct(found["person_id"]).as_py()
    people = sum(ds.dataset(str(part)).count_rows() for part in parts(facts, FactKind.PEOPLE))
done = time.perf_counter()
import resource
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(json.dumps({
    "people": people, "high": high, "start_seconds": started - begun,
    "read_seconds": read - started, "rule_seconds": done - read,
    "cpu_seconds": sum(one.ru_utime + one.ru_stime for one in used),
}))
"""

_FHIR4DS = """
import json, logging, resource, sys, time
logging.disable(logging.CRITICAL)
begun = time.perf_counter()
import fhir4ds
connection = fhir4ds.create_connection()
started = time.perf_counter()
loader = fhir4ds.FHIRDataLoader(connection)
for kind in ("Patient", "Observation"):
    loader.load_ndjson(f"{sys.argv[1]}/{kind}.ndjson")
read = time.perf_counter()
answer = fhir4ds.evaluate_measure(
    library_path=sys.argv[2], conn=connection, output_columns={"high": "High"})
high, people = int(answer["high"].sum()), len(answer)
done = time.perf_counter()
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({
    "people": people, "high": high, "start_seconds": started - begun,
    "read_seconds": read - started, "rule_seconds": done - read,
    "cpu_seconds": used.ru_utime + used.ru_stime,
}))
"""


def run(people: int = PEOPLE) -> dict[str, Any]:
    """Measure every engine that is there; raise when two of them count differently."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = _prepare(folder, people)
        data = folder / "fhir"
        _ours(data)  # the files are then in memory for all of them
        engines = {
            "corrin": _ours(data),
            "cql_execution": _cql_execution(data),
            "fhir4ds_v2": _fhir4ds(data),
        }
    counts = {(one["people"], one["high"]) for one in engines.values() if "people" in one}
    if len(counts) > 1:
        raise SystemExit(f"the engines count differently: {sorted(counts)}")
    return {"people": people, "lines": lines, "published": PUBLISHED, "engines": engines}


def _prepare(folder: Path, people: int) -> dict[str, int]:
    """Write people and the current version of each of their B12 results, as a server would."""
    with Writing(folder / "fhir", knowledge=load(), local_codes=local_codes) as writing:

        def write(batch: FactBatch) -> None:
            if batch.kind is FactKind.PEOPLE:
                writing.write(_without(batch, "setting", "twitching"))
            elif batch.kind is FactKind.RESULTS:
                writing.write(_current_b12(batch))

        simulate(people, load(), seed=5, folder=folder / "truth", write=write)
    return dict(writing.lines)


def _without(batch: FactBatch, *names: str) -> FactBatch:
    table = batch.table
    for name in names:
        place = table.schema.get_field_index(name)
        kind = table.schema.field(place)
        table = table.set_column(place, kind, pa.nulls(table.num_rows, kind.type))
    return FactBatch(batch.kind, table)


def _current_b12(batch: FactBatch) -> FactBatch:
    table = batch.table.filter(pc.equal(batch.table["lab"], "serum_b12"))
    last = {id_: row for row, id_ in enumerate(table["result_id"].to_pylist())}
    return FactBatch(batch.kind, table.take(pa.array(sorted(last.values()), pa.int64())))


def _ours(data: Path) -> dict[str, Any]:
    return _measured([sys.executable, "-c", _OURS, str(data)])


def _cql_execution(data: Path) -> dict[str, Any]:
    node = shutil.which("node")
    if node is None or not NODE_MODULES.is_dir():
        return {"not_measured": "cql-execution is not installed in .venv-cql"}
    return _measured([node, str(CQL / "one_rule.js"), str(data)], NODE_PATH=str(NODE_MODULES))


def _fhir4ds(data: Path) -> dict[str, Any]:
    if not FHIR4DS.is_file():
        return {"not_measured": "fhir4ds-v2 is not installed in .venv-fhir4ds"}
    return _measured([str(FHIR4DS), "-c", _FHIR4DS, str(data), str(CQL / "one_rule.cql")])


def _measured(command: list[str], **environment: str) -> dict[str, Any]:
    """Run an engine in a process of its own; rates are of people, wall and processor."""
    begun = time.perf_counter()
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=os.environ | environment,
    )
    whole = time.perf_counter() - begun
    if done.returncode:
        return {"not_measured": f"it ended with {done.returncode}: {done.stderr[-300:]}"}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    people = found["people"]
    return {key: round(value, 3) for key, value in found.items()} | {
        "whole_seconds": round(whole, 3),
        "people_per_second_from_start_to_count": round(people / whole),
        "people_per_second_read_and_rule": round(
            people / (found["read_seconds"] + found["rule_seconds"])
        ),
        "people_per_second_rule_alone": round(people / found["rule_seconds"]),
        "people_per_cpu_second": round(people / found["cpu_seconds"]),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    print(json.dumps(run(parser.parse_args().people), indent=2))


if __name__ == "__main__":
    main()

"""How long a hospital's software waits for a card: 20 calls a second, 200 resources in each.

The load is open: calls set out at random times whether or not earlier ones came back, and
a time counts from when a call was due.  The server and its two workers have started and
have answered ten calls before the clock runs: the cold start is left out, and told beside
the figures.  The load comes from this process, on the same machine and its two cores.
What a call costs is also told as processor time, of the server with its workers and of the
work alone: on a machine that does other things too it says more than the times waited.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import http.client
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corrin.interfaces.cds_hooks.review import review

ROOT = Path(__file__).resolve().parent.parent
RATE = 20.0
CALLS = 600
RESOURCES = 200
SEED = 1
WARM = 10
GOAL_P95_MS, GOAL_P99_MS = 200.0, 500.0
READY = re.compile(rb"http://([\d.]+):(\d+)/")
PATH = "/cds-services/corrin-b12-review"
#: Places in /proc/PID/stat behind the name of the process: see proc(5).
_UTIME, _STIME = 11, 12
_LABS = (
    ("718-7", "g/dL", 13.5), ("787-2", "fL", 92), ("6690-2", "10*3/uL", 6.5),
    ("777-3", "10*3/uL", 240), ("2823-3", "mmol/L", 4.2), ("2951-2", "mmol/L", 140),
    ("14682-9", "umol/L", 78), ("1742-6", "U/L", 22), ("3016-3", "m[IU]/L", 1.8),
    ("2345-7", "mg/dL", 92),
)  # fmt: skip


def call(number: int) -> bytes:
    """Return a call for one patient of many: B12 low, indeterminate, normal or high."""
    chance = random.Random(SEED + number)
    id_ = f"p{number}"
    subject = {"reference": f"Patient/{id_}"}
    patient = {"resourceType": "Patient", "id": id_, "gender": chance.choice(["male", "female"]),
               "birthDate": f"{chance.randint(1935, 2000)}-03-04"}  # fmt: skip
    results = [
        _result(f"b{i}", "2132-9", "pg/mL", chance.choice([110, 240, 480, 1500]), subject, i)
        for i in range(5)
    ]
    drugs = [
        {"resourceType": "MedicationRequest", "id": f"m{i}", "status": "active",
         "intent": "order", "subject": subject, "authoredOn": "2026-03-01",
         "medicationCodeableConcept": {"text": name}}
        for i, name in enumerate(["omeprazole 20 mg", "metformin 500 mg",
                                  "cyanocobalamin 1000 ug tablet", "amlodipine 5 mg"])
    ]  # fmt: skip
    problems = [
        {"resourceType": "Condition", "id": f"c{i}", "subject": subject,
         "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": code}]}}
        for i, code in enumerate(["E11.9", "I10", "N18.3", "R25.3", "K29.4"])
    ]  # fmt: skip
    left = RESOURCES - 1 - len(results) - len(drugs) - len(problems)
    others = []
    for i in range(left):
        code, unit, value = _LABS[i % len(_LABS)]
        usual = round(value * chance.uniform(0.95, 1.05), 2)
        others.append(_result(f"o{i}", code, unit, usual, subject, i // len(_LABS)))
    sent = {"patient": patient, "b12": _bundle(results), "labs": _bundle(others),
            "conditions": _bundle(problems), "medications": _bundle(drugs),
            "statements": None, "answers": None}  # fmt: skip
    return json.dumps(
        {"hook": "patient-view", "hookInstance": str(uuid.UUID(int=chance.getrandbits(128))),
         "context": {"userId": "Practitioner/a", "patientId": id_}, "prefetch": sent}
    ).encode()  # fmt: skip


def _result(  # noqa: PLR0917
    id_: str, code: str, unit: str, value: float, subject: dict[str, str], back: int
) -> dict[str, Any]:
    day = dt.date.today() - dt.timedelta(days=7 + 40 * back)
    return {
        "resourceType": "Observation", "id": id_, "status": "final", "subject": subject,
        "category": [{"coding": [{"code": "laboratory"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "effectiveDateTime": day.isoformat(),
        "valueQuantity": {"value": value, "unit": unit, "code": unit,
                          "system": "http://unitsofmeasure.org"},
    }  # fmt: skip


def _bundle(resources: list[dict[str, Any]]) -> dict[str, Any]:
    entry = [{"resource": one} for one in resources]
    return {"resourceType": "Bundle", "type": "searchset", "entry": entry}


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """The running service; ``cold_s`` is the seconds until it was ready."""

    host: str
    port: int
    pid: int
    cold_s: float

    def cpu_s(self) -> float | None:
        """Return the processor time it has used with its workers; None where that is not told."""
        ticks, open_ = 0, [self.pid]
        try:
            while open_:
                process = Path(f"/proc/{open_.pop()}")
                fields = (process / "stat").read_text(encoding="ascii").rpartition(")")[2].split()
                ticks += int(fields[_UTIME]) + int(fields[_STIME])
                for task in (process / "task").iterdir():
                    open_ += map(int, (task / "children").read_text(encoding="ascii").split())
        except OSError:
            return None
        return ticks / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def server() -> Iterator[Served]:
    """Start the service with two workers; yield where it listens and how long it took."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "corrin", "serve", "--cds", "--insecure-no-jwt", "--port", "0",
             "--workers", "2", "--feedback-db", f"sqlite:///{folder}/f.sqlite3"],
            stderr=subprocess.PIPE, cwd=ROOT,
        )  # fmt: skip
        written = process.stderr
        if written is None:
            raise RuntimeError("no standard error to read")
        try:
            found = READY.search(written.readline())
            if found is None:
                raise RuntimeError("corrin serve --cds did not start")
            yield Served(
                host=found[1].decode(),
                port=int(found[2]),
                pid=process.pid,
                cold_s=time.perf_counter() - start,
            )
        finally:
            process.terminate()
            process.wait(30)
            written.close()


def run(count: int = CALLS, rate: float = RATE) -> dict[str, Any]:
    """Measure and return times in milliseconds, the cold start, and whether goals are met."""
    load_before = os.getloadavg()[0]
    bodies = [call(number) for number in range(60)]
    times: list[float] = []
    cards: list[int] = []
    wrong: list[int] = []
    with server() as served:
        for body in bodies[:WARM]:
            _ask(served, body)
        used = served.cpu_s()
        due, at, gaps = [], 0.0, random.Random(SEED)
        for _ in range(count):
            at += gaps.expovariate(rate)
            due.append(at)
        start = time.perf_counter()

        def one(number: int) -> None:
            status, answer = _ask(served, bodies[number % len(bodies)])
            times.append((time.perf_counter() - start - due[number]) * 1000)
            if status != http.client.OK:
                wrong.append(status)
            else:
                cards.append(len(json.loads(answer)["cards"]))

        threads = []
        for number, moment in enumerate(due):
            time.sleep(max(0.0, moment - (time.perf_counter() - start)))
            thread = threading.Thread(target=one, args=(number,))
            thread.start()
            threads.append(thread)
        for thread in threads:
            thread.join()
        used_after = served.cpu_s()
    cut = statistics.quantiles(times, n=100, method="inclusive")
    return {
        "calls": count,
        "a_second": rate,
        "resources_each": RESOURCES,
        "body_kb": round(len(bodies[0]) / 1024),
        "cores": len(os.sched_getaffinity(0)),
        "with_a_card": round(sum(cards) / max(1, len(cards)), 2),
        "refused": len(wrong),
        "p50_ms": round(cut[49], 1),
        "p95_ms": round(cut[94], 1),
        "p99_ms": round(cut[98], 1),
        "max_ms": round(max(times), 1),
        "cpu_ms_a_call": None
        if used is None or used_after is None
        else round((used_after - used) * 1000 / count, 1),
        "cpu_ms_of_the_work": round(work_cpu_ms(bodies), 1),
        "load_before": round(load_before, 2),
        "cold_start_s_left_out": round(served.cold_s, 2),
        "goals_ms": {"p95": GOAL_P95_MS, "p99": GOAL_P99_MS},
        "met": not wrong and cut[94] < GOAL_P95_MS and cut[98] < GOAL_P99_MS,
    }


def work_cpu_ms(bodies: list[bytes]) -> float:
    """Return the processor time of working out one answer, warm, without the server around it."""
    known = [json.loads(body) for body in bodies]
    given = [
        ([one for part in table["prefetch"].values() if part for one in _resources(part)],
         table["context"]["patientId"])
        for table in known
    ]  # fmt: skip
    for resources, patient in given[:WARM]:
        review(resources, [], patient)
    start = time.process_time()
    for resources, patient in given:
        review(resources, [], patient)
    return (time.process_time() - start) * 1000 / len(given)


def _resources(part: dict[str, Any]) -> list[dict[str, Any]]:
    if part["resourceType"] != "Bundle":
        return [part]
    return [entry["resource"] for entry in part["entry"]]


def _ask(served: Served, body: bytes) -> tuple[int, bytes]:
    line = http.client.HTTPConnection(served.host, served.port, timeout=60)
    try:
        line.request("POST", PATH, body, {"Content-Type": "application/json"})
        reply = line.getresponse()
        return reply.status, reply.read()
    finally:
        line.close()


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))

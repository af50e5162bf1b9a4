"""How long one person takes: all of ``assess``, warm, with and without draws, and the command cold.

The people are the published cases that report twitching and the examples.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

from corrin.assessment import assess
from corrin.knowledge.loading import load
from corrin.person.reading import person_from_table
from corrin.person.records import Person
from corrin.picture.person_file import vocabulary

ROOT = Path(__file__).resolve().parent.parent
REPEATS = 3
GOALS = {"warm_with_draws_ms": 300.0, "warm_without_draws_ms": 50.0, "cold_command_s": 1.0}


def people() -> dict[str, Person]:
    """Return every case and example as a person, with all that was known at the start."""
    words = vocabulary(load())
    found = {}
    paths = [*(ROOT / "tests/cases").glob("*.toml"), *(ROOT / "examples").glob("*.toml")]
    for path in sorted(paths):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        now = {
            key: value
            for key, value in table.get("person", table).items()
            if not key.startswith("later_")
        }
        found[path.stem], _ = person_from_table(now, words, lenient_labs=True)
    return found


def _fastest(person: Person, draws: int) -> float:
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        assess(person, draws=draws)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def run() -> dict[str, Any]:
    """Return medians over the people, the slowest, and the goals not met."""
    draws = int(load().model["draws"].value)
    twitching = {
        name: person
        for name, person in people().items()
        if assess(person, draws=0).twitching is not None
    }
    figures: dict[str, Any] = {"people": len(twitching), "draws": draws}
    for key, count in (("warm_with_draws_ms", draws), ("warm_without_draws_ms", 0)):
        times = {name: _fastest(person, count) for name, person in twitching.items()}
        slowest = max(times, key=times.__getitem__)
        figures[key] = round(statistics.median(times.values()), 1)
        figures[f"slowest_{key}"] = {"person": slowest, "ms": round(times[slowest], 1)}
    command = [
        sys.executable,
        "-m",
        "corrin",
        "assess",
        str(ROOT / "examples/high-b12-eyelid.toml"),
    ]
    cold = []
    for _ in range(2 * REPEATS):
        start = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True, cwd=ROOT)
        cold.append(time.perf_counter() - start)
    figures["cold_command_s"] = round(statistics.median(cold), 2)
    figures["not_met"] = [
        f"{key}: {figures[key]} (goal under {goal:g})"
        for key, goal in GOALS.items()
        if figures[key] >= goal
    ]
    return figures


if __name__ == "__main__":
    print(run())

"""Writes docs/validation.md from the commands themselves: accuracy, safety and speed, dated."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
from pathlib import Path

from benchmarks import twitching_speed
from checks import measured
from corrin.knowledge.checks import reading_status
from corrin.knowledge.loading import load

ROOT = Path(__file__).resolve().parent.parent
PAGE = Path("docs/validation.md")
BENCH = Path("out/bench.json")

LIMITS = """## Limits, in plain words
- The 32 cases are published ones: they favour the rare, most were read as abstracts, and their urgency labels are judgements. They are for
  development; nothing was fitted to them. Fourteen of them count for causes, so every interval is wide.
- The goals (right cause in the first three 82%, safe urgency 97%) are not met on them. With tests both intervals reach the goals; at the bedside neither does.
- "At the bedside" drops every test, so emergencies that only a laboratory shows cannot be seen there.
- "Rules alone" is Corrin's own urgency by construction and differs in causes only. It has the lower Brier score because it never commits itself.
- Most numbers of the knowledge are pooled judgements, shown as assumed and widened. No clinician has reviewed any of it.
"""


def _command(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return re.sub(r"[ \t]+$", "", done.stdout, flags=re.MULTILINE).strip()


def page() -> str:
    """Return the page; needs ``out/bench.json`` of ``make bench``."""
    bench = json.loads((ROOT / BENCH).read_text(encoding="utf-8"))
    tables = _command("corrin", "benchmark", "tests/cases").split("\nCases (")[0].strip()
    read = ", ".join(f"{count} {status}" for status, count in reading_status(load()).items())
    one = bench["assess"]
    real = bench["real_network"]
    rates = "; ".join(
        f"{key}: {row['persons_per_second']['compiled']:,} persons/s compiled, "
        f"{row['persons_per_second']['numpy']:,} in NumPy"
        for key, row in real.items()
        if key.endswith("present")
    )
    missed = [
        *bench["twitching"]["goals not met"],
        *real["not_met"],
        *one["not_met"],
        *measured.not_met(bench),
    ]
    return f"""# Validation

Written by `make validation` on {dt.date.today().isoformat()}; knowledge {load().version}.

## Accuracy and safety on published cases
`corrin benchmark tests/cases`, 95% intervals:

```text
{tables}
```

## What the numbers rest on
`corrin knowledge check`: {read}.

## Speed
`make bench` on {bench["date"]} ({bench["machine"]}, Python {bench["python"]}, one core, a shared machine), medians.

- One person, all of `assess`, over {one["people"]} people: {one["warm_with_draws_ms"]:g} ms with {one["draws"]:,} draws of the
  knowledge, {one["warm_without_draws_ms"]:g} ms without; with many positive findings fewer draws are taken and counted. The command from a cold start: {one["cold_command_s"]:g} s.
- The real network ({real["states"]} states, {real["findings"]} findings, {real["links"]} links), exact posteriors: {rates}.
- Beside the peers, on networks of a size they can answer:

```text
{twitching_speed.table(bench["twitching"])}
```

Not met: {"; ".join(missed) or "nothing"}.

{measured.sections(bench)}
{LIMITS}"""


if __name__ == "__main__":
    (ROOT / PAGE).write_text(page(), encoding="utf-8")
    print(f"Written to {PAGE}")

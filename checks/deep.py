"""The full-size work of ``make deep``: run it and keep its dated figures for ``make check``."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIGURES = Path("docs/deep-figures.json")


def report(root: Path) -> list[str]:
    """Print the kept figures; a missing file is a problem, an old one is shown with its date."""
    path = root / FIGURES
    if not path.is_file():
        return [f"{FIGURES} is missing: run make deep"]
    figures = json.loads(path.read_text(encoding="utf-8"))
    print(f"    {figures['date']}, commit {figures['commit']}: {figures['summary']}")
    for line in figures["figures"]:
        print(f"    {line}")
    return [] if figures["passed"] else ["the last full-size run failed"]


def run(*, write: bool) -> int:
    """Run the tests marked ``deep``; with ``write`` keep what they printed and when."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-m", "deep", "-rP", "--no-header"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout, done.stderr, sep="\n")
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    summary = re.search(r"^.*\d+ (?:passed|failed).*$", done.stdout, re.MULTILINE)
    figures = {
        "date": dt.date.today().isoformat(),
        "commit": commit,
        "passed": done.returncode == 0,
        "seconds": round(time.perf_counter() - start),
        "summary": summary.group().strip("= ") if summary else "no test ran",
        "figures": [
            line.removeprefix("FIGURE ")
            for line in done.stdout.splitlines()
            if line.startswith("FIGURE ")
        ],
    }
    if write:
        (ROOT / FIGURES).write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return done.returncode


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="keep the figures in docs/")
    sys.exit(run(write=parser.parse_args().write))

"""Runs every check, counts the failures and fails at the end, so that one run shows them all."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from checks import (
    clinical_numbers,
    deep,
    docs,
    file_length,
    hazards,
    plain_speech,
    translations,
    vignettes,
)

ROOT = Path(__file__).resolve().parent.parent


def _tool(*arguments: str) -> Callable[[], list[str]]:
    def run() -> list[str]:
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        return [] if done.returncode == 0 else (done.stdout + done.stderr).strip().splitlines()

    return run


def _knowledge() -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "corrin", "knowledge", "check", "--no-warnings"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    print("\n".join("    " + line for line in done.stdout.strip().splitlines()))
    return [] if done.returncode == 0 else done.stderr.strip().splitlines()


def _imports() -> list[str]:
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([str(lint)], cwd=ROOT, capture_output=True, text=True, check=False)
    return [] if done.returncode == 0 else (done.stdout + done.stderr).strip().splitlines()


CHECKS: tuple[tuple[str, Callable[[], list[str]]], ...] = (
    ("code style (ruff check)", _tool("ruff", "check", "--quiet", ".")),
    ("code layout (ruff format)", _tool("ruff", "format", "--check", "--quiet", ".")),
    ("types (mypy --strict)", _tool("mypy", "--no-error-summary")),
    ("imports run downwards", _imports),
    ("no Python file over 400 lines", lambda: file_length.problems(ROOT)),
    ("no clinical number in Python", lambda: clinical_numbers.problems(ROOT)),
    ("the project speaks of itself alone", lambda: plain_speech.problems(ROOT)),
    ("knowledge records", _knowledge),
    ("red-flag vignettes: none under-triaged", vignettes.problems),
    ("hazards are controlled, each control by a test", lambda: hazards.problems(ROOT)),
    ("translations are complete and current", lambda: translations.problems(ROOT)),
    ("generated documents are current", lambda: docs.problems(ROOT)),
    ("figures of the full-size work", lambda: deep.report(ROOT)),
)


def main() -> int:
    """Run all checks; return the number that failed (0 is success)."""
    failed = 0
    for name, check in CHECKS:
        start = time.perf_counter()
        found = check()
        print(f"{'FAILED' if found else 'ok':<7}{name} ({time.perf_counter() - start:.1f} s)")
        for line in found:
            print(f"    {line}")
        failed += bool(found)
    print(f"\n{len(CHECKS) - failed} checks passed, {failed} failed")
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())

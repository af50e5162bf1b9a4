"""Whose answer moved?  Runs every case with the knowledge of a commit and with the present one.

This is what a clinician reviews when the knowledge changes: each case whose class, tier
or probabilities differ, with both answers.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

from corrin.assessment import Assessment, assess
from corrin.knowledge.loading import Knowledge, load
from corrin.person.reading import person_from_table
from corrin.picture.person_file import vocabulary

ROOT = Path(__file__).resolve().parent.parent
MOVED = 0.01
SHOWN = 5


def knowledge_of(commit: str, folder: Path) -> Knowledge:
    """Return the knowledge as it stood at ``commit``, unpacked under ``folder``."""
    archive = subprocess.run(
        ["git", "archive", commit, "corrin/knowledge"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        packed.extractall(folder, filter="data")
    return load(folder / "corrin" / "knowledge")


def answers(knowledge: Knowledge) -> dict[str, Assessment]:
    """Return the point answer of every case and example, by file name."""
    words = vocabulary(knowledge)
    found = {}
    for path in sorted(
        [*(ROOT / "tests/cases").rglob("*.toml"), *(ROOT / "examples").glob("*.toml")]
    ):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        person_table = {
            key: value
            for key, value in table.get("person", table).items()
            if not key.startswith("later_")
        }
        person, _ = person_from_table(person_table, words, lenient_labs=True)
        found[path.name] = assess(person, draws=0, knowledge=knowledge)
    return found


def differences(before: Assessment, after: Assessment) -> list[str]:
    """Return what moved between two answers of one case, in words."""
    lines = []
    if before.urgency.tier is not after.urgency.tier:
        lines.append(f"urgency {before.urgency.tier} -> {after.urgency.tier}")
    classes = [a.b12_status.b12_class if a.b12_status else None for a in (before, after)]
    if classes[0] != classes[1]:
        lines.append(f"B12 {classes[0]} -> {classes[1]}")
    old = {c.id: c.probability for c in before.twitching.causes} if before.twitching else {}
    new = {c.id: c.probability for c in after.twitching.causes} if after.twitching else {}
    moved = sorted(old.keys() | new.keys(), key=lambda c: -abs(old.get(c, 0) - new.get(c, 0)))
    lines += [
        f"{cause} {old.get(cause, 0):.3f} -> {new.get(cause, 0):.3f}"
        for cause in moved[:SHOWN]
        if abs(old.get(cause, 0) - new.get(cause, 0)) >= MOVED
    ]
    return lines


def main() -> int:
    """Print every case that moved; return 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="HEAD", help="the commit to compare with")
    with tempfile.TemporaryDirectory() as folder:
        old = knowledge_of(parser.parse_args().base, Path(folder))
        before, after = answers(old), answers(load())
    print(f"Knowledge {old.version} -> {load().version}, {len(after)} cases")
    count = 0
    for name, answer in after.items():
        lines = differences(before[name], answer) if name in before else ["new case"]
        count += bool(lines)
        for line in lines:
            print(f"  {name}: {line}")
    print(f"{count} answers moved")
    return 0


if __name__ == "__main__":
    sys.exit(main())

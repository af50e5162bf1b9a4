"""The project speaks of itself alone: no machine paths, registry hosts or private workplaces."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

WORDS = re.compile(
    r"/(?:tmp|home|root|work)/[a-z]|\.\./shared|files\.pythonhosted\.org|pypi\.org/simple"
    r"|registry\.npmjs\.org|index-url",
    re.IGNORECASE,
)
EXCUSED = {"checks/plain_speech.py", "Makefile"}


def problems(root: Path) -> list[str]:
    """Return one line for each place in a tracked text file that names what is not ours."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    found = []
    for name in listed.stdout.splitlines():
        path = root / name
        if name in EXCUSED or not path.is_file():
            continue
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        found += [
            f"{name}:{number}: {match.group()}"
            for number, line in enumerate(lines, 1)
            if (match := WORDS.search(line))
        ]
    return found

"""No clinical number stands in Python: a number belongs in a record, with its source.

A bare number other than 0, 1, 2, 10 and 100 fails, unless its line says
``# not clinical: why``, it is the size of a cache, or its file only draws (``DRAWING``).
"""

from __future__ import annotations

import ast
from pathlib import Path

ALLOWED = {0, 1, 2, 10, 100}
MARK = "# not clinical:"
#: Files whose numbers are coordinates and font sizes.
DRAWING = {"report/charts.py", "report/curve_chart.py", "report/drawing.py"}


def problems(root: Path) -> list[str]:
    """Return one line for each bare number in the package that is not excused."""
    found = []
    package = root / "corrin"
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).as_posix()
        if name in DRAWING:
            continue
        source = path.read_text(encoding="utf-8")
        lines = source.splitlines()
        tree = ast.parse(source)
        kept = {
            id(word.value)
            for word in ast.walk(tree)
            if isinstance(word, ast.keyword) and word.arg == "maxsize"
        }
        for node in ast.walk(tree):
            if id(node) in kept or not isinstance(node, ast.Constant):
                continue
            if isinstance(node.value, (bool, str, bytes)):
                continue
            if not isinstance(node.value, (int, float, complex)) or node.value in ALLOWED:
                continue
            if MARK not in lines[node.lineno - 1]:
                found.append(f"corrin/{name}:{node.lineno}: bare number {node.value}")
    return found

"""The figures that ``/about`` shows, taken from the validation page so that both say the same."""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = Path("docs/validation.md")
FIGURES = Path("corrin/interfaces/web/validation_figures.json")

#: Rows of the validation page, and what ``/about`` calls them.
SHOWN = {
    "Cause: first": "The right cause comes first",
    "Cause: in first three": "The right cause is among the first three",
    "Urgency: exact": "The urgency is exactly right",
    "Urgency: safe": "The urgency is at most one step too low",
    "too high": "The urgency is too high",
    "emergencies too low": "Emergencies placed too low",
    "Class of B12: right": "The class of the B12 result is right",
    "Source of high B12: in first three": "The source of a high B12 is among the first three",
}
_MADE = re.compile(r"on (\d{4}-\d{2}-\d{2}); knowledge (\S+?)\.\s")
_TABLES = ("At the bedside", "With tests")


def figures(text: str) -> dict[str, object]:
    """Return the figures of the validation page; raises KeyError when a row is gone."""
    made = _MADE.search(text)
    if made is None:
        raise KeyError("date and knowledge of the validation page")
    start, end = (text.index(title) for title in _TABLES)
    bedside, with_tests = _rows(text[start:end]), _rows(text[end:])
    return {
        "date": made[1],
        "knowledge": made[2],
        "figures": [
            {"name": name, "bedside": bedside[row], "with_tests": with_tests[row]}
            for row, name in SHOWN.items()
        ],
    }


def _rows(table: str) -> dict[str, str]:
    rows: dict[str, str] = {}
    group = ""
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.split("│")]
        if len(cells) <= 2:
            continue
        name, value = cells[1], cells[2]
        group = group if line.startswith("│  ") else name.partition(":")[0]
        full = f"{group}: {name}"
        rows.setdefault(full if full in SHOWN else name, value)
    return rows


def problems(root: Path) -> list[str]:
    """Return one line when the figures of ``/about`` are not those of the validation page."""
    wanted = figures((root / PAGE).read_text(encoding="utf-8"))
    given = json.loads((root / FIGURES).read_text(encoding="utf-8"))
    return [] if given == wanted else [f"{FIGURES}: out of date; python -m checks.web_figures"]


def main() -> int:
    """Write the figures; with ``--check`` only say whether they are current."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    if parser.parse_args().check:
        found = problems(ROOT)
        print("\n".join(found) or "current")
        return len(found)
    wanted = figures((ROOT / PAGE).read_text(encoding="utf-8"))
    text = json.dumps(wanted, indent=2, ensure_ascii=False) + "\n"
    (ROOT / FIGURES).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

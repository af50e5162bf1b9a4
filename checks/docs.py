"""Generates the reference pages and says when a committed one is out of date."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import typer
from typer.testing import CliRunner

from corrin.interfaces.cli import app
from corrin.knowledge.loading import load

ROOT = Path(__file__).resolve().parent.parent
COMMAND_LINE = Path("docs/reference/command-line.md")
PERSON_FILE_WORDS = Path("docs/reference/words.md")


def command_line() -> str:
    """Return the page of every command, as its own ``--help`` prints it."""
    runner = CliRunner(env={"TERMINAL_WIDTH": "80", "COLUMNS": "80", "NO_COLOR": "1"})
    pages = ["# The command line\n\nGenerated from the commands themselves by `make docs`.\n"]
    for words_ in command_names(app):
        shown = runner.invoke(app, [*words_, "--help"], prog_name="corrin")
        pages.append(
            f"## {' '.join(('corrin', *words_))}\n\n```text\n{shown.output.strip()}\n```\n"
        )
    return "\n".join(pages)


def command_names(group: typer.Typer, *above: str) -> list[tuple[str, ...]]:
    """Return the words of every command and group, the group first."""
    names = [above]
    names += [(*above, command.name) for command in group.registered_commands if command.name]
    for child in group.registered_groups:
        if child.typer_instance is not None and isinstance(child.name, str):
            names += command_names(child.typer_instance, *above, child.name)
    return names


def words() -> str:
    """Return the page of the words a person file may use: findings, laboratory tests, settings."""
    knowledge = load()
    lines = [
        "# Words of a person file\n",
        "Generated from the records by `make docs`. A missing key means: not known.\n",
        "## Findings\n\n| id | plain name | for clinicians |\n| --- | --- | --- |",
    ]
    lines += [
        f"| `{finding.id}` | {finding.name} | {finding.professional_name} |"
        for finding in knowledge.findings.values()
    ]
    lines.append(
        "\n## Laboratory tests\n\n| id | name | unit | also accepted |\n| --- | --- | --- | --- |"
    )
    lines += [
        f"| `{lab.id}` | {lab.professional_name} | {lab.canonical_unit} | "
        f"{', '.join(unit for unit in lab.shown_units if unit != lab.canonical_unit)} |"
        for lab in knowledge.labs.values()
    ]
    return "\n".join(lines) + "\n"


PAGES = {COMMAND_LINE: command_line, PERSON_FILE_WORDS: words}


def problems(root: Path) -> list[str]:
    """Return one line for each committed page that differs from what would be generated."""
    return [
        f"{path} is out of date: run make docs"
        for path, page in PAGES.items()
        if not (root / path).is_file() or (root / path).read_text(encoding="utf-8") != page()
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the pages")
    if parser.parse_args().write:
        for path, page in PAGES.items():
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_text(page(), encoding="utf-8")
        print(f"{len(PAGES)} pages in docs/reference")
    sys.exit(0)

"""The pages on adding a record, followed to the letter in a copy of the package."""

from __future__ import annotations

import ast
import datetime as dt
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from corrin.claims.grading import faults
from corrin.interfaces.commands.example_rank import rank_example
from corrin.knowledge.checks import Level, check
from corrin.knowledge.loading import RECORDS, load
from tests.people import rules, seen
from tests.spec import test_triage_tiers

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs/how-to").glob("add-a-*.md"))
FENCE = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
CHECK = ["knowledge", "check", "--no-warnings"]


@dataclass(frozen=True)
class Page:
    """What one page tells its reader to write, to run, and to see."""

    files: dict[str, str]
    commands: list[list[str]]
    sees: list[str]


def page_of(path: Path) -> Page:
    blocks = FENCE.findall(path.read_text(encoding="utf-8"))
    lines = [line for kind, _, text in blocks if kind == "sh" for line in text.splitlines()]
    told = [shlex.split(line) for line in lines]
    assert all(words[0] == ".venv/bin/corrin" for words in told)
    return Page(
        files={title: text for kind, title, text in blocks if kind == "toml"},
        commands=[words[1:] for words in told],
        sees=[
            line
            for _, title, text in blocks
            if title == "you should see"
            for line in text.splitlines()
        ],
    )


def write(page: Page, root: Path) -> None:
    for name, text in page.files.items():
        assert not (root / name).exists() or name == "me.toml", f"{name} would be overwritten"
        (root / name).write_text(text, encoding="utf-8")


def run(words: list[str], root: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "corrin", *words], cwd=root, capture_output=True, text=True,
        check=False, env={**os.environ, "PYTHONPATH": str(root), "COLUMNS": "200"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    output = words[words.index("--output") + 1] if "--output" in words else None
    return done.stdout + ((root / output).read_text(encoding="utf-8") if output else "")


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the package with what every page adds to it."""
    root = tmp_path_factory.mktemp("package")
    ignored = shutil.ignore_patterns("__pycache__", ".compiled.*")
    shutil.copytree(ROOT / "corrin", root / "corrin", ignore=ignored)
    for path in PAGES:
        write(page_of(path), root)
        (root / "me.toml").unlink()
    yield root
    shutil.rmtree(root)


def test_there_is_a_page_for_each_thing_one_adds() -> None:
    things = {path.stem.removeprefix("add-a-") for path in PAGES}
    assert things == {"cause", "lab", "claim", "red-flag"}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_its_records_are_right_alone(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "corrin" / "knowledge"
    ignored = shutil.ignore_patterns("__pycache__", ".compiled.*", "*.py")
    shutil.copytree(RECORDS, folder, ignore=ignored)
    page = page_of(path)
    write(page, tmp_path)
    before, knowledge = load(), load(folder)
    added = {kind: set(table) - set(before.kinds()[kind]) for kind, table in
             knowledge.kinds().items()}  # fmt: skip
    assert sum(map(len, added.values())) == len(page.files) - 1, "all but me.toml"
    wrong = [
        issue
        for issue in check(knowledge, today=dt.date(2026, 11, 23), faults=faults)
        if issue.level is Level.ERROR
    ]
    assert wrong == []
    for id_ in added["causes"]:
        for example in knowledge.causes[id_].example:
            assert id_ in rank_example(knowledge)(example)[:3]


def test_the_check_of_every_page_passes(package: Path) -> None:
    assert all(CHECK in page_of(path).commands for path in PAGES)
    assert "error" not in run(CHECK, package).lower().replace("0 errors", "")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_one_sees_what_the_page_says(path: Path, package: Path) -> None:
    page = page_of(path)
    (package / "me.toml").write_text(page.files["me.toml"], encoding="utf-8")
    commands = [words for words in page.commands if words != CHECK]
    assert any(words[0] == "assess" for words in commands)
    told = " ".join("\n".join(run(words, package) for words in commands).split())
    assert page.sees
    for line in page.sees:
        assert line in told, line


def test_what_one_should_see_is_not_there_without_the_records(tmp_path: Path) -> None:
    """Or following the page would show nothing."""
    for path in PAGES:
        own = next(name for name in page_of(path).files if name != "me.toml")
        assert not (ROOT / own).exists()


def test_the_row_for_a_red_flag_can_be_added() -> None:
    text = (ROOT / "docs/how-to/add-a-red-flag.md").read_text(encoding="utf-8")
    ((_, _, row),) = [one for one in FENCE.findall(text) if one[1] == "a row"]
    tree = ast.parse(row, mode="eval").body
    assert isinstance(tree, ast.Tuple)
    rule, tier, person, labs, miss, its_labs = tree.elts
    assert isinstance(tier, ast.Name)
    assert hasattr(test_triage_tiers, tier.id)
    words = [ast.literal_eval(one) for one in (rule, person, labs, miss, its_labs)]
    assert f'id = "{words[0]}"' in text
    # Everything the row names is known; the rule itself is only in the copy.
    assert words[0] not in rules(seen(words[1], labs=words[2]))
    seen(words[3], labs=words[4])

"""What a newcomer reads agrees with what is there: names, files, commands, forms."""

from __future__ import annotations

import importlib
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
GLOSSARY = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
TERMS = re.findall(r"^\| ([^|]+?) \| ([^|]+?) \| `([^`]+)` \|$", GLOSSARY, re.MULTILINE)
WAYS_IN = ["ARCHITECTURE.md", "CONTRIBUTING.md"]
LINKED = [
    *WAYS_IN, "docs/glossary.md",
    *(str(path.relative_to(ROOT)) for folder in ("docs/safety", "docs/how-to")
      for path in sorted((ROOT / folder).glob("*.md"))),
]  # fmt: skip
TEMPLATES = sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("[!c]*.yml"))


def thing(name: str) -> Any:
    """Return what a dotted name stands for; a field of a record counts by its name."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            fields = {**getattr(found, "__annotations__", {})}
            found = getattr(found, part) if hasattr(found, part) else fields[part]
        return found
    raise ModuleNotFoundError(name)


@pytest.mark.parametrize(("word", "name"), [(word, name) for word, _, name in TERMS])
def test_every_name_of_the_glossary_exists(word: str, name: str) -> None:
    if "/" in name:
        assert (ROOT / name).exists()
    else:
        assert thing(name) is not None


@pytest.mark.parametrize("name", ["corrin.person.records.Persona", "corrin.nowhere.X"])
def test_a_name_that_is_not_there_is_noticed(name: str) -> None:
    with pytest.raises((KeyError, ModuleNotFoundError)):
        thing(name)


def test_the_glossary_is_in_order_and_says_each_word_once() -> None:
    words = [word.casefold() for word, _, _ in TERMS]
    assert len(words) > 50
    assert words == sorted(set(words))
    rows = [line for line in GLOSSARY.splitlines() if line.startswith("| ")]
    assert len(rows) == len(TERMS) + 2, "every row has a name"


@pytest.mark.parametrize("name", WAYS_IN)
def test_a_way_in_is_short(name: str) -> None:
    assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) < 200


@pytest.mark.parametrize("name", LINKED)
def test_links_and_files_are_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if not link.startswith("http"):
            assert (ROOT / name).parent.joinpath(link).exists(), link
    prefixes = "corrin|tests|docs|checks|benchmarks|deploy|examples|changelog.d|requirements"
    outside = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    for path in re.findall(rf"`((?:{prefixes})/[\w./-]*)(?:::\w+)*`", outside):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("name", LINKED)
def test_every_make_target_named_exists(name: str) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE):
        assert target in targets, target


def test_every_package_stands_on_the_map_and_the_layers_are_those_checked() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    packages = {path.parent.name for path in (ROOT / "corrin").glob("*/__init__.py")}
    named = set(re.findall(r"^\| `corrin/(\w+)/?(?:\.py)?` \|", text, re.MULTILINE))
    assert named - {"errors", "assessment"} == packages
    (drawn,) = re.findall(r"^```\n(interfaces\n.*?)^```", text, re.MULTILINE | re.DOTALL)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = project["tool"]["importlinter"]["contracts"]
    wanted = [
        {part.strip().removeprefix("corrin.") for part in layer.split("|")} - {"_version"}
        for layer in contract["layers"]
    ]
    assert [{part.strip() for part in line.split("|")} for line in drawn.splitlines()] == wanted


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_an_issue_form_asks_for_versions_and_no_personal_data(path: Path) -> None:
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(form) >= {"name", "description", "body"}
    fields = {one.get("id"): one for one in form["body"]}
    kinds = {"markdown", "dropdown", "input", "textarea", "checkboxes"}
    assert {one["type"] for one in form["body"]} <= kinds
    assert fields["versions"]["validations"]["required"] is True
    assert fields["sure"]["attributes"]["options"][0]["required"] is True
    assert "**No personal data**" in fields[None]["attributes"]["value"]


def test_there_is_a_form_for_facts_and_one_for_software() -> None:
    assert [path.stem for path in TEMPLATES] == ["knowledge", "software"]

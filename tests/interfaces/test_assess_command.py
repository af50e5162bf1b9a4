"""``corrin assess``: exit codes, what goes to which stream, and the JSON contract."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.interfaces.running import corrin

EXAMPLES = sorted(Path("examples").glob("*.toml"))
KEYS = {
    "b12_status",
    "high_b12",
    "twitching",
    "urgency",
    "claims",
    "causality",
    "next_steps",
    "refusals",
    "knowledge_version",
    "software_version",
    "disclaimer",
}
TIERS = {"emergency", "same-day", "two-weeks", "routine", "self-care"}


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 3


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("reader", ["person", "clinician"])
def test_json_is_one_object_with_every_key_and_nothing_else(example: Path, reader: str) -> None:
    done = corrin("assess", str(example), "--format", "json", "--for", reader)
    assert (done.code, done.error) == (0, "")
    answer = json.loads(done.output)
    assert set(answer) >= KEYS
    assert answer["urgency"]["tier"] in TIERS
    for question in KEYS - {"knowledge_version", "software_version", "disclaimer", "refusals"}:
        if answer[question] is None:
            assert any(refusal["question"] == question for refusal in answer["refusals"]), question
        assert answer[question] != []


@pytest.mark.parametrize("format_", ["text", "html"])
def test_output_file_is_written_whole(tmp_path: Path, format_: str) -> None:
    target = tmp_path / "answer"
    done = corrin("assess", str(EXAMPLES[0]), "--format", format_, "--output", str(target))
    assert done.code == 0
    assert done.output == ""
    assert len(target.read_text(encoding="utf-8")) > 1000
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    done = corrin("assess", str(EXAMPLES[0]), "--output", str(tmp_path / "no" / "answer"))
    assert done.code == 2
    assert "not written" in done.error


def test_json_and_toml_give_the_same_answer(tmp_path: Path) -> None:
    toml, as_json = tmp_path / "p.toml", tmp_path / "p.json"
    toml.write_text('age = 41\nsex = "female"\n[findings]\ndist_eyelid_only = true\n')
    as_json.write_text('{"age": 41, "sex": "female", "findings": {"dist_eyelid_only": true}}')
    first = corrin("assess", str(toml), "--format", "json").output
    assert first == corrin("assess", str(as_json), "--format", "json").output


def test_the_answer_does_not_depend_on_the_run() -> None:
    runs = {corrin("assess", str(EXAMPLES[0]), "--format", "json").output for _ in range(3)}
    assert len(runs) == 1


def test_module_and_import_give_the_same(tmp_path: Path) -> None:
    import corrin as package
    from corrin.report.as_json import as_json

    file = tmp_path / "p.toml"
    file.write_text("twitching = true\n[findings]\ncramps = true\n")
    done = subprocess.run(
        [sys.executable, "-m", "corrin", "assess", str(file), "--format", "json"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == json.loads(
        json.dumps(as_json(package.assess(package.read_person(file))))
    )


def test_help_teaches_every_command() -> None:
    for command in ([], ["assess"], ["ask"], ["benchmark"], ["knowledge"]):
        done = corrin(*command, "--help")
        assert done.code == 0
        assert len(done.output) > 200


def test_version_names_both() -> None:
    assert "knowledge" in corrin("--version").output

"""Bad input gets a clear message and exit code 2, never a traceback, and no answer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.interfaces.bad_files import BAD
from tests.interfaces.running import corrin

LONGEST_LINE = 400


def test_there_are_at_least_sixty() -> None:
    assert len(BAD) >= 60
    assert len({name for name, _, _ in BAD}) == len(BAD)


@pytest.mark.parametrize(("name", "content", "words"), BAD, ids=[name for name, _, _ in BAD])
def test_bad_file_is_refused_with_a_clear_message(
    tmp_path: Path, name: str, content: bytes | str, words: tuple[str, ...]
) -> None:
    file = tmp_path / "person.toml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    done = corrin("assess", str(file), "--format", "json")
    assert done.code == 2, done.error
    assert done.output == ""
    assert "Traceback" not in done.error
    for word in words:
        assert word in done.error, done.error
    for line in done.error.splitlines():
        assert len(line) <= LONGEST_LINE


def test_every_fault_is_listed_at_once(tmp_path: Path) -> None:
    file = tmp_path / "person.toml"
    file.write_text('age = -1\nsex = "x"\n[findings]\nnope_nope = true\n')
    error = corrin("assess", str(file)).error
    for where in ("age", "sex", "findings.nope_nope"):
        assert where in error


@pytest.mark.parametrize("target", ["missing.toml", "."])
def test_a_path_that_is_no_file(tmp_path: Path, target: str) -> None:
    done = corrin("assess", str(tmp_path / target))
    assert done.code == 2
    assert "cannot be" in done.error or "not a file" in done.error


def test_values_are_not_repeated_in_messages(tmp_path: Path) -> None:
    file = tmp_path / "person.toml"
    file.write_text('[[labs]]\nlab = "serum_b12"\nvalue = 987654321987\nunit = "pg/mL"\n')
    assert "987654321987" not in corrin("assess", str(file)).error


def test_a_red_flag_in_a_faulty_file_is_said_first(tmp_path: Path) -> None:
    file = tmp_path / "person.toml"
    file.write_text("age = -1\ntwitching = true\n[findings]\nbreathless_rest = true\n")
    done = corrin("assess", str(file))
    assert done.code == 2
    assert "calls for attention" in done.error
    assert "emergency" in done.error.lower()


def test_the_command_itself_shows_no_traceback(tmp_path: Path) -> None:
    file = tmp_path / "person.toml"
    file.write_bytes(b"\xff\xfe\x00")
    done = subprocess.run(
        [sys.executable, "-m", "corrin", "assess", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_wrong_option_is_bad_input() -> None:
    assert corrin("assess", "x.toml", "--for", "cat").code == 2

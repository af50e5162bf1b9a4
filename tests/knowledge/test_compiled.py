"""The compiled file saves time and can never change an answer."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import fields, replace
from pathlib import Path

import pytest

from corrin.errors import KnowledgeError
from corrin.knowledge.compiled import COMPILED, read_compiled, write_compiled
from corrin.knowledge.loading import Knowledge, compile_records, load
from corrin.knowledge.parsing import parse, read_files
from tests.knowledge.tiny import copy_of_tiny, edit

NOBODY = 65534


@pytest.fixture
def folder(tmp_path):
    return copy_of_tiny(tmp_path)


def content(knowledge):
    """Every field, with the order of every table."""
    found = {field.name: getattr(knowledge, field.name) for field in fields(Knowledge)}
    return {name: list(t.items()) if isinstance(t, dict) else t for name, t in found.items()}


def parsed(folder):
    return parse(read_files(folder))


def files_in(folder):
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


def test_what_was_compiled_equals_what_was_parsed(folder):
    first, second = load(folder), load(folder)
    assert content(first) == content(second) == content(parsed(folder))
    assert files_in(folder) == [COMPILED]


def test_the_own_records_survive_compiling_too(tmp_path):
    own = load()
    write_compiled(tmp_path / COMPILED, key=b"k" * 32, content=own)
    again = read_compiled(tmp_path / COMPILED, key=b"k" * 32, shape=Knowledge)
    assert again is not None
    assert content(again) == content(own)


def test_the_compiled_file_is_what_is_read_when_it_belongs(folder):
    load(folder)
    path = folder / COMPILED
    marked = replace(load(folder), version="read from the compiled file")
    write_compiled(path, key=path.read_bytes()[:32], content=marked)
    assert load(folder).version == "read from the compiled file"


def test_a_stale_file_is_not_used_and_is_replaced(folder):
    load(folder)
    stale = (folder / COMPILED).read_bytes()
    edit(folder, "findings/coffee.toml", "Much coffee", "Far too much coffee")
    assert load(folder).findings["coffee"].name == "Far too much coffee"
    assert (folder / COMPILED).read_bytes() != stale


def test_a_record_that_moved_makes_it_stale(folder):
    load(folder)
    (folder / "wording/calm.toml").rename(folder / "wording/calmer.toml")
    with pytest.raises(KnowledgeError, match="calmer"):
        load(folder)


def damaged(data):
    yield "empty", b""
    yield "cut in the key", data[:20]
    yield "cut in the checksum", data[:50]
    yield "cut in the payload", data[:-1]
    yield "longer", data + b"\0"
    yield "other", b"\x93" * len(data)
    for position in range(0, len(data), max(1, len(data) // 60)):
        flipped = bytearray(data)
        flipped[position] ^= 0x10
        yield f"one bit at {position}", bytes(flipped)


def test_a_damaged_file_is_never_used(folder):
    expected = content(load(folder))
    path = folder / COMPILED
    for fault, data in damaged(path.read_bytes()):
        path.write_bytes(data)
        assert content(load(folder)) == expected, fault


def test_sound_bytes_of_another_shape_are_not_used(folder):
    load(folder)
    path = folder / COMPILED
    write_compiled(path, key=path.read_bytes()[:32], content={"version": 3})
    assert load(folder).version.startswith("1.2.3+")


def test_a_folder_in_the_place_of_the_file_is_survived(folder):
    (folder / COMPILED / "inside").mkdir(parents=True)
    assert load(folder).version.startswith("1.2.3+")
    assert files_in(folder) == [COMPILED]


def test_a_folder_that_cannot_be_written_to_is_survived():
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        root.chmod(0o755)
        folder = copy_of_tiny(root)
        folder.chmod(0o555)
        me = os.geteuid()
        if me == 0:
            os.seteuid(NOBODY)  # root may write anywhere
        try:
            with pytest.raises(OSError):
                compile_records(folder)
            assert load(folder).version.startswith("1.2.3+")
            assert files_in(folder) == []
        finally:
            os.seteuid(me)
            folder.chmod(0o755)


def test_a_compiled_file_is_for_every_user(folder):
    load(folder)
    assert (folder / COMPILED).stat().st_mode & 0o777 == 0o644


def test_compiling_for_a_wheel_stops_at_a_wrong_record(folder):
    path = compile_records(folder)
    assert path == folder / COMPILED
    edit(folder, "labs/sodium.toml", "molar_mass", "molar_mas")
    with pytest.raises(KnowledgeError):
        compile_records(folder)


RACE = """
import sys
from pathlib import Path
from corrin.knowledge.loading import load
folder = Path(sys.argv[1])
versions = set()
for _ in range(25):
    versions.add(load(folder).version)
    (folder / ".compiled.msgpack").unlink(missing_ok=True)
print(*versions)
"""


def test_many_processes_may_compile_at_once(folder):
    expected = parsed(folder).version
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACE, str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for racer in racers:
        out, err = racer.communicate(timeout=120)
        assert (out.strip(), err) == (expected, "")
    assert [name for name in files_in(folder) if name != COMPILED] == []

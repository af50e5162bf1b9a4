"""One run and its folder: what it reads, with what, and whether it may be taken up again.

``run.json`` in the work folder says what the run is; taking it up again needs the same.  A lock
keeps two runs out of one folder.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from corrin._version import __version__
from corrin.errors import InputError, Problem
from corrin.knowledge.loading import Knowledge
from corrin.population.parts import write_json

_RUN = "run.json"
_LOCK = "lock"
_OWNER_ALONE = 0o700  # not clinical: rights


class Engine(StrEnum):
    """What computes the answers; both give the same rows."""

    DUCKDB = "duckdb"
    SPARK = "spark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """Where everything of one run lies."""

    out: Path

    @property
    def work(self) -> Path:
        """Return the folder of what is needed only while the run goes on."""
        return self.out / "work"

    @property
    def facts(self) -> Path:
        """Return the folder of facts as they were read."""
        return self.work / "facts"

    @property
    def read(self) -> Path:
        """Return the file that is there once the source has been read to the end."""
        return self.work / "read.json"

    @property
    def canonical(self) -> Path:
        """Return the folder of the canonical table, a row a person."""
        return self.out / "canonical"

    @property
    def answers(self) -> Path:
        """Return the folder of answers, a row a person."""
        return self.out / "answers"

    @property
    def reconciliation(self) -> Path:
        """Return the file that shows that nobody was lost or counted twice."""
        return self.out / "reconciliation.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What has to be the same for a run to go on where it stopped."""

    source: str
    fingerprint: str
    as_of: dt.date | None
    engine: Engine
    software_version: str
    knowledge_version: str

    def as_table(self) -> dict[str, Any]:
        """Return the run as ``run.json`` holds it."""
        return {
            "source": self.source,
            "fingerprint": self.fingerprint,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "engine": self.engine.value,
            "software_version": self.software_version,
            "knowledge_version": self.knowledge_version,
        }


def run_of(
    source: Path, knowledge: Knowledge, *, as_of: dt.date | None, engine: Engine, also: str = ""
) -> Run:
    """Return what this run is; ``also`` names options that change what is read."""
    return Run(
        source=source.name,
        fingerprint=_fingerprint(source, also),
        as_of=as_of,
        engine=engine,
        software_version=__version__,
        knowledge_version=knowledge.version,
    )


def _fingerprint(source: Path, also: str) -> str:
    """Return a hash of the names, sizes and times of every file of the source."""
    files = sorted(source.rglob("*")) if source.is_dir() else [source]
    told = hashlib.sha256(also.encode())
    for file in files:
        if file.is_file():
            about = file.stat()
            told.update(
                f"{file.relative_to(source)}\0{about.st_size}\0{about.st_mtime_ns}".encode()
            )
    return told.hexdigest()


def check(folder: Folder, run: Run, *, resume: bool) -> bool:
    """Return whether the folder holds this run already, read to its end; changes nothing.

    Raises :class:`InputError` when something else is in it: without ``resume`` anything at
    all, with it a run of another source, other options or another version.
    """
    earlier = _earlier(folder)
    if earlier is None:
        if folder.out.exists() and any(folder.out.iterdir()) and not _only_work(folder):
            _refuse(folder, "not-empty", "is not empty and holds no run.", "Choose another.")
    elif not resume:
        _refuse(
            folder,
            "run-exists",
            "holds a run already.",
            "Add --resume to go on with it, or choose another folder.",
        )
    elif different := [name for name, value in run.as_table().items() if earlier[name] != value]:
        _refuse(
            folder,
            "other-run",
            f"holds another run: {', '.join(_SAID[name] for name in different)} differ.",
            "Give the same command as before, or choose another folder.",
        )
    return earlier is not None


def begin(folder: Folder, run: Run, *, resume: bool) -> None:
    """Make the folder ready for this run, which must hold its lock (:func:`alone`).

    Raises :class:`InputError` as :func:`check` does.
    """
    held = check(folder, run, resume=resume)
    if not held:
        _clear(folder.work)
    for each in (folder.answers, folder.canonical):
        each.mkdir(exist_ok=True)
    if not held:
        write_json(run.as_table(), folder.work / _RUN)


def _clear(work: Path) -> None:
    """Remove what a run left that ended before its source was read; its lock may be held."""
    for each in work.iterdir():
        if each.is_dir():
            shutil.rmtree(each)
        elif each.name != _LOCK:
            each.unlink()


_SAID = {
    "source": "the source",
    "fingerprint": "the source's files or its mapping",
    "as_of": "the day of the assessment",
    "engine": "the engine",
    "software_version": "the version of Corrin",
    "knowledge_version": "the version of the knowledge",
}


def _earlier(folder: Folder) -> dict[str, Any] | None:
    """Return what run the folder holds; None before its source has been read to the end.

    Until then nothing is finished that could be lost or mixed up.
    """
    if not folder.read.exists():
        return None
    try:
        held = json.loads((folder.work / _RUN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return held if isinstance(held, dict) and set(held) == set(_SAID) else None


def _only_work(folder: Folder) -> bool:
    """Whether nothing is there but what a run leaves that ended while it read its source."""
    return {each.name for each in folder.out.iterdir()} <= {"work", "answers", "canonical"} and (
        not any([*folder.answers.glob("*"), *folder.canonical.glob("*")])
    )


def _refuse(folder: Folder, code: str, what: str, do: str) -> None:
    raise InputError([Problem(str(folder.out), code, what, do)])


@contextmanager
def alone(folder: Folder) -> Iterator[None]:
    """Keep a second run out of the folder; a killed run leaves no lock behind."""
    if not folder.out.exists():
        # It will hold people's data: for the one who runs it alone, unless they say otherwise.
        folder.out.mkdir(parents=True, mode=_OWNER_ALONE)
    folder.work.mkdir(exist_ok=True)
    with (folder.work / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            _refuse(folder, "in-use", "is in use by another run.", "Wait for it, or stop it.")
        yield

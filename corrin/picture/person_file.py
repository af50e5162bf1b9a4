"""From a file on disk to a checked :class:`Person`: everything that is wrong is said at once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from corrin.errors import InputError, Problem
from corrin.knowledge.loading import Knowledge, load
from corrin.knowledge.records import Setting
from corrin.labs.reading import measure
from corrin.person.reading import MAX_BYTES, parse, person_from_table
from corrin.person.records import Person
from corrin.person.vocabulary import Vocabulary
from corrin.picture.contradictions import find


def vocabulary(knowledge: Knowledge) -> Vocabulary:
    """Return the words a person file may use: every id and alias, and the settings."""
    findings = {name: finding.id for finding in knowledge.findings.values()
                for name in (finding.id, *finding.aliases)}  # fmt: skip
    labs = {name: lab.id for lab in knowledge.labs.values() for name in (lab.id, *lab.aliases)}
    return Vocabulary(
        findings=findings,
        labs=labs,
        settings=tuple(setting.value for setting in Setting),
        oldest_age=knowledge.model["oldest_age"].value,
    )


def read_person(path: Path | str, *, knowledge: Knowledge | None = None) -> Person:
    """Read and check one person file (TOML or JSON).

    Raises :class:`InputError` with every problem found: unknown words with the
    nearest known one, wrong or missing units, impossible values, contradictions.
    """
    knowledge = knowledge or load()
    path = Path(path)
    name = path.name
    try:
        size = path.stat().st_size
        data = b"" if size > MAX_BYTES or not path.is_file() else path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        raise InputError(
            [Problem(name, "no-file", f"cannot be read: {reason}.", "Check the path.")]
        ) from None
    if not path.is_file():
        raise InputError([Problem(name, "no-file", "is not a file.", "Give one person file.")])
    if size > MAX_BYTES:
        raise InputError(
            [Problem(name, "too-large", f"is larger than {MAX_BYTES:,} bytes.",
                     "Give one person only.")]
        )  # fmt: skip
    table = parse(data, name=name)
    person, _ = person_from_table(table, vocabulary(knowledge))
    check(person, knowledge)
    return person


def check(person: Person, knowledge: Knowledge) -> None:
    """Raise :class:`InputError` when a result has no usable unit or two things contradict."""
    _, problems, _ = measure(
        person.labs,
        knowledge,
        sex=person.sex,
        age=person.age,
        as_of=person.as_of or dt.date.today(),
    )
    problems = (*problems, *find(person, knowledge))
    if problems:
        raise InputError(problems)

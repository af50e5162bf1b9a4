"""Reads benchmark cases: one published person per TOML file, with what was true of them.

The format is that of ``tests/cases/README.md``.  Every fault of every file is
reported at once, as :class:`InputError`, with file name and key.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from corrin.b12_status.records import B12Class
from corrin.benchmark.evidence import LATER
from corrin.benchmark.records import Case, Expected, SourceOfHighB12
from corrin.errors import InputError, Problem
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Tier
from corrin.person.reading import MAX_BYTES, parse
from corrin.person.vocabulary import did_you_mean

KEYS = ("id", "person", "expected", "reference")
EXPECTED_KEYS = (
    "cause",
    "acceptable",
    "cause_outside_vocabulary",
    "b12_status",
    "source_of_high_b12",
    "urgency",
)

Choice = TypeVar("Choice", bound=StrEnum)


def read_cases(folder: Path, knowledge: Knowledge) -> tuple[Case, ...]:
    """Read every ``*.toml`` in ``folder`` and below, in the order of their paths.

    Raises :class:`InputError` when the folder holds none, a file cannot be used,
    or two cases share an id.
    """
    files = sorted(folder.rglob("*.toml")) if folder.is_dir() else []
    if not files:
        raise InputError(
            [
                Problem(
                    folder.name or str(folder),
                    "no-cases",
                    "is not a folder with case files (*.toml).",
                    "Give the folder that holds the cases.",
                )
            ]
        )
    problems: list[Problem] = []
    cases: dict[str, Case] = {}
    for file in files:
        case = _read(file, file.relative_to(folder).as_posix(), knowledge, problems)
        if case is None:
            continue
        if case.id in cases:
            problems.append(
                Problem(
                    f"{file.relative_to(folder).as_posix()}: id",
                    "duplicate-id",
                    "is the id of another case too.",
                    f"It is also the id of {cases[case.id].file.name}; rename one.",
                )
            )
        cases[case.id] = case
    if problems:
        raise InputError(problems)
    return tuple(cases.values())


def _read(file: Path, name: str, knowledge: Knowledge, problems: list[Problem]) -> Case | None:
    found: list[Problem] = []
    try:
        too_large = file.stat().st_size > MAX_BYTES
        table = parse(b"" if too_large else file.read_bytes(), name=name)
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        problems.append(Problem(name, "no-file", f"cannot be read: {reason}.", "Check the file."))
        return None
    except InputError as error:
        problems.extend(error.problems)
        return None
    found.extend(
        Problem(f"{name}: {key}", "unknown-key", "is not a key here.", did_you_mean(key, KEYS))
        for key in table
        if key not in KEYS
    )
    person = _table(table, "person", name, found)
    case_id = table.get("id")
    if not isinstance(case_id, str) or not case_id.strip():
        found.append(
            Problem(
                f"{name}: id", "missing-id", "is missing or not a text.", "Give the case an id."
            )
        )
    for key, of in LATER.items():
        shape, form = (dict, f"[person.{key}]") if of == "findings" else (list, f"[[person.{key}]]")
        if not isinstance(person.get(key, shape()), shape):
            found.append(
                Problem(
                    f"{name}: person.{key}",
                    "wrong-type",
                    "has the wrong form.",
                    f"Write it as {form}.",
                )
            )
    dropped: list[Problem] = []
    expected = _expected(_table(table, "expected", name, found), name, knowledge, found, dropped)
    reference = table.get("reference", {})
    if not isinstance(reference, Mapping):
        found.append(_not_a_table(name, "reference"))
    if found:
        problems.extend(found)
        return None
    return Case(
        id=str(case_id).strip(),
        file=file,
        person=person,
        expected=expected,
        reference=reference,
        dropped=tuple(dropped),
    )


def _expected(
    table: Mapping[str, object],
    name: str,
    knowledge: Knowledge,
    problems: list[Problem],
    dropped: list[Problem],
) -> Expected:
    where = f"{name}: expected"
    problems.extend(
        Problem(
            f"{where}.{key}", "unknown-key", "is not a key here.", did_you_mean(key, EXPECTED_KEYS)
        )
        for key in table
        if key not in EXPECTED_KEYS
    )
    cause = _text(table, "cause", where, problems)
    outside = _text(table, "cause_outside_vocabulary", where, problems)
    if cause is not None and outside is not None:
        problems.append(
            Problem(
                f"{where}.cause",
                "contradiction",
                "is given together with cause_outside_vocabulary.",
                "Keep one of the two.",
            )
        )
    known = knowledge.cause_id(cause) if cause is not None else None
    if cause is not None and known is None:
        problems.append(_unknown(f"{where}.cause", cause, knowledge.causes))
    return Expected(
        cause=known,
        acceptable=_acceptable(table.get("acceptable"), where, knowledge, problems, dropped),
        cause_outside_vocabulary=outside,
        b12_status=_choice(table, "b12_status", B12Class, where, problems),
        source_of_high_b12=_choice(table, "source_of_high_b12", SourceOfHighB12, where, problems),
        urgency=_choice(table, "urgency", Tier, where, problems),
    )


def _acceptable(
    value: object,
    where: str,
    knowledge: Knowledge,
    problems: list[Problem],
    dropped: list[Problem],
) -> tuple[str, ...]:
    """Return the known ids; one outside our vocabulary can never be listed, so it is dropped."""
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        problems.append(
            Problem(
                f"{where}.acceptable",
                "wrong-type",
                "is not a list of cause ids.",
                'Write acceptable = ["bfs"].',
            )
        )
        return ()
    known: list[str] = []
    for name in value:
        cause = knowledge.cause_id(name)
        if cause is None:
            dropped.append(_unknown("expected.acceptable", name, knowledge.causes))
        elif cause not in known:
            known.append(cause)
    return tuple(known)


def _unknown(where: str, word: str, words: Collection[str]) -> Problem:
    return Problem(where, "unknown-cause", "is not a known cause.", did_you_mean(word, words))


def _choice(
    table: Mapping[str, object],
    key: str,
    choices: type[Choice],
    where: str,
    problems: list[Problem],
) -> Choice | None:
    value = table.get(key)
    if value is None:
        return None
    if isinstance(value, str) and value in {choice.value for choice in choices}:
        return choices(value)
    listed = ", ".join(f'"{choice.value}"' for choice in choices)
    problems.append(
        Problem(
            f"{where}.{key}",
            "unknown-choice",
            "is not one of the known words.",
            f"Use one of {listed}, or leave it out when not known.",
        )
    )
    return None


def _text(table: Mapping[str, object], key: str, where: str, problems: list[Problem]) -> str | None:
    value = table.get(key)
    if value is None or (isinstance(value, str) and value.strip()):
        return None if value is None else str(value).strip()
    problems.append(
        Problem(f"{where}.{key}", "wrong-type", "is not a text.", "Write an id in quotes.")
    )
    return None


def _table(
    table: Mapping[str, object], key: str, name: str, problems: list[Problem]
) -> Mapping[str, object]:
    value = table.get(key)
    if isinstance(value, Mapping):
        return value
    problems.append(_not_a_table(name, key))
    return {}


def _not_a_table(name: str, key: str) -> Problem:
    return Problem(
        f"{name}: {key}", "wrong-type", "is missing or not a table.", f"Write it as [{key}]."
    )

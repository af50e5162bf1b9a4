"""Reads a person file: every fault found is reported at once, with where and what to do.

The file is a TOML or JSON table (``docs/reference/person-file.md``).  A missing key
means "not known".  Nothing is guessed: a fault is a :class:`Problem`, never a default.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from typing import Any, NoReturn

import msgspec

from corrin.errors import InputError, Problem
from corrin.person import entries
from corrin.person.records import Person
from corrin.person.vocabulary import Vocabulary, did_you_mean

MAX_BYTES = 1_000_000  # not clinical: a person file is some kilobytes
MAX_ENTRIES = 2_000  # not clinical: lines of one list in a person file

KEYS = (
    "age",
    "sex",
    "setting",
    "country",
    "twitching",
    "findings",
    "labs",
    "intake",
    "drugs",
    "as_of",
)
TOML_HEADER = re.compile(r"^\[{1,2}\s*[A-Za-z_][\w.-]*\s*\]{1,2}\s*(#.*)?$")
SEXES = ("female", "male")
COUNTRY_LETTERS = 2


def parse(data: bytes, *, name: str = "the file") -> dict[str, Any]:
    """Parse TOML or JSON bytes to a table.

    Raises :class:`InputError` when the bytes are too many, not text, empty, or
    neither TOML nor JSON.  The text itself is never repeated in the message.
    """
    if len(data) > MAX_BYTES:
        _refuse(name, "too-large", f"is larger than {MAX_BYTES:,} bytes.", "Give one person only.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        _refuse(name, "not-text", "is not UTF-8 text.", "Save it as plain text (TOML or JSON).")
    if "\x00" in text:
        _refuse(name, "not-text", "holds binary data.", "Save it as plain text (TOML or JSON).")
    if not text.strip():
        _refuse(name, "empty", "is empty.", "See examples/ for a person file to start from.")
    table = _parse_json(text, name) if text.lstrip()[0] in "{[" else _parse_toml(text, name)
    if not isinstance(table, dict):
        _refuse(name, "not-a-table", "is a list, not one person.", "Give one table of keys.")
    return table


def _looks_like_toml_table(text: str) -> bool:
    return TOML_HEADER.match(text.lstrip().splitlines()[0]) is not None


def _parse_json(text: str, name: str) -> Any:
    if _looks_like_toml_table(text):
        return _parse_toml(text, name)
    try:
        return msgspec.json.decode(text.encode())
    except (msgspec.DecodeError, RecursionError):
        _refuse(name, "not-json", "is not valid JSON.", "Check brackets, quotes and commas.")


def _parse_toml(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = str(error).rpartition("(")[2].rstrip(")") if "(" in str(error) else ""
        where = f"{name}, {line}" if line else name
        _refuse(
            where, "not-toml", "is not valid TOML.", "Check quotes, brackets and repeated keys."
        )
    except RecursionError:
        _refuse(name, "not-toml", "is nested too deeply.", "A person file needs two levels.")


def _refuse(where: str, code: str, what: str, do: str) -> NoReturn:
    raise InputError([Problem(where, code, what, do)])


def person_from_table(
    table: Mapping[str, Any],
    vocabulary: Vocabulary,
    *,
    today: dt.date | None = None,
    lenient_labs: bool = False,
) -> tuple[Person, tuple[Problem, ...]]:
    """Turn a parsed table into a :class:`Person`.

    With ``lenient_labs`` a laboratory line that cannot be read is left out and its
    problem returned; otherwise any problem raises :class:`InputError` with all of them.
    """
    problems: list[Problem] = []
    dropped: list[Problem] = []
    problems.extend(
        Problem(
            str(key), "unknown-key", "is not a key of a person file.", did_you_mean(str(key), KEYS)
        )
        for key in table
        if key not in KEYS
    )
    as_of = entries.date(table.get("as_of"), "as_of", problems)
    today = today or dt.date.today()
    if as_of is not None and as_of > today:
        problems.append(Problem("as_of", "future-date", "lies in the future.", "Check the year."))
    reader = entries.Entries(vocabulary=vocabulary, today=as_of or today)
    person = Person(
        age=_age(table.get("age"), vocabulary, problems),
        sex=_choice(table.get("sex"), "sex", SEXES, problems),
        setting=_choice(table.get("setting"), "setting", vocabulary.settings, problems),
        country=_country(table.get("country"), problems),
        twitching=_yes_no(table.get("twitching"), "twitching", problems),
        findings=_findings(table.get("findings"), vocabulary, problems),
        labs=reader.labs(
            _rows(table, "labs", problems),
            dropped if lenient_labs else problems,
            keep_last=lenient_labs,
        ),
        intake=None
        if table.get("intake") is None
        else reader.intake(_rows(table, "intake", problems), problems),
        drugs=None
        if table.get("drugs") is None
        else reader.drugs(_rows(table, "drugs", problems), problems),
        as_of=as_of,
    )
    if person.sex == "male" and person.findings.get("pregnant"):
        problems.append(
            Problem(
                "findings.pregnant",
                "contradiction",
                'is given with sex = "male".',
                "Correct one of the two.",
            )
        )
    if problems:
        raise InputError(problems)
    return person, tuple(dropped)


def _age(value: Any, vocabulary: Vocabulary, problems: list[Problem]) -> float | None:
    if value is None:
        return None
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not entries.is_finite(value)
    ):
        problems.append(Problem("age", "wrong-type", "is not a number.", "Give years, as in 41."))
        return None
    if not 0 <= value <= vocabulary.oldest_age:
        problems.append(
            Problem(
                "age",
                "impossible-value",
                "is not a possible age.",
                f"Give years from 0 to {vocabulary.oldest_age:g}.",
            )
        )
        return None
    return float(value)


def _choice(
    value: Any, where: str, choices: tuple[str, ...], problems: list[Problem]
) -> str | None:
    if value is None:
        return None
    if isinstance(value, str) and value.strip().lower().replace("_", "-") in choices:
        return value.strip().lower().replace("_", "-")
    listed = ", ".join(f'"{choice}"' for choice in choices)
    problems.append(
        Problem(
            where,
            "unknown-choice",
            "is not one of the known words.",
            f"Use one of {listed}, or leave it out when not known.",
        )
    )
    return None


def _country(value: Any, problems: list[Problem]) -> str | None:
    if value is None:
        return None
    if isinstance(value, str) and len(value.strip()) == COUNTRY_LETTERS and value.isalpha():
        return value.strip().upper()
    problems.append(
        Problem(
            "country",
            "unknown-choice",
            "is not a two-letter country code.",
            'Use the ISO code, as in "GB", "DE" or "US".',
        )
    )
    return None


def _yes_no(value: Any, where: str, problems: list[Problem]) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    problems.append(
        Problem(
            where,
            "wrong-type",
            "is neither true nor false.",
            "Write true or false without quotes; leave it out when not known.",
        )
    )
    return None


def _findings(value: Any, vocabulary: Vocabulary, problems: list[Problem]) -> dict[str, bool]:
    found: dict[str, bool] = {}
    if value is None:
        return found
    if not isinstance(value, Mapping):
        problems.append(
            Problem("findings", "wrong-type", "is not a table.", "Write it as [findings].")
        )
        return found
    for word, state in value.items():
        where = f"findings.{word}"
        finding = vocabulary.findings.get(str(word))
        if finding is None:
            problems.append(
                Problem(
                    where,
                    "unknown-finding",
                    "is not a known finding.",
                    did_you_mean(str(word), vocabulary.findings),
                )
            )
            continue
        answer = _yes_no(state, where, problems)
        if answer is None:
            continue
        if found.get(finding, answer) is not answer:
            problems.append(
                Problem(
                    where,
                    "contradiction",
                    f"contradicts '{finding}', its other name.",
                    "Keep one of the two.",
                )
            )
        found[finding] = answer
    return found


def _rows(table: Mapping[str, Any], key: str, problems: list[Problem]) -> list[Any]:
    value = table.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        problems.append(
            Problem(key, "wrong-type", "is not a list.", f"Write each entry under [[{key}]].")
        )
        return []
    if len(value) > MAX_ENTRIES:
        problems.append(
            Problem(
                key, "too-many", f"has more than {MAX_ENTRIES:,} entries.", "Give one person only."
            )
        )
        return []
    return value

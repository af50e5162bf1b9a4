"""Writes a person as a TOML person file, the form that people can read and change by hand."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from typing import Any

from corrin.interview.person_table import person_table
from corrin.person.records import Person

_HEAD = (
    "# A person file of Corrin. A key that is not here means: not known.\n"
    "# It holds health data. Keep it where only you can read it.\n"
)
_DELETE = "\x7f"


def person_toml(person: Person) -> str:
    """Return the person file as TOML; reading it back gives the same person."""
    return _HEAD + "\n".join(_lines(person_table(person))) + "\n"


def _lines(table: Mapping[str, Any]) -> Iterator[str]:
    """Yield single values first, then tables, then lists of tables, as TOML wants it."""
    yield from (f"{key} = {_value(value)}" for key, value in table.items() if not _is_table(value))
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield f"\n[{key}]"
            yield from (f"{_key(name)} = {_value(one)}" for name, one in value.items())
        elif _is_table(value):
            for row in value:
                yield f"\n[[{key}]]"
                yield from (f"{_key(name)} = {_value(one)}" for name, one in row.items())


def _is_table(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and isinstance(value[0], Mapping)
    return isinstance(value, Mapping)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(name)} = {_value(one)}" for name, one in value.items())
        return f"{{ {inside} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, str):
        return _text(value)
    return repr(value)


def _key(name: str) -> str:
    plain = name.replace("_", "").replace("-", "")
    return name if plain.isascii() and plain.isalnum() else _text(name)


def _text(value: str) -> str:
    """A basic string: JSON escapes the same characters, save one."""
    return json.dumps(value, ensure_ascii=False).replace(_DELETE, "\\u007F")

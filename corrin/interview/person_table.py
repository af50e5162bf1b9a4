"""Writes a person as a person file, so that an interview can be kept and taken up again."""

from __future__ import annotations

import dataclasses
from typing import Any

import msgspec

from corrin.person.records import Person


def person_table(person: Person) -> dict[str, Any]:
    """Return the person file as a table; what is not known is left out."""
    table: dict[str, Any] = _without_unknown(dataclasses.asdict(person))
    # An empty list of products says that none is taken; of results and findings, nothing.
    for key in ("labs", "findings"):
        if not table[key]:
            del table[key]
    for product in table.get("intake", ()):
        if "duration" in product:
            product["for"] = product.pop("duration")
    return table


def person_json(person: Person) -> str:
    """Return the person file as JSON; reading it back gives the same person."""
    return msgspec.json.format(msgspec.json.encode(person_table(person)), indent=2).decode() + "\n"


def _without_unknown(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_unknown(each) for key, each in value.items() if each is not None}
    if isinstance(value, (list, tuple)):
        return [_without_unknown(each) for each in value]
    return value

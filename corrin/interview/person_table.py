"""Writes a person as a person file, so that an interview can be kept and taken up again."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import msgspec

from corrin.person.records import Person


def person_json(person: Person) -> str:
    """Return the person file as JSON; reading it back gives the same person."""
    table = _without_unknown(dataclasses.asdict(person))
    for product in table.get("intake", ()):
        if "duration" in product:
            product["for"] = product.pop("duration")
    return msgspec.json.format(msgspec.json.encode(table), indent=2).decode() + "\n"


def _without_unknown(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_unknown(each) for key, each in value.items() if each is not None}
    if isinstance(value, (list, tuple)):
        return [_without_unknown(each) for each in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    return value

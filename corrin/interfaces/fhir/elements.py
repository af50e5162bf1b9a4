"""The elements of a resource, taken with care: what is not of its kind is a reason, not a fault."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any

from corrin.interfaces.fhir.coding import CodeMap, Coding
from corrin.interfaces.lab_reports.texts import cleaned

Resource = Mapping[str, Any]

LONGEST = 200  # not clinical: characters of a text
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}.*)?")
_PARTIAL = re.compile(r"\d{4}(?:-\d{2})?")
_CODE = re.compile(r"[A-Za-z0-9.\-]{1,64}")


class NotUsedError(Exception):
    """A resource, or a part of one, is not used: why, and a code when it is refused."""

    def __init__(self, why: str, code: str | None = None) -> None:
        self.why = why
        self.code = code
        super().__init__(why)


def table(one: Resource, key: str) -> Resource:
    """Return an element that is an object; empty when it is not there."""
    value = one.get(key)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise NotUsedError(f"Its {key} is not an object.", "wrong-type")
    return value


def rows(one: Resource, key: str) -> list[Resource]:
    """Return a repeating element; empty when it is not there."""
    value = one.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        raise NotUsedError(f"Its {key} is not a list of objects.", "wrong-type")
    return value


def text(one: Resource, key: str) -> str:
    """Return a text without control characters, not longer than is needed; else nothing."""
    value = one.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise NotUsedError(f"Its {key} is not a text.", "wrong-type")
    if not (value.isascii() and value.isprintable()):
        value = cleaned(value)
    return value.strip()[:LONGEST]


def number(one: Resource, key: str = "value") -> float | None:
    """Return a number; None when it is not there."""
    value = one.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise NotUsedError(f"Its {key} is not a number.", "wrong-type")
    return value


def codings(concept: Resource, code_map: CodeMap) -> list[Coding]:
    """Return the codes of a concept, and those a site's map gives them."""
    found = []
    for coding in rows(concept, "coding"):
        system, code = text(coding, "system"), text(coding, "code")
        if code:
            found += [(system, code), *code_map.get((system, code), ())]
    return list(dict.fromkeys(found))


def names(concept: Resource) -> list[str]:
    """Return the texts of a concept: its own, then those of its codes."""
    said = [text(concept, "text"), *(text(one, "display") for one in rows(concept, "coding"))]
    return [one for one in said if one]


def code_of(concept: Resource) -> str:
    """Return the only code of a concept that HL7 defines (a status), lower case; else nothing."""
    found = {text(one, "code").lower() for one in rows(concept, "coding")} - {""}
    return found.pop() if len(found) == 1 else ""


def day(one: Resource, key: str, *, today: dt.date) -> dt.date | None:
    """Return the day of a date or time; None when it is not there or only a month or year."""
    said = text(one, key)
    if not said or _PARTIAL.fullmatch(said):
        return None
    match = _DAY.fullmatch(said)
    try:
        found = dt.date.fromisoformat(match[1]) if match else None
    except ValueError:
        found = None
    if found is None:
        raise NotUsedError(f"Its {key} is not a date.", "wrong-date")
    if found > today:
        raise NotUsedError(f"Its {key} lies in the future.", "future-date")
    return found


def kind_of(one: Any) -> str:
    """Return the type of a resource as it can be shown."""
    kind = one.get("resourceType") if isinstance(one, Mapping) else None
    return kind if isinstance(kind, str) and re.fullmatch(r"[A-Za-z]{1,40}", kind) else "resource"


def label_of(one: Any, number: int) -> str:
    """Return how a resource is named in the account: by its id, else by its place."""
    id_ = one.get("id") if isinstance(one, Mapping) else None
    if isinstance(id_, str) and _CODE.fullmatch(id_):
        return f"{kind_of(one)}/{id_}"
    return f"{kind_of(one)} (number {number})"


def references(value: Any) -> Iterator[str]:
    """Yield every reference inside a resource."""
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, Mapping):
            if isinstance(found := one.get("reference"), str):
                yield found
            pending.extend(one.values())
        elif isinstance(one, list):
            pending.extend(one)

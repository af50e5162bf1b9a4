"""From bytes to resources: one resource, a Bundle, or one resource a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import msgspec

from corrin.errors import InputError, Problem
from corrin.interfaces.fhir.records import Ignored, Refused

MAX_BYTES = 100_000_000  # not clinical: bytes of the record of one patient
MAX_RESOURCES = 50_000  # not clinical: resources of one patient
_MOST_DEPTH = 5  # not clinical: Bundles inside Bundles


@dataclass(frozen=True, slots=True)
class Entry:
    """A resource with the address a Bundle gives it."""

    resource: Any
    address: str = ""


def parse_fhir(data: bytes, *, name: str = "the file") -> list[Any]:
    """Return the resources of a file: JSON or NDJSON.

    Raises :class:`InputError` when the bytes are too many, not text, empty or not JSON.
    """
    if len(data) > MAX_BYTES:
        _refuse(name, "too-large", f"is larger than {MAX_BYTES:,} bytes.", "Give one patient.")
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        _refuse(name, "not-text", "is not UTF-8 text.", "Give FHIR as JSON.")
    if not text:
        _refuse(name, "empty", "is empty.", "Give a FHIR Bundle or resource.")
    try:
        whole = msgspec.json.decode(text.encode())
    except (msgspec.DecodeError, RecursionError):
        return _lines(text, name)
    return whole if isinstance(whole, list) else [whole]


def _lines(text: str, name: str) -> list[Any]:
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            found.append(msgspec.json.decode(line.encode()))
        except (msgspec.DecodeError, RecursionError):
            _refuse(f"{name}, line {number}", "not-json", "is not valid JSON.",
                    "Give one Bundle, or one resource a line.")  # fmt: skip
    return found


def looks_like_fhir(data: bytes) -> bool:
    """Return whether bytes are FHIR in JSON, by the key that every resource has."""
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    return start[:1] in {b"{", b"["} and b'"resourceType"' in start


def entries_of(
    resources: Iterable[Any] | Mapping[str, Any],
) -> tuple[list[Entry], list[Ignored], list[Refused]]:
    """Return every resource once, those inside Bundles in their place.

    Raises :class:`InputError` for more resources than one patient has.
    """
    given = [resources] if isinstance(resources, Mapping) else list(resources)
    found: list[Entry] = []
    ignored: list[Ignored] = []
    refused: list[Refused] = []
    for one in given:
        _open(Entry(one), found, ignored, refused, depth=0)
    if len(found) > MAX_RESOURCES:
        _refuse("the input", "too-many", f"holds more than {MAX_RESOURCES:,} resources.",
                "Give one patient.")  # fmt: skip
    return found, ignored, refused


def _open(
    entry: Entry, found: list[Entry], ignored: list[Ignored], refused: list[Refused], *, depth: int
) -> None:
    one = entry.resource
    if not isinstance(one, Mapping) or one.get("resourceType") != "Bundle":
        found.append(entry)
        return
    inner = one.get("entry", [])
    if not isinstance(inner, list) or depth > _MOST_DEPTH:
        refused.append(Refused(resource="Bundle", why="Its entries are not a list of resources.",
                               code="wrong-type"))  # fmt: skip
        return
    links = one.get("link")
    pages = links if isinstance(links, list) else []
    if any(isinstance(link, Mapping) and link.get("relation") == "next" for link in pages):
        ignored.append(
            Ignored(resource="Bundle", why="It goes on on another page, which is not here.")
        )
    for number, each in enumerate(inner, start=1):
        place = f"Bundle.entry[{number}]"
        if not isinstance(each, Mapping):
            refused.append(Refused(resource=place, why="It is not an object.", code="wrong-type"))
        elif each.get("resource") is None:
            ignored.append(Ignored(resource=place, why="It holds no resource."))
        else:
            address = each.get("fullUrl")
            within = Entry(each["resource"], address if isinstance(address, str) else "")
            _open(within, found, ignored, refused, depth=depth + 1)


def _refuse(where: str, code: str, what: str, do: str) -> NoReturn:
    raise InputError([Problem(where, code, what, do)])

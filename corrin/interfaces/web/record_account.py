"""The account of a record that was read: whose it is, each part, and what became of the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from corrin.interfaces.fhir.records import FhirReading, Ignored, Refused
from corrin.interfaces.lab_reports.texts import cleaned
from corrin.interfaces.web.translating import said

_LONGEST_NAME = 100
_MOST_NAMED = 200  # not clinical: entries named one by one

PARTS = {
    "patient": said("The person"),
    "b12": said("B12 results"),
    "labs": said("Other blood tests"),
    "conditions": said("Health problems"),
    "prescribed": said("Medicines ordered"),
    "taken": said("Medicines taken"),
    "given": said("Medicines given"),
    "visits": said("Visits now"),
}
FAULTS = {
    "not-allowed": said("The record did not allow this part to be read."),
    "not-offered": said("The record does not offer this part."),
    "failed": said("The record stopped or gave an error."),
    "elsewhere": said("The rest lies on another server, which was not asked."),
    "too-much": said("There was more than can be read. The rest is left out."),
    "too-slow": said("The record took too long."),
}


class Got(msgspec.Struct, frozen=True, kw_only=True):
    """One part of the record: its name, how much came, and why it is not whole, if it is not."""

    name: str
    count: int
    fault: str = ""


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """Entries that were not used for one reason: the reason, how many, and their names."""

    why: str
    count: int
    names: tuple[str, ...] = ()


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """What the page tells beside the values; it travels in the page and is kept nowhere.

    ``patient`` is name and birth date as the record has them; ``server`` where it was read.
    """

    patient: str = ""
    server: str = ""
    used: int = 0
    parts: tuple[Got, ...] = ()
    ignored: tuple[Left, ...] = ()
    refused: tuple[Left, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether every part came to its end."""
        return not any(one.fault for one in self.parts)


def account_of(
    reading: FhirReading,
    parts: Iterable[tuple[str, int, str]],
    *,
    server: str,
    patient: str,
    left_out: Sequence[str],
) -> Account:
    """Return the account of a reading; ``parts`` are name, count and fault of each part."""
    return Account(
        patient=patient,
        server=server,
        used=len({one.resource for one in reading.used}),
        parts=parts_of(parts),
        ignored=_by_reason(reading.ignored),
        refused=_by_reason(reading.refused),
        left_out=tuple(left_out),
    )


def parts_of(parts: Iterable[tuple[str, int, str]]) -> tuple[Got, ...]:
    """Return the parts in the words of the page."""
    return tuple(
        Got(name=PARTS[name], count=count, fault=FAULTS.get(fault, ""))
        for name, count, fault in parts
    )


def of_whom(bundles: Iterable[Mapping[str, Any]], patient: str) -> str:
    """Return name and birth date of the patient, to be compared; empty when not known."""
    for bundle in bundles:
        for entry in bundle.get("entry", ()):
            one = entry.get("resource") if isinstance(entry, Mapping) else None
            if not isinstance(one, Mapping) or one.get("resourceType") != "Patient":
                continue
            if one.get("id") == patient:
                born = one.get("birthDate")
                words = (_name(one.get("name")), born if isinstance(born, str) else "")
                return _plain(", ".join(filter(None, words)))
    return ""


def _name(names: Any) -> str:
    rows = [one for one in names if isinstance(one, Mapping)] if isinstance(names, list) else []
    best = next((one for one in rows if one.get("use") == "official"), rows[0] if rows else {})
    if isinstance(best.get("text"), str) and best["text"].strip():
        return str(best["text"])
    given = best.get("given")
    words = [one for one in given if isinstance(one, str)] if isinstance(given, list) else []
    family = best.get("family")
    return " ".join([*words, *([family] if isinstance(family, str) else [])])


def _by_reason(entries: Iterable[Ignored | Refused]) -> tuple[Left, ...]:
    found: dict[str, list[str]] = {}
    for one in entries:
        found.setdefault(_plain(one.why), []).append(_plain(one.resource))
    return tuple(
        Left(why=why, count=len(names), names=tuple(names[:_MOST_NAMED]))
        for why, names in found.items()
    )


def _plain(text: str) -> str:
    return cleaned(text).strip()[:_LONGEST_NAME]

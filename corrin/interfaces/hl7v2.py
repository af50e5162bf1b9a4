"""HL7 v2 laboratory messages (ORU^R01) in: as FHIR resources, so that one reader reads both."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from corrin.errors import InputError, Problem
from corrin.interfaces.fhir.coding import LOINC, UCUM

Table = dict[str, Any]

MAX_BYTES = 20_000_000  # not clinical: bytes of one file of messages
_STATUS = {
    "F": "final", "U": "final", "C": "corrected", "P": "preliminary", "S": "preliminary",
    "R": "preliminary", "I": "registered", "D": "cancelled", "X": "cancelled",
    "W": "entered-in-error",
}  # fmt: skip
_GENDER = {"F": "female", "M": "male", "O": "other", "A": "other", "N": "other", "U": "unknown"}
_CLASS = {"E": "EMER", "I": "IMP", "O": "AMB"}
_LONGEST_ID = 64  # not clinical: characters of an id in FHIR
_NUMBER = re.compile(r"\s*(<=|>=|<|>)?\s*(-?\d+(?:\.\d+)?)\s*")
_RANGE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*-\s*(\d+(?:\.\d+)?)\s*")
_TIME = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})?(?P<day>\d{2})?"
    r"(?:(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?:\.\d+)?)?"
    r"(?P<zone>[+-]\d{2})?(?P<zone_minutes>\d{2})?"
)
_NOT_ID = re.compile(r"[^A-Za-z0-9.\-]")
_ESCAPES = {"F": "|", "S": "^", "T": "&", "R": "~", "E": "\\", ".br": " "}


def looks_like_hl7(data: bytes) -> bool:
    """Return whether bytes are HL7 v2, by the segment every message or batch begins with."""
    return data.lstrip(b"\x0b\xef\xbb\xbf\r\n ").startswith((b"MSH|", b"FHS|", b"BHS|"))


def resources_of(
    data: bytes, *, name: str = "the message", today: dt.date | None = None
) -> list[Table]:
    """Return the Patient, Encounter and Observations of the messages of a file.

    Raises :class:`InputError` when the bytes are no HL7 v2, of a kind of message other
    than ORU^R01, or when the reader of HL7 v2 is not installed (``corrin[hl7]``).
    """
    if len(data) > MAX_BYTES:
        _refuse(name, "too-large", f"is larger than {MAX_BYTES:,} bytes.", "Give one patient.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    lines = [line for line in re.split(r"[\r\n\x0b\x1c]+", text) if line.strip()]
    messages: list[list[str]] = []
    for line in lines:
        if line.startswith("MSH|"):
            messages.append([line])
        elif line.startswith(("FHS|", "BHS|", "BTS|", "FTS|")):
            continue
        elif messages:
            messages[-1].append(line)
        else:
            _refuse(name, "not-hl7", "does not begin with a message header.", "Give an ORU^R01.")
    if not messages:
        _refuse(name, "empty", "holds no message.", "Give an ORU^R01.")
    found: list[Table] = []
    for number, message in enumerate(messages, start=1):
        where = name if len(messages) == 1 else f"{name}, message {number}"
        found += _Message(message, where, today or dt.date.today(), number).resources()
    return found


def _refuse(where: str, code: str, what: str, do: str) -> NoReturn:
    raise InputError([Problem(where, code, what, do)])


class _Message:
    """One message: its segments as hl7apy reads them, and the resources they become."""

    def __init__(self, lines: list[str], where: str, today: dt.date, number: int) -> None:
        try:
            from hl7apy.exceptions import (  # type: ignore[import-untyped]
                HL7apyException,
            )
            from hl7apy.parser import parse_message  # type: ignore[import-untyped]
        except ImportError:
            _refuse(where, "not-installed", "cannot be read without the HL7 v2 reader.",
                    'Install it: pip install "corrin[hl7]".')  # fmt: skip
        self.where, self.today, self.number = where, today, number
        try:
            self.segments = list(parse_message("\r".join(lines), find_groups=False).children)
        except (HL7apyException, ValueError, IndexError, AttributeError, RecursionError):
            _refuse(where, "not-hl7", "is not a message that can be read.",
                    "Give an ORU^R01 of version 2.1 to 2.8.2.")  # fmt: skip

    def resources(self) -> list[Table]:
        head = self.segments[0]
        kind = _parts(head, "MSH-9")
        if kind[:1] != ["ORU"] or kind[1:2] not in (["R01"], []):
            _refuse(self.where, "wrong-message", "is not a message of results.", "Give an ORU^R01.")
        sent = _time(_text(head, "MSH-7"))
        found: list[Table] = []
        patient, drawn, count = "", "", 0
        for segment in self.segments[1:]:
            if segment.name == "PID":
                one = self.patient(segment)
                patient = one["id"]
                found.append(one)
            elif segment.name == "PV1":
                found.append(self.visit(segment, patient, sent))
            elif segment.name == "OBR":
                drawn = _text(segment, "OBR-7")
            elif segment.name == "OBX":
                count += 1
                found.append(self.result(segment, patient, drawn, count))
            else:
                found.append(
                    {"resourceType": f"Segment{segment.name}"}
                    | ({"subject": {"reference": f"Patient/{patient}"}} if patient else {})
                )
        return found

    def patient(self, segment: Any) -> Table:
        one: Table = {"resourceType": "Patient"}
        number = (_parts(segment, "PID-3") or [""])[0]
        one["id"] = (_NOT_ID.sub("-", number) or f"message-{self.number}")[:_LONGEST_ID]
        if born := _time(_text(segment, "PID-7")):
            one["birthDate"] = born[:10]
        if (sex := _text(segment, "PID-8")) in _GENDER:
            one["gender"] = _GENDER[sex]
        return one

    def visit(self, segment: Any, patient: str, sent: str) -> Table:
        now = sent[:10] == self.today.isoformat() and not _text(segment, "PV1-45")
        return {
            "resourceType": "Encounter",
            "id": f"PV1-{self.number}",
            "status": "in-progress" if now else "finished",
            "class": {"code": _CLASS.get(_text(segment, "PV1-2"), "unknown")},
            "subject": {"reference": f"Patient/{patient}"},
        }

    def result(self, segment: Any, patient: str, drawn: str, count: int) -> Table:
        place = f"{self.number}-{count}" if self.number > 1 else str(count)
        one: Table = {
            "resourceType": "Observation",
            "id": f"OBX-{place}",
            "code": {"coding": _codings(_parts(segment, "OBX-3"))},
        }
        if patient:
            one["subject"] = {"reference": f"Patient/{patient}"}
        if (status := _text(segment, "OBX-11")) in _STATUS:
            one["status"] = _STATUS[status]
        if when := _time(_text(segment, "OBX-14") or drawn):
            one["effectiveDateTime"] = when
        one |= _value(segment)
        if ranges := _range(_text(segment, "OBX-7"), _unit(_parts(segment, "OBX-6"))):
            one["referenceRange"] = [ranges]
        flags = [flag for flag in _repeated(segment, "OBX-8") if flag]
        if flags:
            one["interpretation"] = [{"coding": [{"code": flag}]} for flag in flags]
        if method := [each for each in reversed(_parts(segment, "OBX-17")[:2]) if each]:
            one["method"] = {"text": method[0]}
        return one


def _plain(text: str) -> str:
    return re.sub(r"\\([FSTRE]|\.br)\\", lambda found: _ESCAPES[found[1]], text).strip()


def _fields(segment: Any, name: str) -> list[str]:
    """Return the repetitions of a field ("PID-3") as they were sent."""
    name = name.replace("-", "_")
    return [field.to_er7() for field in segment.children if field.name == name]


def _text(segment: Any, name: str) -> str:
    fields = _fields(segment, name)
    return _plain(fields[0].split("^")[0]) if fields else ""


def _parts(segment: Any, name: str) -> list[str]:
    fields = _fields(segment, name)
    return [_plain(part) for part in fields[0].split("^")] if fields and fields[0] else []


def _repeated(segment: Any, name: str) -> list[str]:
    return [_plain(field.split("^")[0]) for field in _fields(segment, name)]


def _codings(parts: list[str]) -> list[Table]:
    return list(_each_coding(parts))


def _each_coding(parts: list[str]) -> Iterator[Table]:
    first, second, third, fourth, fifth, sixth, *_ = (*parts, "", "", "", "", "", "")
    for code, display, system in ((first, second, third), (fourth, fifth, sixth)):
        one: Table = {}
        if code:
            one["code"] = code
            one["system"] = LOINC if system.upper() in {"LN", "LOINC"} else f"urn:hl7v2:{system}"
        if display:
            one["display"] = display
        if one:
            yield one


def _unit(parts: list[str]) -> Table:
    code, shown, system, *_ = (*parts, "", "", "")
    if not code:
        return {"unit": shown} if shown else {}
    if system.upper() == "UCUM":
        return {"unit": shown or code, "code": code, "system": UCUM}
    return {"unit": code}


def _value(segment: Any) -> Table:
    fields = [field for field in _fields(segment, "OBX-5") if field]
    if not fields:
        return {}
    kind, unit = _text(segment, "OBX-2"), _unit(_parts(segment, "OBX-6"))
    parts = [_plain(part) for part in fields[0].split("^")]
    if len(fields) > 1:
        return {"valueString": parts[0], "valueQuantity": {}}
    if kind in {"CE", "CWE", "CNE", "CF"}:
        codes = _codings(parts)
        return {
            "valueCodeableConcept": {"coding": codes, "text": parts[1] if parts[1:] else parts[0]}
        }
    if kind == "SN":
        if any(parts[2:]):
            return {"valueRatio": {}}
        parts = ["".join(parts[:2])]
    match = _NUMBER.fullmatch(parts[0])
    if match is None:
        return {"valueString": f"{parts[0]} {unit.get('unit', '')}".strip()}
    quantity: Table = {"value": float(match[2])} | unit
    if match[1]:
        quantity["comparator"] = match[1]
    return {"valueQuantity": quantity}


def _range(text: str, unit: Table) -> Table | None:
    """Return a printed range as limits; one in other words is kept as words."""
    if not text:
        return None
    if match := _RANGE.fullmatch(text):
        low, high = ({"value": float(end)} | unit for end in match.groups())
        return {"low": low, "high": high}
    match = _NUMBER.fullmatch(text)
    if match is not None and match[1]:
        side = "low" if match[1].startswith(">") else "high"
        return {side: {"value": float(match[2])} | unit}
    return {"text": text}


def _time(text: str) -> str:
    """Return a time of HL7 v2 as FHIR writes it, as far as it goes; nothing when it is none."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return ""
    day = "-".join(part for part in match.group("year", "month", "day") if part)
    if not (match["day"] and match["hour"]):
        return day
    zone = f"{match['zone']}:{match['zone_minutes'] or '00'}" if match["zone"] else "Z"
    return f"{day}T{match['hour']}:{match['minute']}:{match['second'] or '00'}{zone}"

"""What was found in a laboratory report; nothing of it is used before somebody confirms it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from corrin.errors import Problem
from corrin.person.records import LabResult, Person


class Sureness(StrEnum):
    """How surely a value was read.

    ``SURE``: name, number and unit were read and nothing speaks against them.
    ``CHECK``: it was read, but something is to be looked at first.
    ``ASK``: it cannot be used until a question is answered (a missing unit).
    """

    SURE = "sure"
    CHECK = "check"
    ASK = "ask"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundValue:
    """One value as it was read.

    ``result`` is what a person file would hold; ``as_printed`` the line it was read from,
    at ``place`` ("page 1, line 12"); ``flag`` the mark the laboratory printed; ``doubts``
    sentences that say what to look at.
    """

    result: LabResult
    as_printed: str
    place: str
    sureness: Sureness
    doubts: tuple[str, ...] = ()
    flag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUsed:
    """A line that holds a result, or names a test, and was not read: the line and why."""

    line: str
    place: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReading:
    """Everything that was read of a report.

    ``kind`` is "PDF", "text", "CSV", "FHIR" or "person file"; ``person`` is what a person
    file holds beside its results; ``other_lines`` counts the lines that hold no result;
    ``problems`` says what was wrong with the file or left out of it.
    """

    kind: str = ""
    values: tuple[FoundValue, ...] = ()
    not_used: tuple[NotUsed, ...] = ()
    problems: tuple[Problem, ...] = ()
    other_lines: int = 0
    person: Person | None = None

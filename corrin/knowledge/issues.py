"""What a check finds wrong with the records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """An error stops a release; a warning is shown."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing wrong: in which record, what, and what to do about it."""

    level: Level
    record: str
    message: str
    do: str


def error(record: str, message: str, do: str) -> Issue:
    """Return an issue that stops a release."""
    return Issue(Level.ERROR, record, message, do)


def warning(record: str, message: str, do: str) -> Issue:
    """Return an issue that is shown and stops nothing."""
    return Issue(Level.WARNING, record, message, do)

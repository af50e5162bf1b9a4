"""What is read: layouts of report files, which column is which, and what became of every row."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Layout(StrEnum):
    """How a file of reports is laid out."""

    CAERS_OLDER = "caers-older"
    CAERS = "caers"
    FAERS = "faers"
    OPENEBGM = "openebgm"
    TABLE = "table"


class Roles(StrEnum):
    """Which products of a report count: those suspected, or all it names."""

    SUSPECT = "suspect"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The names of the columns in a file; a missing one is None.

    ``event`` holds one event a row, or in the CAERS layouts all events of the report,
    separated by commas.
    """

    report: str
    product: str
    event: str
    stratum: str | None = None
    date: str | None = None
    role: str | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read, and what became of it.

    ``rows`` were read; of them ``no_report``, ``no_product`` and ``no_event`` lacked what
    the name says and were left out, ``concomitant`` named a product nobody suspected, and
    ``repeated`` said again what another row had said.  ``versions`` are case versions that
    a later one replaced, ``deleted`` cases the agency withdrew, ``unreadable`` lines that
    do not fit the layout.  ``two_strata`` reports name more than one stratum and form one
    of their own.
    """

    source: str
    layout: Layout
    rows: int
    reports: int
    products: int
    events: int
    no_report: int = 0
    no_product: int = 0
    no_event: int = 0
    concomitant: int = 0
    repeated: int = 0
    versions: int = 0
    deleted: int = 0
    unreadable: int = 0
    two_strata: int = 0
    first_day: str | None = None
    last_day: str | None = None
    has_dates: bool = False
    has_strata: bool = False
    has_outcomes: bool = False
    has_indications: bool = False
    has_starts: bool = False

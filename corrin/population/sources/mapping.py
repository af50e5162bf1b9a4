"""A site's mapping: which column, code and word of its tables means what here (one TOML file).

Nothing is guessed while reading: a column, code or word that the mapping does not name is
not used, and a mapping that nobody has confirmed is refused.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from corrin.population.sources.cells import Decimal


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings shared by every part of a mapping."""


class Rows(StrEnum):
    """What one row of a table is; LIST: somebody whose list of medicines is complete."""

    PERSON = "person"
    RESULT = "result"
    FINDING = "finding"
    MEDICINE = "medicine"
    SUPPLEMENT = "supplement"
    LIST = "list"


class LabColumn(_Part, frozen=True, kw_only=True):
    """A column that holds results of one test; every other name is that of a column beside it.

    ``unit`` is the unit of the whole column, ``unit_column`` a column that says it.
    """

    column: str
    lab: str
    unit: str | None = None
    unit_column: str | None = None
    taken: str | None = None
    low: str | None = None
    high: str | None = None
    range: str | None = None
    flag: str | None = None
    assay: str | None = None
    status: str | None = None


class FindingColumn(_Part, frozen=True, kw_only=True):
    """A column of yes and no that says whether a finding is there."""

    column: str
    finding: str


class MedicineColumn(_Part, frozen=True, kw_only=True):
    """A column of medicines: a list of names, or yes and no for the medicine ``name``."""

    column: str
    name: str | None = None
    separator: str = ";"


class SupplementColumn(_Part, frozen=True, kw_only=True):
    """A column of yes and no, or of doses (``gives = "dose"``), for one product of B12."""

    column: str
    gives: str | None = None
    substance: str | None = None
    route: str | None = None
    dose: str | None = None
    every: str | None = None
    product: str | None = None


class LabCode(_Part, frozen=True, kw_only=True):
    """The test that a site's code means, and its unit where no column says it."""

    lab: str
    unit: str | None = None


class Columns(_Part, frozen=True, kw_only=True):
    """The names of the columns that hold one thing each; what is left out is not there."""

    # A person.
    birth_date: str | None = None
    birth_year: str | None = None
    age: str | None = None
    sex: str | None = None
    setting: str | None = None
    country: str | None = None
    twitching: str | None = None
    supplements_complete: str | None = None
    medicines_complete: str | None = None
    # A result.
    code: str | None = None
    value: str | None = None
    unit: str | None = None
    low: str | None = None
    high: str | None = None
    range: str | None = None
    flag: str | None = None
    taken: str | None = None
    issued: str | None = None
    status: str | None = None
    result_id: str | None = None
    assay: str | None = None
    site: str | None = None
    # A finding.
    finding: str | None = None
    present: str | None = None
    noted: str | None = None
    # A list that is complete.
    list: str | None = None
    # A medicine or a supplement.
    name: str | None = None
    substance: str | None = None
    route: str | None = None
    dose: str | None = None
    every: str | None = None
    since: str | None = None
    until: str | None = None
    last_dose: str | None = None
    duration: str | None = None
    product: str | None = None

    def named(self) -> dict[str, str]:
        """Return the column of each part that has one."""
        each = {name: getattr(self, name) for name in self.__struct_fields__}
        return {name: column for name, column in each.items() if column is not None}


class Words(_Part, frozen=True, kw_only=True):
    """Words of a site beyond those that are known: what each stands for."""

    sex: dict[str, str] = {}
    flag: dict[str, str] = {}
    status: dict[str, str] = {}
    setting: dict[str, str] = {}
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    nothing: tuple[str, ...] = ("NULL", "null", "NA", "N/A", "n/a", "-", ".", "None")


class TableMapping(_Part, frozen=True, kw_only=True):
    """One table: its files, how they are written, and what its columns mean.

    With ``every_line_ends`` a last line without a line break was cut off, and is rejected.
    """

    files: tuple[str, ...]
    rows: Rows
    person: str
    delimiter: str | None = None
    encoding: str = "utf-8"
    decimal: Decimal = Decimal.POINT
    dates: tuple[str, ...] = ("%Y-%m-%d",)
    every_line_ends: bool = False
    columns: Columns = Columns()
    words: Words = Words()
    labs: tuple[LabColumn, ...] = ()
    findings: tuple[FindingColumn, ...] = ()
    medicines: tuple[MedicineColumn, ...] = ()
    supplements: tuple[SupplementColumn, ...] = ()
    medicines_complete: bool = False
    supplements_complete: bool = False
    codes: dict[str, LabCode] = {}
    finding_codes: dict[str, str] = {}

    def wanted(self) -> tuple[str, ...]:
        """Return every column that this table has to have."""
        beside = ("column", "unit_column", "taken", "low", "high", "range", "flag", "assay",
                  "status")  # fmt: skip
        named = [self.person, *self.columns.named().values()]
        for one in (*self.labs, *self.findings, *self.medicines, *self.supplements):
            named += [each for part in beside if (each := getattr(one, part, None)) is not None]
        return tuple(dict.fromkeys(named))


class SiteMapping(_Part, frozen=True, kw_only=True):
    """The tables of a site; ``leave`` names files that are no part of the source."""

    confirmed: bool
    table: tuple[TableMapping, ...]
    leave: tuple[str, ...] = ()

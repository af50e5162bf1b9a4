"""Tells from the header which layout a file has, and which of its columns is which.

The CAERS headers are those of the files of 2004 to 2017 (``RA_Report #`` ...), of the files
after that (``Report ID`` ...), and of those since 2021 (``REPORT_ID`` ...), which since 2024
are called the Human Foods Complaint System.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from corrin.errors import InputError, Problem
from corrin.signals.records_of_reading import Columns, Layout

_OLDER: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "report": ("ra_report",),
        "product": ("pri_reported_brand_product_name",),
        "event": ("sym_one_row_coded_symptoms",),
        "stratum": ("ci_gender",),
        "date": ("ra_caers_created_date",),
        "role": ("pri_product_role",),
        "outcome": ("aec_one_row_outcomes",),
    }
)
_CURRENT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "report": ("report_id",),
        "product": ("product",),
        "event": ("case_meddra_preferred_terms", "meddra_preferred_terms"),
        "stratum": ("sex",),
        "date": (
            "date_fda_first_received_report",
            "date_fda_first_received_case",
            "caers_created_date",
        ),
        "role": ("product_type",),
        "outcome": ("case_outcome", "outcomes"),
    }
)
_OPENEBGM: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"report": ("id",), "product": ("var1",), "event": ("var2",), "stratum": ("strat1",)}
)
_KNOWN = (
    (Layout.CAERS_OLDER, _OLDER),
    (Layout.CAERS, _CURRENT),
    (Layout.OPENEBGM, _OPENEBGM),
)
_NEEDED = ("report", "product", "event")


def recognise(header: Sequence[str], named: Mapping[str, str | None]) -> tuple[Layout, Columns]:
    """Return the layout and columns, by the names given or else by the header.

    ``named`` may hold ``report``, ``product``, ``event``, ``stratum`` and ``date``.
    Raises :class:`InputError` that names every column that is missing.
    """
    given = {part: column for part, column in named.items() if column is not None}
    _refuse_unknown(header, given)
    if all(part in given for part in _NEEDED):
        return Layout.TABLE, Columns(**given)
    by_fold = {_fold(column): column for column in header}
    for layout, parts in _KNOWN:
        found = {
            part: by_fold[name]
            for part, names in parts.items()
            for name in names
            if name in by_fold
        }
        if all(part in found for part in _NEEDED):
            # Strata change the expected counts, so they are never taken unasked.
            found.pop("stratum", None)
            return layout, Columns(**(found | given))
    missing = [f"--{part}" for part in _NEEDED if part not in given]
    raise InputError(
        [
            Problem(
                "DATA",
                "unknown-layout",
                f"its columns ({_listed(header)}) are of no layout that is known.",
                f"Say which column is which with {' '.join(missing)}.",
            )
        ]
    )


def _refuse_unknown(header: Sequence[str], given: Mapping[str, str]) -> None:
    problems = [
        Problem(
            f"--{'strata' if part == 'stratum' else part}",
            "unknown-column",
            f"the file has no column '{column}'.",
            f"It has {_listed(header)}.",
        )
        for part, column in given.items()
        if column not in header
    ]
    if problems:
        raise InputError(problems)


def _listed(header: Sequence[str]) -> str:
    most = 20  # not clinical: names in a message
    shown = ", ".join(header[:most])
    return f"{shown} ..." if len(header) > most else shown


def _fold(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")

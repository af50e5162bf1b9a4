"""Reads a folder of FAERS quarterly ASCII files: ``DEMO``, ``DRUG``, ``REAC`` and the rest.

Of the versions of a case the agency's rule keeps one: the latest ``FDA_DT``, and of those
the highest ``PRIMARYID``.  Cases listed in a folder called *deleted* are left out; the name
of those lists has changed five times, the name of the folder only its capitals.
"""

# ruff: noqa: S608 - queries are made of our own words, and of paths that were quoted

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb

from corrin.errors import InputError, Problem
from corrin.signals.records_of_reading import Layout, Roles

_FILE = re.compile(r"^(demo|drug|reac|outc|indi|ther)\d\dq\d.*\.txt$", re.IGNORECASE)
_NEEDED = ("demo", "drug", "reac")
_COLUMNS = {
    "demo": ("primaryid", "caseid", "fda_dt"),
    "drug": ("primaryid", "drugname"),
    "reac": ("primaryid", "pt"),
    "outc": ("primaryid", "outc_cod"),
    "indi": ("primaryid", "indi_pt"),
    "ther": ("primaryid", "start_dt"),
}


def load(
    connection: duckdb.DuckDBPyConnection, folder: Path, *, roles: Roles, by_sex: bool
) -> dict[str, Any]:
    """Fill the ``raw`` tables from every quarter in the folder and below it.

    Raises :class:`InputError` when a file or column that is needed is missing.
    """
    found = _files(folder)
    header = {kind: _view(connection, kind, files) for kind, files in found.items()}
    _check(header)
    versions, deleted = _latest(connection, folder, header["demo"], by_sex=by_sex)
    facts = _sides(connection, header["drug"], roles)
    _extras(connection, header)
    return facts | {
        "layout": Layout.FAERS,
        "apart": True,
        "versions": versions,
        "deleted": deleted,
        "unreadable": _unreadable(connection),
        "has_dates": True,
        "has_strata": by_sex,
        "has_outcomes": "outc" in header,
        "has_indications": "indi" in header,
        "has_starts": "ther" in header,
    }


def _files(folder: Path) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob("*")):
        match = _FILE.match(path.name)
        if match and path.is_file():
            found.setdefault(match.group(1).lower(), []).append(path)
    missing = [kind.upper() for kind in _NEEDED if kind not in found]
    if missing:
        raise InputError(
            [
                Problem(
                    "DATA",
                    "not-a-faers-folder",
                    f"the folder holds no {', '.join(missing)} file such as DEMO22Q3.txt.",
                    "Unpack a quarterly ASCII archive and give its folder.",
                )
            ]
        )
    return found


def _view(connection: duckdb.DuckDBPyConnection, kind: str, files: list[Path]) -> list[str]:
    """Make a view of all quarters of one kind of file; return its columns in lower case."""
    parts = (
        "(from read_csv('" + str(path).replace("'", "''") + "', delim = '$', quote = '', "
        "escape = '', header = true, all_varchar = true, strict_mode = false, "
        "ignore_errors = true, store_rejects = true, encoding = 'latin-1'))"
        for path in files
    )
    connection.execute(f"create temp view {kind} as {' union all by name '.join(parts)}")
    rows = connection.execute(f"describe {kind}").fetchall()
    return [str(row[0]).lower() for row in rows]


def _check(header: dict[str, list[str]]) -> None:
    problems = []
    for kind, columns in header.items():
        missing = [name for name in _COLUMNS[kind] if name not in columns]
        if "isr" in columns:
            what = "is of the system before October 2012 (ISR numbers), which is not read."
            problems.append(Problem(kind.upper(), "older-system", what, "Give later quarters."))
        elif missing:
            what = f"lacks the column {', '.join(missing)}."
            problems.append(Problem(kind.upper(), "no-such-column", what, "Unpack it anew."))
    if problems:
        raise InputError(problems)


def _latest(
    connection: duckdb.DuckDBPyConnection, folder: Path, columns: list[str], *, by_sex: bool
) -> tuple[int, int]:
    """Keep one version a case; return how many versions and cases were left out."""
    sex = next((name for name in ("sex", "gndr_cod") if name in columns), None)
    stratum = f"nullif(trim({sex}), '')" if by_sex and sex else "null::varchar"
    first = "coalesce(init_fda_dt, fda_dt)" if "init_fda_dt" in columns else "fda_dt"
    connection.execute(
        f"""create temp table demographics as
        select trim(primaryid) as report, trim(caseid) as caseid, {stratum} as stratum,
            try_strptime({first}, '%Y%m%d')::date as day,
            try_strptime({"event_dt" if "event_dt" in columns else "null"}, '%Y%m%d')::date
                as began,
            row_number() over (partition by trim(caseid) order by
                try_cast(fda_dt as bigint) desc nulls last,
                try_cast(primaryid as hugeint) desc nulls last) as place
        from demo where nullif(trim(primaryid), '') is not null
            and nullif(trim(caseid), '') is not null"""
    )
    connection.execute("create temp table withdrawn (caseid varchar)")
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() == ".txt" and "delete" in path.parent.name.lower():
            cases = re.findall(r"\d+", path.read_text(encoding="latin-1"))
            connection.execute("insert into withdrawn select unnest(?::varchar[])", [cases])
    row = connection.execute(
        """select count(*) filter (place > 1),
            count(*) filter (place = 1 and caseid in (from withdrawn)) from demographics"""
    ).fetchone()
    connection.execute(
        """delete from demographics where place > 1 or caseid in (from withdrawn);
        drop table withdrawn"""
    )
    versions, deleted = row or (0, 0)
    return int(versions), int(deleted)


def _sides(
    connection: duckdb.DuckDBPyConnection, columns: list[str], roles: Roles
) -> dict[str, int]:
    by_role = roles is Roles.SUSPECT and "role_cod" in columns
    suspected = "upper(trim(role_cod)) in ('PS', 'SS')" if by_role else "true"
    # The active ingredient is the better name, where the quarter has it.
    best = "coalesce(nullif(trim(prod_ai), ''), drugname)" if "prod_ai" in columns else "drugname"
    connection.execute(
        f"""create temp table drugs as select d.report, {suspected} as suspected,
            nullif(upper(regexp_replace(trim({best}), '\\s+', ' ', 'g')), '') as product
        from drug join demographics d on trim(primaryid) = d.report;
        create temp table raw_taken as select distinct report, product from drugs
        where suspected and product is not null;
        create temp table raw_had as
        select distinct d.report, upper(regexp_replace(trim(pt), '\\s+', ' ', 'g')) as event
        from reac join demographics d on trim(primaryid) = d.report
        where nullif(trim(pt), '') is not null;
        create temp table raw as select report, stratum, day from demographics"""
    )
    row = connection.execute(
        """select (select count(*) from drug),
            (select count(*) from drug where nullif(trim(primaryid), '') is null),
            count(*) filter (product is null), count(*) filter (not suspected) from drugs"""
    ).fetchone()
    connection.execute("drop table drugs")
    names = ("rows", "no_report", "no_product", "concomitant")
    return dict(zip(names, map(int, row or ()), strict=True))


def _extras(connection: duckdb.DuckDBPyConnection, header: dict[str, list[str]]) -> None:
    if "outc" in header:
        connection.execute(
            """create temp table raw_outcome as select distinct d.report,
                upper(trim(outc_cod)) as outcome
            from outc join demographics d on trim(primaryid) = d.report
            where nullif(trim(outc_cod), '') is not null"""
        )
    if "indi" in header:
        connection.execute(
            """create temp table raw_indication as select distinct d.report,
                upper(trim(indi_pt)) as indication
            from indi join demographics d on trim(primaryid) = d.report
            where nullif(trim(indi_pt), '') is not null"""
        )
    if "ther" in header:
        # Days from the first start of any medicine of the report to the event.
        connection.execute(
            """create temp table raw_start as select d.report,
                date_diff('day', min(try_strptime(start_dt, '%Y%m%d')::date), min(d.began)) as day
            from ther join demographics d on trim(primaryid) = d.report
            where d.began is not null group by d.report having day is not null and day >= 0"""
        )
    connection.execute("drop table demographics")


def _unreadable(connection: duckdb.DuckDBPyConnection) -> int:
    # A file is scanned more than once, and each scan keeps its own list.
    row = connection.execute(
        """select count(distinct (s.file_path, e.line))
        from reject_errors e join reject_scans s using (scan_id, file_id)"""
    ).fetchone()
    return int((row or (0,))[0])

"""Counts distinct reports by product and event in DuckDB, for whole tables and for groups."""

# ruff: noqa: S608 - queries are made of our own words alone

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from corrin.signals.reading import Reports
from corrin.signals.records import Counts, Ints

#: No names are put together.
APART: Mapping[str, str] = MappingProxyType({})


def count(
    reports: Reports,
    *,
    products: Mapping[str, str] = APART,
    events: Mapping[str, str] = APART,
) -> Counts:
    """Return the counts of distinct reports, for non-zero pairs, with all margins.

    ``products`` and ``events`` give names that are put under another name; a report that
    names several of one group counts once.  Products, events and pairs are in the order
    of their names.
    """
    grouped = bool(products or events)
    product_names = _labels(reports, "product", products, grouped=grouped)
    event_names = _labels(reports, "event", events, grouped=grouped)
    if grouped:
        listed = """(select distinct report, p.label as product, e.label as event from listed
            join product_labels p using (product) join event_labels e using (event))"""
        taken = "(select distinct report, label as product from taken join product_labels using (product))"  # noqa: E501
        had = "(select distinct report, label as event from had join event_labels using (event))"
    else:
        listed, taken, had = "listed", "taken", "had"
    con = reports.connection
    pairs = con.execute(
        f"""select product::bigint as product, event::bigint as event, count(*) as n
        from {listed} group by all order by all"""
    ).fetchnumpy()
    strata = [
        str(row[0])
        for row in con.execute("select distinct stratum from reports order by 1").fetchall()
    ]
    whole = np.zeros(len(strata), np.int64)
    for name, found in con.execute("select stratum, count(*) from reports group by 1").fetchall():
        whole[strata.index(name)] = found
    return Counts(
        products=product_names,
        events=event_names,
        product=_whole(pairs["product"]),
        event=_whole(pairs["event"]),
        n=_whole(pairs["n"]),
        product_reports=_margin(reports, taken, "product", strata, len(product_names)),
        event_reports=_margin(reports, had, "event", strata, len(event_names)),
        reports=whole,
    )


def _labels(
    reports: Reports, side: str, groups: Mapping[str, str], *, grouped: bool
) -> tuple[str, ...]:
    """Number the names under which one side is counted; return them in order."""
    con = reports.connection
    if not grouped:
        rows = con.execute(f"select name from {side}_names order by {side}").fetchnumpy()
        return tuple(rows["name"].tolist())
    con.execute("create or replace temp table regrouped (name varchar, other varchar)")
    con.execute(
        "insert into regrouped select unnest(?::varchar[]), unnest(?::varchar[])",
        [list(groups), list(groups.values())],
    )
    con.execute(
        f"""create or replace temp table {side}_labels as
        select {side}, dense_rank() over (order by coalesce(other, name))::integer - 1 as label,
            coalesce(other, name) as under
        from {side}_names left join regrouped using (name)"""
    )
    rows = con.execute(
        f"select distinct label, under from {side}_labels order by label"
    ).fetchnumpy()
    return tuple(rows["under"].tolist())


def _margin(reports: Reports, table: str, side: str, strata: list[str], size: int) -> Ints:
    margin = np.zeros((size, len(strata)), np.int64)
    where = "join reports using (report) join strata using (stratum)" if len(strata) > 1 else ""
    place = "strata.place" if len(strata) > 1 else "0"
    for one in range(reports.slices):
        found = reports.connection.execute(
            f"""with strata as (select unnest(?::varchar[]) as stratum, unnest(range(?)) as place)
            select {side}::bigint as member, {place} as place, count(*) as n
            from {table} {where} where report % ? = ? group by all""",
            [strata, len(strata), reports.slices, one],
        ).fetchnumpy()
        margin[_whole(found["member"]), _whole(found["place"])] += _whole(found["n"])
    return margin


def _whole(column: np.ndarray) -> Ints:
    return np.asarray(column, np.int64)

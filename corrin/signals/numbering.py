"""Turns the names that were read into whole numbers, in the order of the names."""

# ruff: noqa: S608 - queries are made of our own words alone

from __future__ import annotations

import duckdb

#: What a report without a stratum, and one with several, is put under.
UNKNOWN, SEVERAL = "unknown", "several"


def number(connection: duckdb.DuckDBPyConnection, *, apart: bool, slices: int = 1) -> None:
    """Turn the ``raw`` tables into numbered ones; reports that lack a side are left out.

    ``apart``: products and events stand in tables of their own, not side by side.
    Repeated rows are found slice by slice of the reports.
    """
    if apart:
        both = "(select report from raw_taken intersect select report from raw_had)"
        rows, products, events = f"raw where report in {both}", "raw_taken", "raw_had"
    else:
        whole = "report is not null and product is not null and event is not null"
        rows = products = events = f"raw where {whole}"
    connection.execute(
        f"""create temp table reports as
            select row_number() over ()::integer - 1 as report, name,
                case when first is null then '{UNKNOWN}' when first <> last then '{SEVERAL}'
                    else first end as stratum, day
            from (select report as name, min(stratum) as first, max(stratum) as last,
                min(day) as day from {rows} group by report);
        create temp table product_names as
            select row_number() over (order by product)::integer - 1 as product, product as name
            from (select distinct product from {products});
        create temp table event_names as
            select row_number() over (order by event)::integer - 1 as event, event as name
            from (select distinct event from {events});"""
    )
    if apart:
        connection.execute(
            """create temp table taken as select r.report, p.product from raw_taken t
                join reports r on r.name = t.report join product_names p on p.name = t.product;
            create temp table had as select r.report, e.event from raw_had h
                join reports r on r.name = h.report join event_names e on e.name = h.event;
            create temp view listed as
                select report, product, event from taken join had using (report);"""
        )
    else:
        _list_each_once(connection, slices)
    for extra, value in (("outcome", "outcome"), ("indication", "indication"), ("start", "day")):
        if _has(connection, f"raw_{extra}"):
            connection.execute(
                f"""create temp table {extra}s as select r.report, x.{value}
                from raw_{extra} x join reports r on r.name = x.report"""
            )
    # Products and events that only incomplete reports name are no part of the table.
    if apart:
        _forget_the_unlisted(connection)
    for table in ("raw", "raw_taken", "raw_had", "raw_outcome", "raw_indication", "raw_start"):
        if _has(connection, table):
            connection.execute(f"drop table {table}")
    connection.execute("drop view if exists raw")


def _list_each_once(connection: duckdb.DuckDBPyConnection, slices: int) -> None:
    """Make ``listed`` of the numbers of every whole row, each line of it once."""
    connection.execute(
        """create temp table numbered as select r.report, p.product, e.event
            from raw join reports r on r.name = raw.report
            join product_names p on p.name = raw.product
            join event_names e on e.name = raw.event;
        create temp table listed (report integer, product integer, event integer);
        create temp view taken as select distinct report, product from listed;
        create temp view had as select distinct report, event from listed;"""
    )
    for place in range(slices):
        connection.execute(
            "insert into listed select distinct * from numbered where report % ? = ?",
            [slices, place],
        )
    connection.execute("drop table numbered")


def _forget_the_unlisted(connection: duckdb.DuckDBPyConnection) -> None:
    for side, table in (("product", "taken"), ("event", "had")):
        connection.execute(
            f"""create temp table kept as
                select {side} as old, row_number() over (order by {side})::integer - 1 as {side},
                    name
                from {side}_names semi join {table} using ({side});
            create or replace temp table {table} as
                select t.report, k.{side} from {table} t join kept k on k.old = t.{side};
            create or replace temp table {side}_names as select {side}, name from kept;
            drop table kept;"""
        )


def _has(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    found = connection.execute(
        "select 1 from duckdb_tables() where table_name = ?", [table]
    ).fetchone()
    return found is not None

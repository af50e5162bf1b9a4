"""Small bulk exports for tests, and facts in a form that can be compared."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from corrin.interfaces.fhir_bulk.lines import Piece
from corrin.interfaces.fhir_bulk.reading import BulkReading, read_fhir_bulk
from corrin.interfaces.fhir_bulk.working import Done, Reader, bulk_context
from corrin.interfaces.lab_reports.building import number_text
from corrin.knowledge.loading import load
from corrin.population.facts import FactBatch, FactKind, parts
from tests.interfaces.fhir_patients import TODAY

Row = dict[str, Any]


def lines(resources: Iterable[Any]) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in resources)


def write_export(folder: Path, resources: Iterable[Mapping[str, Any]]) -> Path:
    """Write a file for each kind of resource, as servers do."""
    by_kind: dict[str, list[Any]] = {}
    for one in resources:
        by_kind.setdefault(str(one["resourceType"]), []).append(one)
    folder.mkdir(parents=True, exist_ok=True)
    for kind, found in by_kind.items():
        (folder / f"{kind}.ndjson").write_bytes(lines(found))
    return folder


def read(source: Path, facts: Path, **options: Any) -> BulkReading:
    return read_fhir_bulk(source, facts, **({"processes": 1} | options))


def rows(folder: Path, kind: FactKind) -> list[Row]:
    """Return every row of a kind, in an order that does not depend on who wrote it."""
    found = [row for part in parts(folder, kind) for row in pq.read_table(part).to_pylist()]
    return sorted(found, key=repr)


def everything(folder: Path) -> dict[FactKind, list[Row]]:
    return {kind: rows(folder, kind) for kind in FactKind}


def of_bytes(
    data: bytes, folder: Path, *, as_of: dt.date | None = TODAY, name: str = "Observation.ndjson"
) -> tuple[Done, dict[FactKind, list[Row]]]:
    """Read one small file as it is, in this process."""
    path = folder / name
    path.write_bytes(data)
    batches: list[FactBatch] = []
    piece = Piece(number=0, path=path, name=name, start=0, end=len(data))
    done = Reader(bulk_context(load(), as_of=as_of)).read(piece, batches.append)
    found: dict[FactKind, list[Row]] = {kind: [] for kind in FactKind}
    for batch in batches:
        found[batch.kind] += batch.table.to_pylist()
    return done, found


def rejections(done: Done) -> list[tuple[int, str, str]]:
    """Return line, kind and code of everything that was rejected, in order."""
    batches = list(done.rejections)
    if not batches:
        return []
    table = pa.Table.from_batches(batches).to_pylist()
    return sorted((row["line"], row["kind"], row["code"]) for row in table)


def _value(row: Row) -> Any:
    if row["value"] is None or row["comparator"] is None:
        return row["value"]
    return f"{row['comparator']}{number_text(row['value'])}"


def _age(row: Row, today: dt.date) -> Any:
    born = row["birth_date"]
    if born is None:
        return row["age"]
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def as_person_tables(facts: dict[FactKind, list[Row]], today: dt.date) -> dict[str, Row]:
    """Return facts as the reader of one person would put them, one table a person."""
    found: dict[str, Row] = {}
    for row in facts[FactKind.PEOPLE]:
        table = found.setdefault(row["person_id"], {})
        said = {"age": _age(row, today), **{k: row[k] for k in ("sex", "setting", "twitching")}}
        table |= {key: value for key, value in said.items() if value is not None}
    for row in facts[FactKind.FINDINGS]:
        said = found.setdefault(row["person_id"], {}).setdefault("findings", {})
        said[row["finding"]] = said.get(row["finding"], False) or row["present"]
    for row in facts[FactKind.RESULTS]:
        line = {
            "lab": row["lab"],
            "value": _value(row),
            "taken": row["taken"],
            "interpretation": row["word"],
            "assay": row["assay"],
            "unit": row["unit_seen"],
        }
        limits = {side: row[f"reference_{side}"] for side in ("low", "high")}
        line["reference_interval"] = {k: v for k, v in limits.items() if v is not None} or None
        found.setdefault(row["person_id"], {}).setdefault("labs", []).append(
            {key: value for key, value in line.items() if value is not None}
        )
    for kind, key in ((FactKind.PRODUCTS, "intake"), (FactKind.DRUGS, "drugs")):
        for row in facts[kind]:
            entry = {("for" if k == "duration" else k): v for k, v in row.items() if v is not None}
            del entry["person_id"]
            found.setdefault(row["person_id"], {}).setdefault(key, []).append(entry)
    return found


def in_order(table: Row) -> Row:
    """Return a person table whose lists have an order of their own."""
    return {
        key: sorted(value, key=lambda row: sorted(map(repr, row.items())))
        if isinstance(value, list)
        else value
        for key, value in table.items()
        if key != "as_of" and value not in ([], {})
    }

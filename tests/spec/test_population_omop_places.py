"""An OMOP CDM in folders and databases; what is written comes back; what is broken is told."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from corrin.errors import CorrinError
from corrin.knowledge.loading import load
from corrin.person.records import Drug
from corrin.picture.from_intake import b12_products
from corrin.population.facts import SCHEMAS, FactKind, from_rows
from corrin.population.sources.omop_codes import omop_codes
from corrin.population.sources.omop_writing import OmopWriter
from corrin.population.sources.reading import read_into
from corrin.population.sources.recognising import SourceKind, recognise
from corrin.population.sources.records import Room
from tests.interfaces.cds_postgres import postgresql, programs
from tests.population_cdm import B12, cdm, read
from tests.population_sources import Got, in_order, refused, simulated, written

AS_OF = dt.date(2026, 6, 30)


def made_up(folder: Path, ending: str) -> Any:
    facts = simulated(200, messy=False)
    with closing(
        OmopWriter(folder, load(), as_of=load().population.simulation.as_of, ending=ending)
    ) as writer:
        for each in facts:
            writer.write(each)
    return facts


def compared(gone: Any, come: Got) -> None:
    """Hold facts that were written as a CDM against those that were read."""
    lost = {"result_id", "assay", "site", "age", "country"}
    for kind in (FactKind.RESULTS, FactKind.FINDINGS, FactKind.ASKED, FactKind.DRUGS):
        before, after = in_order(gone, kind), in_order(come.batches, kind)
        ids = pc.replace_substring_regex(before["person_id"], "[^0-9]", "")
        before = before.set_column(0, SCHEMAS[kind].field(0), ids)
        if kind is FactKind.DRUGS:
            # B12 among the medicines is read as a product, as from FHIR.
            names = before["name"].to_pylist()
            before = before.filter(
                pa.array([not b12_products(None, (Drug(name=n),)) for n in names])
            )
        kept = [name for name in before.schema.names if name not in lost]
        before, after = (
            one.select(kept).sort_by([(n, "ascending") for n in kept]) for one in (before, after)
        )
        assert before.num_rows
        assert before.equals(after), kind


def people(facts: Any) -> dict[str, dict[str, Any]]:
    """Return what is said of each person, the rows about them together."""
    told: dict[str, dict[str, Any]] = {}
    for row in in_order(facts, FactKind.PEOPLE).to_pylist():
        number = "".join(letter for letter in row.pop("person_id") if letter.isdigit())
        told.setdefault(number, {}).update({k: v for k, v in row.items() if v is not None})
    return told


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_made_up_people_come_back_from_a_cdm_as_they_went(tmp_path: Path, ending: str) -> None:
    facts = made_up(tmp_path, ending)
    assert recognise(tmp_path) is SourceKind.OMOP
    got = read(tmp_path)
    assert got.tally.rejected.total() == got.tally.ignored.total() == 0
    compared(facts, got)
    assert people(facts) == people(got.batches)
    gone = in_order(facts, FactKind.PRODUCTS).to_pylist()
    come = in_order(got.batches, FactKind.PRODUCTS).to_pylist()
    for row in gone:
        row["person_id"] = row["person_id"].replace("s", "").replace("-", "")
    assert all(row in come for row in gone)


def test_a_duckdb_file_gives_the_facts_of_the_folder(tmp_path: Path) -> None:
    made_up(tmp_path / "in", "parquet")
    file = tmp_path / "site.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema cdm")
        for table in (tmp_path / "in").glob("*.parquet"):
            connection.execute(f"create table cdm.{table.stem.upper()} as from '{table}'")
    assert recognise(file) is SourceKind.OMOP
    folder, stored = read(tmp_path / "in"), read(file)
    assert folder.tally.as_json() == stored.tally.as_json()
    for kind in FactKind:
        assert in_order(folder.batches, kind).equals(in_order(stored.batches, kind)), kind


def test_postgresql_is_read_or_its_missing_extension_is_told(tmp_path: Path) -> None:
    with duckdb.connect(config={"autoinstall_known_extensions": False}) as connection:
        try:
            connection.execute("load postgres")
        except duckdb.Error:
            with pytest.raises(CorrinError, match="never installed unasked"):
                read("postgresql://corrin:s3cret@127.0.0.1:9/none")
            return
        assert refused(lambda: read("postgresql://corrin:s3cret@127.0.0.1:9/none")) == [
            ("SOURCE", "no-connection")
        ]
        if programs() is None:
            return
        made_up(tmp_path, "parquet")
        with postgresql() as url:
            connection.execute(f"attach '{url}' as pg (type postgres)")
            for table in tmp_path.glob("*.parquet"):
                connection.execute(f"create table pg.{table.stem} as from '{table}'")
            got = read(url)
        assert got.tally.as_json() == read(tmp_path).tally.as_json()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda folder: (folder / "person.csv").unlink(), ("missing-table",)),
        (
            lambda folder: written(folder / "person.csv", "id,gender_concept_id\n1,2\n"),
            ("missing-column",),
        ),
        (lambda folder: written(folder / "person.csv", "\n"), ("no-header",)),
        (
            lambda folder: written(folder / "measurement.csv", "person_id,measurement_date\n"),
            ("missing-column", "missing-column"),
        ),
    ],
)
def test_what_a_cdm_lacks_is_told_before_anything_is_read(
    tmp_path: Path, change: Any, expected: tuple[str, ...]
) -> None:
    cdm(tmp_path, B12)
    change(tmp_path)
    assert tuple(code for _, code in refused(lambda: read(tmp_path))) == expected


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    file = written(tmp_path / "x.duckdb", "no")
    assert refused(lambda: read(file)) == [("x.duckdb", "not-a-database")]


def test_broken_rows_of_a_cdm_are_rejected_and_counted(tmp_path: Path) -> None:
    folder = cdm(tmp_path, B12, B12 | {"person_id": ""})
    with (folder / "measurement.csv").open("a") as file:
        file.write("9,1,3000593\n")
    (folder / "visit_occurrence.parquet").write_bytes(b"none")
    got = read(folder)
    assert sorted(got.rejected) == [
        ("measurement.csv:line 4", "too-few-columns"), ("measurement.csv:row 2", "no-person-id"),
        ("visit_occurrence.parquet", "unreadable-file"),
    ]  # fmt: skip
    assert len(got.results) == 1
    assert got.tally.rejected.total() == 3


def test_a_cdm_holds_the_latest_version_and_nothing_entered_in_error(tmp_path: Path) -> None:
    def version(id_: str, value: float, hour: int, status: str) -> dict[str, Any]:
        return {
            "person_id": "5", "result_id": id_, "lab": "serum_b12", "value": value,
            "unit_seen": "pmol/L", "taken": AS_OF, "issued": dt.datetime(2026, 6, 30, hour),
            "status": status,
        }  # fmt: skip

    facts = from_rows(
        FactKind.RESULTS,
        [
            version("a", 1.0, 9, "corrected"), version("a", 2.0, 8, "final"),
            version("b", 3.0, 8, "final"), version("b", 4.0, 9, "entered-in-error"),
            version("c", 5.0, 8, "preliminary"), version("d", 6.0, 8, "final"),
        ],
    )  # fmt: skip
    with closing(OmopWriter(tmp_path, load(), as_of=AS_OF)) as writer:
        writer.write(facts)
    assert writer.left_out == {"not-final": 3, "earlier-version": 1}
    assert [row["value"] for row in read(tmp_path).results] == [1.0, 6.0]


def test_ids_that_are_no_numbers_are_numbered(tmp_path: Path) -> None:
    with closing(OmopWriter(tmp_path, load(), as_of=AS_OF)) as writer:
        writer.write(from_rows(FactKind.PEOPLE, [{"person_id": "anna"}, {"person_id": "ben"}]))
        writer.write(from_rows(FactKind.DRUGS, [{"person_id": "ben", "name": "metformin"}]))
    got = read(tmp_path)
    assert [row["person_id"] for row in got.rows(FactKind.PEOPLE)] == ["1", "2"]
    assert [row["person_id"] for row in got.rows(FactKind.DRUGS)] == ["2"]


def test_every_code_with_a_concept_is_one_of_ours() -> None:
    known = {
        code.code for lab in load().labs.values() for code in lab.codes if code.system == "LOINC"
    }
    assert set(omop_codes().loinc) <= known
    assert {"2132-9": 3000593, "14685-2": 3009035, "72160-5": 43054903}.items() <= (
        omop_codes().loinc.items()
    )
    assert set(omop_codes().visits.values()) <= {one.value for one in load().settings}


def test_facts_of_a_cdm_are_written_into_a_folder(tmp_path: Path) -> None:
    made_up(tmp_path / "in", "parquet")
    tally = read_into(tmp_path / "facts", tmp_path / "in", SourceKind.OMOP, load(), room=Room())
    assert tally.balances()
    assert (tmp_path / "facts" / "results" / "part-00000.parquet").exists()

"""Corrin's own tables come back as they went; and which source is it?"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pyarrow.compute as pc
import pytest

from corrin.knowledge.loading import load
from corrin.population.facts import FactKind, Tally, parts
from corrin.population.sources.own_table import FILES, OwnTableWriter, own_mapping
from corrin.population.sources.reading import read_into
from corrin.population.sources.recognising import SourceKind, recognise
from corrin.population.sources.records import Room
from corrin.population.sources.tables import read_tables
from tests.population_sources import Got, in_order, refused, simulated, written


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_made_up_people_come_back_from_our_own_tables_as_they_went(
    tmp_path: Path, ending: str
) -> None:
    facts = simulated(300, messy=True)
    with closing(OwnTableWriter(tmp_path, ending=ending)) as writer:
        for each in facts:
            writer.write(each)
    assert recognise(tmp_path) is SourceKind.OWN_TABLE
    tally = Tally()
    got = list(
        read_tables(tmp_path, own_mapping(tmp_path, load()), load(), tally=tally, room=Room())
    )
    tally.check()
    assert tally.rejected.total() == 0
    for kind in FactKind:
        gone, come = in_order(facts, kind), in_order(got, kind)
        if kind is FactKind.RESULTS:
            # Codes that only their site knows are no test of ours.
            local = pc.starts_with(gone["lab"], "local:")
            assert tally.ignored["not-our-test"] == pc.sum(local).as_py() > 0
            gone = gone.filter(pc.invert(local))
        assert gone.equals(come), kind


def test_our_own_tables_reject_a_line_that_was_cut_off(tmp_path: Path) -> None:
    with closing(OwnTableWriter(tmp_path)) as writer:
        for each in simulated(20, messy=False):
            writer.write(each)
    file = tmp_path / "results.csv"
    rows = file.read_bytes().count(b"\n") - 1
    # Cut inside the last word of the last line: as many columns as ever.
    file.write_bytes(file.read_bytes()[:-3])
    tally = Tally()
    got = Got(
        read_tables(tmp_path, own_mapping(tmp_path, load()), load(), tally=tally, room=Room()),
        tally,
    )
    assert got.tally.rejected.total() == 1
    assert len(got.results) == rows - 1


def test_facts_are_written_into_a_folder_and_counted(tmp_path: Path) -> None:
    with closing(OwnTableWriter(tmp_path / "in")) as writer:
        for each in simulated(20, messy=False):
            writer.write(each)
    told: list[tuple[int, int]] = []
    tally = read_into(
        tmp_path / "facts", tmp_path / "in", SourceKind.OWN_TABLE, load(), room=Room(),
        told=lambda done, of: told.append((done, of)),
    )  # fmt: skip
    assert tally.balances()
    assert parts(tmp_path / "facts", FactKind.RESULTS)
    assert told[-1][0] == told[-1][1] > 0
    assert told == sorted(told)


# Which source is it?


def test_each_source_is_told_by_its_files(tmp_path: Path) -> None:
    fhir = written(tmp_path / "f" / "Patient.ndjson.gz", "{}\n").parent
    assert recognise(fhir) is SourceKind.FHIR
    cdm = tmp_path / "o"
    written(cdm / "PERSON.csv", "person_id\n")
    written(cdm / "measurement" / "part-0.csv", "person_id\n")
    assert recognise(cdm) is SourceKind.OMOP
    assert recognise("postgresql://u@h/db") is SourceKind.OMOP
    assert recognise(Path("postgresql://u@h/db")) is SourceKind.OMOP
    own = tmp_path / "t"
    written(own / "results.csv", ",".join(FILES["results"]) + "\n")
    assert recognise(own) is SourceKind.OWN_TABLE
    other = written(tmp_path / "s" / "results.csv", "id,b12\n")
    for place in (other, other.parent):
        assert refused(lambda place=place: recognise(place)) == [(str(place), "needs-mapping")]
        assert recognise(place, mapping=tmp_path / "m.toml") is SourceKind.MAPPED_TABLE
    both = written(tmp_path / "o" / "Patient.ndjson", "").parent
    assert refused(lambda: recognise(both)) == [(str(both), "several-sources")]


def test_what_is_no_source_is_told_what_was_seen(tmp_path: Path) -> None:
    assert refused(lambda: recognise(tmp_path / "none")) == [
        (str(tmp_path / "none"), "no-such-file")
    ]
    assert refused(lambda: recognise(written(tmp_path / "x.pdf", "")))[0][1] == "unknown-source"
    with pytest.raises(Exception, match=r"1 of \.pdf"):
        recognise(tmp_path)
    (tmp_path / "e").mkdir()
    with pytest.raises(Exception, match="it is empty"):
        recognise(tmp_path / "e")


def test_memory_that_is_no_amount_is_told(tmp_path: Path) -> None:
    with closing(OwnTableWriter(tmp_path)) as writer:
        for each in simulated(20, messy=False):
            writer.write(each)
    room = Room(memory_limit="much")
    tally = Tally()
    assert refused(
        lambda: read_tables(tmp_path, own_mapping(tmp_path, load()), load(), tally=tally, room=room)
    ) == [("--memory", "not-an-amount")]

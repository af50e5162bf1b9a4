"""Which reader a source of a population needs, and how made-up people are written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Protocol

from corrin.errors import InputError, Problem
from corrin.interfaces.fhir_bulk.reading import read_fhir_bulk
from corrin.interfaces.fhir_bulk.writing import Writing
from corrin.knowledge.loading import Knowledge
from corrin.population.facts import FactBatch, Tally
from corrin.population.running import Read, Stage, Told
from corrin.population.simulating.printing import local_codes
from corrin.population.simulating.writing import simulate
from corrin.population.sources.mapping_reading import read_mapping
from corrin.population.sources.omop_writing import OmopWriter
from corrin.population.sources.own_table import OwnTableWriter
from corrin.population.sources.reading import read_into
from corrin.population.sources.recognising import SourceKind, recognise
from corrin.population.sources.records import Room


def reader_of(
    source: Path,
    knowledge: Knowledge,
    *,
    mapping: Path | None,
    code_map: Path | None,
    as_of: dt.date | None,
    processes: int,
    memory_limit: str,
) -> tuple[Read, str]:
    """Return what reads ``source`` into facts, and what else changes what is read, as text.

    Raises :class:`InputError` when the source is of no known kind.
    """
    kind = recognise(source, mapping=mapping)
    also = "".join(_contents(each) for each in (mapping, code_map) if each is not None)
    if mapping is not None:
        # Before anything is written: what is wrong with it is said at once.
        read_mapping(mapping, knowledge)
    if kind is not SourceKind.FHIR:
        if code_map is not None:
            raise InputError(
                [Problem("--code-map", "not-together", "is for FHIR alone.", "Leave it out.")]
            )

        def read(facts: Path, told: Callable[[int, int], None]) -> Tally:
            room = Room(memory_limit=memory_limit, threads=processes, spill=facts.parent / "duckdb")
            return read_into(facts, source, kind, knowledge, mapping=mapping, room=room, told=told)

        return read, also

    from corrin.interfaces.fhir.coding import read_code_map

    meant = None
    if code_map is not None:
        meant = read_code_map(_contents(code_map), name=code_map.name)

    def read_fhir(facts: Path, told: Callable[[int, int], None]) -> Tally:
        return read_fhir_bulk(
            source, facts, as_of=as_of, code_map=meant, processes=processes, told=told
        ).tally

    return read_fhir, also


def _contents(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise InputError(
            [Problem(str(file), "no-file", "cannot be read.", "Check the path.")]
        ) from None


class _Writer(Protocol):
    """Takes facts, batch by batch."""

    def write(self, facts: FactBatch, /) -> None:
        """Write a batch."""


def write_simulated(
    people: int,
    knowledge: Knowledge,
    *,
    seed: int,
    form: str,
    out: Path,
    mess: bool,
    told: Told,
) -> None:
    """Write made-up people in a form ("fhir", "omop", "table") into the folder ``out``.

    Raises :class:`InputError` when the folder holds something already.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(
            [Problem(str(out), "not-empty", "is not an empty folder.", "Choose another.")]
        )
    out.mkdir(parents=True, exist_ok=True)
    with _writer(form, out, knowledge) as writer:
        simulate(
            people,
            knowledge,
            seed=seed,
            folder=out,
            write=writer.write,
            messy=mess,
            told=lambda done, of: told(Stage.MAKING, done, of, "people"),
        )


def _writer(form: str, out: Path, knowledge: Knowledge) -> AbstractContextManager[_Writer]:
    match form:
        case "fhir":
            return Writing(out, knowledge=knowledge, local_codes=local_codes)
        case "omop":
            as_of = knowledge.population.simulation.as_of
            return closing(OmopWriter(out, knowledge, as_of=as_of))
        case _:
            return closing(OwnTableWriter(out))

"""A small OMOP CDM for tests, and what is read from one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from corrin.knowledge.loading import load
from corrin.population.facts import Tally
from corrin.population.sources.omop import read_omop
from corrin.population.sources.records import Room
from tests.population_sources import Got, written

PERSON = "person_id,gender_concept_id,year_of_birth,month_of_birth,day_of_birth\n"
MEASUREMENT = (
    "measurement_id", "person_id", "measurement_concept_id", "measurement_date",
    "operator_concept_id", "value_as_number", "value_as_concept_id", "unit_concept_id",
    "range_low", "range_high", "measurement_source_value", "unit_source_value",
    "value_source_value",
)  # fmt: skip


def cdm(folder: Path, *measurements: dict[str, Any], mark: str = ",", **tables: str) -> Path:
    """Write a CDM of one person and these measurements; ``tables`` are further files."""
    written(
        folder / "person.csv",
        PERSON.replace(",", mark) + mark.join(["1", "8532", "1980", "", ""]) + "\n",
    )
    rows = [
        mark.join(str(one.get(name, "")) for name in MEASUREMENT)
        for one in (
            {"person_id": 1, "measurement_date": "2026-03-01", **each} for each in measurements
        )
    ]
    written(folder / "measurement.csv", "\n".join([mark.join(MEASUREMENT), *rows, ""]))
    for name, text in tables.items():
        written(folder / f"{name}.csv", text.replace(",", mark))
    return folder


def read(source: Path | str) -> Got:
    tally = Tally()
    return Got(read_omop(source, load(), tally=tally, room=Room()), tally)


B12 = {"measurement_concept_id": 3000593, "value_as_number": 150, "unit_source_value": "pg/mL"}

"""Choices of the population's commands."""

from __future__ import annotations

from enum import StrEnum


class EngineName(StrEnum):
    """What computes the answers; both give the same rows."""

    DUCKDB = "duckdb"
    SPARK = "spark"


class SimulatedFormat(StrEnum):
    """How made-up people are written."""

    FHIR = "fhir"
    OMOP = "omop"
    TABLE = "table"

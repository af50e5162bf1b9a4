"""Which kind of source a path is; what is none is told what was seen instead."""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum
from pathlib import Path

from corrin.errors import InputError
from corrin.population.sources.omop_tables import DUCKDB, NEEDED, files_of_cdm
from corrin.population.sources.own_table import FILES, files_of
from corrin.population.sources.raw_rows import Form, connect, is_table, open_rows
from corrin.population.sources.records import Room, refused

_FHIR = (".ndjson", ".ndjson.gz")
_URL = re.compile(r"postgres(?:ql)?:/+")
#: Files that a made-up population leaves beside any kind of source.
_BESIDE = {"truth.parquet", "simulation.json"}
_SHOWN = 5  # not clinical: kinds of file in a message


class SourceKind(StrEnum):
    """What a source is; FHIR is read by the layer above."""

    FHIR = "fhir"
    OMOP = "omop"
    OWN_TABLE = "own-table"
    MAPPED_TABLE = "mapped-table"


def recognise(source: str | Path, *, mapping: Path | None = None) -> SourceKind:
    """Return what kind of source it is; with a mapping it is a table.

    Raises :class:`InputError` when it is none, more than one, or a table that needs a mapping.
    """
    if postgresql_url(source) is not None:
        return SourceKind.OMOP
    path = Path(source)
    if not path.exists():
        raise refused(str(path), "no-such-file", "is not there.", "Check the path.")
    if mapping is not None:
        return SourceKind.MAPPED_TABLE
    if path.is_dir():
        return _of_folder(path)
    name = path.name.lower()
    if name.endswith(_FHIR):
        return SourceKind.FHIR
    if name.endswith(DUCKDB):
        return SourceKind.OMOP
    if is_table(path):
        raise _needs_mapping(path)
    raise refused(
        path.name, "unknown-source", "is no kind of file that is read here.",
        "Give a folder or file of FHIR NDJSON, OMOP CDM tables, CSV or Parquet.",
    )  # fmt: skip


def postgresql_url(source: str | Path) -> str | None:
    """Return the address of a PostgreSQL database; a path joins its slashes, so they come back."""
    match = _URL.match(str(source))
    return None if match is None else f"postgresql://{str(source)[match.end() :]}"


def _of_folder(folder: Path) -> SourceKind:
    try:
        files = [
            one for one in sorted(folder.rglob("*")) if one.is_file() and one.name not in _BESIDE
        ]
    except OSError as error:
        raise refused(str(folder), "unreadable-folder", f"cannot be read ({error.strerror}).",
                      "Check who may read it.") from None  # fmt: skip
    found = []
    if any(one.name.lower().endswith(_FHIR) for one in files):
        found.append(SourceKind.FHIR)
    if set(NEEDED) <= files_of_cdm(folder).keys():
        found.append(SourceKind.OMOP)
    if _is_own(folder):
        found.append(SourceKind.OWN_TABLE)
    if len(found) > 1:
        raise refused(
            str(folder), "several-sources", f"holds {' and '.join(found)} side by side.",
            "Give a folder with one of them.",
        )  # fmt: skip
    if found:
        return found[0]
    if any(is_table(one) for one in files):
        raise _needs_mapping(folder)
    raise refused(
        str(folder), "unknown-source", f"holds no source that is known: {_seen(files)}.",
        "Give FHIR NDJSON, the tables of an OMOP CDM (person and measurement), or CSV or Parquet "
        "with a mapping.",
    )  # fmt: skip


def _is_own(folder: Path) -> bool:
    """Return whether the files of a folder are named as Corrin's own and have their columns."""
    held = files_of(folder)
    if not held.keys() & {"people", "results"}:
        return False
    with connect(Room()) as connection:
        for table, files in held.items():
            for file in files:
                try:
                    columns = open_rows(file, connection, Form(delimiter=",")).columns
                except InputError:
                    return False
                if columns and not set(FILES[table]) <= set(columns):
                    return False
    return True


def _needs_mapping(path: Path) -> InputError:
    return refused(
        str(path), "needs-mapping", "is a table whose columns are not known.",
        f"Run corrin population map {path}, check what it proposes, then add --mapping FILE.",
    )  # fmt: skip


def _seen(files: list[Path]) -> str:
    endings = Counter("".join(one.suffixes[-2:]).lower() or "no ending" for one in files)
    if not endings:
        return "it is empty"
    listed = [f"{count} of {ending}" for ending, count in endings.most_common(_SHOWN)]
    return ", ".join(listed) + (" ..." if len(endings) > _SHOWN else "")

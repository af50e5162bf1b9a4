"""From the bytes of the record files to typed records, strictly: no misspelt key passes."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from corrin.errors import KnowledgeError
from corrin.knowledge.compiled import key_of
from corrin.knowledge.facts import FOLDERS, Knowledge
from corrin.knowledge.records import Quantity, Record, Unit
from corrin.knowledge.records_of_causality import CausalityRules
from corrin.knowledge.records_of_conditions import CodedConditions
from corrin.knowledge.records_of_high_b12 import HighB12Numbers
from corrin.knowledge.records_of_intake import Pharmacokinetics
from corrin.knowledge.records_of_population import PopulationRules
from corrin.knowledge.records_of_signals import SignalRules


class UnitFile(Record, frozen=True, kw_only=True):
    """The units of measurement stand in one file, as an array of tables."""

    unit: tuple[Unit, ...]


class Version(Record, frozen=True, kw_only=True):
    """The semantic version of the knowledge, raised by hand with each release."""

    version: str
    note: str | None = None


#: How much of the content hash the version shows.
_SHOWN = 12  # not clinical: hex digits

#: Records that are read in an order of their own, not by id.
_ORDERED = (
    "red_flags",
    "claims",
    "frequent_questions",
    "comparisons",
    "order_cards",
    "review_cards",
)


def read_files(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every record file by its path below ``folder``, sorted by path."""
    files: dict[str, bytes] = {}
    try:
        for entry in _entries(folder):
            if entry.is_dir():
                inside = _entries(entry.path)
                files |= {f"{entry.name}/{inner.name}": _bytes(inner) for inner in inside}
            elif entry.name.endswith(".toml"):
                files[entry.name] = _bytes(entry)
    except OSError as error:
        raise KnowledgeError(f"The records in '{folder}' cannot be read: {error}.") from error
    return dict(sorted(files.items()))


def _entries(folder: Path | str) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return [entry for entry in entries if not entry.name.startswith((".", "__"))]


def _bytes(entry: os.DirEntry[str]) -> bytes:
    if entry.is_dir():
        return b""  # a folder inside a folder of records: refused when parsed
    # Path() costs as much as the read itself, and there are hundreds of records.
    with open(entry.path, "rb") as file:  # noqa: PTH123
        return file.read()


def content_hash(files: Mapping[str, bytes]) -> bytes:
    """Return the hash (32 bytes) of the paths and bytes of all record files."""
    return key_of(*(part for path, data in files.items() for part in (path.encode(), data)))


def _model(table: dict[str, Any]) -> dict[str, Quantity]:
    model = {}
    for name, entry in table.items():
        try:
            model[name] = msgspec.convert(entry, Quantity)
        except msgspec.ValidationError as error:
            raise ValueError(f"{name}: {error}") from error
    return model


_SINGLE_FILES: Mapping[str, Callable[[dict[str, Any]], Any]] = MappingProxyType(
    {
        "units.toml": lambda table: msgspec.convert(table, UnitFile),
        "model.toml": _model,
        "version.toml": lambda table: msgspec.convert(table, Version),
        "pharmacokinetics.toml": lambda table: msgspec.convert(table, Pharmacokinetics),
        "high_b12.toml": lambda table: msgspec.convert(table, HighB12Numbers),
        "causality.toml": lambda table: msgspec.convert(table, CausalityRules),
        "signals.toml": lambda table: msgspec.convert(table, SignalRules),
        "population.toml": lambda table: msgspec.convert(table, PopulationRules),
        "coded_conditions.toml": lambda table: msgspec.convert(table, CodedConditions),
    }
)
#: Words of records in other languages: part of the version, read by ``translations.py``.
TRANSLATIONS = "translations"
#: Knowledge without the dose model answers everything but the questions on doses.
_OPTIONAL = frozenset(
    {
        "pharmacokinetics.toml",
        "high_b12.toml",
        "causality.toml",
        "signals.toml",
        "population.toml",
        "coded_conditions.toml",
    }
)


def parse(files: Mapping[str, bytes]) -> Knowledge:
    """Parse every file, or raise one :class:`KnowledgeError` that names everything wrong."""
    problems: list[str] = []
    tables: dict[str, dict[str, Any]] = {attribute: {} for attribute, _ in FOLDERS.values()}
    single: dict[str, Any] = {}
    for path, data in files.items():
        folder, _, name = path.rpartition("/")
        if folder == TRANSLATIONS:
            continue
        problem = _misplaced(folder, name)
        if problem is None:
            try:
                table = tomllib.loads(data.decode())
                if folder:
                    attribute, shape = FOLDERS[folder]
                    record = msgspec.convert(table, shape)
                    tables[attribute][record.id] = record
                    problem = _misnamed(record.id, name)
                else:
                    single[path] = _SINGLE_FILES[path](table)
                    problem = _repeated(single[path].unit) if path == "units.toml" else None
            except (ValueError, msgspec.ValidationError) as error:
                problem = str(error)
        if problem is not None:
            problems.append(f"{path}: {problem}")
    missing = _SINGLE_FILES.keys() - files.keys() - _OPTIONAL
    problems += [f"{name}: the file is missing" for name in sorted(missing)]
    if problems:
        raise KnowledgeError("\n".join(problems))
    by_id = {name: dict(sorted(table.items())) for name, table in tables.items()}
    for name in _ORDERED:
        in_order = sorted(by_id[name].items(), key=lambda item: (item[1].order, item[0]))
        by_id[name] = dict(in_order)
    return Knowledge(
        version=f"{single['version.toml'].version}+{content_hash(files).hex()[:_SHOWN]}",
        units={unit.id: unit for unit in single["units.toml"].unit},
        model=single["model.toml"],
        pharmacokinetics=single.get("pharmacokinetics.toml", Pharmacokinetics()),
        high_b12=single.get("high_b12.toml", HighB12Numbers()),
        causality=single.get("causality.toml", CausalityRules()),
        signals=single.get("signals.toml", SignalRules()),
        population=single.get("population.toml", PopulationRules()),
        coded_conditions=single.get("coded_conditions.toml", CodedConditions()),
        **by_id,
    )


def _misplaced(folder: str, name: str) -> str | None:
    if not folder:
        known = ", ".join(_SINGLE_FILES)
        return None if name in _SINGLE_FILES else f"no such file belongs here; known: {known}"
    if folder not in FOLDERS:
        return f"no records of this kind are known; known: {', '.join(FOLDERS)}"
    if not name.endswith(".toml"):
        return "a record is one TOML file; move anything else out of this folder"
    return None


def _misnamed(id_: str, name: str) -> str | None:
    if id_ == name.removesuffix(".toml"):
        return None
    return f"the id is '{id_}', but a file's name must equal its record's id"


def _repeated(units: tuple[Unit, ...]) -> str | None:
    ids = [unit.id for unit in units]
    twice = sorted({id_ for id_ in ids if ids.count(id_) > 1})
    return f"more than one unit is called {', '.join(twice)}" if twice else None

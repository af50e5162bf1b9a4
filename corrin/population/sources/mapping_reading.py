"""Reads a site's mapping and says everything that is wrong with it, with the nearest known term."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import msgspec

from corrin.errors import InputError, Problem
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Setting
from corrin.labs.faults import Fault
from corrin.labs.units import factor_of
from corrin.person.vocabulary import nearest
from corrin.population.sources.mapping import (
    Columns,
    FindingColumn,
    LabColumn,
    MedicineColumn,
    Rows,
    SiteMapping,
    SupplementColumn,
    TableMapping,
    Words,
)
from corrin.population.sources.raw_rows import DELIMITERS, ENCODINGS
from corrin.population.sources.records import refused

MAX_BYTES = 2_000_000  # not clinical: a mapping is some kilobytes
_NEEDED: Mapping[Rows, tuple[str, ...]] = MappingProxyType(
    {
        Rows.RESULT: ("code", "value"),
        Rows.FINDING: ("finding",),
        Rows.MEDICINE: ("name",),
        Rows.LIST: ("list",),
    }
)
_GIVES = ("dose", "substance", "route", "every", "product")
_LISTS: Mapping[str, type[msgspec.Struct]] = MappingProxyType(
    {
        "labs": LabColumn,
        "findings": FindingColumn,
        "medicines": MedicineColumn,
        "supplements": SupplementColumn,
    }
)
_TABLES: Mapping[str, type[msgspec.Struct]] = MappingProxyType({"columns": Columns, "words": Words})
_CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sex": ("female", "male"),
        "flag": ("low", "normal", "high", "negative", "positive"),
        "setting": tuple(Setting),
    }
)


def read_mapping(path: Path, knowledge: Knowledge) -> SiteMapping:
    """Read a mapping that somebody has confirmed.

    Raises :class:`InputError` with everything wrong in it, or when it is not confirmed.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise refused(str(path), "unreadable-file", f"cannot be read ({error.strerror}).",
                      "Check the path.") from None  # fmt: skip
    mapping = parse_mapping(data, path.name, knowledge)
    if not mapping.confirmed:
        raise refused(
            path.name, "not-confirmed",
            "is a proposal: what each column means was guessed from names and values.",
            "Check every line of it, then write confirmed = true at the top.",
        )  # fmt: skip
    return mapping


def parse_mapping(data: bytes, name: str, knowledge: Knowledge) -> SiteMapping:
    """Return the mapping that the bytes of a TOML file hold, confirmed or not."""
    if len(data) > MAX_BYTES:
        raise refused(name, "too-large", f"is larger than {MAX_BYTES:,} bytes.", "Shorten it.")
    try:
        table = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise refused(name, "not-text", "is not UTF-8 text.", "Save it as UTF-8.") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise refused(name, "not-toml", f"is not TOML: {error}.", "Mend that place.") from None
    problems = list(_unknown_keys(table, name))
    if problems:
        raise InputError(problems)
    try:
        mapping = msgspec.convert(table, SiteMapping)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `")
        place = f"{name}, {where.rstrip('`').removeprefix('$.')}" if where else name
        do = "See the page 'Your tables' for what may stand there."
        raise refused(place, "wrong-mapping", f"does not fit: {what}.", do) from None
    problems = list(_problems(mapping, name, knowledge))
    if problems:
        raise InputError(problems)
    return mapping


def _unknown_keys(table: dict[str, object], name: str) -> Iterator[Problem]:
    """Yield keys that a mapping does not have, with the nearest that it has."""
    yield from _keys(table, SiteMapping, name)
    tables = table.get("table")
    for at, one in enumerate(tables if isinstance(tables, list) else []):
        if not isinstance(one, dict):
            continue
        where = f"{name}, table[{at}]"
        yield from _keys(one, TableMapping, where)
        for key, kind in _TABLES.items():
            if isinstance(held := one.get(key), dict):
                yield from _keys(held, kind, f"{where}.{key}")
        for key, kind in _LISTS.items():
            held = one.get(key)
            for place, each in enumerate(held if isinstance(held, list) else []):
                if isinstance(each, dict):
                    yield from _keys(each, kind, f"{where}.{key}[{place}]")


def _keys(held: dict[str, object], kind: type[msgspec.Struct], where: str) -> Iterator[Problem]:
    known = kind.__struct_fields__
    for key in held:
        if key not in known:
            yield Problem(where, "unknown-key", f"'{key}' is no key of it.", near(key, known))


def _problems(mapping: SiteMapping, name: str, knowledge: Knowledge) -> Iterator[Problem]:
    if not mapping.table:
        yield Problem(name, "no-table", "describes no table.", "Add [[table]].")
    for at, table in enumerate(mapping.table):
        yield from _of_table(table, f"{name}, table[{at}]", knowledge)


def _of_table(table: TableMapping, where: str, knowledge: Knowledge) -> Iterator[Problem]:
    if table.encoding not in ENCODINGS:
        yield _one_of(f"{where}.encoding", table.encoding, ENCODINGS)
    if table.delimiter is not None and len(table.delimiter) != 1:
        yield _one_of(f"{where}.delimiter", table.delimiter, DELIMITERS)
    if not table.files:
        yield Problem(f"{where}.files", "no-files", "names no file.", 'As in ["results*.csv"].')
    held = table.columns.named()
    for part in _NEEDED.get(table.rows, ()):
        if part not in held and not (part == "value" and "flag" in held):
            yield Problem(
                f"{where}.columns", "missing-column",
                f"a table of one {table.rows} a row needs the column of its {part}.",
                f'Add {part} = "COLUMN".',
            )  # fmt: skip
    yield from _terms(table, where, knowledge)


def _terms(table: TableMapping, where: str, knowledge: Knowledge) -> Iterator[Problem]:
    """Yield terms of Corrin's that a table names and that are none."""
    for at, lab in enumerate(table.labs):
        yield from _lab(lab.lab, lab.unit, f"{where}.labs[{at}]", knowledge)
    for code, meant in table.codes.items():
        yield from _lab(meant.lab, meant.unit, f"{where}.codes.{code}", knowledge)
    findings = [(f"findings[{at}]", one.finding) for at, one in enumerate(table.findings)]
    findings += [(f"finding_codes.{code}", id_) for code, id_ in table.finding_codes.items()]
    for place, finding in findings:
        if knowledge.finding_id(finding) is None:
            what = f"'{finding}' is not a finding."
            yield Problem(
                f"{where}.{place}", "unknown-finding", what, near(finding, knowledge.findings)
            )
    for kind, allowed in _CHOICES.items():
        for word, meant_word in getattr(table.words, kind).items():
            if meant_word not in allowed:
                yield _one_of(f"{where}.words.{kind}.{word}", meant_word, allowed)
    for at, one in enumerate(table.supplements):
        if one.gives not in {None, *_GIVES}:
            yield _one_of(f"{where}.supplements[{at}].gives", str(one.gives), _GIVES)


def _lab(lab: str, unit: str | None, where: str, knowledge: Knowledge) -> Iterator[Problem]:
    id_ = knowledge.lab_id(lab)
    if id_ is None:
        yield Problem(where, "unknown-lab", f"'{lab}' is not a test.", near(lab, knowledge.labs))
    elif unit is not None and isinstance(
        fault := factor_of(unit, knowledge.labs[id_], knowledge), Fault
    ):
        yield Problem(where, fault.code, f"the unit '{unit}' {fault.what}", fault.do)


def _one_of(where: str, given: str, allowed: Sequence[str]) -> Problem:
    listed = ", ".join(repr(one) if not one.isprintable() else one for one in allowed)
    return Problem(where, "unknown-choice", f"'{given}' is not known.", f"Use one of {listed}.")


def near(word: str, known: Iterable[str]) -> str:
    """Return a sentence with the known words most like ``word``."""
    found = nearest(word, known)
    return f"Did you mean {' or '.join(repr(one) for one in found)}?" if found else "Leave it out."

"""A file that cannot be used may still hold a red flag: it is looked at before the faults."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from corrin.errors import InputError


def urgent_words(file: Path, patient: str | None = None, code_map: Path | None = None) -> str:
    """Return the fixed text for the most urgent red flag that can be read, or nothing."""
    from corrin.interfaces.person_input import read_record
    from corrin.knowledge.loading import load
    from corrin.person.reading import parse

    try:
        record = read_record(file, knowledge=load(), patient_id=patient, code_map=code_map)
        if record is not None:
            return urgent_words_of(record.person_table)
        table = parse(file.read_bytes(), name=file.name)
    except (InputError, OSError):
        return ""
    return urgent_words_of(table)


def urgent_words_of(table: Mapping[str, Any]) -> str:
    """Return the fixed text for the most urgent red flag of a table, or nothing.

    Only emergency and same-day flags speak here; the faults still have to be mended.
    """
    from corrin.b12_status.classing import class_b12
    from corrin.errors import Refusal
    from corrin.knowledge.loading import load
    from corrin.knowledge.records import Tier
    from corrin.person.reading import person_from_table
    from corrin.picture.building import clinical_picture
    from corrin.picture.person_file import vocabulary
    from corrin.triage.urgency import urgency

    knowledge = load()
    words = vocabulary(knowledge)
    readable: dict[str, Any] = {}
    for key, part in _parts(table):
        with contextlib.suppress(InputError):
            person_from_table({key: part}, words, lenient_labs=True)
            if isinstance(part, Mapping):
                readable[key] = {**readable.get(key, {}), **part}
            else:
                readable[key] = part
    with contextlib.suppress(InputError):
        person, _ = person_from_table(readable, words, lenient_labs=True)
        picture = clinical_picture(person, knowledge)
        status = class_b12(picture, knowledge)
        how_soon = urgency(
            picture,
            None if isinstance(status, Refusal) else status,
            knowledge,
            country=person.country,
        )
        if how_soon.tier in {Tier.EMERGENCY, Tier.SAME_DAY}:
            reasons = "; ".join(flag.because for flag in how_soon.because)
            return (
                "What could be read already calls for attention, before the file is mended:\n"
                f"{how_soon.action}\n{reasons}"
            )
    return ""


def _parts(table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if key == "findings" and isinstance(value, Mapping):
            for finding, state in value.items():
                yield key, {finding: state}
        else:
            yield key, value

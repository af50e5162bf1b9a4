"""A file that cannot be used may still hold a red flag: it is looked at before the faults."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from corrin.errors import InputError


def urgent_words(file: Path) -> str:
    """Return the fixed text for the most urgent red flag that can be read, or nothing.

    Only emergency and same-day flags speak here; the faults still have to be mended.
    """
    from corrin.assessment import assess
    from corrin.knowledge.records import Tier
    from corrin.person.reading import parse, person_from_table
    from corrin.picture.person_file import vocabulary

    try:
        table = parse(file.read_bytes(), name=file.name)
    except (InputError, OSError):
        return ""
    from corrin.knowledge.loading import load

    words = vocabulary(load())
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
        answer = assess(person, draws=0)
        if answer.urgency.tier in {Tier.EMERGENCY, Tier.SAME_DAY}:
            reasons = "; ".join(flag.because for flag in answer.urgency.because)
            return (
                "What could be read already calls for attention, before the file is mended:\n"
                f"{answer.urgency.action}\n{reasons}"
            )
    return ""


def _parts(table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if key == "findings" and isinstance(value, Mapping):
            for finding, state in value.items():
                yield key, {finding: state}
        else:
            yield key, value

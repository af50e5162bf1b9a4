"""``corrin read-report FILE``: the values of a laboratory report, to be confirmed."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from corrin.errors import InputError, Problem
from corrin.interfaces.commands.printing import json_text, put


class Format(StrEnum):
    """How the values are written."""

    TEXT = "text"
    JSON = "json"
    TOML = "toml"


def command(
    file: Annotated[
        Path,
        typer.Argument(help="A report (PDF, text, CSV, FHIR) or a person file.", metavar="FILE"),
    ],
    format_: Annotated[
        Format,
        typer.Option("--format", "-f", help="Words, data, or lines of a person file."),
    ] = Format.TEXT,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write to this file.", metavar="OUT"),
    ] = None,
) -> None:
    """Read the values out of a laboratory report; none is used before you have looked at it.

    A unit that is missing is asked for, never guessed, and lines that are not certain are
    listed.  A PDF needs: pip install 'corrin[reports]'.  Exit code 2: no value was found.
    """
    from corrin.interfaces.lab_reports.as_person_lines import as_table, as_text, as_toml
    from corrin.interfaces.lab_reports.kinds import MAX_BYTES
    from corrin.interfaces.lab_reports.reading import read_report
    from corrin.knowledge.loading import load

    knowledge = load()
    reading = read_report(_bytes(file, MAX_BYTES), knowledge)
    if not reading.values and reading.problems and format_ is not Format.JSON:
        raise InputError(reading.problems)
    match format_:
        case Format.JSON:
            put(json_text(as_table(reading)), output)
        case Format.TOML:
            put(as_toml(reading), output)
        case Format.TEXT:
            put(as_text(reading, knowledge), output)


def _bytes(file: Path, most: int) -> bytes:
    try:
        with file.open("rb") as opened:
            # One more than may be read: what is larger is then refused for its size.
            return opened.read(most + 1)
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        raise InputError(
            [Problem(file.name, "no-file", f"cannot be read: {reason}.", "Check the path.")]
        ) from None

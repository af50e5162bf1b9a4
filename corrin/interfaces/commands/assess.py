"""``corrin assess FILE``: one person in, a cited answer out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corrin.errors import InputError
from corrin.interfaces.commands.choices import Format, Reader
from corrin.interfaces.commands.printing import columns, json_text, put

if TYPE_CHECKING:
    from corrin.assessment import Assessment

MOST_DRAWS = 10_000  # not clinical: beyond it only time passes


def command(
    file: Annotated[
        Path, typer.Argument(help="A person file (TOML or JSON); see examples/.", metavar="FILE")
    ],
    reader: Annotated[
        Reader, typer.Option("--for", help="Plain words for a person, detail for a clinician.")
    ] = Reader.PERSON,
    format_: Annotated[
        Format, typer.Option("--format", "-f", help="How the answer is written.")
    ] = Format.TEXT,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write the answer to this file.", metavar="OUT"),
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=MOST_DRAWS,
            help="Repetitions behind each interval; 0 gives no intervals.",
        ),
    ] = None,
) -> None:
    """Answer for one person: how urgent, B12 low or high, what explains the twitching, what next.

    Red flags are looked at before anything else.  Exit code 0 means answered, 2 that
    the file cannot be used (every fault is listed), 1 anything else.
    """
    from corrin.assessment import assess

    person = _read(file)
    write(assess(person, reader=reader.value, draws=draws), format_, output)


def _read(file: Path):  # type: ignore[no-untyped-def]
    from corrin.picture.person_file import read_person

    try:
        return read_person(file)
    except InputError as error:
        from corrin.interfaces.commands.salvage import urgent_words

        words = urgent_words(file)
        if words:
            error.add_note(words)
        raise


def write(answer: Assessment, format_: Format, output: Path | None) -> None:
    """Write an assessment to a file, or to standard output and nothing else there."""
    if format_ is Format.JSON:
        from corrin.report.as_json import as_json

        text = json_text(as_json(answer))
    elif format_ is Format.HTML:
        from corrin.report.html import as_html

        text = as_html(answer)
    else:
        from corrin.report.text import as_text

        text = as_text(answer, width=columns())
    put(text, output)

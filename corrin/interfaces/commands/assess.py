"""``corrin assess FILE``: one person in, a cited answer out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corrin.errors import InputError
from corrin.interfaces.commands.choices import Format, Reader
from corrin.interfaces.commands.printing import columns, json_text, put, put_file

if TYPE_CHECKING:
    from corrin.assessment import Assessment
    from corrin.interfaces.fhir.records import FhirReading
    from corrin.person.records import Person

MOST_DRAWS = 10_000  # not clinical: beyond it only time passes


def command(  # noqa: PLR0917 - the parameters are the options of the command
    file: Annotated[
        Path,
        typer.Argument(
            help="A person file (TOML or JSON; see examples/), FHIR R4 (JSON or NDJSON), or an "
            "HL7 v2 ORU^R01 message.",
            metavar="FILE",
        ),
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
    patient: Annotated[
        str | None,
        typer.Option(help="The patient meant, when FHIR is of several: the id.", metavar="ID"),
    ] = None,
    code_map: Annotated[
        Path | None,
        typer.Option(
            help="What a site's own codes mean: a table in the SSSOM form.", metavar="TSV"
        ),
    ] = None,
) -> None:
    """Answer for one person: how urgent, B12 low or high, what explains the twitching, what next.

    Red flags are looked at before anything else.  Exit code 0 means answered, 2 that
    the file cannot be used (every fault is listed), 1 anything else.
    """
    from corrin.assessment import assess

    person, reading = _read(file, patient, code_map)
    write(assess(person, reader=reader.value, draws=draws), format_, output, reading=reading)


def _read(
    file: Path, patient: str | None, code_map: Path | None
) -> tuple[Person, FhirReading | None]:
    from corrin.interfaces.person_input import read_input
    from corrin.knowledge.loading import load

    try:
        return read_input(file, knowledge=load(), patient_id=patient, code_map=code_map)
    except InputError as error:
        from corrin.interfaces.commands.salvage import urgent_words

        words = urgent_words(file, patient, code_map)
        if words:
            error.add_note(words)
        raise


def write(
    answer: Assessment,
    format_: Format,
    output: Path | None,
    *,
    reading: FhirReading | None = None,
) -> None:
    """Write an assessment to a file, or to standard output and nothing else there.

    ``reading`` says what became of each resource when it was made from a record.
    """
    record = None
    if reading is not None:
        from corrin.interfaces.record_words import account_of

        record = account_of(reading, answer.knowledge)
    if format_ is Format.PDF:
        from corrin.report.pdf import as_pdf

        put_file(as_pdf(answer, record=record), output)
        return
    if format_ is Format.JSON:
        from corrin.report.as_json import as_json

        table = as_json(answer)
        if reading is not None:
            table["inputs"]["fhir"] = reading.as_table()
        text = json_text(table)
    elif format_ is Format.HTML:
        from corrin.report.html import as_html

        text = as_html(answer, record=record)
    elif format_ is Format.FHIR:
        from corrin.interfaces.fhir.writing import assessment_bundle

        text = json_text(assessment_bundle(answer, reading=reading))
    elif format_ is Format.HL7:
        from corrin.interfaces.hl7v2_comment import as_hl7

        text = as_hl7(answer, reading=reading)
    else:
        from corrin.report.text import as_text

        text = as_text(answer, width=columns())
        if record is not None:
            from corrin.report.record import record_as_text

            text += "\n" + record_as_text(record, width=columns())
    put(text, output)

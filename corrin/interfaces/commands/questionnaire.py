"""``corrin questionnaire``: Corrin's questions as a form other programs can show."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from corrin.interfaces.commands.printing import json_text, put


class FormFormat(StrEnum):
    """How the form is written."""

    FHIR = "fhir"


def command(
    format_: Annotated[
        FormFormat, typer.Option("--format", "-f", help="How the form is written.")
    ] = FormFormat.FHIR,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write the form to this file.", metavar="OUT"),
    ] = None,
) -> None:
    """Write every question as a FHIR R4 Questionnaire; `corrin assess` reads the answers back."""
    from corrin.interfaces.fhir.questionnaire import questionnaire
    from corrin.knowledge.loading import load

    del format_
    put(json_text(questionnaire(load())), output)

"""``corrin claims``: the article sentence by sentence, with verdict, certainty and sources."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corrin.interfaces.commands.choices import Reader
from corrin.interfaces.commands.printing import columns, json_text, put

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corrin.claims.records import Appraisal
    from corrin.knowledge.facts import Knowledge
    from corrin.report.telling import Telling


class ClaimsFormat(StrEnum):
    """How claims are written."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"
    EBM_ON_FHIR = "ebm-on-fhir"


def command(
    ids: Annotated[
        list[str] | None,
        typer.Argument(
            help="Claims to show in full, such as CL02 or OM05; none: all of them.",
            metavar="[ID]...",
        ),
    ] = None,
    side_by_side: Annotated[
        bool, typer.Option("--side-by-side", help="High B12 against low B12 instead, with numbers.")
    ] = False,
    reader: Annotated[
        Reader, typer.Option("--for", help="Plain words for a person, detail for a clinician.")
    ] = Reader.PERSON,
    format_: Annotated[
        ClaimsFormat,
        typer.Option(
            "--format",
            "-f",
            help="How it is written; ebm-on-fhir exports Evidence and ArtifactAssessment.",
        ),
    ] = ClaimsFormat.TEXT,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write to this file.", metavar="OUT"),
    ] = None,
) -> None:
    """Who says so, and how sure are they?  Every claim of the article, appraised.

    The certainty is computed by GRADE from the judgements in the records; naming a claim
    shows every step.  What the article leaves out is appraised too (OM01 ...).
    """
    from corrin.knowledge.loading import load
    from corrin.report.telling import Telling

    knowledge = load()
    telling = Telling(knowledge, reader=reader.value, may_say_benign=True)
    if side_by_side:
        text = _compared(knowledge, telling, format_, ids)
    else:
        text = _appraised(_wanted(knowledge, ids or []), telling, format_, whole=not ids)
    put(text, output)


def _wanted(knowledge: Knowledge, ids: Sequence[str]) -> Sequence[Appraisal]:
    from corrin.claims.appraising import appraise_all, appraise_ids

    return appraise_ids(ids, knowledge) if ids else appraise_all(knowledge)


def _appraised(
    appraisals: Sequence[Appraisal], telling: Telling, format_: ClaimsFormat, *, whole: bool
) -> str:
    knowledge = telling.knowledge
    match format_:
        case ClaimsFormat.JSON:
            from corrin.report.claims_json import claims_json

            return json_text(claims_json(appraisals, knowledge))
        case ClaimsFormat.HTML:
            from corrin.report.claims_html import claims_html

            return claims_html(appraisals, telling)
        case ClaimsFormat.EBM_ON_FHIR:
            from corrin.interfaces.ebm_on_fhir import claims_bundle

            return json_text(claims_bundle(appraisals, knowledge))
        case ClaimsFormat.TEXT:
            from corrin.report.claims_text import claims_list, claims_text

            told = claims_list if whole else claims_text
            return told(appraisals, telling, width=columns())


def _compared(
    knowledge: Knowledge, telling: Telling, format_: ClaimsFormat, ids: Sequence[str] | None
) -> str:
    from corrin.errors import InputError, Problem

    if ids or format_ is ClaimsFormat.EBM_ON_FHIR:
        message = "takes no claim ids and has no ebm-on-fhir form."
        raise InputError([Problem("--side-by-side", "not-together", message, "Leave them out.")])
    rows = tuple(knowledge.comparisons.values())
    match format_:
        case ClaimsFormat.JSON:
            from corrin.report.claims_json import comparison_json

            return json_text(comparison_json(rows, knowledge))
        case ClaimsFormat.HTML:
            from corrin.report.claims_html import comparison_html

            return comparison_html(rows, telling)
        case _:
            from corrin.report.claims_text import comparison_text

            return comparison_text(rows, telling, width=columns())

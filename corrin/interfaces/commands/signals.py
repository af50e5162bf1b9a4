"""``corrin signals DATA``: what adverse-event reports say of a product and an event."""

from __future__ import annotations

import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corrin.interfaces.commands.choices import Reader
from corrin.interfaces.commands.printing import columns, json_text, put

if TYPE_CHECKING:
    from corrin.signals.reading import Reports, Tell
    from corrin.signals.records import Theta

#: How many pairs the text form lists.
_LISTED = 20  # not clinical: lines of a list
_THETA = 5  # not clinical: how many hyperparameters there are


class SignalsFormat(StrEnum):
    """How the answer is written."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"
    CSV = "csv"


class LikelihoodName(StrEnum):
    """What the mixture is fitted to; the same names as in the library."""

    FULL = "full"
    MIXTURE = "mixture"
    OPENEBGM = "openebgm"


class RolesName(StrEnum):
    """Which products of a report count."""

    SUSPECT = "suspect"
    ALL = "all"


def command(  # noqa: PLR0917  the options of a command
    data: Annotated[
        Path,
        typer.Argument(
            help="Reports: a CAERS file, a folder of FAERS quarters, or any table "
            "(.csv, .csv.gz, .tsv, .parquet).",
            metavar="DATA",
        ),
    ],
    pair: Annotated[
        str | None,
        typer.Option(help="One product and one event by group: b12:muscle-twitching."),
    ] = None,
    report: Annotated[
        str | None, typer.Option(help="The column of report numbers.", metavar="COL")
    ] = None,
    product: Annotated[
        str | None, typer.Option(help="The column of products.", metavar="COL")
    ] = None,
    event: Annotated[str | None, typer.Option(help="The column of events.", metavar="COL")] = None,
    strata: Annotated[
        str | None,
        typer.Option(help="A column to expect counts within, such as sex.", metavar="COL"),
    ] = None,
    date: Annotated[
        str | None, typer.Option(help="The column of dates of receipt.", metavar="COL")
    ] = None,
    by_sex: Annotated[
        bool, typer.Option("--by-sex", help="Take the sex of a known layout as stratum.")
    ] = False,
    roles: Annotated[
        RolesName, typer.Option(help="Suspected products alone, or all that a report names.")
    ] = RolesName.SUSPECT,
    likelihood: Annotated[
        LikelihoodName,
        typer.Option(help="Every cell, the non-zero ones, or those as openEBGM takes them."),
    ] = LikelihoodName.FULL,
    theta: Annotated[
        str | None,
        typer.Option(
            help="Take these hyperparameters instead of fitting.", metavar="A1,B1,A2,B2,P"
        ),
    ] = None,
    memory: Annotated[
        str, typer.Option(help="How much of the data may be held in memory at once.")
    ] = "512MB",
    simulate: Annotated[
        int | None,
        typer.Option(min=100, help="First write this many made-up reports to DATA, to try it out."),
    ] = None,
    seed: Annotated[int, typer.Option(help="The seed of the made-up reports.")] = 1,
    reader: Annotated[
        Reader, typer.Option("--for", help="Plain words for a person, detail for a clinician.")
    ] = Reader.CLINICIAN,
    format_: Annotated[
        SignalsFormat,
        typer.Option("--format", "-f", help="csv: one row a pair, and OUT.fit.json beside it."),
    ] = SignalsFormat.TEXT,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file.", metavar="OUT")
    ] = None,
) -> None:
    """What do adverse-event reports say?  Counts, ratios, shrinkage, and their power.

    Without --pair every pair of the table is measured.  Reports raise questions; they do
    not show causes, and their absence does not show safety.  To try it without data:
    corrin signals made-up.csv --simulate 20000 --pair b12:muscle-twitching
    """
    columns_named = {
        "report": report, "product": product, "event": event, "stratum": strata, "date": date,
    }  # fmt: skip
    given = _theta(theta)
    _refuse_what_does_not_go(pair, format_)
    if simulate is not None:
        columns_named = _make_up(data, simulate, seed)
    reports = _read(data, columns_named, roles, memory, by_sex=by_sex)
    with reports:
        if pair is None:
            text = _table(reports, likelihood, given, format_, output)
        else:
            text = _pair(reports, pair, likelihood, given, format_, reader)
    if text is not None:
        put(text, output)


def _make_up(data: Path, reports: int, seed: int) -> dict[str, str | None]:
    """Write made-up reports and return their columns; an existing file is left alone."""
    from corrin.errors import InputError, Problem

    if data.exists():
        what = "is there already and is not written over."
        raise InputError([Problem(str(data), "exists", what, "Name a new file.")])
    if not data.name.endswith((".csv", ".csv.gz")):
        what = "made-up reports are written as .csv or .csv.gz."
        raise InputError([Problem(str(data), "unknown-kind", what, "Name the file so.")])
    from corrin.signals.simulating import demonstration, write

    write(demonstration(reports, seed=seed), data, seed=seed)
    typer.echo(f"{reports:,} made-up reports written to {data}", err=True)
    return {"report": "report", "product": "product", "event": "event", "date": "received"}


def _tell() -> Tell:
    """Progress goes to the terminal of whoever waits, never into a file."""
    if sys.stderr.isatty():
        return lambda words: typer.echo(f"{words} ...", err=True)
    return lambda _: None


def _read(
    data: Path, named: dict[str, str | None], roles: RolesName, memory: str, *, by_sex: bool
) -> Reports:
    from corrin.errors import needing

    with needing("signals", "the analysis of reports"):
        from corrin.signals.reading import read_reports
        from corrin.signals.records_of_reading import Roles
    return read_reports(
        data,
        columns=named,
        roles=Roles(roles.value),
        by_sex=by_sex,
        memory=memory,
        tell=_tell(),
    )


def _theta(text: str | None) -> Theta | None:
    if text is None:
        return None
    from corrin.errors import InputError, Problem

    try:
        numbers = [float(one) for one in text.split(",")]
    except ValueError:
        numbers = []
    whole = len(numbers) == _THETA and all(0 < one < float("inf") for one in numbers)
    if not whole or numbers[-1] >= 1:
        what = "is not five numbers above zero, the last below one."
        raise InputError(
            [Problem("--theta", "not-hyperparameters", what, "Write alpha1,beta1,alpha2,beta2,p.")]
        )
    from corrin.signals.records import Theta

    alpha1, beta1, alpha2, beta2, p = numbers
    return Theta(alpha1=alpha1, beta1=beta1, alpha2=alpha2, beta2=beta2, p=p)


def _refuse_what_does_not_go(pair: str | None, format_: SignalsFormat) -> None:
    from corrin.errors import InputError, Problem

    if pair is not None and format_ is SignalsFormat.CSV:
        problem = Problem(
            "--format", "not-together", "csv is for whole tables.", "Leave --pair out."
        )
        raise InputError([problem])
    if pair is None and format_ is SignalsFormat.HTML:
        problem = Problem("--format", "not-together", "a page is of one pair.", "Add --pair.")
        raise InputError([problem])


def _table(
    reports: Reports,
    likelihood: LikelihoodName,
    theta: Theta | None,
    format_: SignalsFormat,
    output: Path | None,
) -> str | None:
    """Measure every pair; CSV goes straight to its file, the rest comes back as text."""
    from corrin.interfaces.commands import signals_table
    from corrin.signals.analysing import analyse
    from corrin.signals.counting import count
    from corrin.signals.records import Likelihood

    tell = _tell()
    tell("Counting reports")
    counts = count(reports)
    tell(f"Fitting to {counts.cells:,} cells")
    signals = analyse(counts, likelihood=Likelihood(likelihood.value), theta=theta)
    tell(f"Writing {counts.n.size:,} pairs")
    match format_:
        case SignalsFormat.CSV:
            signals_table.write_csv(signals, output)
            return None
        case SignalsFormat.JSON:
            return json_text(signals_table.as_json(signals, reports.reading))
        case _:
            return signals_table.as_text(signals, reports.reading, most=_LISTED, width=columns())


def _pair(  # noqa: PLR0917  what the command was given
    reports: Reports,
    pair: str,
    likelihood: LikelihoodName,
    theta: Theta | None,
    format_: SignalsFormat,
    reader: Reader,
) -> str:
    from corrin.knowledge.loading import load
    from corrin.report.telling import Telling
    from corrin.signals.answering import answer
    from corrin.signals.grouping import pair_named
    from corrin.signals.records import Likelihood

    knowledge = load()
    wanted = pair_named(pair, knowledge)
    told = answer(
        reports,
        *wanted,
        knowledge,
        likelihood=Likelihood(likelihood.value),
        theta=theta,
        tell=_tell(),
    )
    telling = Telling(knowledge, reader=reader.value, may_say_benign=True)
    options: dict[str, Any] = {"command": _made_by()}
    match format_:
        case SignalsFormat.JSON:
            from corrin.report.signals_json import signals_json

            return json_text(signals_json(told, telling))
        case SignalsFormat.HTML:
            from corrin.report.signals_html import signals_html

            return signals_html(told, telling, **options)
        case _:
            from corrin.report.signals_text import signals_text

            return signals_text(told, telling, width=columns(), **options)


def _made_by() -> str:
    """The command as it was typed, with the names of files but not their folders."""
    words = [Path(word).name if "/" in word else word for word in sys.argv[1:]]
    return shlex.join(["corrin", *words])

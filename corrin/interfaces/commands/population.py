"""``corrin population SOURCE -o FOLDER``: everybody in a laboratory or a health system.

``simulate``, ``map`` and ``explain`` are commands of their own; anything else that is
written first is taken as the source.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup

from corrin.errors import InputError, Problem, needing
from corrin.interfaces.commands.choices import Format, Reader
from corrin.interfaces.commands.population_choices import EngineName, SimulatedFormat

_RUN = "run"
_MOST = 100_000_000  # not clinical: people that can be made up in one go


class _SourceFirst(TyperGroup):
    """Takes a first word that is no command as the source of a run."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        if args and args[0] not in {*self.commands, "--help"}:
            args = [_RUN, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_SourceFirst,
    no_args_is_help=True,
    help=(
        "Everybody in a laboratory or a health system: who is high without a reason, who stays "
        "high, who is low and untreated, who twitches with a cause that can be put right, and "
        "who could not be classed, and why.\n\n"
        "Start with: corrin population simulate 1000 --seed 1 -o people    and then: "
        "corrin population people -o answers\n\n"
        "A source called like a command is written with its folder: ./map"
    ),
)

_OUT = typer.Option("--output", "-o", help="The folder of the run.", metavar="FOLDER")


@app.command(_RUN)
def run(  # noqa: PLR0917 - the parameters are the options of the command
    source: Annotated[
        Path,
        typer.Argument(
            help="FHIR bulk NDJSON (a folder, .gz allowed), OMOP CDM 5.4, or CSV and Parquet.",
            metavar="SOURCE",
        ),
    ],
    output: Annotated[Path, _OUT],
    engine: Annotated[
        EngineName, typer.Option(help="This machine, or Spark where the data outgrow it.")
    ] = EngineName.DUCKDB,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run that this folder holds.")
    ] = False,
    mapping: Annotated[
        Path | None,
        typer.Option(help="What a site's columns mean; corrin population map proposes it."),
    ] = None,
    code_map: Annotated[
        Path | None,
        typer.Option(help="What a site's own FHIR codes mean: a table in the SSSOM form."),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            help="The day the answers are for; without it the latest day in the source.",
            metavar="DATE",
        ),
    ] = None,
    processes: Annotated[
        int | None, typer.Option(min=1, help="Processes; without it one a core.")
    ] = None,
    memory: Annotated[
        str, typer.Option(help="How much the joining of the source may hold in memory.")
    ] = "1GB",
    people_a_part: Annotated[
        int,
        typer.Option(min=1, help="People answered at once; fewer take less memory."),
    ] = 50_000,  # not clinical: people
    smallest_cell: Annotated[
        int | None,
        typer.Option(min=1, help="Counts below it are not shown in the report."),
    ] = None,
    spark_master: Annotated[
        str | None, typer.Option(help="spark://HOST:PORT; without it this machine's cores.")
    ] = None,
) -> None:
    """Assess everybody in SOURCE; leave answers, a report, a work list and a reconciliation.

    Exit code 0 means that the count balances: read = assessed + not classed + rejected.
    A run that was stopped goes on with --resume.  Everything stays in FOLDER.
    """
    with needing("population", "a population"):
        from corrin.interfaces.population_pages.showing import Showing, summary
        from corrin.interfaces.population_pages.writing import write_pages
        from corrin.interfaces.population_sources import reader_of
        from corrin.knowledge.loading import load
        from corrin.population.running import Options, run_population
        from corrin.population.runs import Engine, Folder, run_of
    import os

    knowledge, day, folder = load(), _day(as_of), Folder(out=output)
    processes = processes or os.cpu_count() or 1
    read, also = reader_of(
        source, knowledge, mapping=mapping, code_map=code_map, as_of=day,
        processes=processes, memory_limit=memory,
    )  # fmt: skip
    with Showing() as told:
        counted = run_population(
            read,
            folder,
            run_of(
                source,
                knowledge,
                as_of=day,
                engine=Engine(engine.value),
                also=f"{also}\0{people_a_part}",
            ),
            knowledge,
            options=Options(
                processes=processes,
                memory_limit=memory,
                people_a_part=people_a_part,
                spark_master=spark_master,
            ),
            told=told,
            resume=resume,
        )
        write_pages(
            folder, counted, knowledge,
            memory_limit=memory, threads=processes, smallest_cell=smallest_cell,
        )  # fmt: skip
    typer.echo(summary(counted, folder), err=True)


@app.command()
def simulate(
    people: Annotated[int, typer.Argument(min=1, max=_MOST, metavar="N", help="How many people.")],
    output: Annotated[Path, _OUT],
    seed: Annotated[int, typer.Option(help="The same seed gives the same people.")] = 1,
    format_: Annotated[
        SimulatedFormat, typer.Option("--format", "-f", help="How they are written.")
    ] = SimulatedFormat.FHIR,
    clean: Annotated[bool, typer.Option("--clean", help="Without the mess of real data.")] = False,
) -> None:
    """Make up N people who never lived, with causes, results and the mess of real data.

    They are drawn from Corrin's knowledge; truth.parquet beside them says what is true of
    each.  Nobody's data are in it.
    """
    with needing("population", "a made-up population"):
        from corrin.interfaces.population_pages.showing import Showing
        from corrin.interfaces.population_sources import write_simulated
        from corrin.knowledge.loading import load

    with Showing() as told:
        write_simulated(
            people, load(), seed=seed, form=format_.value, out=output, mess=not clean, told=told
        )
    typer.echo(f"{people:,} made-up people written to {output}", err=True)


@app.command("map")
def propose(
    table: Annotated[Path, typer.Argument(help="A CSV or Parquet file, or a folder of them.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The mapping to be looked at.", metavar="TOML")
    ] = Path("mapping.toml"),
) -> None:
    """Propose what a table's columns mean, from their names and values, for you to confirm.

    A run refuses a mapping until its first line says confirmed = true.
    """
    with needing("population", "a mapping"):
        from corrin.interfaces.commands.printing import put
        from corrin.knowledge.loading import load
        from corrin.population.sources.proposing import propose_mapping

    put(propose_mapping(table, load()), output)


@app.command()
def explain(  # noqa: PLR0917 - the parameters are the options of the command
    folder: Annotated[Path, typer.Argument(help="The folder of a run.", metavar="FOLDER")],
    person_id: Annotated[str, typer.Argument(help="Whose answer.", metavar="PERSON-ID")],
    reader: Annotated[
        Reader, typer.Option("--for", help="Plain words for a person, detail for a clinician.")
    ] = Reader.CLINICIAN,
    format_: Annotated[
        Format, typer.Option("--format", "-f", help="How the answer is written.")
    ] = Format.TEXT,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file.", metavar="OUT")
    ] = None,
    draws: Annotated[
        int | None, typer.Option(min=0, help="Repetitions behind each interval.")
    ] = None,
) -> None:
    """The whole answer for one person of a run, from the same row of the same table.

    What the run left out of their data, or repaired, is listed with it.
    """
    with needing("population", "a population"):
        from corrin.assessment import DEFAULT_SETTING, assess
        from corrin.assessment import Reader as WhoReads
        from corrin.interfaces.commands.assess import write
        from corrin.population.looking_up import row_of
        from corrin.population.rows import person_of_row
        from corrin.population.runs import Folder

    row = row_of(Folder(out=folder), person_id)
    for problem in row["problems"]:
        typer.echo(f"Left out or repaired: {problem['where']}: {problem['code']}", err=True)
    person = person_of_row(row)
    if person.setting is None:
        # The run has read everybody so, whoever reads this one.
        person = replace(person, setting=DEFAULT_SETTING[WhoReads.CLINICIAN].value)
    write(assess(person, reader=reader.value, draws=draws), format_, output)


def _day(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise InputError(
            [Problem("--as-of", "not-a-date", "is not a date.", "Write it as in 2026-11-23.")]
        ) from None

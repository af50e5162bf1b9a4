"""The command ``corrin``: thin, and quick to start because each command loads only what it needs.

Exit codes: 0 answered, 2 bad input, 1 anything else.
"""

from __future__ import annotations

import os
import sys

import typer

from corrin._version import __version__
from corrin.errors import CorrinError, InputError
from corrin.interfaces.commands import (
    ask,
    assess,
    benchmark,
    claims,
    dose,
    faq,
    knowledge,
    mcp,
    population,
    questionnaire,
    read_report,
    serve,
    signals,
)

BAD_INPUT = 2
FAILED = 1

app = typer.Typer(
    name="corrin",
    help=(
        "High or low vitamin B12 and muscle twitching: what explains it, how sure we are, "
        "how urgent, and what next, with sources.\n\n"
        "Start with: corrin ask    or: corrin assess examples/PERSON.toml\n\n"
        "It is not a diagnosis. Everything stays on this machine."
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)
app.command("assess")(assess.command)
app.command("ask")(ask.command)
app.command("claims")(claims.command)
app.command("faq")(faq.command)
app.command("benchmark")(benchmark.command)
app.command("dose")(dose.command)
app.command("read-report")(read_report.command)
app.command("signals")(signals.command)
app.command("serve")(serve.command)
app.command("mcp")(mcp.command)
app.command("questionnaire")(questionnaire.command)
app.add_typer(population.app, name="population")
app.add_typer(knowledge.app, name="knowledge")


def _version(wanted: bool) -> None:
    if wanted:
        from corrin.knowledge.loading import load

        typer.echo(f"corrin {__version__}, knowledge {load().version}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False,
        "--version",
        callback=_version,
        is_eager=True,
        help="Print the versions of the software and of the knowledge, then stop.",
    ),
) -> None:
    """Options that come before a command."""
    del version


def main() -> None:
    """Run the command; every error is a sentence, never a traceback."""
    try:
        app()
    except InputError as error:
        typer.echo("The input cannot be used:", err=True)
        for problem in error.problems:
            typer.echo(f"  - {problem}", err=True)
        for note in getattr(error, "__notes__", ()):
            typer.echo(f"\n{note}", err=True)
        sys.exit(BAD_INPUT)
    except CorrinError as error:
        typer.echo(f"Corrin stopped: {error}", err=True)
        sys.exit(FAILED)
    except BrokenPipeError:
        # The reader of our output went away (as `head` does); nothing is lost by stopping.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAILED)
    except Exception as error:
        # The message could hold a person's values: only its kind is shown.
        if os.environ.get("CORRIN_DEBUG"):
            raise
        typer.echo(
            f"Corrin stopped on a fault of its own ({type(error).__name__}); no answer was given. "
            "Set CORRIN_DEBUG=1 to see where, and please report it without personal data.",
            err=True,
        )
        sys.exit(FAILED)

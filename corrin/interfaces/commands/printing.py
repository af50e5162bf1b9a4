"""What every command does with its answer: JSON in one form, a file or standard output."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from corrin.errors import InputError, Problem


def json_text(table: Any) -> str:
    """JSON for people and programs alike: indented, with a line end."""
    import msgspec

    return msgspec.json.format(msgspec.json.encode(table), indent=2).decode() + "\n"


def columns() -> int:
    """How wide the terminal is, in columns."""
    import shutil

    return shutil.get_terminal_size().columns


def put(text: str, output: Path | None) -> None:
    """Write to a file whole, or to standard output and nothing else there."""
    if output is None:
        typer.echo(text, nl=not text.endswith("\n"))
        return
    from corrin.interfaces.commands.saving import save

    save(text, output)
    typer.echo(f"Written to {output}", err=True)


def put_file(data: bytes, output: Path | None) -> None:
    """Write a file that is no text; raises :class:`InputError` when no file is named."""
    if output is None:
        raise InputError(
            [Problem("--output", "missing", "is needed for a PDF.", "Add: --output answer.pdf")]
        )
    from corrin.interfaces.commands.saving import save

    save(data, output)
    typer.echo(f"Written to {output}", err=True)

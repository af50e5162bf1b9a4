"""Runs the command in this process, with its real exit codes and streams."""

from __future__ import annotations

import contextlib
import io
import sys
from dataclasses import dataclass
from unittest.mock import patch

from corrin.interfaces import cli


@dataclass(frozen=True)
class Done:
    """What a run of the command left: exit code, standard output, standard error."""

    code: int
    output: str
    error: str


def corrin(*arguments: str, given: str = "") -> Done:
    """Run ``corrin`` with arguments and standard input."""
    output, error = io.StringIO(), io.StringIO()
    code = 0
    with (
        patch.object(sys, "argv", ["corrin", *arguments]),
        patch.object(sys, "stdin", io.StringIO(given)),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(error),
    ):
        try:
            cli.main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 1
    return Done(code=code, output=output.getvalue(), error=error.getvalue())

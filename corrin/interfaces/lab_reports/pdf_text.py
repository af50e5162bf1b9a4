"""The text of a PDF, taken out of it by a process with bounds; see ``pdf_process``."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from typing import Any

from corrin.errors import CorrinError, Problem
from corrin.interfaces.lab_reports.lines import Line
from corrin.interfaces.lab_reports.texts import cleaned

SECONDS = 25  # not clinical: seconds, start of the process included
_TYPE_IN = "Type the values in."
_WHY = {
    "locked": (
        "is locked with a password.",
        "Save it without the password, or type the values in.",
    ),
    "too-large": ("unpacks to more than can be read.", _TYPE_IN),
    "too-slow": ("took too long to read.", _TYPE_IN),
    "not-readable": ("is damaged, is not a PDF, or unpacks to too much.", _TYPE_IN),
    "no-letters": ("does not say which letters it shows.", _TYPE_IN),
    "no-text": ("holds a picture and no text.", _TYPE_IN),
}


def pdf_lines(data: bytes, *, seconds: float = SECONDS) -> tuple[list[Line], tuple[Problem, ...]]:
    """Return the lines of a PDF and what was wrong with it; never raises for what it holds.

    Raises :class:`CorrinError` when the library that reads PDF is not installed.
    """
    if find_spec("pdfplumber") is None:
        raise CorrinError(
            "reading a PDF needs 'pdfplumber', which is not installed. "
            "Run: pip install 'corrin[reports]'"
        )
    answer = _ask(data, seconds)
    if "error" in answer:
        return [], (problem(str(answer["error"])),)
    lines = [
        Line(cleaned(text), f"page {page}, line {number}") for page, number, text in answer["lines"]
    ]
    if not any(line.text.strip() for line in lines):
        return [], (problem("no-text"),)
    if answer["cut"]:
        cut = Problem(
            "the file",
            "too-long",
            f"was read up to page {answer['read']}.",
            "The rest was not read.",
        )
        return lines, (cut,)
    return lines, ()


def problem(code: str) -> Problem:
    """Return one of the reasons why a PDF was not read."""
    what, do = _WHY[code]
    return Problem("the file", code, what, do)


def _ask(data: bytes, seconds: float) -> dict[str, Any]:
    command = [sys.executable, "-B", "-P", "-m", "corrin.interfaces.lab_reports.pdf_process"]
    try:
        done = subprocess.run(  # noqa: S603  our own module
            command, input=data, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return {"error": "too-slow"}
    except OSError:
        return {"error": "not-readable"}
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        # Ended by a bound: a signal of the processor's time, or no memory even to say so.
        return {"error": "too-slow" if done.returncode < 0 else "too-large"}
    return answer

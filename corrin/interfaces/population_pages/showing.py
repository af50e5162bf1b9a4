"""How far a long run is: a bar with rate and time left, or a line now and then."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, Self

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from corrin.population.running import Stage
from corrin.population.runs import Folder

#: Seconds between two lines where there is no terminal.
_BETWEEN = 10.0  # not clinical: seconds
_SOON = 1e-9  # not clinical: keeps a rate finite
_SIZES = ((1e9, "G"), (1e6, "M"), (1e3, "k"))  # not clinical: prefixes


class Showing:
    """Shows how far a run is on standard error; call it as ``corrin.population.Told`` says."""

    def __init__(self) -> None:
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._shown = sys.stderr.isatty()
        self._tasks: dict[Stage, tuple[TaskID, float]] = {}
        self._ended: set[Stage] = set()
        self._said = 0.0

    def __enter__(self) -> Self:
        if self._shown:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._shown:
            self._bar.stop()

    def __call__(self, stage: Stage, done: int, of: int, unit: str) -> None:
        """Show that ``done`` of ``of`` (0: not known) of a unit are done."""
        now = time.monotonic()
        if stage not in self._tasks:
            task = self._bar.add_task(stage.value, total=None, rate="")
            self._tasks[stage] = task, now
            self._line(f"{stage.value} ...", now)
            return
        task, began = self._tasks[stage]
        rate = f"{_short(done / max(now - began, _SOON))} {unit}/s" if done else ""
        self._bar.update(task, completed=done, total=of or None, rate=rate)
        ended = bool(of) and done >= of and stage not in self._ended
        if ended:
            self._ended.add(stage)
        if ended or now - self._said >= _BETWEEN:
            left = (now - began) * (of - done) / done if of and done else None
            rest = f", about {left:.0f} s left" if left else ""
            self._line(f"{stage.value}: {_short(done)} of {_short(of)} {unit}, {rate}{rest}", now)

    def _line(self, text: str, now: float) -> None:
        if not self._shown:
            self._said = now
            typer.echo(text, err=True)


def _short(number: float) -> str:
    for size, letter in _SIZES:
        if number >= size:
            return f"{number / size:.1f}{letter}"
    return f"{number:.0f}"


def summary(counted: dict[str, Any], folder: Folder) -> str:
    """Return in a few lines what a finished run holds."""
    questions = counted["questions"]
    reasons = ", ".join(f"{code} {number:,}" for code, number in counted["reasons"].items())
    lines = (
        f"Read {counted['read']:,} people: assessed {counted['assessed']:,}, "
        f"not classed {counted['not_classed']:,}, rejected {counted['rejected']:,}.",
        f"Why not: {reasons}." if reasons else "",
        f"High without a known reason {questions['high_without_reason']:,}; "
        f"high for long {questions['persistently_high']:,}; "
        f"low and not treated {questions['low_untreated']:,}; "
        f"twitching with a cause that can be put right {questions['twitches_reversible']:,}.",
        "Urgency: "
        + ", ".join(f"{tier} {number:,}" for tier, number in counted["counts"]["tier"].items())
        + ".",
        f"Answers, report.html, work_list.csv and reconciliation.json are in {folder.out}.",
        "It is not a diagnosis of anybody.",
    )
    return "\n".join(line for line in lines if line)

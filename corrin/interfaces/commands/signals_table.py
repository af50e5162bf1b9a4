"""Writes the measures of every pair: CSV with the fit beside it, JSON, or a short list."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np
import typer

from corrin.errors import InputError, Problem
from corrin.interfaces.commands.printing import json_text
from corrin.interfaces.commands.saving import OWNER_ONLY, save
from corrin.knowledge.loading import load
from corrin.report.lines import Lines
from corrin.report.signal_words import left_out, span
from corrin.report.signals_json import about, fit_json, reading_json

if TYPE_CHECKING:
    from corrin.signals.analysing import Signals
    from corrin.signals.records_of_reading import Reading

#: The columns, in their order; others read this file.
COLUMNS = (
    "product", "event", "n", "expected", "rr", "prr", "prr_low", "prr_high", "ror", "ror_low",
    "ror_high", "ic", "ic025", "ic975", "ebgm", "eb05", "eb95",
)  # fmt: skip
_ENDLESS = (float("inf"), float("-inf"))
#: How many rows are turned to text at once.
_BLOCK = 50_000  # not clinical: rows


def write_csv(signals: Signals, output: Path | None) -> None:
    """Write one row a pair, by product and event; beside a file, ``OUT.fit.json``.

    A measure that does not exist is empty, an infinite one ``inf``.
    """
    if output is None:
        file = io.StringIO()
        _rows_to(file, signals)
        typer.echo(file.getvalue(), nl=False)
        return
    with _whole(output) as opened:
        _rows_to(opened, signals)
    beside = output.with_name(f"{output.name}.fit.json")
    save(json_text(fit_json(signals.fit) | about(load())), beside)
    typer.echo(f"Written to {output} and {beside}", err=True)


@contextlib.contextmanager
def _whole(path: Path) -> Iterator[TextIO]:
    """A file that is there whole or not at all; gigabytes of rows are not held for it."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        reason = (error.strerror or "it cannot be written").lower()
        raise InputError(
            [Problem(str(path), "cannot-write", f"was not written: {reason}.", "Choose another.")]
        ) from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
        Path(name).chmod(OWNER_ONLY)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _rows_to(file: TextIO, signals: Signals) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for rows in _blocks(signals):
        writer.writerows(rows)


def _blocks(signals: Signals) -> Iterator[Iterable[tuple[Any, ...]]]:
    counts = signals.counts
    measures = (
        signals.expected, signals.rr,
        signals.prr.value, signals.prr.low, signals.prr.high,
        signals.ror.value, signals.ror.low, signals.ror.high,
        signals.ic.ic, signals.ic.ic025, signals.ic.ic975,
        signals.eb.ebgm, signals.eb.eb05, signals.eb.eb95,
    )  # fmt: skip
    for start in range(0, counts.n.size, _BLOCK):
        part = slice(start, start + _BLOCK)
        names = (
            [counts.products[place] for place in counts.product[part].tolist()],
            [counts.events[place] for place in counts.event[part].tolist()],
            counts.n[part].tolist(),
        )
        yield zip(*names, *(_known(one[part]) for one in measures), strict=True)


def _known(values: np.ndarray) -> list[float | str]:
    missing = np.isnan(values)
    if not missing.any():
        return list(values.tolist())
    return [
        "" if lacks else value
        for lacks, value in zip(missing.tolist(), values.tolist(), strict=True)
    ]


def as_json(signals: Signals, reading: Reading) -> dict[str, Any]:
    """Every pair with the fit and what was read; what does not exist is null."""
    rows = [
        {
            name: None if value == "" or value in _ENDLESS else value
            for name, value in zip(COLUMNS, row, strict=True)
        }
        for block in _blocks(signals)
        for row in block
    ]
    return {
        "data": reading_json(reading),
        "fit": fit_json(signals.fit),
        "rows": rows,
        **about(load()),
    }


def as_text(signals: Signals, reading: Reading, *, most: int, width: int) -> str:
    """What was read, the fit, and the pairs with the highest EB05."""
    lines = Lines(width)
    lines.title("The data")
    for what, words in left_out(reading):
        lines.item(f"{what}: {words}")
    lines.title("The fit")
    fit = signals.fit
    theta = fit.theta
    lines.say(
        f"{fit.likelihood}: alpha1 {theta.alpha1:.5g}, beta1 {theta.beta1:.5g}, alpha2 "
        f"{theta.alpha2:.5g}, beta2 {theta.beta2:.5g}, p {theta.p:.5g}; negative log-likelihood "
        f"{fit.negative_log_likelihood:.4f} over {fit.cells:,} cells ({fit.collapsed:,} distinct)."
    )
    lines.say(fit.boundary)
    lines.say(fit.remark)
    counts = signals.counts
    lines.title(f"The {min(most, counts.n.size)} pairs that stand out most, of {counts.n.size:,}")
    for place in np.argsort(-signals.eb.eb05, kind="stable")[:most].tolist():
        three = (signals.eb.ebgm, signals.eb.eb05, signals.eb.eb95)
        lines.item(
            f"{counts.products[counts.product[place]]} and {counts.events[counts.event[place]]}: "
            f"{counts.n[place]:,} reported, {signals.expected[place]:.3g} expected, EBGM "
            f"{span((float(three[0][place]), float(three[1][place]), float(three[2][place])))}"
        )
    lines.say("")
    lines.say(load().signals.clinician)
    lines.say("corrin signals DATA --pair b12:muscle-twitching asks about one pair.")
    return lines.text()

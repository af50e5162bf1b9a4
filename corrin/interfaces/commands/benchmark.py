"""``corrin benchmark DIR``: how often right and how safe, on published cases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from corrin.interfaces.commands.choices import TableFormat
from corrin.interfaces.commands.printing import json_text, put


def command(
    folder: Annotated[
        Path, typer.Argument(help="A folder of case files (*.toml, also below).", metavar="DIR")
    ],
    format_: Annotated[
        TableFormat, typer.Option("--format", "-f", help="How the figures are written.")
    ] = TableFormat.TEXT,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file.", metavar="OUT")
    ] = None,
) -> None:
    """Run every case at the bedside (no tests) and with tests, beside two plain baselines.

    Prints top-1, top-3, NDCG, Brier, calibration and urgency, each with its own n and
    95% confidence interval.
    """
    from corrin.benchmark.running import run

    with typer.progressbar(length=1, label="Cases", file=typer.get_text_stream("stderr")) as bar:

        def advance(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        result = run(folder, progress=advance)
    if format_ is TableFormat.JSON:
        from corrin.benchmark.writing import as_json

        text = json_text(as_json(result))
    else:
        from corrin.benchmark.writing import as_text

        text = as_text(result)
    put(text, output)

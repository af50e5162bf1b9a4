"""What adverse-event reports say, as a self-contained HTML page."""

from __future__ import annotations

from corrin._version import __version__
from corrin.report.html import render
from corrin.report.of_signals import HEADS, signals_view
from corrin.report.telling import Telling
from corrin.signals.answering import PairAnswer


def signals_html(answer: PairAnswer, telling: Telling, *, command: str) -> str:
    """The page of a pair; ``command`` is what made it, so that it can be made again."""
    view = signals_view(answer, telling)
    disclaimer = telling.fixed("disclaimer")
    return render(
        "signals.html",
        view=view,
        heads=HEADS,
        command=command,
        clinician=telling.for_clinician,
        sources=telling.citing.listed(reader=telling.reader, may_say_benign=True),
        about={
            "software_version": __version__,
            "knowledge_version": telling.knowledge.version,
            "disclaimer": "" if disclaimer is None else disclaimer.words,
        },
    )

"""What adverse-event reports say, as plain text for a terminal."""

from __future__ import annotations

from corrin._version import __version__
from corrin.report.lines import Lines, cited, printable
from corrin.report.of_signals import RowView, SignalsView, signals_view
from corrin.report.telling import Telling
from corrin.report.view import Statement
from corrin.signals.answering import PairAnswer

_NAME = 34  # not clinical: the width of a column
_BAR = 33  # not clinical: the width of a bar


def signals_text(answer: PairAnswer, telling: Telling, *, width: int, command: str) -> str:
    """The answer in the order of the page, with a forest of text bars."""
    view = signals_view(answer, telling)
    lines = Lines(width)
    lines.title(view.title)
    for statement in (view.lead, view.power, view.caution):
        lines.say(_said(statement))
    lines.say(f"How sure: {view.certainty}.")
    forest = _forest(view)
    after = Lines(width)
    after.say(view.controls)
    after.say(view.masking)
    _details(after, view, clinician=telling.for_clinician)
    after.title("Sources")
    for source in telling.citing.listed(reader=telling.reader, may_say_benign=True):
        after.item(f"{source.citation} ({source.read})", mark=f"[{source.number}] ")
    after.say("")
    after.say(f"Made by: {command}")
    after.say(f"Corrin {__version__}, knowledge {telling.knowledge.version}. "
              "It is not a diagnosis.")  # fmt: skip
    return "\n".join((lines.text().rstrip("\n"), forest, after.text()))


def _said(statement: Statement) -> str:
    return f"{statement.words} {cited(statement.sources)}".rstrip()


def _forest(view: SignalsView) -> str:
    """The forest plot in text: a bar from the lower to the upper limit, ``o`` in between."""
    lines = ["", "Reported against expected", "─" * len("Reported against expected")]
    for title, rows in view.groups:
        lines.append(title)
        for row in rows:
            name = printable(row.name)
            shown = name if len(name) <= _NAME else name[: _NAME - 1] + "…"
            lines.append(f"  {shown:<{_NAME}} {_bar(row)} {row.shrunk}")
            lines.append(f"  {'':<{_NAME}} {row.cells[0]} reported, {row.cells[1]} expected")
    scale = [" "] * _BAR
    for mark in view.axis.marks:
        at = min(round(mark.at * (_BAR - 1)), _BAR - len(mark.label))
        scale[at : at + len(mark.label)] = mark.label
    lines += [f"  {'':<{_NAME}} {''.join(scale[:_BAR])}", view.axis.words, ""]
    return "\n".join(lines)


def _bar(row: RowView) -> str:
    cells = [" "] * _BAR
    cells[_BAR // 2] = "|"
    start, dot, end = (round(at * (_BAR - 1)) for at in (row.bar.start, row.bar.dot, row.bar.end))
    for at in range(start, end + 1):
        cells[at] = "+" if at == _BAR // 2 else "-"
    cells[dot] = "o"
    return "".join(cells)


def _details(lines: Lines, view: SignalsView, *, clinician: bool) -> None:
    lines.title("The data")
    for what, words in view.facts:
        lines.item(f"{what}: {words}")
    lines.say(view.trend_words)
    for title, some in view.around:
        lines.say(f"{title}: {'; '.join(some)}")
    if not clinician:
        return
    lines.title("How it was done")
    for line in view.fit:
        lines.item(line)
    for name, statement in view.methods:
        lines.item(f"{name}: {_said(statement)}")
    lines.say("How sure, step by step:")
    for step in view.trail:
        lines.item(step)

"""How many red-flag vignettes are answered less urgently than their source demands?

``python -m checks.vignettes`` prints the figures: vignettes, under-triaged and
over-triaged by tier with 95% intervals (Wilson), and fails when one is under-triaged.
The vignettes (``tests/vignettes``) were written from the cited sources, not from the
rules.  They are made by us: they show that what the sources say is heeded, not how the
package does among patients.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from corrin.benchmark.records import Figure
from corrin.knowledge.loading import load
from tests.vignettes.answering import Answered, answer_all, bar, over_triage_table
from tests.vignettes.generate import ORDER, vignettes


def figures(answers: Iterable[Answered]) -> list[str]:
    """Return the printed lines: one a tier, the totals, and the stated departures."""
    answers = list(answers)
    held = [each for each in answers if each.vignette.departs is None]
    urgent = [each for each in held if each.vignette.urgent]
    rest = [each for each in held if not each.vignette.urgent]
    statements = {each.vignette.statement for each in urgent}
    lines = [f"red-flag vignettes: {len(urgent)} of {len(statements)} source statements"]
    for tier in ORDER:
        some = [each for each in held if each.vignette.tier == tier]
        if some:
            lines.append(f"  {tier:<10} {_line(some)}")
    lines += [
        f"  all urgent {_line(urgent)}",
        f"  not urgent {_line(rest)}",
        "over-triage, demanded -> answered: "
        + ", ".join(
            f"{asked} -> {given} {count}"
            for (asked, given), count in sorted(over_triage_table(held).items())
            if ORDER.index(given) < ORDER.index(asked)
        ),
    ]
    departing = [each for each in answers if each.vignette.departs is not None]
    for statement in sorted({each.vignette.statement for each in departing}):
        some = [each for each in departing if each.vignette.statement == statement]
        lines.append(
            f"departs by decision, not counted: {statement}: {_line(some)}"
            f" ({some[0].vignette.departs})"
        )
    return lines


def under_triaged(answers: Iterable[Answered]) -> list[str]:
    """Return one line for each vignette answered too low, departures left out."""
    return [
        f"{each.vignette.id}: {', '.join(each.vignette.references)} asks {each.vignette.tier},"
        f" answered {each.urgency.tier}"
        for each in answers
        if each.steps_too_low > 0 and each.vignette.departs is None
    ]


def problems() -> list[str]:
    """Print the figures, and return the under-triaged vignettes (for ``make check``)."""
    knowledge = load()
    answers = answer_all(vignettes(knowledge), knowledge)
    print("\n".join("    " + line for line in figures(answers)))
    return under_triaged(answers)


def _line(answers: list[Answered]) -> str:
    found = bar(answers)
    return (
        f"{found.count:>5}   under-triaged {_share(found.under, found.count)}"
        f"   over-triaged {_share(found.over, found.count)}"
    )


def _share(figure: Figure, count: int) -> str:
    if figure.value is None or figure.low is None or figure.high is None:
        return "-"
    return f"{round(figure.value * count)} ({figure.low:.1%} to {figure.high:.1%})"


def main() -> int:
    """Print the figures; return 1 when a vignette is under-triaged."""
    found = problems()
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

"""The pages made from the hazard log: the log to read, and from each requirement to its tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from checks.hazard_records import SAFETY, Hazard, Log

_MADE = "Generated from the records in this folder by `python -m checks.hazards --write`.\n"


def hazard_log(log: Log) -> str:
    """Return the page of every hazard."""
    open_ = [one for one in log.hazards.values() if log.why_open(one)]
    after = Counter(_after(log, one) for one in log.hazards.values())
    lines = [
        "# Hazard log\n",
        _MADE,
        "**Clinical safety officer: vacant. No clinical deployment until one has signed.** "
        f"{log.risk.assumed}\n",
        f"{len(log.hazards)} hazards: {len(log.hazards) - len(open_)} controlled (every control is "
        f"shown by a test that runs each time), {len(open_)} open.\n",
        "| class after controls | meaning | hazards |\n| --- | --- | --- |",
        *(f"| {number} | {means} | {after[int(number)]} |"
          for number, means in log.risk.meaning.items()),
        "\n| | hazard | severity | before | after | class | state |\n"
        "| --- | --- | --- | --- | --- | --- | --- |",
        *(_row(log, one) for one in log.hazards.values()),
        "\n## How hazards are weighed\n",
        *(f"- **{one.id}**: {one.means}" for one in log.risk.severity),
        "",
        *(f"- **{one.id}**: {one.means}" for one in log.risk.likelihood),
        "",
        *(_section(log, one) for one in log.hazards.values()),
    ]  # fmt: skip
    return "\n".join(lines).rstrip() + "\n"


def _row(log: Log, one: Hazard) -> str:
    before = log.risk.of(severity=one.severity, likelihood=one.likelihood_before)
    state = "**open**" if log.why_open(one) else "controlled"
    return (
        f"| [{one.id}](#{one.id.lower()}) | {one.name} | {one.severity} | "
        f"{one.likelihood_before} | {one.likelihood_after} | "
        f"{before} → {_after(log, one)} | {state} |"
    )


def _after(log: Log, one: Hazard) -> int:
    return log.risk.of(severity=one.severity, likelihood=one.likelihood_after)


def _section(log: Log, one: Hazard) -> str:
    lines = [
        f"## {one.id}\n",
        f"**{one.name}**\n",
        f"- Cause: {one.cause}",
        f"- Harm: {one.harm}",
        f"- Severity {one.severity}; likelihood {one.likelihood_before} before, "
        f"{one.likelihood_after} after",
        "- Controls:",
        *(f"  - [{id_}](requirements-to-tests.md#{id_}): {log.requirements[id_].says}"
          for id_ in one.controls),
        f"- What stays: {one.residual}",
        *(f"- **Open:** {why}" for why in log.why_open(one)),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def requirements_to_tests(log: Log) -> str:
    """Return the page from each requirement to its hazards and its tests."""
    lines = [
        "# Requirements, hazards, tests\n",
        _MADE,
        f"{len(log.requirements)} requirements, {len(log.tests())} tests. `make check` fails when "
        "one of these tests is not there or a requirement has none; `make test` when one fails.\n",
        *(_requirement(log, id_) for id_ in sorted(log.requirements)),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _requirement(log: Log, id_: str) -> str:
    one = log.requirements[id_]
    hazards = ", ".join(f"[{used}](hazard-log.md#{used.lower()})" for used in log.users(id_))
    lines = [
        f"## {id_}\n",
        f"{one.says} Hazards: {hazards}\n",
        *(f"- `{test}`" for test in one.tests),
        *([f"- **Open:** {one.open}"] if one.open else []),
    ]
    return "\n".join(lines) + "\n"


PAGES: Mapping[Path, Callable[[Log], str]] = {
    SAFETY / "hazard-log.md": hazard_log,
    SAFETY / "requirements-to-tests.md": requirements_to_tests,
}

"""Runs a record's example through the engine, for the check that each cause can be found."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corrin.knowledge.loading import Knowledge
    from corrin.knowledge.records import Example
    from corrin.person.records import LabResult


def rank_example(knowledge: Knowledge) -> Callable[[Example], list[str]]:
    """Return a function that ranks the causes for one example, most likely first."""
    from corrin.assessment import assess
    from corrin.person.records import Person

    def rank(example: Example) -> list[str]:
        person = Person(
            age=example.age,
            sex=example.sex,
            setting=example.setting.value,
            twitching=True,
            findings=dict(example.given),
            labs=tuple(_lab(line) for line in example.labs),
        )
        answer = assess(person, draws=0, knowledge=knowledge)
        return [] if answer.twitching is None else [cause.id for cause in answer.twitching.causes]

    return rank


def _lab(line: str) -> LabResult:
    """Read ``"magnesium 0.3 mmol/L"``, as examples write a result."""
    from corrin.person.records import LabResult

    lab, value, unit = line.split(maxsplit=2)
    return LabResult(lab=lab, value=value, unit=unit)

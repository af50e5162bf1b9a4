"""What cannot be true together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from corrin.errors import Problem, Refusal
from corrin.knowledge.loading import Knowledge
from corrin.person.records import Person
from corrin.picture.records import FindingState


def find(person: Person, knowledge: Knowledge) -> tuple[Problem, ...]:
    """Return a problem for each pair of *said* findings that cannot both hold.

    Two that are present may exclude each other, or one that is present may imply one
    that is said to be absent.
    """
    said = {finding for finding, present in person.findings.items() if present}
    excluded = tuple(
        Problem(
            f"findings.{one}",
            "contradiction",
            f"cannot be true together with '{other}'.",
            "Set the one that does not hold to false, or leave it out.",
        )
        for one, other in _pairs(said, knowledge)
    )
    denied = tuple(
        Problem(
            f"findings.{implied}",
            "contradiction",
            f"is false, but '{finding}' is true and implies it.",
            "Correct one of the two, or leave one out.",
        )
        for finding in sorted(said & knowledge.findings.keys())
        for implied in knowledge.findings[finding].implies
        if person.findings.get(implied) is False
    )
    return (*excluded, *denied)


def unresolved(states: Mapping[str, FindingState], knowledge: Knowledge) -> Iterator[Refusal]:
    """Yield a refusal for each pair of present findings that exclude each other.

    Both stay present: to leave one out would be a guess, and the safer reading counts.
    """
    present = {finding for finding, state in states.items() if state.present}
    for one, other in _pairs(present, knowledge):
        names = [knowledge.findings[finding].name for finding in (one, other)]
        yield Refusal(
            f"findings.{one}",
            "contradiction",
            f"'{names[0]}' and '{names[1]}' cannot both be true. Both are counted, to be safe.",
            "Which of the two is right?",
        )


def _pairs(present: set[str], knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Yield each excluded pair once, in the order of the ids."""
    for one in sorted(present & knowledge.findings.keys()):
        for other in sorted(present & knowledge.findings.keys()):
            excludes = knowledge.findings[one].excludes
            if one < other and (other in excludes or one in knowledge.findings[other].excludes):
                yield one, other
